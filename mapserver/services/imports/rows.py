"""Cells to typed values: every row of a spreadsheet, with what is wrong in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mapserver.domain.cells import CellValue, Reader, Reading, reader
from mapserver.domain.cross_check import cross_check
from mapserver.domain.problems import Problem
from mapserver.domain.table import Header, Row, Skipped, Table, body, find_tables
from mapserver.domain.text import clean_text
from mapserver.formats.spreadsheet import Spreadsheet
from mapserver.layers import Layer, LayerField
from mapserver.services.imports.points import columns_unused

Progress = Callable[[str, int, int], None]
"""Told the stage, how much is done, and of how much."""

_KIND_PROBLEMS = {
    "total": Problem("total-row"),
    "comment": Problem("comment-row"),
    "header": Problem("repeated-header-row"),
}
_EMPTY = Reading()


class ReadRow(NamedTuple):
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
    village : str, optional
        What the row's own column for the village says.
    at : pair of cells, optional
        What the columns for longitude and latitude hold.
    cells : sequence
        The row's cells as they stood, for the list of outcomes; refused columns are blank.
    """

    sheet: int
    number: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    village: str | None = None
    at: tuple[CellValue, CellValue] | None = None
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
    skipped: tuple[Skipped, ...]
    rows: tuple[ReadRow, ...] = field(repr=False)


def read_rows(file: Spreadsheet, layer: Layer, progress: Progress) -> Read:
    """Read every sheet that holds the layer's headings.

    Raises
    ------
    HeaderNotFound
        If no sheet holds them.
    """
    tables = find_tables(file.sheets, layer)
    total = sum(len(table.sheet.rows) for table in tables.found)
    sheets: list[ReadSheet] = []
    rows: list[ReadRow] = []
    for table in tables.found:
        before = len(rows)
        for row in _read_table(len(sheets), table, layer):
            rows.append(row)
            if not len(rows) % 500:
                progress("rows", min(len(rows), total), total)
        title = " ".join(_titles(table))
        sheets.append(ReadSheet(table.sheet.name, title, table.header, len(rows) - before))
    progress("rows", total, total)
    return Read(layer, tuple(sheets), tables.skipped, tuple(rows))


def _titles(table: Table) -> Iterator[str]:
    for cells in table.sheet.rows[: table.header.lines[0] - 1]:
        yield from (clean_text(cell) for cell in cells if cell is not None)


def _read_table(position: int, table: Table, layer: Layer) -> Iterator[ReadRow]:
    read_row = row_reader(layer, table.header)
    columns = table.header.columns
    has_point = "lon" in columns and not columns_unused(layer, columns)
    for row in body(table.sheet, table.header):
        if row.kind == "blank":
            continue
        cells = table.sheet.rows[row.number - 1]
        if row.kind == "data":
            values, problems = read_row(row)
        else:
            values, problems = {}, (_KIND_PROBLEMS[row.kind],)
        village = clean_text(row.cells.get("village")) or None
        at = (row.cells.get("lon"), row.cells.get("lat")) if has_point else None
        yield ReadRow(position, row.number, values, problems, village, at, cells)


def row_reader(
    layer: Layer, header: Header
) -> Callable[[Row], tuple[dict[str, Any], tuple[Problem, ...]]]:
    """Return what reads one row of a table with this header."""
    fields = {one.name: one for one in layer.fields}
    columns = [(name, _Readings(fields[name])) for name in header.columns if name in fields]
    required = {field.name for field in layer.fields if field.required}
    absent = [_missing(name) for name in sorted(required - set(header.columns))]
    is_register = layer.rule == "household_register"
    asked = header.text("residence_match") if "residence_match" in header.columns else ""
    inverted = "分离" in asked

    def read_row(row: Row) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        readings: dict[str, Reading] = {}
        for name, known in columns:
            cell = row.cells[name]
            if cell is None and name not in required:
                continue
            reading = known[cell] if cell.__class__ is str else known.read(cell)
            readings[name] = reading
            if reading.value is not None:
                values[name] = reading.value
            problems += reading.problems
        problems += absent
        if is_register:
            problems = _person(values, readings, row, problems, inverted=inverted)
        return values, tuple(problems)

    return read_row


_RECURRING = ("text", "code", "boolean", "date", "ref")
"""Types whose cells say the same again and again: streets, heads, relations."""
_REMEMBERED = 50_000


class _Readings(dict[str, Reading]):
    """What the texts of a column read as, each kept where the column repeats itself.

    Cells that are no text are few and read anew; of them, 1 and True would be one key.
    """

    def __init__(self, field: LayerField) -> None:
        super().__init__()
        self.read: Reader = reader(field)
        self._room = _REMEMBERED if field.type in _RECURRING else 0

    def __missing__(self, text: str) -> Reading:
        reading = self.read(text)
        if len(self) < self._room:
            self[text] = reading
        return reading


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
