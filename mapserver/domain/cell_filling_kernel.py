"""The loops that build the cells of `cell_index`: edges to rows, areas to cells, cells to parts."""

from typing import NamedTuple

from mapserver.domain.cell_kernel import (
    ANCHORED,
    ASK,
    CROWDED,
    EMPTY,
    LAST,
    PART_BITS,
    PARTS,
    WHOLE,
    Cells,
    Floats,
    Ints,
    Lines,
    Numbers,
    Raster,
    anchor_of,
    ask,
    place_of,
    turn,
)
from mapserver.domain.compiled import compiled

MOST_CANDIDATES = 32


class Outlines(NamedTuple):
    """The edges of areas, and which of them each row of cells meets.

    Edge i joins vertex i and the next where both are of one ring; the vertices of area k
    end at `vertex_ends[k]`. Area k fills the rows from `first_row[k]` to `last_row[k]`,
    and in row r it has `edges[row_ends[j]:row_ends[j + 1]]`, j = `row_at[k]` + r.
    """

    xy: Floats
    ring: Ints
    vertex_ends: Ints
    first_row: Ints
    last_row: Ints
    row_at: Ints
    row_ends: Ints
    edges: Numbers


@compiled
def _rows(raster: Raster, xy: Floats, edge: int) -> tuple[int, int]:
    """Return the first and last row that an edge meets."""
    a, b = xy[edge, 1], xy[edge + 1, 1]
    return (
        place_of(min(a, b), raster.south, raster.rows_per_unit, raster.rows),
        place_of(max(a, b), raster.south, raster.rows_per_unit, raster.rows),
    )


@compiled
def count_rows(raster: Raster, outlines: Outlines, counts: Ints) -> None:
    """Add the number of edges that each area has in each of its rows to `counts`."""
    start = 0
    for area in range(len(outlines.vertex_ends)):
        for edge in range(start, outlines.vertex_ends[area] - 1):
            if outlines.ring[edge] == outlines.ring[edge + 1]:
                low, high = _rows(raster, outlines.xy, edge)
                for j in range(outlines.row_at[area] + low, outlines.row_at[area] + high + 1):
                    counts[j] += 1
        start = outlines.vertex_ends[area]


@compiled
def fill_rows(raster: Raster, outlines: Outlines, place: Ints) -> None:
    """Enter every edge in its rows; `place` says where each row's next one goes."""
    start = 0
    for area in range(len(outlines.vertex_ends)):
        for edge in range(start, outlines.vertex_ends[area] - 1):
            if outlines.ring[edge] == outlines.ring[edge + 1]:
                low, high = _rows(raster, outlines.xy, edge)
                for j in range(outlines.row_at[area] + low, outlines.row_at[area] + high + 1):
                    outlines.edges[place[j]] = edge
                    place[j] += 1
        start = outlines.vertex_ends[area]


@compiled
def _columns(raster: Raster, xy: Floats, edge: int, row: int) -> tuple[int, int]:
    """Return the first and last column that an edge may touch in a row that it meets."""
    low = raster.south + row / raster.rows_per_unit - raster.slack
    high = raster.south + (row + 1) / raster.rows_per_unit + raster.slack
    ax, ay, bx, by = xy[edge, 0], xy[edge, 1], xy[edge + 1, 0], xy[edge + 1, 1]
    start, end = ax, bx
    if abs(by - ay) > raster.slack:
        to_low = min(max((low - ay) / (by - ay), 0.0), 1.0)
        to_high = min(max((high - ay) / (by - ay), 0.0), 1.0)
        start, end = ax + to_low * (bx - ax), ax + to_high * (bx - ax)
    west, east = min(start, end) - raster.slack, max(start, end) + raster.slack
    return (
        place_of(west, raster.west, raster.columns_per_unit, raster.columns),
        place_of(east, raster.west, raster.columns_per_unit, raster.columns),
    )


@compiled
def _sort_row(raster: Raster, xy: Floats, edges: Numbers, row: int, spans: Numbers) -> None:
    """Sort a row's edges by their first column, and set `spans` to the columns of each.

    References
    ----------
    D. L. Shell, "A high-speed sorting procedure", Communications of the ACM 2 (1959): rows
    are short, and nothing has to be compiled for it.
    """
    for at in range(len(edges)):
        spans[at, 0], spans[at, 1] = _columns(raster, xy, edges[at], row)
    gap = len(edges) >> 1
    while gap > 0:
        for at in range(gap, len(edges)):
            edge, first, last = edges[at], spans[at, 0], spans[at, 1]
            to = at
            while to >= gap and spans[to - gap, 0] > first:
                edges[to] = edges[to - gap]
                spans[to, 0], spans[to, 1] = spans[to - gap, 0], spans[to - gap, 1]
                to -= gap
            edges[to], spans[to, 0], spans[to, 1] = edge, first, last
        gap >>= 1


@compiled
def _runs(spans: Numbers, count: int, runs: Numbers) -> tuple[int, int]:
    """Set `runs` to (first column, last column, start, end) of spans that meet or adjoin.

    Return the number of runs, and in how many cells all spans are.
    """
    found, entries = 0, 0
    for at in range(count):
        entries += spans[at, 1] - spans[at, 0] + 1
        if found and spans[at, 0] <= runs[found - 1, 1] + 1:
            runs[found - 1, 1] = max(runs[found - 1, 1], spans[at, 1])
            runs[found - 1, 3] = at + 1
        else:
            runs[found, 0], runs[found, 1] = spans[at, 0], spans[at, 1]
            runs[found, 2], runs[found, 3] = at, at + 1
            found += 1
    return found, entries


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
            _sort_row(filling.raster, outlines.xy, edges, row, filling.spans)
            runs, entries = _runs(filling.spans, len(edges), filling.runs)
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
        east = _inside_from_east(lines, (start, end), east, x, y)
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
        inside = _inside_from_east(lines, (start, end), east, x, y)
        _enter(filling, row * filling.raster.columns + column, area, ANCHORED if inside else 0)
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
def _inside_from_east(lines: Lines, span: tuple[int, int], east: bool, x: float, y: float) -> bool:
    """Return whether a place is inside: every edge between it and the `east` changes that.

    A place so near to an edge that its side is uncertain gets either; whoever uses it as an
    anchor meets the same doubt and does not rely on it.
    """
    inside = east
    for at in range(span[0], span[1]):
        edge = lines.edges[at]
        ax, ay = lines.xy[edge, 0] - x, lines.xy[edge, 1] - y
        bx, by = lines.xy[edge + 1, 0] - x, lines.xy[edge + 1, 1] - y
        if (ay > 0) != (by > 0):
            inside ^= (turn(ax * by, ay * bx) > 0) == (by > 0)
    return inside


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
            while label <= -2:
                for k in range(4):
                    candidates[filled, k] = filling.chain[-2 - label, k]
                label = filling.chain[-2 - label, 4]
                filled += 1
            candidates[filled - 1, 1] |= LAST
            row, column = cell // filling.raster.columns, cell % filling.raster.columns
            anchors[touched, 0], anchors[touched, 1] = anchor_of(filling.raster, row, column)
            starts[touched] = CROWDED if filled - start > MOST_CANDIDATES else start
            filling.labels[cell] = -2 - touched
            touched += 1
    return touched


@compiled
def fill_parts(cells: Cells, parts: Numbers) -> None:
    """Set the answers for the parts of touched cells, `ASK` where an edge may touch a part."""
    raster = cells.raster
    for cell in range(len(cells.labels)):
        touched = -2 - cells.labels[cell]
        if touched >= 0:
            row, column = cell // raster.columns, cell % raster.columns
            marks = parts[touched]
            if cells.starts[touched] != CROWDED:
                marks[:] = EMPTY
                _mark_parts(cells, touched, row, column, marks)
                _answer_parts(cells, touched, row, column, marks)


@compiled
def _mark_parts(cells: Cells, touched: int, row: int, column: int, marks: Numbers) -> None:
    """Set to `ASK` the parts of a cell that an edge of its candidates may touch."""
    fine = _finer(cells.raster)
    low, left = row * PARTS, column * PARTS
    at = cells.starts[touched]
    while True:
        for k in range(cells.candidates[at, 2], cells.candidates[at, 3]):
            edge = cells.lines.edges[k]
            from_row, to_row = _rows(fine, cells.lines.xy, edge)
            for part_row in range(max(from_row, low), min(to_row, low + PARTS - 1) + 1):
                west, east = _columns(fine, cells.lines.xy, edge, part_row)
                for part in range(max(west - left, 0), min(east - left, PARTS - 1) + 1):
                    marks[(part_row - low) * PARTS + part] = ASK
        if cells.candidates[at, 1] & LAST:
            break
        at += 1


@compiled
def _answer_parts(cells: Cells, touched: int, row: int, column: int, marks: Numbers) -> None:
    """Answer the parts of a cell that no edge touches; neighbours have the same answer."""
    raster = cells.raster
    for part in range(PARTS * PARTS):
        if marks[part] == ASK:
            continue
        if part % PARTS and marks[part - 1] != ASK:
            marks[part] = marks[part - 1]
        elif part >= PARTS and marks[part - PARTS] != ASK:
            marks[part] = marks[part - PARTS]
        else:
            x = raster.west + (column + (part % PARTS + 0.5) / PARTS) / raster.columns_per_unit
            y = raster.south + (row + (part // PARTS + 0.5) / PARTS) / raster.rows_per_unit
            answer, several = ask(cells, touched, x, y)
            marks[part] = ASK if several else answer


@compiled
def _finer(raster: Raster) -> Raster:
    """Return the raster of the parts."""
    return Raster(
        raster.west,
        raster.south,
        raster.east,
        raster.north,
        raster.columns << PART_BITS,
        raster.rows << PART_BITS,
        raster.columns_per_unit * PARTS,
        raster.rows_per_unit * PARTS,
        raster.slack,
    )
