"""The village's line, which is straight from corner to corner in degrees and on the plane.

The two differ by some centimetres in the middle of a long edge. A place on the one is meant to be
on the other: so that what was drawn along the line still is when it comes back to degrees, and
the line itself never moves.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.fitting import TOUCH_DEG, TOUCH_M
from mapserver.domain.boundary_sum import Floats, Shapes, as_one


@dataclass(frozen=True, slots=True)
class Line:
    """One line, corner by corner the same: in EPSG:4490 degrees, and in metres of a plane."""

    degrees: BaseGeometry
    metres: BaseGeometry

    @classmethod
    def around(cls, degrees: BaseGeometry, metres: BaseGeometry) -> "Line":
        """Return the line around an area that is given both ways."""
        return cls(shapely.boundary(degrees), shapely.boundary(metres))

    def to_metres(self, degrees: Shapes, metres: Shapes) -> Shapes:
        """Return shapes in metres, with the vertices on the line that are on it in degrees."""
        return _followed(degrees, metres, self.degrees, self.metres, TOUCH_DEG)

    def to_degrees(self, metres: Shapes, degrees: Shapes) -> Shapes:
        """Return shapes in degrees, with the vertices on the line that are on it in metres."""
        return _followed(metres, degrees, self.metres, self.degrees, TOUCH_M)


def _followed(
    known: Shapes, wanted: Shapes, line: BaseGeometry, other: BaseGeometry, within: float
) -> Shapes:
    """Return `wanted` with the vertices moved to `other` that, in `known`, are on `line`."""
    if not len(wanted):
        return wanted
    there, here = shapely.get_coordinates(known), shapely.get_coordinates(wanted)
    points = np.array(shapely.points(there), object)
    shapely.prepare(line)
    corners = as_one(shapely.get_coordinates(line))
    on = shapely.dwithin(line, points, within) & ~np.isin(as_one(there), corners)
    if not on.any():
        return wanted
    moved: Floats = here.copy()
    ways = shapely.shortest_line(other, np.array(shapely.points(here[on]), object))
    moved[on] = shapely.get_coordinates(ways)[::2]
    return np.asarray(shapely.set_coordinates(wanted.copy(), moved), object)
