"""Which points lie in which boxes, for few points: no tree is made for them."""

import numpy as np
from numpy.typing import NDArray

from mapserver.domain.tiles import ranges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def in_boxes(x: Floats, y: Floats, boxes: Floats, most: int) -> tuple[Ints, Ints] | None:
    """Return all pairs (point, box), borders included; None where it is not worth it.

    Each box takes the points of its strip, west to east, and looks at how far north they lie.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        The points, finite.
    boxes : ndarray of float64, shape (m, 4)
        West, south, east and north; nothing lies in one that is NaN.
    most : int
        With more points than this in all strips together a tree is faster.
    """
    eastward = np.argsort(x)
    along = x[eastward]
    first = np.searchsorted(along, boxes[:, 0])
    past = np.searchsorted(along, boxes[:, 2], "right")
    in_strip = past - first
    if in_strip.sum() > most:
        return None
    box = np.repeat(np.arange(len(boxes)), in_strip)
    point = eastward[ranges(first, past)]
    inside = (y[point] >= boxes[box, 1]) & (y[point] <= boxes[box, 3])
    return point[inside], box[inside]
