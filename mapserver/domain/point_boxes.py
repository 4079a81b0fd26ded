"""Points in boxes, so that those within a rectangle are found without looking at all."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mapserver.domain.tiles import ranges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POINTS_PER_BOX = 32


class PointBoxes:
    """Points sorted into the boxes of a raster over them; those not finite are left out.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n,)
        All points, copied.
    """

    __slots__ = ("_ends", "_origin", "_per_unit", "_points", "_side", "x", "y")

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        self.x, self.y = np.array(x, np.float64), np.array(y, np.float64)
        finite = np.flatnonzero(np.isfinite(self.x) & np.isfinite(self.y))
        at = np.column_stack([self.x[finite], self.y[finite]])
        self._side = int((len(at) / POINTS_PER_BOX) ** 0.5) + 1
        self._origin = at.min(axis=0) if len(at) else np.zeros(2)
        extent = at.max(axis=0) - self._origin if len(at) else np.zeros(2)
        self._per_unit = np.divide(self._side, extent, out=np.zeros(2), where=extent > 0)
        columns, rows = self._places(at).T
        box = rows * self._side + columns
        self._points = finite[np.argsort(box, kind="stable")]
        self._ends = np.cumsum(np.bincount(box, minlength=self._side**2))

    def within(self, rectangles: Floats) -> Ints:
        """Return the numbers of points within any rectangle, border included, ascending.

        `rectangles` are (west, south, east, north), shape (m, 4).
        """
        found = [self._within(*rectangle) for rectangle in np.asarray(rectangles, np.float64)]
        return np.unique(np.concatenate([np.empty(0, np.int64), *found]))

    def _within(self, west: float, south: float, east: float, north: float) -> Ints:
        (first, low), (last, high) = self._places(np.array([[west, south], [east, north]]))
        rows = np.arange(low, high + 1) * self._side
        starts = self._starts(rows + first)
        points = self._points[ranges(starts, self._ends[rows + last])]
        x, y = self.x[points], self.y[points]
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        chosen: Ints = points[inside]
        return chosen

    def _starts(self, boxes: Ints) -> Ints:
        starts: Ints = np.where(boxes > 0, self._ends[boxes - 1], 0)
        return starts

    def _places(self, at: Floats) -> Ints:
        """Return column and row of each place; those outside get the nearest box."""
        scaled = np.clip((at - self._origin) * self._per_unit, 0, self._side - 1)
        places: Ints = scaled.astype(np.int64)
        return places
