"""Every SQL statement; the only floor that knows which engine holds the town."""
