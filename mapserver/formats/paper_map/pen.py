"""Lines, marks and names on a page, in millimetres from its lower left corner."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from shapely.geometry.base import BaseGeometry

from mapserver.formats.paper_map.page import Look, Mark

PAGE_MM = (420.0, 297.0)
MAP_MM = (16.0, 16.0, 300.0, 265.0)
"""Left, bottom, width and height of the map."""
MARGIN_MM = 14.0
"""What the map leaves free around its subject."""
INK, INK_2, RULE = "#1d2420", "#4d554f", "#b9b2a0"

_FONT = "wqy-microhei"
_MISSING = "〓"
_LINE_HEIGHT = 1.25

FILLS: dict[Look, str | None] = {
    "beyond": "#f4f2ec",
    "grid": "#fdfbf4",
    "subject": "#e9f0f7",
    "building": "#ddd3c0",
}
LINES: dict[Look, tuple[str, float]] = {
    "beyond": ("#b9b2a0", 0.15),
    "grid": ("#8b8575", 0.25),
    "subject": ("#1a5a9b", 0.8),
    "building": ("#b3a78d", 0.1),
}
MARKS: dict[Mark, tuple[str, float]] = {
    "house": ("#6b5d45", 0.5),
    "school": ("#157a5f", 1.3),
    "organization": ("#7a4c9e", 1.1),
    "facility": ("#b06a12", 1.1),
}


@lru_cache(maxsize=1)
def known_characters() -> frozenset[int]:
    """Register the font, and return the characters that it has."""
    file = Path(__file__).parents[1] / "fonts" / f"{_FONT}.ttc"
    font = TTFont(_FONT, str(file), subfontIndex=0)
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def printable(text: str) -> str:
    """Return a text with 〓 for every character that the font lacks."""
    known = known_characters()
    return "".join(one if ord(one) in known else _MISSING for one in text)


def width_mm(text: str, size: float) -> float:
    """Return how wide a text is, `size` in points."""
    return float(pdfmetrics.stringWidth(printable(text), _FONT, size)) / mm


class Pen:
    """A canvas in millimetres, which knows where names stand already."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._taken: list[tuple[float, float, float, float]] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str = INK,
        *,
        flush: Literal["left", "middle", "right"] = "left",
    ) -> None:
        """Write a line whose baseline begins, is centred or ends at (x, y)."""
        self.canvas.setFillColor(color)
        self.canvas.setFont(_FONT, size)
        wide = width_mm(text, size)
        left = x - {"left": 0.0, "middle": wide / 2, "right": wide}[flush]
        self.canvas.drawString(left * mm, y * mm, printable(text))

    @staticmethod
    def name_box(x: float, y: float, lines: Sequence[str], size: float) -> BaseGeometry:
        """Return where a name around a place stands."""
        wide = max(width_mm(line, size) for line in lines) / 2
        high = size * _LINE_HEIGHT / mm * len(lines) / 2
        return shapely.box(x - wide, y - high, x + wide, y + high)

    def name(self, x: float, y: float, lines: Sequence[str], size: float, color: str) -> None:
        """Write a name around a place on a white halo; other names keep away from it."""
        box = self.name_box(x, y, lines, size).bounds
        self._taken.append(box)
        for k, line in enumerate(lines):
            base = box[3] - size * _LINE_HEIGHT / mm * (k + 0.78)
            self._haloed(x - width_mm(line, size) / 2, base, line, size, color)

    def taken(self) -> BaseGeometry:
        """Return where marks and names stand."""
        return shapely.union_all(shapely.box(*np.array(self._taken).reshape(-1, 4).T))

    def beside(self, x: float, y: float, text: str, size: float, color: str, gap: float) -> bool:
        """Write a name beside a mark, on whichever side there is room."""
        wide, high = width_mm(text, size), size / mm
        for left, low in (
            (x + gap, y - high / 2),
            (x - gap - wide, y - high / 2),
            (x - wide / 2, y + gap),
            (x - wide / 2, y - gap - high),
        ):
            if self._take((left, low, left + wide, low + high)):
                self._haloed(left, low + high * 0.2, text, size, color)
                return True
        return False

    def keep_free(self, x: float, y: float, radius: float) -> None:
        """Let no name stand on a mark."""
        self._taken.append((x - radius, y - radius, x + radius, y + radius))

    def _take(self, box: tuple[float, float, float, float]) -> bool:
        left, bottom, wide, high = MAP_MM
        west, south, east, north = box
        within = left < west and east < left + wide and bottom < south and north < bottom + high
        free = within and not any(
            west < e and w < east and south < n and s < north for w, s, e, n in self._taken
        )
        if free:
            self._taken.append(box)
        return free

    def _haloed(self, x: float, y: float, text: str, size: float, color: str) -> None:
        canvas = self.canvas
        canvas.setFont(_FONT, size)
        canvas.setStrokeColor("#ffffff")
        canvas.setLineWidth(size / 6)
        canvas.setLineJoin(1)
        canvas.setFillColor("#ffffff")
        canvas.drawString(x * mm, y * mm, printable(text), mode=1)
        canvas.setFillColor(color)
        canvas.drawString(x * mm, y * mm, printable(text))

    def rule(self, x: float, y: float, to: float, color: str = RULE, width: float = 0.2) -> None:
        """Draw a level line."""
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(width * mm)
        self.canvas.line(x * mm, y * mm, to * mm, y * mm)


def draw_area(pen: Pen, look: Look, shape: BaseGeometry, *, fills: bool) -> None:
    """Fill an area, or draw its line."""
    canvas, fill = pen.canvas, FILLS[look]
    color, width = LINES[look]
    path = canvas.beginPath()
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        first, *rest = shapely.get_coordinates(ring) * mm
        path.moveTo(*first)
        for at in rest:
            path.lineTo(*at)
        path.close()
    if fills and fill:
        canvas.setFillColor(fill)
        canvas.drawPath(path, stroke=0, fill=1, fillMode=0)
    elif not fills:
        canvas.setStrokeColor(color)
        canvas.setLineWidth(width * mm)
        canvas.drawPath(path, stroke=1, fill=0)


def draw_mark(pen: Pen, mark: Mark, x: float, y: float) -> None:
    """Draw a mark: a dot, a square, a diamond, a triangle."""
    canvas = pen.canvas
    color, radius = MARKS[mark]
    canvas.setFillColor(color)
    canvas.setStrokeColor("#ffffff")
    canvas.setLineWidth(0.2 * mm)
    x, y, radius = x * mm, y * mm, radius * mm
    if mark == "house":
        canvas.circle(x, y, radius, stroke=0, fill=1)
    elif mark == "school":
        canvas.rect(x - radius, y - radius, 2 * radius, 2 * radius, stroke=1, fill=1)
    else:
        corners = 4 if mark == "organization" else 3
        path = canvas.beginPath()
        turns = np.pi / 2 + np.arange(corners) * 2 * np.pi / corners
        for k, turn in enumerate(turns):
            move = path.lineTo if k else path.moveTo
            move(x + radius * np.cos(turn), y + radius * np.sin(turn))
        path.close()
        canvas.drawPath(path, stroke=1, fill=1)
