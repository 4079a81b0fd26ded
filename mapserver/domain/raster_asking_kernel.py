"""The loops of `raster_index` that ask: points to areas, by cells."""

from typing import NamedTuple

import numpy as np

from mapserver.compiled import compiled, inlined
from mapserver.domain.raster_kernel import (
    ANCHORED,
    AREA,
    ASK,
    BEGIN,
    CROWDED,
    EMPTY,
    END,
    FLAGS,
    LAST,
    PART_BITS,
    PARTS,
    WHOLE,
    Bools,
    Cells,
    Floats,
    Ints,
    Numbers,
    Raster,
    anchor_of,
    place_of,
)
from mapserver.domain.raster_side_kernel import INSIDE, OUTSIDE, UNSURE, Way, side_of

_BATCH = 4096


@inlined
def ask(
    cells: Cells, touched: int, anchor: tuple[float, float], x: float, y: float
) -> tuple[int, bool]:
    """Return the first answer for a point of a touched cell, and whether there is another.

    `anchor` is the cell's (`anchor_of`). The answer is `ASK` if arithmetic cannot tell.
    """
    found, several = EMPTY, False
    at = cells.starts[touched]
    flags = 0
    if at == CROWDED:
        found, flags = ASK, LAST
    while not flags & LAST:
        flags = cells.candidates[at, FLAGS]
        side = INSIDE
        if not flags & WHOLE:
            side = side_of(cells.lines, _way(cells, at, anchor), x, y)
        if side == UNSURE:
            found, flags = ASK, LAST
        elif side != OUTSIDE:
            answer = cells.answers[cells.candidates[at, AREA] + 1]
            several |= found not in (EMPTY, answer)
            found = answer if found == EMPTY else found
        at += 1
    return found, several and found != ASK


@compiled
def _way(cells: Cells, at: int, anchor: tuple[float, float]) -> Way:
    return Way(
        cells.candidates[at, BEGIN],
        cells.candidates[at, END],
        (cells.candidates[at, FLAGS] & ANCHORED) != 0,
        anchor[0],
        anchor[1],
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
            anchor = _anchor_at(cells.raster, x[point], y[point])
            answer, several = ask(cells, batch.touched[k], anchor, x[point], y[point])
            index[point], edge[point] = answer, several
            unsure[left_over] = point
            left_over += answer == ASK
    return left_over, seen


@compiled
def _anchor_at(raster: Raster, x: float, y: float) -> tuple[float, float]:
    """Return the anchor of the cell that a point is in, as `_look_up` finds the cell."""
    column = place_of(x, raster.west, raster.columns_per_unit * PARTS, raster.columns << PART_BITS)
    row = place_of(y, raster.south, raster.rows_per_unit * PARTS, raster.rows << PART_BITS)
    return anchor_of(raster, row >> PART_BITS, column >> PART_BITS)


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
        seen += cells.candidates[first, BEGIN]
    for cell in touched:
        first = max(cells.starts[cell], 0)
        for at in range(first, min(first + 1, last) + 1):
            edge = cells.lines.edges[min(cells.candidates[at, BEGIN], len(cells.lines.edges) - 1)]
            seen += cells.lines.xy[edge, 0]
    return seen
