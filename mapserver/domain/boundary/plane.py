"""The plane on which boundaries are drawn, and the way back to the very degrees they came from.

Stored boundaries are degrees, acts are done in metres. To project there and back is right to some
nanometres only, which would part a grid from its neighbour in the next village; so a plane
remembers of which degrees each of its vertices was made.
"""

from collections.abc import Sequence
from threading import Lock

import numpy as np
import shapely
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

    __slots__ = ("_lock", "_remembered", "meridian")

    def __init__(self, meridian: int) -> None:
        self.meridian = meridian
        self._lock = Lock()
        # one pair, replaced as a whole: threads share a plane
        self._remembered = (np.zeros(0, np.complex128), np.zeros((0, 2)))

    def to_metric(self, shapes: Sequence[BaseGeometry] | Shapes) -> Shapes:
        """Return shapes, given in EPSG:4490 degrees, in metres; their vertices are remembered."""
        given = np.asarray(shapes, object)
        made = crs.to_metric(given, self.meridian)
        new, degrees = as_one(shapely.get_coordinates(made)), shapely.get_coordinates(given)
        with self._lock:
            metres, known = self._remembered
            unique, first = np.unique(np.r_[metres, new], return_index=True)
            self._remembered = unique, np.concatenate([known, degrees])[first]
        return made

    def to_degrees(self, shapes: Sequence[BaseGeometry] | Shapes) -> Shapes:
        """Return shapes in degrees; vertices that came from there are what they were."""
        given = np.asarray(shapes, object)
        made = crs.to_degrees(given, self.meridian)
        metres, degrees = as_one(shapely.get_coordinates(given)), shapely.get_coordinates(made)
        remembered, known = self._remembered
        if not len(remembered):
            return made
        at = np.searchsorted(remembered, metres).clip(max=len(remembered) - 1)
        exact = np.where((remembered[at] == metres)[:, None], known[at], degrees)
        return np.asarray(shapely.set_coordinates(made.copy(), exact), object)


def degrees_of(plane: Plane, at: tuple[float, float]) -> Floats:
    """Return the longitude and latitude of a place on a plane, shape (2,)."""
    place: Floats = shapely.get_coordinates(plane.to_degrees([shapely.Point(at)]))[0]
    return place
