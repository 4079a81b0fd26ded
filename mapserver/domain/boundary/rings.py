"""Areas put together anew, ring by ring."""

from collections.abc import Callable

from shapely import LinearRing, MultiPolygon, Polygon, get_parts
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats


def each_ring(shape: BaseGeometry, changed: Callable[[LinearRing], Floats]) -> BaseGeometry:
    """Return a Polygon or MultiPolygon, as it was, with each ring changed.

    Parameters
    ----------
    changed : callable
        Returns the vertices, shape (n, 2), closed, that a ring is to have.
    """
    parts = [
        Polygon(changed(one.exterior), [changed(hole) for hole in one.interiors])
        for one in get_parts(shape)
    ]
    return parts[0] if shape.geom_type == "Polygon" else MultiPolygon(parts)
