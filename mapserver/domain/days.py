"""Days where the town is: China counts them by one clock, eight hours before UTC."""

from datetime import date, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls where the town is."""
    return moment.astimezone(_CHINA).date()
