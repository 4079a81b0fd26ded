"""The loops of `raster_index` that ask: points to areas, by cells.

Rows and columns are told by `place_of`, which never falls as a coordinate grows: a point
and an edge that share a height share a row, whatever was rounded on the way.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mapserver.compiled import compiled, inlined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
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

OUTSIDE, INSIDE, BORDER, UNSURE = 0, 1, 2, 3

_ROUNDING = 4 * float(np.finfo(np.float64).eps)
_BATCH = 4096


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


class Way(NamedTuple):
    """From a cell's anchor to its points: a slice of edges, the anchor, and its side."""

    start: int
    end: int
    anchored: bool
    x: float
    y: float


class Cells(NamedTuple):
    """What is known of each cell, and what is to be asked about points in the others.

    Attributes
    ----------
    raster : Raster
    labels : ndarray of int32, shape (rows * columns,)
        The one area that covers the whole cell, `EMPTY`, or -2 - t for touched cell t.
    starts : ndarray of int32, shape (touched,)
        Where the candidates of each touched cell start, or `CROWDED`.
    anchors : ndarray of float64, shape (touched, 2)
        A place in each touched cell; unless it is `CROWDED` no edge is near it.
    candidates : ndarray of int32, shape (m, 4)
        Area, flags, and a slice of `lines.edges`: those that may touch the cell. A cell's
        candidates follow each other, area ascending; the last is flagged `LAST`. One
        flagged `WHOLE` covers the whole cell, one flagged `ANCHORED` the cell's anchor.
    lines : Lines
    parts : ndarray of int32, shape (touched, PARTS * PARTS), or (0, ...) before refining
        The answer for all points of a part, or `ASK`.
    answers : ndarray of int64, shape (areas + 1,)
        What to say of a point in area k, at k + 1; `EMPTY` comes first.
    """

    raster: Raster
    labels: Numbers
    starts: Numbers
    anchors: Floats
    candidates: Numbers
    lines: Lines
    parts: Numbers
    answers: Ints


@compiled
def place_of(value: float, origin: float, per_unit: float, count: int) -> int:
    """Return the row or column of a coordinate."""
    return min(max(int((value - origin) * per_unit), 0), count - 1)


@compiled
def anchor_of(raster: Raster, row: int, column: int) -> tuple[float, float]:
    """Return a cell's anchor, from which the way to its points starts."""
    x = raster.west + (column + ANCHOR[0]) / raster.columns_per_unit
    y = raster.south + (row + ANCHOR[1]) / raster.rows_per_unit
    return x, y


@compiled
def turn(left: float, right: float) -> int:
    """Return the sign of left - right, two products of differences, or 0 if it is not certain.

    References
    ----------
    Certain beyond 3 u + 16 u^2 of the products' sum: J. R. Shewchuk, "Adaptive Precision
    Floating-Point Arithmetic and Fast Robust Geometric Predicates", Discrete &
    Computational Geometry 18 (1997), section 4.
    """
    difference, doubt = left - right, _ROUNDING * (abs(left) + abs(right))
    return int(difference > doubt) - int(difference < -doubt)


@inlined
def side_of(lines: Lines, way: Way, x: float, y: float) -> int:
    """Return where a point lies, by the edges that are crossed on the way from the anchor.

    The way goes along the anchor's meridian to the point's height, and along that height
    to the point; every edge it crosses changes the side. Height and meridian are taken a
    little to the north and east of where they are, so that no vertex lies on them.
    """
    inside, doubt = way.anchored, False
    for at in range(way.start, way.end):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        cx, cy = lines.xy[edge, 0] - way.x, lines.xy[edge, 1] - way.y
        dx, dy = lines.xy[edge + 1, 0] - way.x, lines.xy[edge + 1, 1] - way.y
        crosses_height, crosses_meridian = (ay > 0) != (by > 0), (cx > 0) != (dx > 0)
        at_point, at_anchor = turn(ax * by, ay * bx), turn(cx * dy, cy * dx)
        at_corner = turn(cx * by, ay * dx)
        inside ^= crosses_height & (at_point != at_corner)
        inside ^= crosses_meridian & (at_corner != at_anchor)
        doubt |= crosses_height & (at_point == 0)
        doubt |= crosses_meridian & (at_anchor == 0)
        doubt |= (crosses_height | crosses_meridian) & (at_corner == 0)
        doubt |= (ay == 0) | (by == 0)
    if doubt:
        return _careful_side(lines, way, x, y)
    return INSIDE if inside else OUTSIDE


@compiled
def _careful_side(lines: Lines, way: Way, x: float, y: float) -> int:
    """Return where a point lies that may be on an edge or level with a vertex."""
    inside, doubt = way.anchored, False
    for at in range(way.start, way.end):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        cx, cy = lines.xy[edge, 0] - way.x, lines.xy[edge, 1] - way.y
        dx, dy = lines.xy[edge + 1, 0] - way.x, lines.xy[edge + 1, 1] - way.y
        if _on_upright_or_level(ax, ay, bx, by):
            return BORDER
        at_corner = turn(cx * by, ay * dx)
        if ay == 0 and by == 0:
            # the height is a little to the north of this edge
            at_corner = int(dx > cx) - int(dx < cx)
        if (ay > 0) != (by > 0):
            at_point = turn(ax * by, ay * bx)
            inside ^= at_point != at_corner
            doubt |= at_point == 0 or at_corner == 0
        if (cx > 0) != (dx > 0):
            at_anchor = turn(cx * dy, cy * dx)
            inside ^= at_corner != at_anchor
            doubt |= at_anchor == 0 or at_corner == 0
    if doubt:
        return UNSURE
    return INSIDE if inside else OUTSIDE


@compiled
def _on_upright_or_level(ax: float, ay: float, bx: float, by: float) -> bool:
    """Return whether the origin is an end of an edge, or on one along an axis."""
    if (ax == 0 and ay == 0) or (bx == 0 and by == 0):
        return True
    if ax == 0 and bx == 0:
        return (ay > 0) != (by > 0)
    return ay == 0 and by == 0 and (ax > 0) != (bx > 0)


@inlined
def ask(cells: Cells, touched: int, x: float, y: float) -> tuple[int, bool]:
    """Return the first answer for a point of a touched cell, and whether there is another.

    The answer is `ASK` if arithmetic cannot tell.
    """
    found, several = EMPTY, False
    at = cells.starts[touched]
    flags = 0
    if at == CROWDED:
        found, flags = ASK, LAST
    while not flags & LAST:
        flags = cells.candidates[at, 1]
        side = INSIDE
        if not flags & WHOLE:
            side = side_of(cells.lines, _way(cells, touched, at), x, y)
        if side == UNSURE:
            found, flags = ASK, LAST
        elif side != OUTSIDE:
            answer = cells.answers[cells.candidates[at, 0] + 1]
            several |= found not in (EMPTY, answer)
            found = answer if found == EMPTY else found
        at += 1
    return found, several and found != ASK


@compiled
def _way(cells: Cells, touched: int, at: int) -> Way:
    return Way(
        cells.candidates[at, 2],
        cells.candidates[at, 3],
        (cells.candidates[at, 1] & ANCHORED) != 0,
        cells.anchors[touched, 0],
        cells.anchors[touched, 1],
    )


class Batch(NamedTuple):
    """Points in touched cells: the cell's number, which of its parts, and the point's number."""

    touched: Numbers
    parts: Numbers
    points: Ints


@compiled
def place_points(
    cells: Cells, x: Floats, y: Floats, index: Ints, edge: Bools, unsure: Ints
) -> tuple[int, float]:
    """Set `index` and `edge` of each point, list the `unsure` ones, and return their number.

    A batch first looks its cells up, then their parts, and asks about what is left. The
    second number means nothing: see `_fetch`.
    """
    batch = Batch(
        np.empty(_BATCH, np.int32), np.empty(_BATCH, np.int32), np.empty(_BATCH, np.int64)
    )
    left_over, seen = 0, 0.0
    for start in range(0, len(x), _BATCH):
        waiting = _look_up(cells, x, y, (start, min(start + _BATCH, len(x))), index, batch)
        if len(cells.parts):
            waiting = _look_up_parts(cells, waiting, index, batch)
        seen += _fetch(cells, batch.touched[:waiting])
        for k in range(waiting):
            point = batch.points[k]
            answer, several = ask(cells, batch.touched[k], x[point], y[point])
            index[point], edge[point] = answer, several
            unsure[left_over] = point
            left_over += answer == ASK
    return left_over, seen


@compiled
def _look_up(
    cells: Cells, x: Floats, y: Floats, span: tuple[int, int], index: Ints, batch: Batch
) -> int:
    """Set `index` by the points' cells; enter those in touched cells, return their number."""
    raster = cells.raster
    columns, rows = raster.columns << PART_BITS, raster.rows << PART_BITS
    columns_per_unit = raster.columns_per_unit * PARTS
    rows_per_unit = raster.rows_per_unit * PARTS
    waiting = 0
    for point in range(span[0], span[1]):
        label = EMPTY
        if raster.west <= x[point] <= raster.east and raster.south <= y[point] <= raster.north:
            column = place_of(x[point], raster.west, columns_per_unit, columns)
            row = place_of(y[point], raster.south, rows_per_unit, rows)
            label = cells.labels[(row >> PART_BITS) * raster.columns + (column >> PART_BITS)]
            batch.parts[waiting] = (row % PARTS) * PARTS + column % PARTS
        index[point] = cells.answers[max(label, EMPTY) + 1]
        batch.touched[waiting], batch.points[waiting] = -2 - label, point
        waiting += label < EMPTY
    return waiting


@compiled
def _look_up_parts(cells: Cells, waiting: int, index: Ints, batch: Batch) -> int:
    """Set `index` by the parts of cells; keep those that must be asked, return their number."""
    asking = 0
    for k in range(waiting):
        answer = cells.parts[batch.touched[k], batch.parts[k]]
        index[batch.points[k]] = answer
        batch.touched[asking], batch.points[asking] = batch.touched[k], batch.points[k]
        asking += answer == ASK
    return asking


@compiled
def _fetch(cells: Cells, touched: Numbers) -> float:
    """Read a little of what each touched cell leads to, so that it is at hand when asked.

    One look-up leads to the next, and each waits for memory. Those of different cells do
    not depend on each other, so here they wait together. The sum is returned only so that
    the compiler takes the reading for needed.
    """
    seen = 0.0
    last = len(cells.candidates) - 1
    for cell in touched:
        first = max(cells.starts[cell], 0)
        seen += cells.candidates[first, 2] + cells.anchors[cell, 0]
    for cell in touched:
        first = max(cells.starts[cell], 0)
        for at in range(first, min(first + 1, last) + 1):
            edge = cells.lines.edges[min(cells.candidates[at, 2], len(cells.lines.edges) - 1)]
            seen += cells.lines.xy[edge, 0]
    return seen
