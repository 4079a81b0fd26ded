"""Areas of several owners, with a vertex wherever another one turns on their edge."""

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LinearRing
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.rings import each_ring
from mapserver.domain.boundary_sum import Floats, Shapes

TOUCH_M = 1e-6
TOUCH_DEG = 1e-9
"""Within this a vertex lies on an edge: a micrometre on the plane, a tenth of a millimetre in
degrees, in which boundaries are often written with nine digits."""


def fitted(areas: Shapes, within: float) -> Shapes:
    """Return areas whose edges have every vertex of another that lies on them.

    Areas that meet in this way still meet when they are projected: an edge that is straight in
    degrees is not on the plane, so where only one of two has a vertex there they would part.

    Parameters
    ----------
    areas : ndarray of Polygon or MultiPolygon, shape (n,)
        They may lie in each other, as grids in their village. One that gains nothing is the very
        same.
    within : float
        In the unit of the areas; at most so far an edge is moved.
    """
    if not len(areas):
        return areas
    places = np.unique(shapely.get_coordinates(areas), axis=0)
    tree = shapely.STRtree(np.array(shapely.points(places), object))
    after = areas.copy()
    for index, area in enumerate(areas.tolist()):
        after[index] = _with_vertices(area, tree, places, within)
    return after


def with_vertex(area: BaseGeometry, place: Floats, within: float) -> BaseGeometry:
    """Return an area with a vertex at a place, where its edge passes within reach of it.

    Parameters
    ----------
    place : ndarray of float64, shape (2,)
    """
    tree = shapely.STRtree(np.array([shapely.Point(place)], object))
    return _with_vertices(area, tree, place[None, :], within)


def _with_vertices(
    area: BaseGeometry, tree: shapely.STRtree, places: Floats, within: float
) -> BaseGeometry:
    after = each_ring(area, lambda ring: _ring(ring, tree, places, within))
    gained = shapely.get_num_coordinates(after) > shapely.get_num_coordinates(area)
    return after if gained else area


def _ring(ring: LinearRing, tree: shapely.STRtree, places: Floats, within: float) -> Floats:
    """Return the vertices of a ring, with those of others that lie on its edges."""
    xy = shapely.get_coordinates(ring)
    starts, ends = xy[:-1], xy[1:]
    edges = np.array(shapely.linestrings(np.stack([starts, ends], axis=1)), object)
    edge, place = tree.query(edges, predicate="dwithin", distance=within)
    new = ~_equal(places[place], starts[edge]) & ~_equal(places[place], ends[edge])
    edge, place = edge[new], place[new]
    if not len(edge):
        return xy
    way = ends[edge] - starts[edge]
    along = ((places[place] - starts[edge]) * way).sum(axis=1) / (way**2).sum(axis=1)
    between = (along > 0) & (along < 1)
    edge, place, along = edge[between], place[between], along[between]
    order = np.lexsort([along, edge])
    return np.insert(xy, edge[order] + 1, places[place[order]], axis=0)


def _equal(one: Floats, other: Floats) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (one == other).all(axis=1)
    return found
