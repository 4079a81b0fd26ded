"""Reads .csv: finds the encoding and the separator, and keeps every cell as text.

A byte order mark decides; without one the file is UTF-8 if all of it is, else GB18030,
which includes GBK and GB2312. A byte that fits neither is an error with its line, never
replaced in silence. A row's number is the one a spreadsheet would show: a quoted line
break does not start a row, an empty line is one.
"""

import codecs
import csv
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from mapserver.domain.cells import CellValue
from mapserver.errors import SpreadsheetDamaged
from mapserver.formats import refusals
from mapserver.formats.limits import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", "\t", ";")
_SAMPLE_ROWS = 30
_PIECE = 1 << 18


def find_encoding(data: bytes) -> str | None:
    """Return the encoding in which all of `data` is text, None if there is none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding if _bad_byte(data, encoding) is None else None
    for encoding in ("utf-8", "gb18030"):
        if _bad_byte(data, encoding) is None:
            return encoding
    return None


def read_delimited(data: bytes, name: str, encoding: str, limits: Limits) -> list[list[CellValue]]:
    """Return the rows of `data`, each cell a text or None.

    Raises
    ------
    SpreadsheetDamaged
        If a quotation mark is not closed, or stands where it may not.
    SpreadsheetTooLarge
        If there are more rows or columns than the limits allow.
    """
    separator = find_separator(data, encoding)
    rows: list[list[CellValue]] = []
    filled = 0
    try:
        for cells in _records(data, encoding, separator, strict=True):
            row: list[CellValue] = [cell or None for cell in cells]
            rows.append(row)
            filled += any(cells)
            if filled > limits.max_rows:
                raise refusals.too_many_rows(name, limits.max_rows)
            if len(row) > limits.max_columns and any(row[limits.max_columns :]):
                raise refusals.stray_cell(name, "csv", f"第 {len(rows)} 行 row {len(rows)}")
    except csv.Error as error:
        raise _bad_quotes(name, len(rows) + 1) from error
    return rows


def find_separator(data: bytes, encoding: str) -> str:
    """Return the separator under which the first rows have the most columns in common."""
    return max(_SEPARATORS, key=lambda separator: _agreement(data, encoding, separator))


def _agreement(data: bytes, encoding: str, separator: str) -> int:
    widths: list[int] = []
    try:
        for cells in _records(data[: _PIECE * 4], encoding, separator, strict=False):
            widths.append(len(cells))
            if len(widths) == _SAMPLE_ROWS:
                break
    except (csv.Error, UnicodeDecodeError):
        pass
    return sum(width - 1 for width in widths if width > 1)


def _records(data: bytes, encoding: str, separator: str, *, strict: bool) -> Iterator[list[str]]:
    # newline="" leaves line breaks within quotes as they are
    with TextIOWrapper(BytesIO(data), encoding, newline="") as text:
        yield from csv.reader(text, delimiter=separator, strict=strict)


def _bad_byte(data: bytes, encoding: str) -> int | None:
    """Return the offset at which `data` stops being text in `encoding`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        # in pieces, because decoding holds the interpreter's lock
        for at in range(0, len(data), _PIECE):
            decoder.decode(bytes(view[at : at + _PIECE]))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _bad_quotes(name: str, row: int) -> SpreadsheetDamaged:
    return SpreadsheetDamaged(
        f"“{name}”第 {row} 行起有引号没有成对，后面的内容分不清是哪一格。"
        "请用 WPS 或 Excel 打开检查这一行，另存为 .xlsx 后再导入。",
        f"“{name}”: from row {row} on a quotation mark has no partner, so the cells cannot be "
        "told apart. Open it in WPS or Excel, look at that row, save it as .xlsx and import "
        "that.",
        row=row,
    )
