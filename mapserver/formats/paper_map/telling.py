"""What a page tells beside its map: names, counts, facts, legend, north and scale."""

import re
from collections.abc import Sequence
from math import degrees
from typing import Literal

import numpy as np
import shapely
from reportlab.lib.units import mm

from mapserver.domain.paper import round_length
from mapserver.formats.paper_map.page import MapPage, Table, Words
from mapserver.formats.paper_map.pen import (
    INK,
    INK_2,
    MAP_MM,
    PAGE_MM,
    Pen,
    draw_area,
    draw_mark,
    width_mm,
)

_TELLS = (326.0, 410.0)
"""Left and right end of what is told beside the map."""


def draw_told(pen: Pen, page: MapPage) -> None:
    """Write what the page tells, from the top down and from the foot up."""
    left, right = _TELLS
    y = PAGE_MM[1] - 24.0
    pen.text(left, y, page.over, 10, INK_2)
    y -= 11.5
    size = min(24.0, 24.0 * (right - left) / max(width_mm(page.title, 24), 1.0))
    pen.text(left, y, page.title, size)
    y -= 7.0
    pen.text(left, y, page.under, 11, INK_2)
    y = _draw_figures(pen, page.figures, y - 6.0)
    y = _draw_facts(pen, page.facts, y)
    if page.table is not None:
        y = _draw_table(pen, page.table, y)
    _draw_foot(pen, page)


def _draw_figures(pen: Pen, figures: Sequence[tuple[str, str]], y: float) -> float:
    left, right = _TELLS
    pen.rule(left, y, right)
    width = (right - left) / 3
    for k, (count, what) in enumerate(figures):
        x, row = left + (k % 3) * width, k // 3
        pen.text(x, y - 9.5 - row * 15, count, 17)
        pen.text(x, y - 13.8 - row * 15, what, 8.5, INK_2)
    return y - 3.0 - 15.0 * -(-len(figures) // 3)


def _draw_facts(pen: Pen, facts: Sequence[tuple[str, str]], y: float) -> float:
    left, right = _TELLS
    if facts:
        pen.rule(left, y, right)
        y -= 1.5
    for what, value in facts:
        pen.text(left, y - 4.5, what, 9, INK_2)
        for line in (wrapped for part in value.split("\n") for wrapped in _wrapped(part, 10, 58.0)):
            y -= 5.4
            pen.text(left + 26, y + 0.9, line, 10)
        y -= 0.8
    return y - 2.0


def _wrapped(text: str, size: float, most: float) -> list[str]:
    """Return a text in lines not wider than `most` millimetres; Latin words stay whole."""
    lines, line = [], ""
    for one in re.findall(r"[!-~]+ ?|.", text):
        if line and width_mm((line + one).rstrip(), size) > most:
            lines.append(line.rstrip())
            line = ""
        line += one
    return [*lines, line.rstrip()]


def _draw_table(pen: Pen, table: Table, y: float) -> float:
    left, right = _TELLS
    pen.rule(left, y, right)
    room = y - 88.0
    high = min(5.6, room / (len(table.rows) + 1))
    size = min(9.0, high * 1.6)
    ends = [left, *np.linspace(left + 44, right, len(table.heading) - 1).tolist()]
    for k, row in enumerate((table.heading, *table.rows)):
        base = y - (k + 0.8) * high
        for column, cell in enumerate(row):
            flush: Literal["left", "right"] = "right" if column else "left"
            pen.text(ends[column], base, cell, size, INK if k else INK_2, flush=flush)
        if not k:
            pen.rule(left, base - high * 0.3, right)
    return y - high * (len(table.rows) + 1)


def _draw_foot(pen: Pen, page: MapPage) -> None:
    """Draw legend, north, scale and the lines at the foot, from the bottom upwards."""
    left, right = _TELLS
    y = MAP_MM[1] + 1.0
    for line in reversed(page.foot):
        pen.text(left, y, line, 7.5, INK_2)
        y += 4.0
    y += 2.0
    _draw_scale(pen, page, y)
    _draw_north(pen, page, right - 9.0, y + 6.0)
    y += 24.0
    high = _draw_legend(pen, page.words, y)
    pen.rule(left, y - 4.0, right)
    y += high + 2.0
    pen.rule(left, y, right)
    _draw_signed(pen, page.words.signed, y + 4.0)


def _draw_signed(pen: Pen, signed: Sequence[str], y: float) -> None:
    """Draw lines to sign on."""
    left, right = _TELLS
    for k, who in enumerate(reversed(signed)):
        base = y + 9.0 * k
        pen.text(left, base, who, 8.5, INK_2)
        pen.rule(left + width_mm(who, 8.5) + 3.0, base - 0.8, right, INK_2)


def _draw_legend(pen: Pen, words: Words, y: float) -> float:
    """Draw the legend in two columns above `y`, and return how high it is."""
    left, _ = _TELLS
    rows = -(-(len(words.looks) + len(words.marks)) // 2)
    places = [
        (left + column * 42.0, y + row * 5.2) for column in (0, 1) for row in range(rows)[::-1]
    ]
    for (look, word), (x, base) in zip(words.looks, places, strict=False):
        shape = shapely.box(x, base - 0.4, x + 7, base + 2.8)
        for fills in (True, False):
            draw_area(pen, look, shape, fills=fills)
        pen.text(x + 10, base, word, 8.5)
    for (mark, word), (x, base) in zip(words.marks, places[len(words.looks) :], strict=False):
        draw_mark(pen, mark, x + 3.5, base + 1.1)
        pen.text(x + 10, base, word, 8.5)
    return rows * 5.2


def _draw_scale(pen: Pen, page: MapPage, y: float) -> None:
    canvas, (left, _), window = pen.canvas, _TELLS, page.window
    pen.text(left, y + 12.0, f"{page.words.scale} 1:{window.denominator:,}", 11)
    length = round_length(window.on_ground(54.0))
    part = window.on_paper(length) / 4
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.2 * mm)
    for k in range(4):
        canvas.setFillColor(INK if k % 2 == 0 else "#ffffff")
        canvas.rect((left + k * part) * mm, (y + 5.0) * mm, part * mm, 1.6 * mm, stroke=1, fill=1)
    for k in (0, 2, 4):
        unit = " m" if k == 4 else ""
        flush: Literal["left", "middle"] = "middle" if k else "left"
        pen.text(left + k * part, y + 1.6, f"{length * k / 4:g}{unit}", 7.5, INK_2, flush=flush)


def _draw_north(pen: Pen, page: MapPage, x: float, y: float) -> None:
    canvas = pen.canvas
    canvas.saveState()
    canvas.translate(x * mm, y * mm)
    canvas.rotate(-degrees(page.north))
    for side, fill in ((-1, INK), (1, "#ffffff")):
        path = canvas.beginPath()
        path.moveTo(0, 9 * mm)
        path.lineTo(side * 3.2 * mm, -6 * mm)
        path.lineTo(0, -3.6 * mm)
        path.close()
        canvas.setFillColor(fill)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.25 * mm)
        canvas.drawPath(path, stroke=1, fill=1)
    pen.text(0, 10.2, page.words.north, 9, flush="middle")
    canvas.restoreState()
