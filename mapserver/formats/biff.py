"""What the reader does not tell about an .xls: errors, passwords, and how far it reaches.

python-calamine 0.9 returns "" for a cell with an error, reserves memory for whatever size
the file claims, and aborts the process when that is too much. So the records of the
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
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6, 0x00BD})
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
    cell = struct.Struct("<HH").unpack_from
    for kind, at, size in _records(stream, start):
        if kind in _CELLS:
            if size < 6:
                raise BiffFault("a cell without place")
            row, column = cell(stream, at)
            if kind in (_FORMULA, _BOOLERR):
                _note_error(sheet, stream[at : at + size], kind)
            elif kind == _MULRK:
                column = struct.unpack_from("<H", stream, at + size - 2)[0]
            sheet.last_row = max(sheet.last_row, row)
            sheet.last_column = max(sheet.last_column, column)
        elif kind == _DIMENSIONS:
            _check_dimensions(stream[at : at + size])
    return sheet


def _note_error(sheet: BiffSheet, record: bytes, kind: int) -> None:
    row, column = struct.unpack_from("<HH", record)
    if kind == _BOOLERR and len(record) >= 8 and record[7] == 1:
        sheet.errors[row, column] = ERRORS.get(record[6], "#ERR!")
    elif kind == _FORMULA and len(record) >= 14:
        result = record[6:14]
        if result[0] == 2 and result[6:] == b"\xff\xff":
            sheet.errors[row, column] = ERRORS.get(result[2], "#ERR!")


def _check_dimensions(record: bytes) -> None:
    if len(record) >= 12:
        rows, columns = struct.unpack_from("<I", record, 4)[0], record[10] | record[11] << 8
        if rows > _MAX_ROWS or columns > _MAX_COLUMNS:
            raise BiffFault("a sheet larger than the format allows")
