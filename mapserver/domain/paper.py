"""A map on paper: its scale, its bar, where north is, and what stands along its edges.

Paper is measured in millimetres, ground in metres of a Gauss-Kruger zone.
"""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain import crs

SCALES = tuple(
    round(step * power)
    for power in (100, 1000, 10_000, 100_000)
    for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5)
)
"""Denominators that a ruler reads well, from 1:100 on."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Window:
    """The ground that a map shows, in metres, and its scale: so many metres a metre of paper."""

    west: float
    south: float
    east: float
    north: float
    denominator: int

    @property
    def box(self) -> Box:
        """West, south, east, north."""
        return self.west, self.south, self.east, self.north

    def on_paper(self, metres: float) -> float:
        """Return a length on the ground in millimetres of paper."""
        return metres * 1000 / self.denominator

    def on_ground(self, millimetres: float) -> float:
        """Return a length on paper in metres on the ground."""
        return millimetres * self.denominator / 1000


def window(subject: BaseGeometry, width_mm: float, height_mm: float, margin_mm: float) -> Window:
    """Return the window that shows an area in the middle, at the largest scale of `SCALES`.

    Parameters
    ----------
    subject : Polygon or MultiPolygon, planar metres
    width_mm, height_mm : float
        Of the map on paper.
    margin_mm : float
        What stays free around the area at least.

    Raises
    ------
    ValueError
        If the area is empty, or larger than the smallest scale can show.
    """
    if subject.is_empty:
        raise ValueError("an empty area has no map")
    west, south, east, north = subject.bounds
    least = 1000 * max(
        (east - west) / (width_mm - 2 * margin_mm), (north - south) / (height_mm - 2 * margin_mm)
    )
    denominator = next((one for one in SCALES if one >= least), None)
    if denominator is None:
        raise ValueError(f"an area of {east - west:.0f} by {north - south:.0f} m is beyond paper")
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = (side * denominator / 2000 for side in (width_mm, height_mm))
    return Window(x - half_x, y - half_y, x + half_x, y + half_y, denominator)


def round_length(most: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is not more than `most`."""
    power = 10.0 ** floor(log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9)))


def ticks(first: float, last: float, step: float) -> list[float]:
    """Return the multiples of a step from `first` to `last`."""
    return [k * step for k in range(ceil(first / step), floor(last / step) + 1)]


def north_of(shown: Window, meridian: int) -> float:
    """Return how far true north lies clockwise of the map's upright, in radians.

    It is the convergence of meridians in the middle of the map, with the sign turned: east of the
    central meridian true north lies to the left.
    """
    x, y = (shown.west + shown.east) / 2, (shown.south + shown.north) / 2
    (at,) = crs.to_degrees(np.array([shapely.Point(x, y)], object), meridian)
    (above,) = crs.to_metric(np.array([shapely.Point(at.x, at.y + 1e-4)], object), meridian)
    return float(np.arctan2(above.x - x, above.y - y))
