"""One map of a township's grids."""

__version__ = "0.1.0"
