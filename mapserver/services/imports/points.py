"""Coordinates in a row: read, held against the town, and brought to CGCS2000.

A spreadsheet never says which datum its coordinates are in, and Chinese web maps and
phones give shifted ones, so the datum is asked for and never assumed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import cast

from shapely import Point

from mapserver.domain.cells import CellValue
from mapserver.domain.datums import Datum, to_cgcs2000
from mapserver.domain.numbers import read_number
from mapserver.domain.problems import Problem
from mapserver.layers import Layer

Bounds = tuple[float, float, float, float]
NEAR_DEG = 0.5
"""What lies further from the town, some 50 km, is a mistake."""


@dataclass(frozen=True, slots=True)
class Located:
    """A row's point in EPSG:4490, the datum it was given in, and what is wrong with it."""

    point: Point | None = None
    datum: Datum | None = None
    problems: tuple[Problem, ...] = ()


NOWHERE = Located()


def columns_unused(layer: Layer, columns: Collection[str]) -> tuple[str, ...]:
    """Return those of the columns for longitude and latitude that place nothing.

    A layer whose records have no point of their own takes neither, and one of the two alone
    is no place.
    """
    given = tuple(name for name in ("lon", "lat") if name in columns)
    return () if "point" in layer.geometry and len(given) == 2 else given


def locate(
    at: tuple[CellValue, CellValue] | None, town: Bounds | None, chosen: Mapping[str, str]
) -> Located:
    """Return where a row lies; `chosen` may hold the datum that a person stated."""
    if at is None or all(value is None or value == "" for value in at):
        return NOWHERE
    x, y = (read_number(value) for value in at)
    if x is None or y is None or not (abs(x) <= 180 and abs(y) <= 180):
        return Located(problems=(Problem("bad-coordinates", None, {"text": f"{at[0]}, {at[1]}"}),))
    if town and not _near(x, y, town):
        code = "coordinates-swapped" if _near(y, x, town) else "coordinates-far"
        return Located(problems=(Problem(code, None, {"text": f"{x}, {y}"}),))
    missing = Problem("datum-missing")
    datum = chosen.get(missing.key)
    if datum is None:
        return Located(problems=(missing,))
    stated = cast(Datum, datum)
    lon, lat = to_cgcs2000([x], [y], stated)
    return Located(Point(round(float(lon[0]), 7), round(float(lat[0]), 7)), stated)


def _near(x: float, y: float, town: Bounds) -> bool:
    west, south, east, north = town
    return west - NEAR_DEG <= x <= east + NEAR_DEG and south - NEAR_DEG <= y <= north + NEAR_DEG
