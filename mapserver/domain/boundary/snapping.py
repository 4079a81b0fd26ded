"""What is drawn near a boundary is meant to lie on it."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.version import Version
from mapserver.domain.boundary_sum import Bools, Floats


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
    rings = shapely.get_rings(
        shapely.get_parts(np.array([*version.grids.values(), version.outline], object))
    )
    spots = [shapely.get_coordinates(ring) for ring in rings]
    nodes = _others(np.unique(np.concatenate(spots), axis=0), besides)
    ends = np.concatenate([np.stack([xy[:-1], xy[1:]], axis=1) for xy in spots])
    away = ~(_is_one_of(ends[:, 0], besides) | _is_one_of(ends[:, 1], besides))
    asked = place[None, :]
    on = asked
    if away.any():
        on = _on_edges(shapely.union_all(shapely.linestrings(ends[away])), asked, reach_m)
    snapped_to: Floats = (_on_nodes(nodes, asked, on, reach_m) if len(nodes) else on)[0]
    return snapped_to


def _is_one_of(places: Floats, those: Floats) -> Bools:
    found: Bools = (places[:, None, :] == those[None, :, :]).all(axis=2).any(axis=1)
    return found


def _others(places: Floats, besides: Floats) -> Floats:
    return places[~_is_one_of(places, besides)]


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
