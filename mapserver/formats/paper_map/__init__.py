"""A map as a printable A3 page: `page.py` says what is on it, `pdf.py` makes the file."""
