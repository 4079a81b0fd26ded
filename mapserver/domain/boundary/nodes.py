"""Moving one node in every grid that has it."""

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.desk import Desk
from mapserver.domain.boundary.version import At, Version
from mapserver.domain.boundary_sum import Floats, Shapes
from mapserver.domain.needless import turns, without
from mapserver.errors import ActRefused


def move_node(version: Version, at: At, to: At, reach: float = 1e-6) -> Version:
    """Move the node at a place in every grid that has it, so that their edges go on meeting.

    A node on the village's own edge slides along it; a corner of the village stays.

    Parameters
    ----------
    at, to : pair of float
    reach : float
        How far from `at` the node may be.

    Raises
    ------
    ActRefused
        If there is no node, it is a corner of the village, or an edge would cross another.
    """
    node = _node_near(np.array(list(version.grids.values()), object), at, reach)
    if node is None:
        raise ActRefused("这里没有节点。", "There is no node here.", at=list(at))
    if turns(version.outline, complex(*node)):
        raise ActRefused(
            "这是村界的拐点，不能移动。村界要改，先改村的边界。",
            "This is a corner of the village and stays. Change the village's boundary first.",
            at=list(at),
        )
    edge = shapely.boundary(version.outline)
    place = np.array(to, np.float64)
    if shapely.dwithin(edge, Point(node), reach):
        place = shapely.get_coordinates(shapely.shortest_line(edge, Point(to)))[0]

    def follow(xy: Floats) -> Floats:
        return np.where((xy == node).all(axis=1)[:, None], place, xy)

    moved = {code: shapely.transform(one, follow) for code, one in version.grids.items()}
    changed = {code: one for code, one in moved.items() if one != version.grids[code]}
    _refuse_crossing(version, changed, (float(place[0]), float(place[1])))
    bare = without(version.outline, {complex(*node)})
    _, outline = Desk.of(version.after(changed, bare, "move", changed), []).as_it_is()
    return version.after(changed, outline, "move", changed)


def _node_near(shapes: Shapes, at: At, reach: float) -> Floats | None:
    places = shapely.get_coordinates(shapes)
    away = np.hypot(*(places - at).T)
    return places[away.argmin()] if len(away) and away.min() <= reach else None


def _refuse_crossing(before: Version, changed: Mapping[str, BaseGeometry], at: At) -> None:
    """Refuse a move by which an edge crosses another: the whole no longer has one cover."""
    shapes = np.array(list(changed.values()), object)
    old = np.array([before.grids[code] for code in changed], object)
    valid = bool(shapely.is_valid(shapes).all())
    if valid and _same_cover(shapes, old):
        return
    raise ActRefused(
        "移到这里边界会互相交叉。放近一点，或先把旁边的节点挪开。",
        "Here an edge would cross another. Put it nearer, or move the nodes beside it first.",
        at=list(at),
    )


def _same_cover(after: Shapes, before: Shapes) -> bool:
    whole, was = shapely.union_all(after), shapely.union_all(before)
    rounding = 1e-6 * max(1.0, float(shapely.length(was)))
    moved = shapely.area(shapely.symmetric_difference(whole, was))
    twice = shapely.area(after).sum() - shapely.area(whole)
    return bool(moved <= rounding and abs(twice) <= rounding)
