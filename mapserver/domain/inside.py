"""How much of what lies at points is inside shapes that may overlap."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Shapes = NDArray[np.object_]


def sums_inside(shapes: Shapes, points: Shapes, *weights: ArrayLike) -> list[Sequence[int]]:
    """Return for each kind of weight its sum over the points in each shape, boundary included.

    Parameters
    ----------
    shapes : ndarray of geometry, shape (n,)
        Nothing lies in one that is missing.
    points : ndarray of Point, shape (m,)
    *weights : array of int, shape (m,)
        What each point counts for: 1, or the people who live there.
    """
    shape, point = shapely.STRtree(points).query(shapes, predicate="intersects")
    found = []
    for each in weights:
        total = np.bincount(shape, np.asarray(each, np.float64)[point], len(shapes))
        found.append(total.astype(np.int64).tolist())
    return found
