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
Bools = NDArray[np.bool_]

EMPTY = -1
"""The label of a cell that no area touches, and the answer for its points."""
ASK = -2
"""The answer for a point, or for the points of a part, that cannot be told from where they are."""
CROWDED = -1
"""The start of the candidates of a cell whose points are better asked of a tree."""

WHOLE, LAST, ANCHORED, DOUBTFUL = 1, 2, 4, 8
"""Flags of a candidate: it covers the whole cell, it is the last, it covers the anchor, and
an edge may go through the anchor: then the cell is `CROWDED`, whoever else is in it."""

ANCHOR = (0.41421356, 0.38196601)
"""Where in a cell its anchor is: nowhere that a regular boundary would pass by chance."""

PART_BITS = 3
PARTS = 1 << PART_BITS
"""A touched cell that was refined has so many parts by so many."""

ANSWER, FLAGS, BEGIN, END = 0, 1, 2, 3
"""The columns of `Cells.candidates`."""

CODE_BITS = 2
"""A part's code is one of the answers of its cell, or 0: ask about its points."""
WORD_BITS = 4
WORD = 1 << WORD_BITS
"""So many codes are in one number."""
START = PARTS * PARTS // WORD
"""The column of `Cells.touched` that comes after those with the codes of all parts."""
ANSWERS = (1 << CODE_BITS) - 1
"""The columns after that: as many different answers as a code can name."""


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

    All that is mostly needed of a touched cell is in one row, so memory is waited for once.

    Attributes
    ----------
    raster : Raster
    labels : ndarray of int32, shape (rows * columns + 1,)
        The one answer for all points of a cell, `EMPTY`, or -2 - t for touched cell t. The
        last is that of points beyond the raster.
    touched : ndarray of int32, shape (t, START + 1 + ANSWERS)
        The codes of a cell's parts; where its candidates start, or `CROWDED`; and the
        answers that codes from 1 on stand for. All codes are 0 before refining.
    candidates : ndarray of int32, shape (m, 4)
        Answer, flags, and a slice of `lines.edges`: those that may touch the cell. A cell's
        candidates follow each other, the first to win first; the last is flagged `LAST`. One
        flagged `WHOLE` covers the whole cell, one flagged `ANCHORED` the cell's anchor.
    lines : Lines
    """

    raster: Raster
    labels: Numbers
    touched: Numbers
    candidates: Numbers
    lines: Lines


@compiled
def place_of(value: float, origin: float, per_unit: float, count: int) -> int:
    """Return the row or column of a coordinate."""
    return min(max(int((value - origin) * per_unit), 0), count - 1)


@compiled
def code_of(word: int, part: int) -> int:
    """Return the code of a part from the number that holds it."""
    return (word >> ((part & (WORD - 1)) * CODE_BITS)) & ANSWERS


@compiled
def anchor_of(raster: Raster, row: int, column: int) -> tuple[float, float]:
    """Return a cell's anchor, from which the way to its points starts.

    No edge is near it, or the cell is `CROWDED`.
    """
    x = raster.west + (column + ANCHOR[0]) / raster.columns_per_unit
    y = raster.south + (row + ANCHOR[1]) / raster.rows_per_unit
    return x, y
