"""The boundary of a sum of areas, by net signed segments.

Walk the ring of every area with its inside on the left. Where two neighbours share an edge
they walk it in opposite directions, and the two cancel. What does not cancel is the boundary
of the sum of the areas' indicator functions: in a coverage it is the outline of the whole.
Subtract the parent, walked backwards, and nothing is left of a perfect coverage; whatever is
left bounds a gap, an overlap or a stray part.

References
----------
The boundary operator of simplicial homology with integer coefficients (Munkres, *Elements of
Algebraic Topology*, section 5), on segments that are compared by their exact coordinates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]
Places = NDArray[np.complex128]

_MIX = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_KEY = np.uint64(2**48 - 1)
"""The bits of a key. Of a million segments two have one by chance in one sum of some 2,000.

The sum is right then as well, and slow.
"""


@dataclass(frozen=True, slots=True)
class Segments:
    """Directed segments from `start` to `end`, both of shape (n, 2).

    `weight` is how often each is walked, negative against its direction; `group` is the sum
    that it belongs to.
    """

    start: Floats
    end: Floats
    weight: Ints
    group: Ints

    @classmethod
    def joined(cls, parts: Sequence["Segments"]) -> "Segments":
        """Return the segments of all parts, one part after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.concatenate([one.start for one in parts]),
            np.concatenate([one.end for one in parts]),
            np.concatenate([one.weight for one in parts]),
            np.concatenate([one.group for one in parts]),
        )

    def __len__(self) -> int:
        return len(self.weight)

    def signed_areas(self) -> Floats:
        """Return what each segment adds to the surface that they enclose (shoelace formula).

        It is most exact near zero.
        """
        a, b = self.start, self.end
        return self.weight * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2

    def lines(self) -> Shapes:
        """Return each segment as a line."""
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)), object)

    def moved(self, by: Floats) -> "Segments":
        """Return the segments moved by `by`, shape (2,) or (n, 2)."""
        return Segments(self.start + by, self.end + by, self.weight, self.group)

    def turns_round(self, x: Floats, y: Floats) -> Ints:
        """Return what each segment adds to the winding number of a point, one for each.

        The sum over closed walks says how often they go round a point that lies on none.
        """
        (x0, y0), (x1, y1) = self.start.T, self.end.T
        left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        upward, downward = (y0 <= y) & (y1 > y), (y0 > y) & (y1 <= y)
        turns: Ints = (upward & (left > 0)).astype(np.int64) - (downward & (left < 0))
        return turns * self.weight

    def of_group(self, group: int) -> "Segments":
        """Return the segments of one sum."""
        return self.at(self.group == group)

    def at(self, which: Ints | Bools | slice) -> "Segments":
        """Return some of the segments."""
        return Segments(self.start[which], self.end[which], self.weight[which], self.group[which])


def boundary_segments(areas: Shapes, group: Ints, sign: int | Ints = 1) -> Segments:
    """Return every ring segment of `areas`, the inside on its left, and some of weight 0.

    Those go nowhere, or from the end of a ring to the next. To leave them in takes less than
    to leave them out: all are two views of the same vertices.

    Parameters
    ----------
    areas : ndarray of Polygon or MultiPolygon, shape (n,), any planar coordinates
    group : ndarray of int64, shape (n,)
        The sum that each area belongs to.
    sign : int, or ndarray of int64, shape (n,)
        -1 for areas that are subtracted.
    """
    polygons, area = shapely.get_parts(areas, return_index=True)
    rings, polygon = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    at, size = shapely.get_coordinates(rings), shapely.get_num_coordinates(rings)
    at += 0.0  # -0.0 and 0.0 are one place
    place, of = as_one(at), area[polygon]
    weight = np.repeat(np.broadcast_to(np.int64(sign), areas.shape)[of], size)
    weight[np.cumsum(size) - 1] = 0
    weight[:-1] *= place[1:] != place[:-1]
    return Segments(at[:-1], at[1:], weight[:-1], np.repeat(group[of], size)[:-1])


def net_segments(parts: Sequence[Segments]) -> Segments:
    """Return the segments that do not cancel, each once and with a weight above 0.

    Their order depends on nothing but themselves.
    """
    every = Segments.joined(parts)
    if not len(every):
        return every
    near, far = _hashed(every.start), _hashed(every.end)
    # a segment and its reverse have one key; which way it runs is told by its ends' hashes
    forward = near < far
    near += far
    near ^= every.group.astype(np.uint64) * _MIX[2]
    near &= _KEY
    order = _in_order(near)
    key = near[order]
    again = np.r_[False, key[1:] == key[:-1]]
    if not _alike(every, forward, order, np.flatnonzero(again)):
        forward, order, again = _by_coordinates(every)
    first = np.flatnonzero(~again)
    net = np.add.reduceat(np.where(forward, every.weight, -every.weight)[order], first)
    left = net != 0
    kept, net = order[first[left]], net[left]
    # walked in the direction in which it is walked more often
    as_it_runs = (forward[kept] == (net > 0))[:, None]
    start, end = every.start[kept], every.end[kept]
    return Segments(
        np.where(as_it_runs, start, end),
        np.where(as_it_runs, end, start),
        np.abs(net),
        every.group[kept],
    )


def _in_order(key: NDArray[np.uint64]) -> Ints:
    """Return the order of keys of 48 bits, by radix: numpy sorts 16 bits at once so."""
    order = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in (16, 32):
        digit = (key >> np.uint64(shift)).astype(np.uint16)
        order = order[np.argsort(digit[order], kind="stable")]
    return order


def _alike(every: Segments, forward: Bools, order: Ints, again: Ints) -> bool:
    """Return whether each segment at `again` in the order is the one before it, or its reverse."""
    one, other = order[again - 1], order[again]
    start, end = as_one(every.start), as_one(every.end)
    turned = forward[one] != forward[other]
    from_there, to_there = start[other], end[other]
    return bool(
        (start[one] == np.where(turned, to_there, from_there)).all()
        and (end[one] == np.where(turned, from_there, to_there)).all()
        and (every.group[one] == every.group[other]).all()
    )


def as_one(points: Floats | Places) -> Places:
    """Return the points as complex numbers: both coordinates are fetched and compared at once."""
    return np.ascontiguousarray(points).view(np.complex128).reshape(-1)


def _by_coordinates(every: Segments) -> tuple[Bools, Ints, Bools]:
    """Return directions, order and repeats by the coordinates themselves: slow, never wrong."""
    (x0, y0), (x1, y1) = every.start.T, every.end.T
    forward = (x0 < x1) | ((x0 == x1) & (y0 < y1))
    low = np.where(forward[:, None], every.start, every.end)
    high = np.where(forward[:, None], every.end, every.start)
    columns = (every.group, *low.T, *high.T)
    order = np.lexsort(columns)
    differ = [np.diff(column[order]) != 0 for column in columns]
    return forward, order, np.r_[False, ~np.logical_or.reduce(differ)]


def _hashed(points: Floats) -> NDArray[np.uint64]:
    """Return 64 mixed bits of each point's coordinates (the steps are those of splitmix64)."""
    bits = np.ascontiguousarray(points).view(np.uint64)
    key = np.zeros(len(points), np.uint64)
    for column in bits.T:
        key += column * _MIX[0]
        key ^= key >> np.uint64(31)
        key *= _MIX[1]
        key ^= key >> np.uint64(32)
    return key
