"""A village cut along the lines that grids should follow, and how many grids each part is due."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats, Ints, Shapes
from mapserver.domain.cutting import Cells
from mapserver.errors import ActRefused

_SMALL = 0.5
"""A part that holds less than this of a grid's share goes with the one beside it."""
_SIMPLIFIED_M = 1.0
_MOST_CORNERS, _MOST_CROSSINGS = 5_000, 2_000
"""Of all lines together, about a village; its roads have some hundred."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a village that grids do not reach out of, how many it is due, and whose it is.

    `homes` are the positions of the houses in it.
    """

    shape: BaseGeometry
    grids: int
    homes: Ints


def regions(
    outline: BaseGeometry,
    homes: Floats,
    people: Floats,
    count: int,
    lines: Sequence[BaseGeometry],
) -> list[Region]:
    """Return the parts, each large enough for a grid, which together are due `count`.

    Parameters
    ----------
    outline : Polygon or MultiPolygon, planar metres
    homes : ndarray of float64, shape (m, 2)
    people : ndarray of float64, shape (m,)
    count : int
    lines : sequence of LineString or MultiLineString

    Raises
    ------
    ActRefused
        If the lines have too many corners or cross each other too often.
    """
    whole = np.array([outline], object)
    cells = Cells.of(whole, whole, _about(outline, lines))
    shapes = cells.shapes[cells.within_parent()]
    near = homes - cells.origin
    held = np.asarray(np.bincount(first_of(shapes, near), people, len(shapes)), np.float64)
    parts = _joined(shapes, held, _SMALL * people.sum() / count, count)
    part = first_of(parts, near)
    own = [np.flatnonzero(part == index) for index in range(len(parts))]
    room = np.array([len(np.unique(homes[mine], axis=0)) for mine in own])
    due = _due(np.asarray(np.bincount(part, people, len(parts)), np.float64), count, room)
    return [
        Region(shapely.transform(shape, lambda at: at + cells.origin), grids, mine)
        for shape, grids, mine in zip(parts, due, own, strict=True)
    ]


def first_of(shapes: Shapes, places: Floats) -> Ints:
    """Return the first of the shapes that each place lies in, the nearest where it is in none."""
    points = np.asarray(shapely.points(places), object)
    tree = shapely.STRtree(shapes)
    place, shape = tree.query(points, predicate="intersects")
    found = np.full(len(places), len(shapes))
    np.minimum.at(found, place, shape)
    none = found == len(shapes)
    if none.any():
        found[none] = tree.nearest(points[none])
    return np.asarray(found, np.int64)


def _about(outline: BaseGeometry, lines: Sequence[BaseGeometry]) -> Shapes:
    """Return lines as far as the surroundings of a village, simplified.

    Raises
    ------
    ActRefused
        If there is more of them than can be followed.
    """
    west, south, east, north = outline.bounds
    bounds = (west - 10, south - 10, east + 10, north + 10)
    near = shapely.clip_by_rect(np.array(lines, object), *bounds)
    found = np.asarray(shapely.simplify(near, _SIMPLIFIED_M), object)
    if shapely.get_num_coordinates(found).sum() <= _MOST_CORNERS:
        edges = _edges(found)
        crossing, _ = shapely.STRtree(edges).query(edges, predicate="crosses")
        if len(crossing) <= 2 * _MOST_CROSSINGS:
            return found[~shapely.is_empty(found)]
    raise ActRefused(
        f"要跟着走的线太密：最多 {_MOST_CORNERS:,} 个角点、{_MOST_CROSSINGS:,} 处相交。"
        "只留主要的路和河。",
        f"The lines to follow are too many: {_MOST_CORNERS:,} corners and {_MOST_CROSSINGS:,} "
        "crossings are the most. Leave the main roads and rivers alone.",
    )


def _edges(lines: Shapes) -> Shapes:
    """Return each edge of some lines by itself."""
    found = []
    for line in shapely.get_parts(lines):
        xy = shapely.get_coordinates(line)
        ends = np.stack([xy[:-1], xy[1:]], axis=1)
        found += np.asarray(shapely.linestrings(ends), object).tolist()
    return np.array(found, object)


def meetings(shapes: Shapes) -> list[dict[int, float]]:
    """Return for each face the faces it shares an edge with, and how long that is."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="touches")
    lengths = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    found: list[dict[int, float]] = [{} for _ in shapes]
    for a, b, length in zip(one.tolist(), other.tolist(), lengths.tolist(), strict=True):
        if length > 0:
            found[a][b] = length
    return found


def _joined(shapes: Shapes, held: Floats, least: float, most: int) -> Shapes:
    """Return faces joined until each holds enough and there are few enough."""
    meets = dict(enumerate(meetings(shapes)))
    faces = {index: [index] for index in meets}
    people = dict(enumerate(held.tolist()))
    while len(faces) > 1:
        index = min(faces, key=lambda one: (people[one], one))
        beside = meets[index] or dict.fromkeys(faces.keys() - {index}, 0.0)
        if people[index] >= least and len(faces) <= most:
            break
        to = max(sorted(beside), key=lambda one: beside[one])
        faces[to] += faces.pop(index)
        people[to] += people.pop(index)
        for other, length in meets.pop(index).items():
            meets[other].pop(index)
            if other != to:
                meets[other][to] = meets[to][other] = meets[to].get(other, 0.0) + length
    joined = [shapely.coverage_union_all(shapes[those]) for those in faces.values()]
    return np.array(joined, object)


def _due(held: Floats, count: int, room: Ints) -> list[int]:
    """Return how many of `count` grids each part is due, by largest remainders.

    That is one at least, and no more than there is room for, all of which together is enough.
    """
    wanted = held / held.sum() * count
    due = np.clip(np.floor(wanted).astype(int), 1, np.maximum(1, room))
    while due.sum() != count:
        step = 1 if due.sum() < count else -1
        may = due < room if step > 0 else due > 1
        due[int(np.where(may, step * (wanted - due), -np.inf).argmax())] += step
    return [int(one) for one in due]
