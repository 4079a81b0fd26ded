"""The loops of `raster_index` that refine: touched cells to parts."""

import numpy as np

from mapserver.compiled import compiled
from mapserver.domain.raster_asking_kernel import ask
from mapserver.domain.raster_kernel import (
    ANSWERS,
    ASK,
    BEGIN,
    CODE_BITS,
    CROWDED,
    EMPTY,
    END,
    FLAGS,
    LAST,
    PART_BITS,
    PARTS,
    START,
    WORD,
    WORD_BITS,
    Cells,
    Numbers,
    Raster,
    anchor_of,
)
from mapserver.domain.raster_rows_kernel import columns_of, rows_of


@compiled
def fill_parts(cells: Cells) -> None:
    """Set the codes and answers of touched cells, 0 where an edge may touch a part."""
    columns = cells.raster.columns
    answers = np.empty(PARTS * PARTS, np.int32)
    for cell in range(len(cells.labels)):
        touched = -2 - cells.labels[cell]
        if touched >= 0 and cells.touched[touched, START] != CROWDED:
            answers[:] = EMPTY
            _mark_parts(cells, touched, (cell // columns, cell % columns), answers)
            _answer_parts(cells, touched, (cell // columns, cell % columns), answers)
            _encode(answers, cells.touched[touched])


@compiled
def _mark_parts(cells: Cells, touched: int, place: tuple[int, int], answers: Numbers) -> None:
    """Set to `ASK` the parts of a cell, at a row and column, that its edges may touch."""
    fine = _finer(cells.raster)
    low, left = place[0] * PARTS, place[1] * PARTS
    at = cells.touched[touched, START]
    while True:
        for k in range(cells.candidates[at, BEGIN], cells.candidates[at, END]):
            edge = cells.lines.edges[k]
            from_row, to_row = rows_of(fine, cells.lines.xy, edge)
            for part_row in range(max(from_row, low), min(to_row, low + PARTS - 1) + 1):
                west, east = columns_of(fine, cells.lines.xy, edge, part_row)
                for part in range(max(west - left, 0), min(east - left, PARTS - 1) + 1):
                    answers[(part_row - low) * PARTS + part] = ASK
        if cells.candidates[at, FLAGS] & LAST:
            break
        at += 1


@compiled
def _answer_parts(cells: Cells, touched: int, place: tuple[int, int], answers: Numbers) -> None:
    """Answer the parts of a cell that no edge touches; neighbours have the same answer."""
    raster = cells.raster
    for part in range(PARTS * PARTS):
        if answers[part] == ASK:
            continue
        if part % PARTS and answers[part - 1] != ASK:
            answers[part] = answers[part - 1]
        elif part >= PARTS and answers[part - PARTS] != ASK:
            answers[part] = answers[part - PARTS]
        else:
            x = raster.west + (place[1] + (part % PARTS + 0.5) / PARTS) / raster.columns_per_unit
            y = raster.south + (place[0] + (part // PARTS + 0.5) / PARTS) / raster.rows_per_unit
            start, anchor = cells.touched[touched, START], anchor_of(raster, place[0], place[1])
            answer, several = ask(cells, start, anchor, x, y)
            answers[part] = ASK if several else answer


@compiled
def _encode(answers: Numbers, told: Numbers) -> None:
    """Set codes and answers of a touched cell; an answer too many is asked for."""
    told[:START] = 0
    known = 0
    for part in range(PARTS * PARTS):
        if answers[part] == ASK:
            continue
        code = 1
        while code <= known and told[START + code] != answers[part]:
            code += 1
        if code <= ANSWERS:
            known = max(known, code)
            told[START + code] = answers[part]
            told[part >> WORD_BITS] |= code << (part % WORD * CODE_BITS)


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
