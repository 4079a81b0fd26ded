"""Moments that were noted by a clock which may have been wrong.

Where a clock was ahead and was put right, what was noted meanwhile lies in the future. Taken as
it stands, a wait would last until the clock gets there, and a session as long.
"""

from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)
"""How far clocks may differ: what lies further ahead was noted by one that was wrong."""


def is_ahead(noted: datetime, now: datetime) -> bool:
    """Whether a moment was noted by a clock that was ahead of what it is now."""
    return noted > now + AHEAD


def not_after(noted: datetime, now: datetime) -> datetime:
    """Return a moment that was noted, or now where it lies in the future."""
    return min(noted, now)
