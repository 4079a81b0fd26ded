"""The loops of `raster_index` that fill: areas to cells."""

from typing import NamedTuple

from mapserver.compiled import compiled
from mapserver.domain.raster_kernel import (
    ANCHORED,
    ANSWER,
    BEGIN,
    CROWDED,
    DOUBTFUL,
    EMPTY,
    END,
    FLAGS,
    LAST,
    START,
    WHOLE,
    Cells,
    Ints,
    Lines,
    Numbers,
    Raster,
    anchor_of,
)
from mapserver.domain.raster_rows_kernel import Outlines, runs_of, sort_row
from mapserver.domain.raster_side_kernel import turn

MOST_CANDIDATES = 32

MOST_EDGES = 256
"""A cell with more edges than this is left to the tree, as one with too many candidates is."""

BEFORE = 4
"""The column of `Filling.chain` that comes after those of a candidate."""

_HERE, _WEST, _DOUBT = 1, 2, 4
"""An edge crosses the anchors' height east of this anchor, of all west of it, or near it."""


class Filling(NamedTuple):
    """Cells in the making.

    Labels and candidates are still by area. A link of `chain` is a candidate and, at `BEFORE`,
    the label that its cell had; `edges` are those of `Cells`. `used` says how many links and
    edges there are so far. The others are about the row at hand: columns of each edge, runs of
    touched cells, and for each column where its edges end and how they cross the anchors'
    height.
    """

    raster: Raster
    labels: Numbers
    chain: Numbers
    edges: Numbers
    used: Ints
    spans: Numbers
    runs: Numbers
    ends: Ints
    crossed: Numbers


@compiled
def fill_cells(filling: Filling, outlines: Outlines, area: int, row: int) -> tuple[int, int]:
    """Fill the cells from the given area and row on: areas and rows from the last to the first.

    So the first area ends up in front of each chain. Return the area and row at which there
    is no room for more links or edges, or (-1, -1) at the end.
    """
    while area >= 0:
        while row >= outlines.first_row[area]:
            at = outlines.row_at[area] + row
            edges = outlines.edges[outlines.row_ends[at] : outlines.row_ends[at + 1]]
            sort_row(filling.raster, outlines.xy, edges, row, filling.spans)
            runs, entries = runs_of(filling.spans, len(edges), filling.runs)
            if _is_full(filling, entries):
                return area, row
            _fill_row(filling, Lines(outlines.xy, edges), area, row, runs)
            row -= 1
        area -= 1
        row = outlines.last_row[max(area, 0)]
    return -1, -1


@compiled
def _is_full(filling: Filling, entries: int) -> bool:
    links: int = filling.used[0] + 2 * filling.raster.columns
    edges: int = filling.used[1] + entries
    return links > len(filling.chain) or edges > len(filling.edges)


@compiled
def _fill_row(filling: Filling, lines: Lines, area: int, row: int, runs: int) -> None:
    """Enter an area in the cells of a row, from east to west."""
    base = row * filling.raster.columns
    inside, to_east = False, 0
    for run in range(runs - 1, -1, -1):
        first, last = filling.runs[run, 0], filling.runs[run, 1]
        if inside:
            for cell in range(base + last + 1, base + to_east):
                if filling.labels[cell] == EMPTY:
                    filling.labels[cell] = area
                else:
                    edges = filling.used[1]
                    _enter(filling, cell, (area, WHOLE, edges, edges))
        inside = _fill_run(filling, lines, (area, row, run), inside)
        to_east = first


@compiled
def _fill_run(filling: Filling, lines: Lines, at: tuple[int, int, int], inside: bool) -> bool:
    """Enter an area as a candidate in the cells of a run, with the edges that may touch each.

    `inside` says on which side lies what is east of the run, and what is returned where lies
    what is west of it. All along the height of the anchors: an edge that crosses it changes
    the side of every cell west of its own, and in its own of the anchors west of it.
    """
    area, row, run = at
    first, last = filling.runs[run, 0], filling.runs[run, 1]
    start = filling.used[1]
    _sort_edges(filling, lines, run)
    _cross_anchors(filling, lines, row, run)
    for column in range(last, first - 1, -1):
        crossed = filling.crossed[column]
        flags = ANCHORED if inside != ((crossed & _HERE) != 0) else 0
        if crossed & _DOUBT:
            flags = DOUBTFUL
        edges = filling.ends[column - 1] if column > first else start
        cell = row * filling.raster.columns + column
        _enter(filling, cell, (area, flags, edges, filling.ends[column]))
        inside ^= (crossed & _WEST) != 0
    return inside


@compiled
def _sort_edges(filling: Filling, lines: Lines, run: int) -> None:
    """Append the edges of a run column by column; set where those of each column end."""
    first, last, start, end = filling.runs[run]
    filling.ends[first : last + 1] = 0
    for at in range(start, end):
        for column in range(filling.spans[at, 0], filling.spans[at, 1] + 1):
            filling.ends[column] += 1
    place = filling.used[1]
    for column in range(first, last + 1):
        place += filling.ends[column]
        filling.ends[column] = place - filling.ends[column]
    for at in range(start, end):
        for column in range(filling.spans[at, 0], filling.spans[at, 1] + 1):
            filling.edges[filling.ends[column]] = lines.edges[at]
            filling.ends[column] += 1
    filling.used[1] = place


@compiled
def _cross_anchors(filling: Filling, lines: Lines, row: int, run: int) -> None:
    """Note which edges of a run cross the anchors' height, and where."""
    first, last, start, end = filling.runs[run]
    filling.crossed[first : last + 1] = 0
    _, y = anchor_of(filling.raster, row, first)
    for at in range(start, end):
        edge = lines.edges[at]
        ay, by = lines.xy[edge, 1] - y, lines.xy[edge + 1, 1] - y
        if (ay > 0) == (by > 0):
            continue
        filling.crossed[filling.spans[at, 0]] ^= _WEST
        for column in range(filling.spans[at, 0], filling.spans[at, 1] + 1):
            x, _ = anchor_of(filling.raster, row, column)
            ax, bx = lines.xy[edge, 0] - x, lines.xy[edge + 1, 0] - x
            at_anchor = turn(ax * by, ay * bx)
            if at_anchor == 0:
                filling.crossed[column] |= _DOUBT
            elif (at_anchor > 0) == (by > 0):
                filling.crossed[column] ^= _HERE


@compiled
def _enter(filling: Filling, cell: int, candidate: tuple[int, int, int, int]) -> None:
    """Put a candidate in front of a cell's chain."""
    label = filling.labels[cell]
    if label >= 0:
        _link(filling, (label, WHOLE, 0, 0), EMPTY)
        label = -1 - filling.used[0]
    _link(filling, candidate, label)
    filling.labels[cell] = -1 - filling.used[0]


@compiled
def _link(filling: Filling, candidate: tuple[int, int, int, int], before: int) -> None:
    link = filling.chain[filling.used[0]]
    link[0], link[1], link[2], link[3] = candidate
    link[BEFORE] = before
    filling.used[0] += 1


@compiled
def put_in_order(filling: Filling, answers: Ints, cells: Cells) -> None:
    """Give touched cells their numbers, put the chains in order, and turn areas to answers.

    `cells` has the labels of `filling`, a row of 0 for each touched cell, and room for all
    links as candidates.
    """
    touched, filled = 0, 0
    for cell in range(len(cells.labels)):
        label = cells.labels[cell]
        if label >= 0:
            cells.labels[cell] = answers[label]
        elif label <= -2:
            cells.labels[cell] = -2 - touched
            cells.touched[touched, START], filled = _put_chain(filling, label, cells, filled)
            touched += 1
    for at in range(filled):
        cells.candidates[at, ANSWER] = answers[cells.candidates[at, ANSWER]]


@compiled
def _put_chain(filling: Filling, label: int, cells: Cells, start: int) -> tuple[int, int]:
    """Make a cell's chain candidates from `start` on: return it, or `CROWDED`, and their end."""
    doubtful, edges, at = 0, 0, start
    while label <= -2:
        link = filling.chain[-2 - label]
        for k in range(BEFORE):
            cells.candidates[at, k] = link[k]
        doubtful |= link[FLAGS] & DOUBTFUL
        edges += link[END] - link[BEGIN]
        label = link[BEFORE]
        at += 1
    cells.candidates[at - 1, FLAGS] |= LAST
    crowded = at - start > MOST_CANDIDATES or edges > MOST_EDGES or doubtful
    return CROWDED if crowded else start, at
