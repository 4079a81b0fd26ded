"""The versions a village had, and the grids of any day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.descent import Bequest, descent
from mapserver.errors import NotFound
from mapserver.services.boundaries.asked import loading
from mapserver.services.boundaries.ground import may_see
from mapserver.services.context import Context
from mapserver.store import accounts, boundaries, columns
from mapserver.store.boundaries import Kept, KeptGrid, areas_of
from mapserver.store.store import Session


def versions(context: Context, village: str) -> list[Kept]:
    """Return the approved versions of a village, the latest first."""
    with context.read() as session:
        return boundaries.approved(session, village) if may_see(session, village) else []


def signatures(context: Context, versions: Iterable[Kept]) -> dict[str, str]:
    """Return what those who drew and decided are called, by login name."""
    names = {name for one in versions for name in (one.author, one.decided_by) if name}
    with context.read() as session:
        return accounts.titles_by_name(session, names)


@dataclass(frozen=True, slots=True)
class Step:
    """What a version made of the grids before it: who handed how much on to whom."""

    number: int
    effective: date
    bequests: tuple[Bequest, ...]


def lineage(context: Context, village: str) -> list[Step]:
    """Return what became of a village's grids from version to version, the latest first."""
    with context.read() as session:
        if not may_see(session, village):
            return []
        # those that wait for their day may go back to who drew them
        numbered = [one for one in boundaries.approved(session, village) if one.applied_at]
        areas = [areas_of(boundaries.shapes_of(session, one)) for one in numbered]
    return [
        Step(later.number or 0, later.effective or date.min, descent(before, after))
        for later, after, before in zip(numbered, areas, areas[1:], strict=False)
    ]


def as_act(context: Context, village: str, number: int) -> dict[str, Any]:
    """Return the act that brings back an earlier version, as drafts keep it.

    Raises
    ------
    NotFound
        If the village never had a version of that number.
    """
    with context.read() as session:
        for one in boundaries.approved(session, village):
            if one.number == number and may_see(session, village):
                return _loading(boundaries.shapes_of(session, one))
    raise NotFound(f"这个村没有第 {number} 版边界。", f"The village never had version {number}.")


def _loading(shapes: Mapping[str, KeptGrid]) -> dict[str, Any]:
    return loading(
        areas_of(shapes),
        names={code: one.name for code, one in shapes.items()},
        kinds={code: one.kind for code, one in shapes.items() if one.kind},
    )


@dataclass(frozen=True, slots=True)
class GridThen:
    """A grid as it was on a day."""

    code: str
    name: str
    village: str
    number: int | None
    geometry: BaseGeometry

    @property
    def label(self) -> tuple[float, float]:
        """Where on the map its name stands: within it, longitude and latitude."""
        at = shapely.point_on_surface(self.geometry)
        return at.x, at.y


def grids_on(context: Context, day: date) -> list[GridThen]:
    """Return all grids of the town as they were on a day, or will be by what is approved.

    Of a village whose boundaries were never drawn here, those in force are all that is known.
    """
    with context.read() as session:
        then = _counting(session, day, context.today())
        drawn = boundaries.numbers(session)
        found = [
            GridThen(code, grid.name, one.village, one.number, grid.geometry)
            for one in then.values()
            if may_see(session, one.village)
            for code, grid in boundaries.shapes_of(session, one).items()
        ]
        now = columns.shapes(session, "grid", ("code", "name", "village", "boundary_version"))
    rows = zip(*(now.values[name] for name in now.values), now.geometries, strict=True)
    found += [
        GridThen(code, name, village, number, shape)
        for code, name, village, number, shape in rows
        if village not in drawn
    ]
    return sorted(found, key=lambda one: one.code)


def _counting(session: Session, day: date, today: date) -> dict[str, Kept]:
    """Return the version of each village that counts on a day.

    Of those that wait for their day, one counts from then on if it was drawn on the version that
    is in force when it comes; others will go back to who drew them.
    """
    counting = boundaries.in_force(session, day)
    waiting = (one for one in boundaries.due(session, day) if (one.effective or today) > today)
    for one in sorted(waiting, key=lambda each: (each.effective or today, each.number or 0)):
        before = counting.get(one.village)
        if before is not None and before.number == one.base:
            counting[one.village] = one
    return counting
