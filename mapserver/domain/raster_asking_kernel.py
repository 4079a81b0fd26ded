"""The loops of `raster_index` that ask: points to areas, by cells."""

from typing import NamedTuple

import numpy as np

from mapserver.compiled import compiled, inlined
from mapserver.domain.raster_kernel import (
    ANCHORED,
    ANSWER,
    ASK,
    BEGIN,
    CROWDED,
    EMPTY,
    END,
    FLAGS,
    LAST,
    PART_BITS,
    PARTS,
    START,
    WHOLE,
    WORD_BITS,
    Bools,
    Cells,
    Floats,
    Ints,
    Numbers,
    Raster,
    anchor_of,
    code_of,
)
from mapserver.domain.raster_side_kernel import INSIDE, OUTSIDE, UNSURE, Way, side_of

_BATCH = 2048


@inlined
def ask(
    cells: Cells, start: int, anchor: tuple[float, float], x: float, y: float
) -> tuple[int, bool]:
    """Return the first answer for a point of a touched cell, and whether there is another.

    `start` is where the cell's candidates start, and `anchor` the cell's (`anchor_of`). The
    answer is `ASK` if arithmetic cannot tell.
    """
    found, several = EMPTY, False
    at, flags = start, 0
    if start == CROWDED:
        found, flags = ASK, LAST
    while not flags & LAST:
        flags = cells.candidates[at, FLAGS]
        side = INSIDE
        if not flags & WHOLE:
            side = side_of(cells.lines, _way(cells, at, anchor), x, y)
        if side == UNSURE:
            found, flags = ASK, LAST
        elif side != OUTSIDE:
            answer = cells.candidates[at, ANSWER]
            several |= (found != EMPTY) & (found != answer)
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
    """Some points that follow each other, and those of them that wait.

    `cells` and `parts` say where each point is. `points` are those that wait, by their places
    in the batch. `leads` is what was found of each last: the number of its touched cell, then
    the answer that `codes` stand for, or where the candidates start.
    """

    cells: Numbers
    parts: Numbers
    points: Numbers
    leads: Numbers
    codes: Numbers


@compiled
def place_points(
    cells: Cells, x: Floats, y: Floats, index: Ints, edge: Bools, unsure: Ints
) -> tuple[int, float]:
    """Set `index` and `edge` of each point, list the `unsure` ones, and return their number.

    A batch first finds the cells of all its points, then looks these up, then their parts,
    and asks about what is left. What reads from afar is in loops that do nothing else: then
    many points wait for memory together, not one after the other. The second number means
    nothing: see `_fetch`.
    """
    batch = Batch(
        np.empty(_BATCH, np.int32),
        np.empty(_BATCH, np.int32),
        np.empty(_BATCH, np.int32),
        np.empty(_BATCH, np.int32),
        np.empty(_BATCH, np.int32),
    )
    columns = cells.raster.columns
    left_over, seen = 0, 0.0
    for begin in range(0, len(x), _BATCH):
        here = slice(begin, min(begin + _BATCH, len(x)))
        _find_cells(cells.raster, x[here], y[here], batch)
        waiting = _look_up_cells(cells, batch, index[here])
        waiting = _look_up_parts(cells, batch, waiting, index[here])
        seen += _fetch(cells, batch.leads[:waiting])
        for k in range(waiting):
            cell, point = batch.cells[batch.points[k]], begin + batch.points[k]
            anchor = anchor_of(cells.raster, cell // columns, cell % columns)
            answer, several = ask(cells, batch.leads[k], anchor, x[point], y[point])
            index[point], edge[point] = answer, several
            unsure[left_over] = point
            left_over += answer == ASK
    return left_over, seen


@compiled
def _find_cells(raster: Raster, x: Floats, y: Floats, batch: Batch) -> None:
    """Set the cells and parts of points as `place_of` tells them, several at once."""
    columns_per_unit, rows_per_unit = raster.columns_per_unit * PARTS, raster.rows_per_unit * PARTS
    stride, beyond = np.int32(raster.columns), np.int32(raster.columns * raster.rows)
    last_column = np.int32((raster.columns << PART_BITS) - 1)
    last_row = np.int32((raster.rows << PART_BITS) - 1)
    bits, within = np.int32(PART_BITS), np.int32(PARTS - 1)
    for k in range(len(x)):
        is_here = (
            (x[k] >= raster.west)
            & (x[k] <= raster.east)
            & (y[k] >= raster.south)
            & (y[k] <= raster.north)
        )
        column = np.int32((x[k] - raster.west) * columns_per_unit if is_here else 0.0)
        row = np.int32((y[k] - raster.south) * rows_per_unit if is_here else 0.0)
        column, row = min(column, last_column), min(row, last_row)
        cell = (row >> bits) * stride + (column >> bits)
        batch.cells[k] = cell if is_here else beyond
        batch.parts[k] = ((row & within) << bits) + (column & within)


@compiled
def _look_up_cells(cells: Cells, batch: Batch, index: Ints) -> int:
    """Set `index` by the points' cells; have those in touched cells wait, return their number."""
    for point in range(len(index)):
        index[point] = cells.labels[batch.cells[point]]
    waiting = 0
    for point in range(len(index)):
        batch.leads[waiting], batch.points[waiting] = -2 - index[point], point
        waiting += index[point] < EMPTY
    return waiting


@compiled
def _look_up_parts(cells: Cells, batch: Batch, waiting: int, index: Ints) -> int:
    """Set `index` by the parts of cells; keep those that must be asked, return their number."""
    for k in range(waiting):
        touched, part = batch.leads[k], batch.parts[batch.points[k]]
        code = code_of(cells.touched[touched, part >> WORD_BITS], part)
        # of code 0 it is where the candidates start
        batch.codes[k], batch.leads[k] = code, cells.touched[touched, START + code]
    asking = 0
    for k in range(waiting):
        index[batch.points[k]] = batch.leads[k]
        batch.points[asking], batch.leads[asking] = batch.points[k], batch.leads[k]
        asking += batch.codes[k] == 0
    return asking


@compiled
def _fetch(cells: Cells, starts: Numbers) -> float:
    """Read a little of what each cell's candidates lead to, so that it is at hand when asked.

    One look-up leads to the next, and each waits for memory. Those of different cells do
    not depend on each other, so here they wait together. The sum is returned only so that
    the compiler takes the reading for needed.
    """
    seen = 0.0
    last = len(cells.candidates) - 1
    for start in starts:
        seen += cells.candidates[max(start, 0), BEGIN]
    for start in starts:
        first = max(start, 0)
        for at in range(first, min(first + 1, last) + 1):
            edge = cells.lines.edges[min(cells.candidates[at, BEGIN], len(cells.lines.edges) - 1)]
            seen += cells.lines.xy[edge, 0]
    return seen
