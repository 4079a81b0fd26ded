"""The loops of `raster_index` that refine: touched cells to parts."""

from mapserver.compiled import compiled
from mapserver.domain.raster_asking_kernel import ask
from mapserver.domain.raster_kernel import (
    ASK,
    BEGIN,
    CROWDED,
    EMPTY,
    END,
    FLAGS,
    LAST,
    PART_BITS,
    PARTS,
    Cells,
    Numbers,
    Raster,
    Shorts,
    anchor_of,
)
from mapserver.domain.raster_rows_kernel import columns_of, rows_of


@compiled
def fill_parts(cells: Cells, parts: Numbers | Shorts) -> None:
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
def _mark_parts(cells: Cells, touched: int, row: int, column: int, marks: Numbers | Shorts) -> None:
    """Set to `ASK` the parts of a cell that an edge of its candidates may touch."""
    fine = _finer(cells.raster)
    low, left = row * PARTS, column * PARTS
    at = cells.starts[touched]
    while True:
        for k in range(cells.candidates[at, BEGIN], cells.candidates[at, END]):
            edge = cells.lines.edges[k]
            from_row, to_row = rows_of(fine, cells.lines.xy, edge)
            for part_row in range(max(from_row, low), min(to_row, low + PARTS - 1) + 1):
                west, east = columns_of(fine, cells.lines.xy, edge, part_row)
                for part in range(max(west - left, 0), min(east - left, PARTS - 1) + 1):
                    marks[(part_row - low) * PARTS + part] = ASK
        if cells.candidates[at, FLAGS] & LAST:
            break
        at += 1


@compiled
def _answer_parts(
    cells: Cells, touched: int, row: int, column: int, marks: Numbers | Shorts
) -> None:
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
            answer, several = ask(cells, touched, anchor_of(raster, row, column), x, y)
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
