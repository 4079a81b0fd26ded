"""How moments of the store are written."""

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """Return a moment of the store, which is UTC without its zone, with it (RFC 3339)."""
    return moment.replace(tzinfo=UTC).isoformat()
