"""The versions a village had, and the grids of any day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from mapserver.errors import NotFound
from mapserver.services.boundaries.asked import loading
from mapserver.services.context import Context
from mapserver.store import boundaries, columns
from mapserver.store.boundaries import Kept, KeptGrid


def versions(context: Context, village: str) -> list[Kept]:
    """Return the approved versions of a village, the latest first."""
    with context.read() as session:
        return boundaries.approved(session, village)


def as_act(context: Context, village: str, number: int) -> dict[str, Any]:
    """Return the act that brings back an earlier version, as drafts keep it.

    Raises
    ------
    NotFound
        If the village never had a version of that number.
    """
    with context.read() as session:
        for one in boundaries.approved(session, village):
            if one.number == number:
                return _loading(boundaries.shapes_of(session, one))
    raise NotFound(f"这个村没有第 {number} 版边界。", f"The village never had version {number}.")


def _loading(shapes: Mapping[str, KeptGrid]) -> dict[str, Any]:
    return loading(
        {code: one.geometry for code, one in shapes.items()},
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


def grids_on(context: Context, day: date) -> list[GridThen]:
    """Return all grids of the town as they were on a day.

    Of a village whose boundaries were never drawn here, those in force are all that is known.
    """
    with context.read() as session:
        then = boundaries.in_force(session, day)
        drawn = boundaries.numbers(session)
        found = [
            GridThen(code, grid.name, one.village, one.number, grid.geometry)
            for one in then.values()
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
