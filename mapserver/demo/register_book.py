"""Sheets of cells as the bytes of a workbook, the same bytes every time."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mapserver.demo.register_rows import Cell, Formula

CREATED = datetime.datetime(2026, 11, 20, 9, 0)

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, counted from 0."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from the top, and the ranges whose cells are merged."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Range] = ()
    heading_rows: int = 1


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the bytes of an .xlsx with these sheets."""
    stream = io.BytesIO()
    # a fixed date of creation: otherwise every call writes other bytes
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED, "comments": "演示数据，人员均为虚构"})
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        heading = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, date, heading)
    return stream.getvalue()


def _write(page: Worksheet, sheet: Sheet, date: Format, heading: Format) -> None:
    page.set_column(0, 40, 14)
    page.freeze_panes(sheet.heading_rows, 0)
    for first_row, first_column, last_row, last_column in sheet.merged:
        page.merge_range(first_row, first_column, last_row, last_column, "", heading)
    for r, row in enumerate(sheet.rows):
        style = heading if r < sheet.heading_rows else None
        for c, cell in enumerate(row):
            if cell is not None:
                _put(page, (r, c), cell, date, style)


def _put(
    page: Worksheet, at: tuple[int, int], cell: Cell, date: Format, style: Format | None
) -> None:
    if isinstance(cell, Formula):
        page.write_formula(*at, cell.text, style, cell.saved)
    elif isinstance(cell, datetime.date):
        page.write_datetime(*at, cell, date)
    elif isinstance(cell, str):
        page.write_string(*at, cell, style)
    elif cell is not None:
        page.write_number(*at, cell, style)
