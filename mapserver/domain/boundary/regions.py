"""A village cut along the lines that grids should follow, and how many grids each part is due."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats, Shapes
from mapserver.domain.cutting import Cells
from mapserver.domain.inside import sums_inside

_SMALL = 0.5
"""A part that holds less than this of a grid's share goes with the one beside it."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a village that grids do not reach out of, and how many it is due."""

    shape: BaseGeometry
    grids: int


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
    """
    whole = np.array([outline], object)
    cells = Cells.of(whole, whole, lines)
    shapes = cells.shapes[cells.within_parent()]
    points = np.asarray(shapely.points(homes - cells.origin), object)
    (held,) = sums_inside(shapes, points, people)
    parts = _joined(shapes, np.asarray(held, np.float64), _SMALL * people.sum() / count, count)
    due = _due(np.array([held for _, held in parts]), count)
    return [
        Region(shapely.transform(shape, lambda at: at + cells.origin), grids)
        for (shape, _), grids in zip(parts, due, strict=True)
    ]


def meetings(shapes: Shapes) -> list[dict[int, float]]:
    """Return for each face the faces it shares an edge with, and how long that is."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="touches")
    lengths = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    found: list[dict[int, float]] = [{} for _ in shapes]
    for a, b, length in zip(one.tolist(), other.tolist(), lengths.tolist(), strict=True):
        if length > 0:
            found[a][b] = length
    return found


def _joined(
    shapes: Shapes, held: Floats, least: float, most: int
) -> list[tuple[BaseGeometry, float]]:
    """Return faces joined until each holds enough and there are few enough; and what they hold."""
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
    return [(shapely.coverage_union_all(shapes[those]), people[k]) for k, those in faces.items()]


def _due(held: Floats, count: int) -> list[int]:
    """Return how many of `count` grids each part is due: one at least, by largest remainders."""
    wanted = held / held.sum() * count
    due = np.maximum(1, np.floor(wanted)).astype(int)
    while due.sum() != count:
        step = 1 if due.sum() < count else -1
        room = np.where((due > 1) | (step > 0), step * (wanted - due), -np.inf)
        due[int(room.argmax())] += step
    return [int(one) for one in due]
