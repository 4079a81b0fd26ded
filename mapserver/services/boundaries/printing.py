"""Boundaries on paper: an A3 page of a village, and one of each of its grids."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain import crs
from mapserver.domain.labels import deep_inside
from mapserver.errors import NotFound
from mapserver.formats.paper_map.page import Mark, Place
from mapserver.formats.paper_map.pdf import as_pdf
from mapserver.roles import Right, Role
from mapserver.services.boundaries.answer import answer
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.boundaries.printed_pages import Around, Called, grid_page, village_page
from mapserver.services.boundaries.printed_words import Printed, printed_words
from mapserver.services.context import Context
from mapserver.store import accounts, appointments, boundaries, columns, village_points
from mapserver.store.store import Session

_MARKS: tuple[Mark, ...] = ("house", "facility", "organization", "school")
"""The layers whose places are drawn, from the lowest to the uppermost."""
_BUILDINGS = "footprint"


def printed(
    context: Context, drawing: Drawing, village: str, grid: str | None, language: str
) -> bytes:
    """Return a PDF of A3 pages with the boundaries in force.

    Counts are left out for those who may not read all that stands in the village, places for
    those who may not read them.

    Parameters
    ----------
    grid : str, optional
        The grid of the one page; without it a page of the village comes first, and one of each of
        its grids after it.
    language : str
        "zh" or "en".

    Raises
    ------
    NotFound
        If there is no such village or grid, or it has no boundary yet.
    """
    around = _around(context, drawing, village, printed_words(language))
    if grid is None:
        pages = [village_page(around), *(grid_page(around, one) for one in around.grids)]
    else:
        pages = [grid_page(around, one) for one in around.grids if one.code == grid]
    if not pages:
        raise NotFound(
            f"{village} 没有网格 {grid}，或它还没有边界。",
            f"{village} has no grid {grid}, or it has no boundary yet.",
        )
    return as_pdf(pages, f"{around.words.title} {grid or village}", around.day)


def _around(context: Context, drawing: Drawing, village: str, words: Printed) -> Around:
    on = drawing.ground(context, village)
    found = answer(on, on.version, drawing.standing(context, village))
    meridian = crs.meridian_for(np.array([on.outline], object))
    day = context.today()
    with context.read() as session:
        names = columns.drawn(session, "town", ("name", "name_en"))
        approved = boundaries.approved(session, village)
        return Around(
            on=on,
            meridian=meridian,
            grids=found.grids,
            all_grids=_grids(session, meridian, words),
            villages=_villages(session, meridian, words),
            buildings=_buildings(session, on.outline, village, meridian),
            places=tuple(_places(session, village, meridian)),
            heads=_heads(session, day),
            town=next((words.village(name, "", english) for name, english in names), session.town),
            synthetic=session.meta("synthetic") == "yes",
            since=next((one.effective for one in approved if one.number == on.number), None),
            day=day,
            words=words,
        )


def _grids(session: Session, meridian: int, words: Printed) -> dict[str, Called]:
    found = columns.shapes(session, "grid", ("code", "name"))
    return {
        code: Called(shape, words.grid(code, name))
        for code, name, shape in zip(
            *found.values.values(), crs.to_metric(found.geometries, meridian), strict=True
        )
    }


def _villages(session: Session, meridian: int, words: Printed) -> dict[str, Called]:
    found = columns.shapes(session, "village", ("code", "name", "short_name", "name_en"))
    return {
        code: Called(shape, words.village(*names))
        for code, *names, shape in zip(
            *found.values.values(), crs.to_metric(found.geometries, meridian), strict=True
        )
    }


def _may_read(session: Session, layer: str, village: str) -> bool:
    known = session.layers.get(layer)
    return known is not None and session.scope.holds(Right.READ, known, village, None)


def _buildings(
    session: Session, outline: BaseGeometry, village: str, meridian: int
) -> tuple[BaseGeometry, ...]:
    if not _may_read(session, _BUILDINGS, village):
        return ()
    found = columns.shapes(session, _BUILDINGS, ()).geometries
    near = found[shapely.intersects(found, outline)]
    return tuple(crs.to_metric(near, meridian).tolist())


def _places(session: Session, village: str, meridian: int) -> Iterator[Place]:
    for mark in _MARKS:
        if not _may_read(session, mark, village):
            continue
        those = village_points.named(session, mark, village)
        shapes = crs.to_metric(np.array([shape for shape, _ in those], object), meridian)
        points = shapely.get_coordinates(deep_inside(shapes))
        for (x, y), (_, name) in zip(points.tolist(), those, strict=True):
            yield Place(x, y, mark, name)


def _heads(session: Session, day: date) -> dict[str, tuple[str, ...]]:
    """Return who is head of the grids of an area, by its code."""
    held = appointments.holding(session, Role.GRID_HEAD, day)
    titles = accounts.titles(session, [one.account for one in held])
    found: dict[str, tuple[str, ...]] = {}
    for one in held:
        found[one.area] = (*found.get(one.area, ()), titles[one.account])
    return found
