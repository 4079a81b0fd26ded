"""The cells of `raster_index` as its loops have them.

Rows and columns are told by `place_of`, which never falls as a coordinate grows: a point
and an edge that share a height share a row, whatever was rounded on the way.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mapserver.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Shorts = NDArray[np.int16]
Bools = NDArray[np.bool_]

EMPTY = -1
"""The label of a cell that no area touches, and the answer for its points."""
ASK = -2
"""The label of a part whose points must be asked one by one."""
CROWDED = -1
"""The start of the candidates of a cell whose points are better asked of a tree."""

WHOLE, LAST, ANCHORED, DOUBTFUL = 1, 2, 4, 8
"""Flags of a candidate: it covers the whole cell, it is the last, it covers the anchor, and
an edge may go through the anchor: then the cell is `CROWDED`, whoever else is in it."""

ANCHOR = (0.41421356, 0.38196601)
"""Where in a cell its anchor is: nowhere that a regular boundary would pass by chance."""

PART_BITS = 2
PARTS = 1 << PART_BITS
"""A touched cell that was refined has so many parts by so many."""

AREA, FLAGS, BEGIN, END = 0, 1, 2, 3
"""The columns of `Cells.candidates`."""


class Raster(NamedTuple):
    """Cells over the bounds of all areas, and how far an edge may be from where it is said."""

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    columns_per_unit: float
    rows_per_unit: float
    slack: float


class Lines(NamedTuple):
    """Edges in the order they are asked in: edge i joins vertex i and the next."""

    xy: Floats
    edges: Numbers


class Cells(NamedTuple):
    """What is known of each cell, and what is to be asked about points in the others.

    Attributes
    ----------
    raster : Raster
    labels : ndarray of int32, shape (rows * columns,)
        The one area that covers the whole cell, `EMPTY`, or -2 - t for touched cell t.
    starts : ndarray of int32, shape (touched,)
        Where the candidates of each touched cell start, or `CROWDED`.
    candidates : ndarray of int32, shape (m, 4)
        Area, flags, and a slice of `lines.edges`: those that may touch the cell. A cell's
        candidates follow each other, area ascending; the last is flagged `LAST`. One
        flagged `WHOLE` covers the whole cell, one flagged `ANCHORED` the cell's anchor.
    lines : Lines
    parts : ndarray of int16 or int32, shape (touched, PARTS * PARTS), or (0, ...) before refining
        The answer for all points of a part, or `ASK`.
    answers : ndarray of int64, shape (areas + 1,)
        What to say of a point in area k, at k + 1; `EMPTY` comes first.
    """

    raster: Raster
    labels: Numbers
    starts: Numbers
    candidates: Numbers
    lines: Lines
    parts: Numbers | Shorts
    answers: Ints


@compiled
def place_of(value: float, origin: float, per_unit: float, count: int) -> int:
    """Return the row or column of a coordinate."""
    return min(max(int((value - origin) * per_unit), 0), count - 1)


@compiled
def anchor_of(raster: Raster, row: int, column: int) -> tuple[float, float]:
    """Return a cell's anchor, from which the way to its points starts.

    No edge is near it, or the cell is `CROWDED`.
    """
    x = raster.west + (column + ANCHOR[0]) / raster.columns_per_unit
    y = raster.south + (row + ANCHOR[1]) / raster.rows_per_unit
    return x, y
