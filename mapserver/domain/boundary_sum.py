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
Shapes = NDArray[np.object_]

_MIX = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


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

    def __len__(self) -> int:
        return len(self.weight)

    def signed_area(self) -> float:
        """Return the weighted surface within the segments, by the shoelace formula."""
        if not len(self):
            return 0.0
        a, b = self.start - self.start[0], self.end - self.start[0]
        return float((self.weight * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])).sum()) / 2

    def moved(self, by: Floats) -> "Segments":
        """Return the segments moved by `by`, shape (2,)."""
        return Segments(self.start + by, self.end + by, self.weight, self.group)

    def winding_numbers(self, x: Floats, y: Floats) -> Ints:
        """Return how often the segments go round each point that lies on none of them."""
        (x0, y0), (x1, y1) = self.start.T, self.end.T
        found = np.zeros(len(x), np.int64)
        for k, (px, py) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
            crossing = np.flatnonzero((y0 <= py) != (y1 <= py))
            left = (x1 - x0)[crossing] * (py - y0[crossing]) - (px - x0[crossing]) * (y1 - y0)[
                crossing
            ]
            upward = y1[crossing] > y0[crossing]
            hit = np.where(upward, left > 0, left < 0)
            found[k] = np.where(upward, 1, -1)[hit] @ self.weight[crossing][hit]
        return found

    def of_group(self, group: int) -> "Segments":
        """Return the segments of one sum."""
        mine = self.group == group
        return Segments(self.start[mine], self.end[mine], self.weight[mine], self.group[mine])


def boundary_segments(areas: Shapes, group: Ints, sign: int = 1) -> Segments:
    """Return every ring segment of `areas`, the inside on its left.

    Parameters
    ----------
    areas : ndarray of Polygon or MultiPolygon, shape (n,), any planar coordinates
    group : ndarray of int64, shape (n,)
        The sum that each area belongs to.
    sign : int
        -1 for areas that are subtracted.
    """
    polygons, area = shapely.get_parts(areas, return_index=True)
    rings, polygon = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    at += 0.0  # -0.0 and 0.0 are one place
    first = np.flatnonzero((ring[1:] == ring[:-1]) & (at[1:] != at[:-1]).any(axis=1))
    weight = np.full(len(first), sign, np.int64)
    return Segments(at[first], at[first + 1], weight, group[area[polygon[ring[first]]]])


def net_segments(parts: Sequence[Segments]) -> Segments:
    """Return the segments that do not cancel, each once, within each group."""
    start = np.concatenate([one.start for one in parts])
    end = np.concatenate([one.end for one in parts])
    weight = np.concatenate([one.weight for one in parts])
    group = np.concatenate([one.group for one in parts])
    if not len(weight):
        return Segments(start, end, weight, group)
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[turned], end[turned] = end[turned], start[turned].copy()
    weight = np.where(turned, -weight, weight)
    order, new = _together(start, end, group)
    first = np.flatnonzero(new)
    net = np.add.reduceat(weight[order], first)
    left = first[net != 0]
    kept = order[left]
    return Segments(start[kept], end[kept], net[net != 0], group[kept])


def _together(start: Floats, end: Floats, group: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return an order that brings equal segments together, and where another begins."""
    columns = (group, start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    hashed = _hashed(columns)
    order = np.argsort(hashed)
    hashed = hashed[order]
    new = np.r_[True, hashed[1:] != hashed[:-1]]
    again = np.flatnonzero(~new)
    left, right = order[again - 1], order[again]
    if any((column[left] != column[right]).any() for column in columns):
        # two segments of one hash: sort by what they are
        order = np.lexsort(columns)
        pairs = ((column[order][1:] != column[order][:-1]) for column in columns)
        new = np.r_[True, np.logical_or.reduce(list(pairs))]
    return order.astype(np.int64), new


def _hashed(columns: Sequence[NDArray[np.generic]]) -> NDArray[np.uint64]:
    """Return 64 mixed bits of each row (the steps are those of splitmix64)."""
    key = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        key ^= key >> np.uint64(31)
        key += np.ascontiguousarray(column).view(np.uint64) * _MIX[0]
        key *= _MIX[1]
    key ^= key >> np.uint64(32)
    return key
