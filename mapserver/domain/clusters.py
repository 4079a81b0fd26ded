"""What belongs together of the segments that are left of a sum of areas.

Segments that meet are one cluster, and so are clusters whose boxes meet. Each cluster is
therefore a closed walk, and nothing of another lies within its box: how often a place in the
box is covered, too often or too seldom, is told by the cluster's own segments.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.domain.boundary_sum import Floats, Ints, Segments, as_one
from mapserver.domain.boxes import Box


class Cluster(NamedTuple):
    """Segments of one group, in the order of `net_segments`, and the box they lie in."""

    net: Segments
    box: Box

    @property
    def group(self) -> int:
        """The sum that the segments are left of."""
        return int(self.net.group[0])


def clusters(net: Segments, apart_m: float) -> Iterator[Cluster]:
    """Yield the finest clusters of net segments whose boxes are more than `apart_m` apart."""
    for group in np.unique(net.group).tolist():
        yield from _of_group(net.of_group(group), apart_m)


def _of_group(net: Segments, apart_m: float) -> Iterator[Cluster]:
    _, place = np.unique(as_one(np.concatenate([net.start, net.end])), return_inverse=True)
    start, end = place.reshape(2, -1)
    label = _components(len(place), start, end)[start]
    while True:
        order = np.argsort(label, kind="stable")
        first = np.flatnonzero(np.r_[True, np.diff(label[order]) != 0])
        boxes = _boxes(net, order, first)
        merged = _touching(boxes, apart_m)
        if (merged == np.arange(len(boxes))).all():
            break
        size = np.diff(np.r_[first, len(order)])
        label[order] = np.repeat(merged, size)
    for which, box in zip(np.split(order, first[1:]), boxes.tolist(), strict=True):
        yield Cluster(net.at(which), tuple(box))


def _boxes(net: Segments, order: Ints, first: Ints) -> Floats:
    """Return the bounds of each run of segments, shape (n, 4)."""
    start, end = net.start[order], net.end[order]
    low = np.minimum.reduceat(np.minimum(start, end), first)
    high = np.maximum.reduceat(np.maximum(start, end), first)
    return np.concatenate([low, high], axis=1)


def _touching(boxes: Floats, apart_m: float) -> Ints:
    """Return a label for each box, the same for those that touch, directly or by others."""
    half = np.array([-apart_m, -apart_m, apart_m, apart_m]) / 2
    wide = np.asarray(shapely.box(*(boxes + half).T), object)
    left, right = shapely.STRtree(wide).query(wide)
    return _components(len(boxes), left, right)


def _components(count: int, left: NDArray[np.intp], right: NDArray[np.intp]) -> Ints:
    """Return for each of `count` nodes the lowest node that edges connect it to.

    References
    ----------
    Hooking and shortcutting: Shiloach and Vishkin, *An O(log n) parallel connectivity
    algorithm*, Journal of Algorithms 3 (1982), section 2.
    """
    label = np.arange(count)
    while True:
        before = label.copy()
        low = np.minimum(label[left], label[right])
        np.minimum.at(label, before[left], low)
        np.minimum.at(label, before[right], low)
        label = label[label]
        if (label == before).all():
            return label
