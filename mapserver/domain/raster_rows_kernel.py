"""The loops of `raster_index` that read outlines: edges by row, and a row's edges by column."""

from typing import NamedTuple

from mapserver.compiled import compiled
from mapserver.domain.raster_kernel import Floats, Ints, Numbers, Raster, place_of


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
def rows_of(raster: Raster, xy: Floats, edge: int) -> tuple[int, int]:
    """Return the first and last row that an edge meets."""
    a, b = xy[edge, 1], xy[edge + 1, 1]
    return (
        place_of(min(a, b), raster.south, raster.rows_per_unit, raster.rows),
        place_of(max(a, b), raster.south, raster.rows_per_unit, raster.rows),
    )


@compiled
def enter_rows(raster: Raster, outlines: Outlines, place: Ints, enters: bool) -> None:
    """Move each row's `place` on by its edges, and enter each edge there if it `enters`.

    So from 0 the edges are counted, and from where a row starts they are entered.
    """
    start = 0
    for area in range(len(outlines.vertex_ends)):
        for edge in range(start, outlines.vertex_ends[area] - 1):
            if outlines.ring[edge] == outlines.ring[edge + 1]:
                low, high = rows_of(raster, outlines.xy, edge)
                for j in range(outlines.row_at[area] + low, outlines.row_at[area] + high + 1):
                    if enters:
                        outlines.edges[place[j]] = edge
                    place[j] += 1
        start = outlines.vertex_ends[area]


@compiled
def columns_of(raster: Raster, xy: Floats, edge: int, row: int) -> tuple[int, int]:
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
def sort_row(raster: Raster, xy: Floats, edges: Numbers, row: int, spans: Numbers) -> None:
    """Sort a row's edges by their first column, and set `spans` to the columns of each.

    References
    ----------
    D. L. Shell, "A high-speed sorting procedure", Communications of the ACM 2 (1959), with
    Knuth's steps (The Art of Computer Programming 3, section 5.2.1): most rows are short,
    and little has to be compiled for it.
    """
    for at in range(len(edges)):
        spans[at, 0], spans[at, 1] = columns_of(raster, xy, edges[at], row)
    gap = 1
    while gap < len(edges) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(gap, len(edges)):
            edge, first, last = edges[at], spans[at, 0], spans[at, 1]
            to = at
            while to >= gap and spans[to - gap, 0] > first:
                edges[to] = edges[to - gap]
                spans[to, 0], spans[to, 1] = spans[to - gap, 0], spans[to - gap, 1]
                to -= gap
            edges[to], spans[to, 0], spans[to, 1] = edge, first, last
        gap //= 3


@compiled
def runs_of(spans: Numbers, count: int, runs: Numbers) -> tuple[int, int]:
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
