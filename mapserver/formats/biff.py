"""What the reader does not tell about an .xls: errors, passwords, and how far it reaches.

python-calamine 0.9 returns "" for a cell with an error. It reserves memory for whatever
size the file claims, takes the first and last cell for the sheet's corners, and aborts the
process when that asks for too much (calamine issues 463, 684, 714). So the records of the
workbook are walked once before it sees them.

A formula without a saved result cannot be told from one whose result is "" in this format
(both are result type 3); it reads as an empty cell.

References
----------
[MS-XLS] Excel Binary File Format, sections 2.3 (records), 2.4.20 BoundSheet8,
2.4.24 BoolErr, 2.4.117 FilePass, 2.4.127 Formula, 2.5.10 BErr.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_BOF, _FILEPASS, _BOUNDSHEET, _SST, _DIMENSIONS = 0x0809, 0x002F, 0x0085, 0x00FC, 0x0200
_FORMULA, _BOOLERR, _MULRK, _STRING = 0x0006, 0x0205, 0x00BD, 0x0207
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6, 0x00BD})
_PLACE = struct.Struct("<HH")
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class BiffFault(Exception):
    """A record contradicts the format or the file's length."""


class BiffEncrypted(Exception):
    """The workbook is protected by a password."""


@dataclass(slots=True)
class BiffSheet:
    """One sheet: the last row and column with a value (0-based, -1 for none), and its errors."""

    name: str
    last_row: int = -1
    last_column: int = -1
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)

    def note(self, row: int, column: int) -> None:
        """Note a value in `row` and `column`."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        if self.rows[-1:] != [row]:
            self.rows.append(row)


def survey(stream: bytes) -> list[BiffSheet]:
    """Return the sheets of a workbook stream, in the order of its list of sheets.

    Raises
    ------
    BiffEncrypted
        If a FilePass record is found.
    BiffFault
        If the stream is no workbook or claims more than it can hold.
    """
    sheets: list[tuple[str, int]] = []
    if stream[:2] != _BOF.to_bytes(2, "little"):
        raise BiffFault("no workbook")
    for kind, at, size in _records(stream, 0):
        if kind == _FILEPASS:
            raise BiffEncrypted
        if kind == _BOUNDSHEET and size >= 8:
            sheets.append(_bound_sheet(stream[at : at + size]))
        if kind == _SST and struct.unpack_from("<I", stream, at + 4)[0] > len(stream):
            raise BiffFault("more texts than the file can hold")
    return [_survey_sheet(stream, name, start) for name, start in sheets]


def _bound_sheet(record: bytes) -> tuple[str, int]:
    """Return name and offset; BIFF8 has a flag for wide characters, BIFF5 has no flag."""
    start, length, flag = struct.unpack_from("<I", record)[0], record[6], record[7]
    if flag > 1:
        return record[7 : 7 + length].decode("gb18030", "replace"), start
    if flag:
        return record[8 : 8 + 2 * length].decode("utf-16-le", "replace"), start
    return record[8 : 8 + length].decode("latin-1"), start


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, offset and size of each record up to the end of the substream at `at`."""
    unpack = struct.Struct("<HH").unpack_from
    end = len(stream)
    while at + 4 <= end:
        kind, size = unpack(stream, at)
        at += 4
        if at + size > end:
            raise BiffFault("cut short within a record")
        yield kind, at, size
        if kind == 0x000A:
            return
        at += size
    raise BiffFault("cut short between records")


def _survey_sheet(stream: bytes, name: str, start: int) -> BiffSheet:
    sheet = BiffSheet(name)
    formula_row = 0
    for kind, at, size in _records(stream, start):
        if kind in _CELLS:
            _survey_cell(sheet, stream[at : at + size], kind)
            formula_row = sheet.rows[-1] if kind == _FORMULA else formula_row
        elif kind == _STRING:
            sheet.note(formula_row, 0)
        elif kind == _DIMENSIONS:
            _check_dimensions(stream[at : at + size])
    if sheet.rows and (sheet.rows[0] != min(sheet.rows) or sheet.rows[-1] != max(sheet.rows)):
        raise BiffFault("rows out of order")
    return sheet


def _survey_cell(sheet: BiffSheet, record: bytes, kind: int) -> None:
    if len(record) < 6:
        raise BiffFault("a cell without place")
    row, column = _PLACE.unpack_from(record)
    if kind in (_FORMULA, _BOOLERR):
        _note_error(sheet, record, kind)
    elif kind == _MULRK:
        column = struct.unpack_from("<H", record, len(record) - 2)[0]
    sheet.note(row, column)


def _note_error(sheet: BiffSheet, record: bytes, kind: int) -> None:
    row, column = struct.unpack_from("<HH", record)
    if kind == _BOOLERR and len(record) >= 8 and record[7] == 1:
        sheet.errors[row, column] = ERRORS.get(record[6], "#ERR!")
    elif kind == _FORMULA and len(record) >= 14:
        result = record[6:14]
        if result[0] == 2 and result[6:] == b"\xff\xff":
            sheet.errors[row, column] = ERRORS.get(result[2], "#ERR!")


def _check_dimensions(record: bytes) -> None:
    if len(record) not in (10, 14):
        raise BiffFault("a sheet of unknown size")
    form = "<IIHH" if len(record) == 14 else "<HHHH"
    top, bottom, left, right = struct.unpack_from(form, record)
    fits = bottom <= _MAX_ROWS and right <= _MAX_COLUMNS
    if bottom and right and not (fits and top < bottom and left < right):
        raise BiffFault("a sheet larger than the format allows")
