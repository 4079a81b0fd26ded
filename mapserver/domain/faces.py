"""The faces between net segments, and how often each is covered too often or too seldom."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from mapserver.domain.boundary_sum import Floats, Ints, Segments, Shapes
from mapserver.domain.clusters import Cluster
from mapserver.domain.tiles import ranges


class Faces(NamedTuple):
    """The faces of one cluster, near zero: `origin` was taken from their coordinates.

    There GEOS tells apart what it would snap together far out: its snapping noder takes
    places for one that are within 1e-12 of the largest coordinate, 0.04 mm in a zone with its
    number in front.

    `net` are the cluster's segments there. Each face has a point inside it, its hydraulic
    diameter (four times surface over perimeter, in metres), and `excess`, its winding number:
    how many members cover it, less one within a parent. `signed_m2` is the surface that the
    segments enclose; the faces, each as often as its winding number says, differ from it by
    `residual_m2`.
    """

    origin: Floats
    net: Segments
    lines: Shapes
    shapes: Shapes
    inside: Shapes
    diameter_m: Floats
    excess: Ints
    signed_m2: float
    residual_m2: float


def faces(places: Sequence[Cluster]) -> Iterator[Faces]:
    """Yield the faces of each cluster: what is worked out for many at once costs far less."""
    if not places:
        return
    size = np.array([len(one.net) for one in places])
    origin = np.floor(np.array([one.box[:2] for one in places]))
    net = Segments.joined([one.net for one in places]).moved(-np.repeat(origin, size, axis=0))
    cluster = np.repeat(np.arange(len(places)), size)
    lines = net.lines()
    # a row a cluster: whatever works along a row works on each cluster by itself
    whole = np.asarray(shapely.multilinestrings(lines, indices=cluster), object)[:, None]
    noded = np.asarray(shapely.union_all(whole, axis=1), object)[:, None]
    shapes, owner = shapely.get_parts(shapely.polygonize(noded), return_index=True)
    stop = np.cumsum(size)
    inside, area = np.asarray(shapely.point_on_surface(shapes), object), shapely.area(shapes)
    diameter = 4 * area / shapely.length(shapes)
    excess = _winding_numbers(net, inside, (stop - size)[owner], size[owner])
    signed = np.bincount(cluster, net.signed_areas(), len(places))
    counted = np.bincount(owner, excess * area, len(places))
    of_face = np.searchsorted(owner, np.arange(len(places) + 1))
    for index, end in enumerate(stop.tolist()):
        mine = slice(end - int(size[index]), end)
        theirs = slice(int(of_face[index]), int(of_face[index + 1]))
        yield Faces(
            origin[index],
            net.at(mine),
            lines[mine],
            shapes[theirs],
            inside[theirs],
            diameter[theirs],
            excess[theirs],
            float(signed[index]),
            float(abs(counted[index] - signed[index])),
        )


def _winding_numbers(net: Segments, points: Shapes, first: Ints, count: Ints) -> Ints:
    """Return how often its segments, `count` from `first`, go round each point."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    found = np.zeros(len(points), np.int64)
    chunk = np.cumsum(count) // _PAIRS
    for one in np.unique(chunk).tolist():
        these = np.flatnonzero(chunk == one)
        many = count[these]
        segment = ranges(first[these], first[these] + many)
        probe = np.repeat(these, many)
        turns = net.at(segment).turns_round(x[probe], y[probe])
        found[these] = np.add.reduceat(turns, np.cumsum(many) - many)
    return found


_PAIRS = 1_000_000
"""Pairs of probes and segments that are compared at once."""
