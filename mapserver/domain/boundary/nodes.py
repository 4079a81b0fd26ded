"""Moving, adding and taking away one node in every grid that has it."""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely import LinearRing, LineString, Point
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.desk import Desk
from mapserver.domain.boundary.fitting import TOUCH_M, with_vertex
from mapserver.domain.boundary.rings import each_ring, edges_of
from mapserver.domain.boundary.snapping import place_snapped
from mapserver.domain.boundary.version import At, Kind, Version
from mapserver.domain.boundary_sum import Floats, Shapes
from mapserver.domain.needless import turns, without
from mapserver.errors import ActRefused

_SPARE_M = 0.1
"""A node that slides along the village's edge stops so far before the next one."""


def move_node(
    version: Version, at: At, to: At, reach: float = TOUCH_M, snap: float = 0.0
) -> Version:
    """Move the node at a place in every grid that has it, so that their edges go on meeting.

    A node on the village's own edge slides along it, and stops before the next node or corner
    there; a corner of the village stays.

    Parameters
    ----------
    at, to : pair of float
    reach : float
        How far from `at` the node may be.
    snap : float
        How far from `to` another node, or an edge, may be for the node to come to lie on it; two
        that an edge joins become one.

    Raises
    ------
    ActRefused
        If there is no node, it is a corner of the village, or an edge would cross another.
    """
    node = _node_at(version, at, reach)
    place = _place(version, to, snap, node[None, :])
    if shapely.dwithin(shapely.boundary(version.outline), Point(node), TOUCH_M):
        place = _slid(version, node, to)

    def follow(xy: Floats) -> Floats:
        return np.where((xy == node).all(axis=1)[:, None], place, xy)

    moved = {code: shapely.transform(one, follow) for code, one in version.grids.items()}
    return _with(version, moved, "move", place, node)


def bend(version: Version, at: At, to: At, reach: float, snap: float = 0.0) -> Version:
    """Give the edge nearest to a place a new node, in every grid that has the edge.

    Parameters
    ----------
    at : pair of float
        A place on the edge, or within reach of it.
    to : pair of float
        Where the node is to be.
    snap : float
        How far from `to` a node, or another edge, may be for the new one to lie on it.

    Raises
    ------
    ActRefused
        If there is no edge, it is the village's, or an edge would cross another.
    """
    grids, _ = Desk.of(version, []).as_it_is()
    start, end = _edge_near(np.array(list(grids.values()), object), at, reach)
    outline = shapely.boundary(version.outline)
    if shapely.dwithin(outline, Point((start + end) / 2), TOUCH_M):
        raise ActRefused(
            "这一段是村界，不能在这里改。村界要改，先改村的边界。",
            "This is the village's own edge. Change the village's boundary first.",
            at=list(at),
        )
    place = _place(version, to, snap, np.stack([start, end]))
    bent = {code: _with_node(one, start, end, place) for code, one in grids.items()}
    return _with(version, bent, "bend", place)


def drop_node(version: Version, at: At, reach: float = TOUCH_M) -> Version:
    """Take the node at a place out of every grid that has it.

    Raises
    ------
    ActRefused
        If there is no node, more than two edges meet there, it is a corner of the village or of
        a triangle, or an edge would cross another.
    """
    node = _node_at(version, at, reach)
    if len(_ends_at(version, node)) > 2:
        raise ActRefused(
            "这里有三条边相交，不能删。先把其中一条移开。",
            "Three edges meet here. Move one of them away first.",
            at=list(at),
        )
    holders = [one for one in version.grids.values() if _has(one, node)]
    if any(_is_corner_of_triangle(one, node) for one in holders):
        raise ActRefused(
            "再删就只剩两个角点，围不成格。", "Two corners alone enclose nothing.", at=list(at)
        )
    left = {code: without(one, {complex(*node)}) for code, one in version.grids.items()}
    return _with(version, left, "drop", np.array(at, np.float64), node)


def _place(version: Version, to: At, snap: float, besides: Floats) -> Floats:
    """Return where a node comes to lie; `besides` as in `place_snapped`."""
    place = np.array(to, np.float64)
    return place_snapped(version, place, snap, besides) if snap > 0 else place


def _node_at(version: Version, at: At, reach: float) -> Floats:
    places = shapely.get_coordinates(np.array(list(version.grids.values()), object))
    away = np.hypot(*(places - at).T)
    if not len(away) or away.min() > reach:
        raise ActRefused("这里没有角点。", "There is no corner here.", at=list(at))
    node: Floats = places[away.argmin()]
    if turns(version.outline, complex(*node)):
        raise ActRefused(
            "这是村界的角点，不能移动。村界要改，先改村的边界。",
            "This is a corner of the village and stays. Change the village's boundary first.",
            at=list(at),
        )
    return node


def _slid(version: Version, node: Floats, to: At) -> Floats:
    """Return the place nearest to another on the village's edge about a node, short of its ends."""
    _, outline = Desk.of(version, []).as_it_is()
    for ring in _rings(np.array([outline], object)):
        xy = shapely.get_coordinates(ring)[:-1]
        for index in np.flatnonzero((xy == node).all(axis=1)):
            stretch = LineString([xy[index - 1], node, xy[(index + 1) % len(xy)]])
            spare = min(_SPARE_M, stretch.length / 4)
            along = np.clip(stretch.project(Point(to)), spare, stretch.length - spare)
            place: Floats = shapely.get_coordinates(stretch.interpolate(along))[0]
            return place
    return node


def _edge_near(shapes: Shapes, at: At, reach: float) -> tuple[Floats, Floats]:
    starts, ends = edges_of(shapes)
    if not len(starts):
        raise _no_edge(at)
    edges = np.array(shapely.linestrings(np.stack([starts, ends], axis=1)), object)
    away = np.asarray(shapely.distance(edges, Point(at)))
    nearest = int(away.argmin())
    if away[nearest] > reach:
        raise _no_edge(at)
    return starts[nearest], ends[nearest]


def _no_edge(at: At) -> ActRefused:
    return ActRefused("这里没有边界。", "There is no boundary here.", at=list(at))


def _rings(shapes: Shapes) -> list[LinearRing]:
    return list(shapely.get_rings(shapely.get_parts(shapes)))


def _with_node(shape: BaseGeometry, start: Floats, end: Floats, to: Floats) -> BaseGeometry:
    """Return a shape with a node between two that follow each other, where they do."""

    def bent(ring: LinearRing) -> Floats:
        xy = shapely.get_coordinates(ring)
        forward = (xy[:-1] == start).all(axis=1) & (xy[1:] == end).all(axis=1)
        backward = (xy[:-1] == end).all(axis=1) & (xy[1:] == start).all(axis=1)
        return np.insert(xy, np.flatnonzero(forward | backward) + 1, to, axis=0)

    return each_ring(shape, bent)


def _ends_at(version: Version, node: Floats) -> set[complex]:
    """Return the other ends of the edges that meet at a node."""
    found: set[complex] = set()
    for ring in _rings(np.array([*version.grids.values(), version.outline], object)):
        xy = shapely.get_coordinates(ring)[:-1]
        for index in np.flatnonzero((xy == node).all(axis=1)):
            found |= {complex(*xy[index - 1]), complex(*xy[(index + 1) % len(xy)])}
    return found


def _has(shape: BaseGeometry, node: Floats) -> bool:
    return bool((shapely.get_coordinates(shape) == node).all(axis=1).any())


def _is_corner_of_triangle(shape: BaseGeometry, node: Floats) -> bool:
    rings = [shapely.get_coordinates(ring) for ring in _rings(np.array([shape], object))]
    return any(len(xy) <= 4 and (xy == node).all(axis=1).any() for xy in rings)


def _with(
    version: Version,
    grids: Mapping[str, BaseGeometry],
    kind: Kind,
    at: Floats,
    gone: Floats | None = None,
) -> Version:
    """Return the version with these shapes of its grids, if no edge crosses another.

    `at` is where a node lies now, which may be where another was, or in the middle of an edge.
    """
    changed = {
        code: shapely.remove_repeated_points(one)
        for code, one in grids.items()
        if one != version.grids[code]
    }
    _refuse_crossing(version, changed, at)
    is_there = any(_has(one, at) for one in changed.values())
    if is_there:
        changed |= _met({**version.grids, **changed}, at)
    bare = without(version.outline, {complex(*gone)}) if gone is not None else version.outline
    after = version.after(changed, bare, kind, changed)
    _, outline = Desk.of(after, []).as_it_is()
    if is_there:
        outline = with_vertex(outline, at, TOUCH_M)
    return version.after(changed, outline, kind, changed)


def _met(grids: Mapping[str, BaseGeometry], at: Floats) -> dict[str, BaseGeometry]:
    """Return those of some grids that get a vertex at a place in the middle of their edge."""
    met = {code: with_vertex(one, at, TOUCH_M) for code, one in grids.items()}
    return {code: one for code, one in met.items() if one is not grids[code]}


def _refuse_crossing(before: Version, changed: Mapping[str, BaseGeometry], at: Floats) -> None:
    """Refuse shapes that cross themselves, or lie over more of others than they did.

    Grids that move together open no gap without an overlap beside it; where they lay beside a
    gap already it may grow or shrink.
    """
    shapes = np.array(list(changed.values()), object)
    if shapely.is_valid(shapes).all():
        was = _twice_m2(before.grids, changed)
        if _twice_m2({**before.grids, **changed}, changed) <= was + _rounding_m2(shapes):
            return
    raise ActRefused(
        "移到这里边界会互相交叉。放近一点，或先把旁边的角点挪开。",
        "Here an edge would cross another. Put it nearer, or move the corners beside it first.",
        at=at.tolist(),
    )


def _twice_m2(grids: Mapping[str, BaseGeometry], changed: Mapping[str, BaseGeometry]) -> float:
    """Return how much of some grids lies under another, in square metres."""
    codes, shapes = list(grids), np.array(list(grids.values()), object)
    mine = np.array([code in changed for code in codes])
    one, other = shapely.STRtree(shapes).query(shapes[mine], predicate="intersects")
    first = np.flatnonzero(mine)[one]
    # a pair of two that changed comes twice, and is counted once
    kept = ~mine[other] | (first < other)
    return float(shapely.area(shapely.intersection(shapes[first[kept]], shapes[other[kept]])).sum())


def _rounding_m2(shapes: Shapes) -> float:
    return 1e-6 * max(1.0, float(shapely.length(shapes).sum()))
