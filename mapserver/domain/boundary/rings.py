"""Areas put together anew, ring by ring."""

from collections.abc import Callable

import numpy as np
from shapely import LinearRing, MultiPolygon, Polygon, get_coordinates, get_parts, get_rings
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats, Shapes


def edges_of(shapes: Shapes) -> tuple[Floats, Floats]:
    """Return where the edges of all rings begin and end, shape (n, 2) each.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
    """
    rings = [get_coordinates(ring) for ring in get_rings(get_parts(shapes))]
    if not rings:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.concatenate([xy[:-1] for xy in rings]), np.concatenate([xy[1:] for xy in rings])


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
