"""How moments of the store are written."""

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """Return a moment of the store, which is UTC without its zone, with it (RFC 3339)."""
    return moment.replace(tzinfo=UTC).isoformat()


def instant_if(moment: datetime | None) -> str | None:
    """Return a moment of the store as `instant` does, None where there is none."""
    return None if moment is None else instant(moment)
