"""Which backups are kept, and when the next is due.

Only the moments that backups were made at are compared, never with today's date: a clock
that jumps makes no backup old.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days, weeks and months are kept, each by its last backup.

    Of the days, weeks and months without a backup none is counted.
    """

    days: int = 7
    weeks: int = 5
    months: int = 12


def kept(made: Iterable[datetime], keeping: Keeping) -> set[datetime]:
    """Return the moments whose backups stay; the newest always does.

    Parameters
    ----------
    made : moments in UTC, in any order
    """
    newest_first = sorted(made, reverse=True)
    spans: tuple[tuple[Callable[[datetime], object], int], ...] = (
        (datetime.date, keeping.days),
        (lambda at: at.isocalendar()[:2], keeping.weeks),
        (lambda at: (at.year, at.month), keeping.months),
    )
    stay = set(newest_first[:1])
    for span_of, count in spans:
        last: dict[object, datetime] = {}
        for at in newest_first:
            last.setdefault(span_of(at), at)
        stay.update(list(last.values())[:count])
    return stay


def wait_for_next(newest: datetime | None, every: timedelta, now: datetime) -> timedelta:
    """Return how long until the next backup is due, nothing where it is.

    A newest backup from the future tells that the clock jumped: then one is due.
    """
    if newest is None or newest > now:
        return timedelta()
    return max(every - (now - newest), timedelta())
