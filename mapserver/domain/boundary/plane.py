"""The plane on which boundaries are drawn, and the way back to the very degrees they came from.

Stored boundaries are degrees, acts are done in metres. To project there and back is right to some
nanometres only, which would part a grid from its neighbour in the next village; so a plane
remembers of which degrees each of its vertices was made.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain import crs
from mapserver.domain.boundary_sum import Floats, Shapes, as_one


class Plane:
    """The Gauss-Kruger zone at a meridian, in metres, easting first.

    Parameters
    ----------
    meridian : int
        Degrees, see `crs.meridian_for`.
    """

    __slots__ = ("_known", "_metres", "meridian")

    def __init__(self, meridian: int) -> None:
        self.meridian = meridian
        self._metres = np.zeros(0, np.complex128)
        self._known = np.zeros((0, 2))

    def to_metric(self, shapes: Sequence[BaseGeometry] | Shapes) -> Shapes:
        """Return shapes, given in EPSG:4490 degrees, in metres; their vertices are remembered."""
        given = np.asarray(shapes, object)
        made = crs.to_metric(given, self.meridian)
        metres = np.r_[self._metres, as_one(shapely.get_coordinates(made))]
        known = np.concatenate([self._known, shapely.get_coordinates(given)])
        self._metres, first = np.unique(metres, return_index=True)
        self._known = known[first]
        return made

    def to_degrees(self, shapes: Sequence[BaseGeometry] | Shapes) -> Shapes:
        """Return shapes in degrees; vertices that came from there are what they were."""
        given = np.asarray(shapes, object)
        made = crs.to_degrees(given, self.meridian)
        metres, degrees = shapely.get_coordinates(given), shapely.get_coordinates(made)
        found, at = self._find(as_one(metres))
        exact = np.where(found[:, None], self._known[at], degrees) if len(self._known) else degrees
        return np.asarray(shapely.set_coordinates(made.copy(), exact), object)

    def _find(self, metres: NDArray[np.complex128]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        if not len(self._metres):
            return np.zeros(len(metres), bool), np.zeros(len(metres), np.intp)
        at = np.searchsorted(self._metres, metres).clip(max=len(self._metres) - 1)
        return self._metres[at] == metres, at


def degrees_of(plane: Plane, at: tuple[float, float]) -> Floats:
    """Return the longitude and latitude of a place on a plane, shape (2,)."""
    place: Floats = shapely.get_coordinates(plane.to_degrees([shapely.Point(at)]))[0]
    return place
