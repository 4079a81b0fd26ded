"""New record identifiers: UUIDv7 (RFC 9562, section 5.7), which sort by time of making."""

from uuid_utils import uuid7


def new_id() -> str:
    """Return a new identifier as text."""
    return str(uuid7())
