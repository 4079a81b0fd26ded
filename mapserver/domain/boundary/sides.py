"""What an area borders on to its north, east, south and west: the 四至 of land documents."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats

Side = Literal["east", "south", "west", "north"]
SIDES: tuple[Side, ...] = ("east", "south", "west", "north")
"""In the order in which land documents name them."""

_TOUCH_M = 0.5
_LEAST = 0.05
"""Who has less than this of a side is not named there."""


def sides(subject: BaseGeometry, others: Mapping[str, BaseGeometry]) -> dict[Side, tuple[str, ...]]:
    """Return who borders on an area on each side, whoever has most of the side first.

    A side is a quarter of what is seen from the middle of the area's box, up to the box's
    diagonals: a long area has long sides. Where nobody borders, nobody is named.

    Parameters
    ----------
    subject : Polygon or MultiPolygon, planar metres
    others : mapping of name to Polygon or MultiPolygon
        Whoever shares none of the area's edge is never named.
    """
    edge = shapely.boundary(subject)
    west, south, east, north = subject.bounds
    box = np.array([[(west + east) / 2, (south + north) / 2], [east - west, north - south]])
    lengths: dict[Side, dict[str, float]] = {side: {} for side in SIDES}
    near = {name: one for name, one in others.items() if shapely.dwithin(subject, one, _TOUCH_M)}
    for name, other in near.items():
        shared = shapely.intersection(edge, shapely.buffer(other, _TOUCH_M))
        for side, length in _by_side(shared, box).items():
            if length > 2 * _TOUCH_M:
                lengths[side][name] = length
    whole = _by_side(edge, box)
    return {
        side: tuple(
            name
            for name, length in sorted(found.items(), key=lambda one: (-one[1], one[0]))
            if length >= _LEAST * whole[side]
        )
        for side, found in lengths.items()
    }


def _by_side(line: BaseGeometry, box: Floats) -> dict[Side, float]:
    """Return how long a line is in each quarter of a box, given by its middle and its size."""
    found: dict[Side, float] = dict.fromkeys(SIDES, 0.0)
    for part in shapely.get_parts(line):
        at = shapely.get_coordinates(shapely.segmentize(part, max(part.length / 64, 1.0)))
        for (x, y), length in zip(
            ((at[1:] + at[:-1]) / 2 - box[0]) / box[1],
            np.hypot(*np.diff(at, axis=0).T),
            strict=True,
        ):
            found[_side_of(x, y)] += float(length)
    return found


def _side_of(x: float, y: float) -> Side:
    if abs(x) >= abs(y):
        return "east" if x > 0 else "west"
    return "north" if y > 0 else "south"
