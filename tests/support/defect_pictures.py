"""The picture of each kind of defect in docs/coverage.md.

`python -m tests.support.defect_pictures` writes it. Each panel is audited, and what the audit
finds is drawn over the areas, so the picture cannot say other than the program does.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import shapely
from shapely import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from mapserver.domain.coverage import Defect, Kind, audit

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "defects.svg"

A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
C, D = box(0, 10, 10, 20), box(10, 10, 20, 20)
VILLAGE = shapely.coverage_union_all([A, B, C, D])

LETTERS = {"A": (0, 0), "B": (10, 0), "C": (0, 10), "D": (10, 10), "E": (17.5, 10)}

PANEL, GAP, MARGIN, SCALE = 184, 22, 16, 7.8
COLUMNS, ROW = 4, 224
INK, SOFT, LINE, FAULT, PAPER = "#1d2420", "#5f665f", "#8b8575", "#b3261e", "#fffefb"
FILLS = ("#dfe9d8", "#e6eef6", "#f3e7d2", "#ece4f1", "#e9e4d6")


class Panel(NamedTuple):
    """One drawing: areas, the kind it shows, and how that is called."""

    kind: Kind
    zh: str
    en: str
    areas: tuple[BaseGeometry | None, ...]


PANELS = (
    Panel(
        "gap",
        "空白",
        "gap",
        (A, Polygon([(10, 10), (20, 10), (20, 0), (10, 0), (10, 2), (14, 5), (10, 8)]), C, D),
    ),
    Panel("hole", "空洞", "hole", (A, B, C, D - box(13, 13, 17, 17))),
    Panel("overlap", "重叠", "overlap", (A, box(7, 0, 20, 10), C, D)),
    Panel("outside", "出界", "outside", (A, box(10, 0, 23, 10), C, D)),
    Panel("duplicate", "重复", "duplicate", (A, B, C, D, box(10, 10, 20, 20))),
    Panel("missing", "没有画", "missing", (A, B, C, None)),
    Panel(
        "unmatched",
        "顶点没对上",
        "unmatched vertex",
        (A, Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5)]), C, D),
    ),
)


def drawn() -> str:
    """Return the picture as SVG."""
    rows = -(-len(PANELS) // COLUMNS)
    width = COLUMNS * PANEL + (COLUMNS - 1) * GAP + 2 * MARGIN
    height = rows * ROW + 2 * MARGIN - 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif">',
        "<title>边界的每一种毛病 Each kind of defect</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    for index, panel in enumerate(PANELS):
        x = MARGIN + index % COLUMNS * (PANEL + GAP)
        y = MARGIN + index // COLUMNS * ROW
        parts += [f'<g transform="translate({x} {y})">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> Iterator[str]:
    found = audit(list(panel.areas), "ABCDE"[: len(panel.areas)], [VILLAGE], ["village"]).defects
    for fill, area in zip(FILLS, panel.areas, strict=False):
        if area is not None:
            yield f'<path d="{_path(area)}" fill="{fill}" stroke="{LINE}" fill-rule="evenodd"/>'
    yield f'<path d="{_path(VILLAGE)}" fill="none" stroke="{INK}" stroke-width="2"/>'
    for one in found:
        yield from _fault(one)
    for (letter, corner), area in zip(LETTERS.items(), panel.areas, strict=False):
        if area is not None:
            x, y = _at(*corner)
            yield f'<text x="{x + 6}" y="{y - 7}" font-size="13" fill="{SOFT}">{letter}</text>'
    shown = next(one for one in found if one.kind == panel.kind)
    members = "、".join(shown.members)
    yield (
        f'<text x="0" y="178" font-size="14" font-weight="600" fill="{INK}">'
        f'{escape(panel.zh)} <tspan font-weight="400" fill="{SOFT}">{escape(panel.en)}'
        f"</tspan></text>"
    )
    size = f"{shown.area_m2:g} m²，{members}" if shown.area_m2 else members
    yield f'<text x="0" y="197" font-size="12" fill="{SOFT}">{escape(size)}</text>'


def _fault(one: Defect) -> Iterator[str]:
    if isinstance(one.geometry, Point):
        x, y = _at(one.geometry.x, one.geometry.y)
        yield f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="{FAULT}" stroke-width="2.5"/>'
    elif one.geometry is not None:
        yield (
            f'<path d="{_path(one.geometry)}" fill="{FAULT}" fill-opacity="0.35"'
            f' stroke="{FAULT}" stroke-width="2.5"/>'
        )


def _path(shape: BaseGeometry) -> str:
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join("{} {}".format(*_at(x, y)) for x, y in shapely.get_coordinates(ring)) + "Z"
        for ring in rings
    )


def _at(x: float, y: float) -> tuple[float, float]:
    return round(x * SCALE + 1, 1), round((20 - y) * SCALE + 1, 1)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(), "utf-8")
