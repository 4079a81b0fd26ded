"""Backups: made while the town is served, checked by restoring them, kept by rule, put back."""
