"""What is drawn near a boundary is meant to lie on it."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.rings import edges_of
from mapserver.domain.boundary.version import Version
from mapserver.domain.boundary_sum import Floats, as_one


def snapped(version: Version, drawn: BaseGeometry, reach_m: float) -> BaseGeometry:
    """Return what was drawn with each vertex on the nearest node or edge within reach.

    A node is taken before an edge. Where two vertices on end fall on one place they become one;
    a shape that would have no surface left stays as it was drawn.

    Parameters
    ----------
    drawn : Polygon, MultiPolygon, LineString or MultiLineString, planar metres
    reach_m : float
        0 leaves everything where it is.
    """
    if reach_m <= 0 or drawn.is_empty:
        return drawn
    lines = shapely.boundary(np.array([*version.grids.values(), version.outline], object))
    nodes = np.unique(shapely.get_coordinates(lines), axis=0)
    places = shapely.get_coordinates(drawn)
    on = _on_edges(shapely.union_all(lines), places, reach_m)
    on = _on_nodes(nodes, places, on, reach_m)
    moved = shapely.set_coordinates(_copy(drawn), on)
    if not shapely.is_valid(moved) or bool(moved.area) != bool(drawn.area):
        return drawn
    return shapely.remove_repeated_points(moved)


def place_snapped(version: Version, place: Floats, reach_m: float, besides: Floats) -> Floats:
    """Return where a node comes to lie that goes to a place: on a node or an edge within reach.

    Parameters
    ----------
    place : ndarray of float64, shape (2,), planar metres
    besides : ndarray of float64, shape (n, 2)
        The node itself, or the ends of the edge that gets one: neither they nor edges that end
        there are meant.
    """
    starts, ends = edges_of(np.array([*version.grids.values(), version.outline], object))
    spare = as_one(besides)
    nodes = np.unique(starts[~np.isin(as_one(starts), spare)], axis=0)
    meant = ~(np.isin(as_one(starts), spare) | np.isin(as_one(ends), spare))
    asked = on = place[None, :]
    if meant.any():
        edges = shapely.linestrings(np.stack([starts[meant], ends[meant]], axis=1))
        on = _on_edges(shapely.union_all(edges), asked, reach_m)
    if len(nodes):
        on = _on_nodes(nodes, asked, on, reach_m)
    there: Floats = on[0]
    return there


def _on_nodes(nodes: Floats, places: Floats, otherwise: Floats, reach_m: float) -> Floats:
    tree = shapely.STRtree(np.array(shapely.points(nodes), object))
    asked, found = tree.query_nearest(
        np.array(shapely.points(places), object), max_distance=reach_m, all_matches=False
    )
    on = otherwise.copy()
    on[asked] = nodes[found]
    return on


def _on_edges(edges: BaseGeometry, places: Floats, reach_m: float) -> Floats:
    points = np.array(shapely.points(places), object)
    shapely.prepare(edges)
    near = shapely.dwithin(edges, points, reach_m)
    on = places.copy()
    if near.any():
        ways = shapely.shortest_line(edges, points[near])
        on[near] = shapely.get_coordinates(ways)[::2]
    return on


def _copy(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, lambda xy: xy)
