"""Cells to typed values: every row of a spreadsheet, with what is wrong in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mapserver.domain.cells import CellValue, Reading, cross_check, reader
from mapserver.domain.problems import Problem
from mapserver.domain.table import Header, Row, body, find_header
from mapserver.domain.text import clean_text
from mapserver.errors import HeaderNotFound
from mapserver.formats.spreadsheet import Sheet, Spreadsheet
from mapserver.layers import Layer

Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done, and of how much."""

_KIND_PROBLEMS = {
    "total": Problem("total-row"),
    "comment": Problem("comment-row"),
    "header": Problem("repeated-header-row"),
}
_EMPTY = Reading()


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as it was read.

    Parameters
    ----------
    sheet : int
        Position of its sheet in the file.
    number : int
        The row's number as the spreadsheet shows it.
    values : mapping
        Typed values by field name; an empty cell is left out.
    problems : tuple of Problem
    cells : sequence
        The row's cells as they stood, for the list of outcomes; refused columns are blank.
    """

    sheet: int
    number: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    cells: Sequence[CellValue] = ()


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """One sheet that holds a register: its name, its title above the header, its columns."""

    name: str
    title: str
    header: Header
    rows: int


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that was read from a file."""

    layer: Layer
    sheets: tuple[ReadSheet, ...]
    rows: tuple[ReadRow, ...] = field(repr=False)


def read_rows(file: Spreadsheet, layer: Layer, progress: Progress) -> Read:
    """Read every sheet that holds the layer's headings.

    Raises
    ------
    HeaderNotFound
        If no sheet holds them.
    """
    found = list(_with_headers(file, layer))
    total = sum(len(sheet.rows) for sheet, _ in found)
    sheets: list[ReadSheet] = []
    rows: list[ReadRow] = []
    for sheet, header in found:
        before = len(rows)
        for row in _read_sheet(len(sheets), sheet, header, layer):
            rows.append(row)
            if not len(rows) % 500:
                progress("rows", min(len(rows), total), total)
        title = " ".join(_titles(sheet, header))
        sheets.append(ReadSheet(sheet.name, title, header, len(rows) - before))
    progress("rows", total, total)
    return Read(layer, tuple(sheets), tuple(rows))


def _with_headers(file: Spreadsheet, layer: Layer) -> Iterator[tuple[Sheet, Header]]:
    missing: HeaderNotFound | None = None
    count = 0
    for sheet in file.sheets:
        try:
            header = find_header(sheet, layer)
        except HeaderNotFound as error:
            missing = missing or error
            continue
        count += 1
        yield sheet, header
    if not count and missing is not None:
        raise missing


def _titles(sheet: Sheet, header: Header) -> Iterator[str]:
    for cells in sheet.rows[: max(header.first_row - 1, 0)]:
        yield from (clean_text(cell) for cell in cells if cell is not None)


def _read_sheet(position: int, sheet: Sheet, header: Header, layer: Layer) -> Iterator[ReadRow]:
    read_row = row_reader(layer, header)
    for row in body(sheet, header):
        if row.kind == "blank":
            continue
        cells = sheet.rows[row.number - 1]
        if row.kind == "data":
            values, problems = read_row(row)
        else:
            values, problems = {}, (_KIND_PROBLEMS[row.kind],)
        yield ReadRow(position, row.number, values, problems, cells)


def row_reader(
    layer: Layer, header: Header
) -> Callable[[Row], tuple[dict[str, Any], tuple[Problem, ...]]]:
    """Return what reads one row of a table with this header."""
    readers = {name: reader(layer.get(name)) for name in header.columns}
    required = {field.name for field in layer.fields if field.required}
    absent = [_missing(name) for name in sorted(required - set(header.columns))]
    is_register = layer.rule == "household_register"
    inverted = "分离" in header.headings.get("residence_match", "")

    def read_row(row: Row) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        readings = {
            name: readers[name](cell)
            for name, cell in row.cells.items()
            if cell is not None or name in required
        }
        values = {name: one.value for name, one in readings.items() if one.value is not None}
        problems = [problem for one in readings.values() for problem in one.problems]
        problems += absent
        if is_register:
            problems = _person(values, readings, row, problems, inverted=inverted)
        return values, tuple(problems)

    return read_row


def _missing(name: str) -> Problem:
    return Problem("name-missing" if name == "name" else "required-missing", name)


_SPLIT = {"01": "02", "02": "01"}


def _person(
    values: dict[str, Any],
    readings: Mapping[str, Reading],
    row: Row,
    problems: list[Problem],
    *,
    inverted: bool,
) -> list[Problem]:
    """Fill in what follows from other cells of a person's row; return all that is wrong."""
    checked = cross_check(
        readings.get("id_number", _EMPTY), readings.get("born", _EMPTY), readings.get("sex", _EMPTY)
    )
    if checked.born != values.get("born"):
        # the ID number completed what the sheet gave only in part
        problems = [one for one in problems if one.code != "date-imprecise" or one.column != "born"]
    for name, value in (("born", checked.born), ("sex", checked.sex)):
        if value is not None:
            values[name] = value
    written = clean_text(row.cells.get("relation"))
    if written:
        values["relation_text"] = written[:30]
    says_only_yes_or_no = clean_text(row.cells.get("residence_match")) in ("是", "否")
    if inverted and says_only_yes_or_no and "residence_match" in values:
        # the column asks 是否人户分离: yes means apart
        values["residence_match"] = _SPLIT[values["residence_match"]]
    gone = [("moved-out", "moved_out"), ("deceased", "deceased")]
    left = [Problem(code, name) for code, name in gone if values.get(name)]
    return [*problems, *checked.problems, *left]
