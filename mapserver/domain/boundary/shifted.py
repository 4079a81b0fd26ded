"""Whether boundaries are of another datum than they are said to be.

GCJ-02 lies 300 to 700 m off, BD-09 another kilometre: grids that are read in the wrong one do not
fill their village. The village's own line tells which of the datums fits.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats, Shapes
from mapserver.domain.datums import Datum, to_cgcs2000

_SHIFTED: tuple[Datum, ...] = ("cgcs2000", "gcj02", "bd09")
_BETTER = 0.01
"""So much more of grids and village together must be of both for another datum to be told."""

_M_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Shift:
    """Another datum in which boundaries fit their village better, and by how much.

    Attributes
    ----------
    datum : Datum
    distance_m : float
        Between where they lie in it and where they lie as it was stated.
    fits, fits_now : float
        Of what grids and village cover together, the part that both cover: 1 is a perfect fit.
    """

    datum: Datum
    distance_m: float
    fits: float
    fits_now: float


def in_cgcs2000(shapes: Shapes, datum: Datum) -> Shapes:
    """Return shapes of a datum's degrees in degrees of CGCS2000."""

    def moved(at: Floats) -> Floats:
        return np.column_stack(to_cgcs2000(at[:, 0], at[:, 1], datum))

    after: Shapes = np.asarray(shapely.transform(shapes, moved), object)
    return after


def better_datum(shapes: Shapes, outline: BaseGeometry, stated: Datum) -> Shift | None:
    """Return the datum in which the shapes fit the village, where that is not the stated one.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Valid, in degrees as they came.
    outline : Polygon or MultiPolygon
        The village, in degrees of CGCS2000.
    """
    whole = shapely.union_all(shapes)
    lies = {one: in_cgcs2000(np.array([whole], object), one)[0] for one in (*_SHIFTED, stated)}
    fits = {one: _fit(shape, outline) for one, shape in lies.items()}
    best = max(_SHIFTED, key=lambda one: fits[one])
    if fits[best] < fits[stated] + _BETTER:
        return None
    there, here = (shapely.centroid(lies[one]) for one in (best, stated))
    east = (there.x - here.x) * np.cos(np.radians(here.y))
    distance_m = float(np.hypot(east, there.y - here.y)) * _M_PER_DEGREE
    return Shift(best, distance_m, fits[best], fits[stated])


def _fit(one: BaseGeometry, other: BaseGeometry) -> float:
    both = float(shapely.area(shapely.intersection(one, other)))
    either = float(shapely.area(one) + shapely.area(other)) - both
    return both / either if either else 0.0
