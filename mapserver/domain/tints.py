"""Colour numbers for areas: neighbours differ, and the same areas get the same numbers.

Areas that share a line make a planar graph, which always holds one with at most five
neighbours. Taking such an area away again and again, then colouring in the reverse
order, never needs a seventh colour.

References
----------
D. W. Matula, L. L. Beck, "Smallest-last ordering and clustering and graph coloring
algorithms", J. ACM 30 (1983), section 3.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

COLOURS = 6
NEAR_DEG = 1e-4
"""Areas nearer than this, some 10 m, look as if they touched."""

_LINE_IN_COMMON = "****1****"
_Links = list[set[int]]


def tints(areas: ArrayLike, colours: int = COLOURS) -> NDArray[np.int64]:
    """Return a colour number from 0 to `colours` - 1 for each area, given in degrees.

    Areas that share a line differ wherever `colours` suffice (six always do in a
    coverage of connected areas); those that touch at a point, overlap, or nearly touch
    differ where that leaves a choice. Beyond this the colours are used evenly. Ties go
    to the lower number and the earlier area, so pass areas in the order of their codes.
    """
    shapes = np.asarray(areas, object)
    firm, loose = _neighbours(shapes)
    chosen: dict[int, int] = {}
    used = [0] * colours
    for area in reversed(_smallest_last(firm)):
        taken = [chosen[other] for other in firm[area] if other in chosen]
        avoid = [chosen[other] for other in loose[area] if other in chosen]
        colour = _best(taken, avoid, used)
        chosen[area] = colour
        used[colour] += 1
    return np.array([chosen[area] for area in range(len(shapes))], np.int64)


def _best(taken: Sequence[int], avoid: Sequence[int], used: Sequence[int]) -> int:
    return min(
        range(len(used)),
        key=lambda colour: (taken.count(colour), avoid.count(colour), used[colour], colour),
    )


def _neighbours(shapes: NDArray[np.object_]) -> tuple[_Links, _Links]:
    """Return, for each area, those it shares a line with, and the others near it."""
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR_DEG)
    once = left < right
    left, right = left[once], right[once]
    in_common = shapely.relate_pattern(shapes[left], shapes[right], _LINE_IN_COMMON)
    firm: _Links = [set() for _ in shapes]
    loose: _Links = [set() for _ in shapes]
    for one, other, line in zip(left.tolist(), right.tolist(), in_common.tolist(), strict=True):
        links = firm if line else loose
        links[one].add(other)
        links[other].add(one)
    return firm, loose


def _smallest_last(links: _Links) -> list[int]:
    """Return the areas in the order of taking away the one with the fewest neighbours left."""
    left = {area: len(others) for area, others in enumerate(links)}
    order = []
    while left:
        area = min(left, key=lambda one: (left[one], -one))
        del left[area]
        order.append(area)
        for other in links[area] & left.keys():
            left[other] -= 1
    return order
