"""Appointments: who holds which role, for which area, in which days.

A person may hold several at once. When people change, an appointment ends and another
begins; none is ever rewritten, so that it can be told who answered for what on any day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from mapserver.domain.areas import GRID, TOWN, VILLAGE
from mapserver.roles import Role

_WHOLE_TOWN = frozenset([Role.ADMINISTRATOR, Role.AUDITOR, Role.LEADER])
_LEVELS = (TOWN, VILLAGE, GRID)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` on, up to `until` but without it; without end where it is None."""

    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the period has this day."""
        return self.since <= day and (self.until is None or day < self.until)

    def overlaps(self, other: "Period") -> bool:
        """Whether some day is in both."""
        first = max(self.since, other.since)
        return self.holds_on(first) and other.holds_on(first)

    def cut(self, day: date) -> "Period":
        """Return what of the period lies before `day`; nothing where that is its beginning."""
        end = max(self.since, day)
        return replace(self, until=end if self.until is None else min(self.until, end))

    @property
    def has_days(self) -> bool:
        """Whether there is any day in it."""
        return self.until is None or self.since < self.until


@dataclass(frozen=True, slots=True)
class Appointment:
    """One account in one role, for one area and period."""

    id: str
    account: str
    role: Role
    area: str
    period: Period


def in_force(appointments: Iterable[Appointment], day: date) -> tuple[Appointment, ...]:
    """Return the appointments that hold on `day`."""
    return tuple(one for one in appointments if one.period.holds_on(day))


def clashing(new: Appointment, others: Iterable[Appointment]) -> Appointment | None:
    """Return one that says already what `new` says, on some day: same person, role and area."""
    for one in others:
        same = (one.account, one.role, one.area) == (new.account, new.role, new.area)
        if same and one.id != new.id and one.period.overlaps(new.period):
            return one
    return None


def fits(role: Role, area: str, town: str) -> bool:
    """Whether a role may be held for an area: some only for the whole town, none beyond it."""
    if role in _WHOLE_TOWN:
        return area == town
    return area.startswith(town) and len(area) in _LEVELS and area.isascii() and area.isdigit()
