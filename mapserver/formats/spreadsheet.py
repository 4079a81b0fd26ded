"""Reads .xlsx, .xls, WPS .et and .csv into sheets of values.

The kind is told from the content. Workbooks are read by python-calamine, after a guard has
looked for what would harm (see `xlsx_guard` and `biff`) and for what calamine does not
tell. What calamine 0.9 does, as tried:

- a number cell is a float (in .xls sometimes an int), also where it is whole: made an int
  here, so 12 and not 12.0; an ID number kept as a number stays one, its digits lost;
- a cell whose format is a date is a date, or a datetime where it has a time; the Chinese
  built-in formats 27-36 and 50-58 are not known to it, so such a cell is the serial number;
- a formula is its saved result; without one, and for an error, it is "": both become a
  `CellError` here (in .xls an unsaved result cannot be told from an empty one);
- a merged value stands in the first cell of its range;
- .xlsb and .ods it would read as well, but the guard does not know them: refused;
- it releases the interpreter's lock while it unpacks and parses, and holds it while it
  makes Python values: rows are therefore taken one by one, never by `to_python`.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from mapserver.domain.cells import CellError, CellValue
from mapserver.domain.sheets import Range, Sheet, cell_name
from mapserver.formats import biff, refusals
from mapserver.formats.compound_file import CompoundFault, CompoundFile
from mapserver.formats.delimited import find_encoding, read_delimited
from mapserver.formats.file_kinds import container
from mapserver.formats.limits import LIMITS, Limits
from mapserver.formats.xlsx_guard import guard

__all__ = ["LIMITS", "Limits", "Spreadsheet", "read_spreadsheet"]

_EXACT = 10**15
_STREAMS = ("Workbook", "WORKBOOK", "Book", "BOOK")
_DURATIONS = (datetime.time, datetime.timedelta)

Errors = Mapping[tuple[int, int], CellError]


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A file as read. `kind` is told from the content; `encoding` is only set for csv."""

    kind: Literal["xlsx", "xls", "csv"]
    encoding: str | None
    sheets: tuple[Sheet, ...]


def read_spreadsheet(data: bytes, name: str, limits: Limits = LIMITS) -> Spreadsheet:
    """Return the sheets of the file `data`, hidden ones included and marked.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name, for messages only.
    limits : Limits, optional

    Raises
    ------
    NotASpreadsheet, SpreadsheetEncrypted, SpreadsheetDamaged, SpreadsheetTooLarge
        Each text says what the file is and what to do.
    """
    if len(data) > limits.max_bytes:
        raise refusals.too_many_bytes(name, limits.max_bytes >> 20)
    packed = container(data, name)
    if packed == "zip":
        found = guard(data, name, limits)
        errors = {sheet: survey.errors for sheet, survey in found.items()}
        return Spreadsheet("xlsx", None, _read_workbook(data, name, errors, limits))
    if packed == "compound":
        errors = _guard_xls(data, name, limits)
        return Spreadsheet("xls", None, _read_workbook(data, name, errors, limits))
    encoding = find_encoding(data)
    if encoding is None:
        raise refusals.other_kind(
            name,
            "既非 UTF-8 也非 GBK 编码的文本或无法识别的文件",
            "a text that is neither UTF-8 nor GBK, or a file of an unknown kind",
        )
    rows = read_delimited(data, name, encoding, limits)
    return Spreadsheet("csv", encoding, (Sheet(_stem(name), rows),))


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name


def _guard_xls(
    data: bytes, name: str, limits: Limits
) -> dict[str, dict[tuple[int, int], CellError]]:
    try:
        file = CompoundFile(data)
        if "EncryptedPackage" in file.names:
            raise refusals.encrypted(name)
        stream = next((name for name in _STREAMS if name in file.names), None)
        if stream is None:
            raise refusals.other_kind(
                name, "旧版 Office 的其他文档", "another document of an old Office"
            )
        surveys = biff.survey(file.read(stream))
    except biff.BiffEncrypted as error:
        raise refusals.encrypted(name) from error
    except (CompoundFault, biff.BiffFault) as error:
        raise refusals.damaged(name, "内部结构不完整", str(error)) from error
    for survey in surveys:
        area = (survey.last_row + 1) * (survey.last_column + 1)
        if survey.last_column >= limits.max_columns or area > limits.max_area:
            cell = cell_name(survey.last_row + 1, survey.last_column)
            raise refusals.stray_cell(name, survey.name, cell)
    return {
        survey.name: {place: CellError(text) for place, text in survey.errors.items()}
        for survey in surveys
    }


def _read_workbook(
    data: bytes, name: str, errors: Mapping[str, Errors], limits: Limits
) -> tuple[Sheet, ...]:
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            return _read_sheets(workbook, name, errors, limits)
    except PasswordError as error:
        raise refusals.encrypted(name) from error
    except CalamineError as error:
        raise refusals.damaged(name, "读取失败", str(error)) from error
    except BaseException as error:
        # a panic in Rust is a BaseException of a class that cannot be imported
        if type(error).__name__ == "PanicException":
            raise refusals.damaged(name, "读取失败", "the reader gave up") from error
        raise


def _read_sheets(
    workbook: CalamineWorkbook, name: str, errors: Mapping[str, Errors], limits: Limits
) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    left = limits.max_rows
    for index, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        source = workbook.get_sheet_by_index(index)
        rows = _with_errors(_rows(source), errors.get(meta.name, {}))
        left -= sum(map(bool, rows))
        if left < 0:
            raise refusals.too_many_rows(name, limits.max_rows)
        sheets.append(Sheet(meta.name, rows, _merged(source), _is_hidden(meta)))
    return tuple(sheets)


def _is_hidden(meta: SheetMetadata) -> bool:
    return bool(meta.visible != SheetVisibleEnum.Visible)


def _merged(source: CalamineSheet) -> tuple[Range, ...]:
    return tuple(
        Range(top, left, bottom, right)
        for (top, left), (bottom, right) in source.merged_cell_ranges or ()
    )


def _rows(source: CalamineSheet) -> list[list[CellValue]]:
    """Return the rows from the sheet's first on; one without a value is an empty list."""
    before: list[CellValue] = [None] * (source.start[1] if source.start else 0)
    rows: list[list[CellValue]] = []
    for cells in source.iter_rows():
        row = _plain(cells)
        rows.append([] if row.count(None) == len(row) else before + row)
    return rows


def _plain(cells: list[Any]) -> list[CellValue]:
    """Make the fresh row `cells` what a cell may be: it is changed itself, for speed."""
    for index, cell in enumerate(cells):
        if cell.__class__ is float:
            if cell.is_integer():
                cells[index] = int(cell) if abs(cell) < _EXACT else _as_shown(cell)
        elif cell == "":
            cells[index] = None
        elif cell.__class__ in _DURATIONS:
            cells[index] = str(cell)
    return cells


def _as_shown(number: float) -> int:
    """Return a large number with the 15 digits a spreadsheet keeps and shows, then zeros."""
    return int(Decimal(f"{number:.15g}"))


def _with_errors(rows: list[list[CellValue]], errors: Errors) -> list[list[CellValue]]:
    for (row, column), error in errors.items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        if rows[row][column] is None:
            rows[row][column] = error
    return rows
