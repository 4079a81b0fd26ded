"""The map of a page: areas, marks, names, and coordinates along its frame."""

from collections.abc import Sequence

import numpy as np
import shapely
from reportlab.lib.units import mm
from shapely.geometry.base import BaseGeometry

from mapserver.domain.labels import deep_inside
from mapserver.domain.paper import Window, round_length, ticks
from mapserver.formats.paper_map.page import Area, MapPage
from mapserver.formats.paper_map.pen import (
    INK,
    INK_2,
    MAP_MM,
    MARKS,
    RULE,
    Pen,
    draw_area,
    draw_mark,
)

_WIDE = 2.5
"""So many times as wide as high is a name."""


_IN_IT = 0.8
"""A name of which less lies in its area than this is left out; a subject always has its own."""


def _to_paper(window: Window) -> tuple[float, float, float]:
    left, bottom, _, _ = MAP_MM
    k = 1000 / window.denominator
    return k, left - window.west * k, bottom - window.south * k


def draw_map(pen: Pen, page: MapPage) -> None:
    """Draw the map within its frame; names that find no room are left out."""
    canvas, (left, bottom, wide, high) = pen.canvas, MAP_MM
    canvas.saveState()
    frame = canvas.beginPath()
    frame.rect(left * mm, bottom * mm, wide * mm, high * mm)
    canvas.clipPath(frame, stroke=0, fill=0)
    canvas.setLineJoin(1)
    k, dx, dy = _to_paper(page.window)
    beyond = _grown(page.window)
    on_paper = [
        (
            one,
            shapely.transform(
                shapely.intersection(one.shape, beyond), lambda at: at * k + (dx, dy)
            ),
        )
        for one in page.areas
    ]
    for fills in (True, False):
        for area, shape in on_paper:
            draw_area(pen, area.look, shape, fills=fills)
    for place in page.places:
        x, y = place.x * k + dx, place.y * k + dy
        draw_mark(pen, place.mark, x, y)
        pen.keep_free(x, y, MARKS[place.mark][1])
    _name_areas(pen, on_paper)
    for place in page.places:
        color, radius = MARKS[place.mark]
        if place.name:
            size = 5.5 if place.mark == "house" else 6.5
            x, y = place.x * k + dx, place.y * k + dy
            pen.beside(x, y, place.name, size, color, radius + 0.5)
    canvas.restoreState()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.35 * mm)
    canvas.rect(left * mm, bottom * mm, wide * mm, high * mm)


def _grown(window: Window) -> BaseGeometry:
    """Return the window with a little more around it, so that no cut is seen."""
    more = window.on_ground(2.0)
    return shapely.box(
        window.west - more, window.south - more, window.east + more, window.north + more
    )


def _name_areas(pen: Pen, areas: Sequence[tuple[Area, BaseGeometry]]) -> None:
    left, bottom, wide, high = MAP_MM
    frame = shapely.box(left, bottom, left + wide, bottom + high)
    named = [(one, shapely.intersection(shape, frame)) for one, shape in areas if one.name]
    named = [(one, shape) for one, shape in named if shape.area > 60]
    for area, shape in sorted(named, key=lambda one: (one[0].look != "subject", -one[1].area)):
        size, color = (11, "#17538f") if area.look == "subject" else (8, INK_2)
        x, y = _roomiest(shape, pen.taken())
        room = shapely.intersection(shape, pen.name_box(x, y, area.name, size))
        if area.look == "subject" or room.area > _IN_IT * pen.name_box(x, y, area.name, size).area:
            pen.name(x, y, area.name, size, color)


def _roomiest(shape: BaseGeometry, taken: BaseGeometry) -> tuple[float, float]:
    """Return the middle of the largest ellipse, as wide as names are, that is free of marks."""
    free = shapely.difference(shape, taken)
    room = shape if free.is_empty else free
    narrow = shapely.transform(room, lambda at: at * (1 / _WIDE, 1))
    (at,) = deep_inside(np.array([narrow], object))
    return at.x * _WIDE, at.y


def draw_edges(pen: Pen, window: Window) -> None:
    """Draw eastings and northings along the frame, and crosses where they meet."""
    canvas, (left, bottom, wide, high) = pen.canvas, MAP_MM
    step = round_length(window.on_ground(60.0))
    k, dx, dy = _to_paper(window)
    xs = [(x, x * k + dx) for x in ticks(window.west, window.east, step)]
    ys = [(y, y * k + dy) for y in ticks(window.south, window.north, step)]
    canvas.setStrokeColor(INK_2)
    canvas.setLineWidth(0.15 * mm)
    for x, at in xs:
        for edge, out in ((bottom, -1.5), (bottom + high, 1.5)):
            canvas.line(at * mm, edge * mm, at * mm, (edge + out) * mm)
        pen.text(at, bottom - 4.6, _metres(x), 6, INK_2, flush="middle")
        pen.text(at, bottom + high + 2.2, _metres(x), 6, INK_2, flush="middle")
    for y, at in ys:
        for edge, out in ((left, -1.5), (left + wide, 1.5)):
            canvas.line(edge * mm, at * mm, (edge + out) * mm, at * mm)
        for edge, shift in ((left - 2.2, 0.0), (left + wide + 4.4, 0.0)):
            canvas.saveState()
            canvas.translate((edge + shift) * mm, at * mm)
            canvas.rotate(90)
            pen.text(0, 0, _metres(y), 6, INK_2, flush="middle")
            canvas.restoreState()
    canvas.setLineWidth(0.12 * mm)
    canvas.setStrokeColor(RULE)
    for _, x in xs:
        for _, y in ys:
            canvas.line((x - 1.5) * mm, y * mm, (x + 1.5) * mm, y * mm)
            canvas.line(x * mm, (y - 1.5) * mm, x * mm, (y + 1.5) * mm)


def _metres(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")
