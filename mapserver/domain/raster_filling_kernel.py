"""The loops of `raster_index` that fill: areas to cells."""

from typing import NamedTuple

from mapserver.domain.compiled import compiled
from mapserver.domain.raster_kernel import (
    ANCHORED,
    CROWDED,
    EMPTY,
    INSIDE,
    LAST,
    OUTSIDE,
    UNSURE,
    WHOLE,
    Floats,
    Ints,
    Lines,
    Numbers,
    Raster,
    anchor_of,
    turn,
)
from mapserver.domain.raster_rows_kernel import Outlines, runs_of, sort_row

MOST_CANDIDATES = 32

_DOUBTFUL = 8
_FLAGS = (0, ANCHORED, 0, _DOUBTFUL)
"""What an anchor's side makes of a candidate."""


class Filling(NamedTuple):
    """Cells in the making.

    A link of `chain` is a candidate and the label that its cell had before; `edges` are
    those of `Cells`. `used` says how many links and edges there are so far, `spans` and
    `runs` are about the row at hand.
    """

    raster: Raster
    labels: Numbers
    chain: Numbers
    edges: Numbers
    used: Ints
    spans: Numbers
    runs: Numbers


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
    raster = filling.raster
    base = row * raster.columns
    y = raster.south + (row + 0.5) / raster.rows_per_unit
    east, to_east = False, 0
    for k in range(runs - 1, -1, -1):
        first, last, start, end = filling.runs[k]
        if east:
            for cell in range(base + last + 1, base + to_east):
                if filling.labels[cell] == EMPTY:
                    filling.labels[cell] = area
                else:
                    _enter(filling, cell, area, WHOLE)
        _fill_run(filling, lines, area, (row, k), east)
        # all that lies between this run and the next one west is on one side: ask anywhere
        x = raster.west + (first - 0.5) / raster.columns_per_unit
        east = _side_from_east(lines, (start, end), east, x, y) == INSIDE
        to_east = first


@compiled
def _fill_run(filling: Filling, lines: Lines, area: int, at: tuple[int, int], east: bool) -> None:
    """Enter an area as a candidate in the cells of a run, with the edges that may touch each."""
    row, run = at
    first, last, start, end = filling.runs[run]
    for column in range(first, last + 1):
        # edges that end west of the cell change nothing in it, nor in those to its east
        while start < end - 1 and filling.spans[start, 1] < column:
            start += 1
        x, y = anchor_of(filling.raster, row, column)
        side = _side_from_east(lines, (start, end), east, x, y)
        _enter(filling, row * filling.raster.columns + column, area, _FLAGS[side])
        for at_edge in range(start, end):
            if filling.spans[at_edge, 0] <= column <= filling.spans[at_edge, 1]:
                filling.edges[filling.used[1]] = lines.edges[at_edge]
                filling.used[1] += 1
        filling.chain[filling.used[0] - 1, 3] = filling.used[1]


@compiled
def _enter(filling: Filling, cell: int, area: int, flags: int) -> None:
    """Put a candidate in front of a cell's chain; its edges start where the next ones go."""
    label = filling.labels[cell]
    if label >= 0:
        _link(filling, label, WHOLE, EMPTY)
        label = -1 - filling.used[0]
    _link(filling, area, flags, label)
    filling.labels[cell] = -1 - filling.used[0]


@compiled
def _link(filling: Filling, area: int, flags: int, before: int) -> None:
    links, edges = filling.used[0], filling.used[1]
    filling.chain[links, 0], filling.chain[links, 1] = area, flags
    filling.chain[links, 2], filling.chain[links, 3] = edges, edges
    filling.chain[links, 4] = before
    filling.used[0] += 1


@compiled
def _side_from_east(lines: Lines, span: tuple[int, int], east: bool, x: float, y: float) -> int:
    """Return where a place lies: every edge between it and the `east` changes the side."""
    inside, sure = east, True
    for at in range(span[0], span[1]):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        if (ay > 0) != (by > 0):
            at_place = turn(ax * by, ay * bx)
            sure &= at_place != 0
            inside ^= (at_place > 0) == (by > 0)
    if not sure:
        return UNSURE
    return INSIDE if inside else OUTSIDE


@compiled
def put_in_order(filling: Filling, starts: Numbers, anchors: Floats, candidates: Numbers) -> int:
    """Give touched cells their numbers, starts and anchors, and put the chains in order.

    Return the number of touched cells.
    """
    touched, filled = 0, 0
    for cell in range(len(filling.labels)):
        label = filling.labels[cell]
        if label <= -2:
            start = filled
            doubtful = 0
            while label <= -2:
                for k in range(4):
                    candidates[filled, k] = filling.chain[-2 - label, k]
                doubtful |= candidates[filled, 1] & _DOUBTFUL
                label = filling.chain[-2 - label, 4]
                filled += 1
            candidates[filled - 1, 1] |= LAST
            row, column = cell // filling.raster.columns, cell % filling.raster.columns
            anchors[touched, 0], anchors[touched, 1] = anchor_of(filling.raster, row, column)
            crowded = filled - start > MOST_CANDIDATES or doubtful
            starts[touched] = CROWDED if crowded else start
            filling.labels[cell] = -2 - touched
            touched += 1
    return touched
