"""Unpacks every part of an .xlsx once, before the reader does, and looks for what harms.

python-calamine 0.9 holds a sheet dense between its first and its last value, and reserves
memory for as many texts as the file claims; where that fails it aborts the whole process.
A file of 5 kB with one value in XFD1048576, or with rows out of order, would end the server
(calamine issues 463 and 684). It also returns "" for a cell with an error and for a formula
without a saved result. So each part is inflated in pieces (never whole, never trusting a
declared size), and the pieces are searched for values far out, errors and formulas. They are
written for the form that all common programs write; a piece in any other form takes the
slower and exact path.

References
----------
ECMA-376-1 section 18.3.1.4 (c), 18.3.1.40 (f), 18.3.1.73 (row); RFC 1951; APPNOTE 4.3.7.
"""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree

from mapserver.domain.cells import CellError
from mapserver.domain.sheets import cell_name, column_index
from mapserver.errors import SpreadsheetError
from mapserver.formats import refusals
from mapserver.formats.limits import Limits

_PIECE = 1 << 20
_PACKED_PIECE = 1 << 16
_SMALL = 16 << 20

_TIDY = b'<c r="'
_FAR = re.compile(rb'<c r="(?:[A-Za-z]{2,}\d+|[A-Za-z]\d{6,})"(?!(?: \w+="\w*")*\s*/>)')
_VALUED = re.compile(rb'<c r="[A-Za-z]+(\d+)"(?!(?: \w+="\w*")*\s*/>)')
_CLAIM = re.compile(rb"""[cC]ount\s*=\s*["']\s*\+?0*(\d{8,})""")
_NAMED = re.compile(rb'"([A-Za-z]+)(\d+)"')
_ATTRIBUTES = rb"""((?:[^<>"']|"[^"]*"|'[^']*')*)"""
_ANY_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])" + _ATTRIBUTES + rb"(?<!/)>")
_ANY_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])" + _ATTRIBUTES + rb">")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d+)["']""")
_PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]+)(\d+)["']""")
_ERROR = re.compile(rb"<(?:\w+:)?c\s([^<>]*\bt=[\"']e[\"'][^<>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v[^<>]*>([^<]*)</)?"
)
_VALUE = re.compile(rb"<(?:\w+:)?v[^<>]*>([^<]*)</")
_AS_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
NO_RESULT = CellError("")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")


@dataclass(slots=True)
class PartSurvey:
    """One part: the last row and column with a value (0-based), and cells without one."""

    last_row: int = -1
    last_column: int = -1
    far: str = ""
    row_now: int = 0
    last_value: int = -1
    fell: bool = False
    named: bool = False
    unnamed: bool = False
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)

    @property
    def area(self) -> int:
        """Cells that a dense table up to the last value holds."""
        return (self.last_row + 1) * (self.last_column + 1)

    @property
    def in_order(self) -> bool:
        """Whether rows only ever rise, and places are either all named or all left out."""
        return not (self.fell or (self.named and self.unnamed))

    def value_in(self, row: int) -> None:
        """Note a value in `row`, in the order of the file."""
        self.fell |= row < self.last_value
        self.last_value = row


def guard(data: bytes, name: str, limits: Limits) -> Mapping[str, PartSurvey]:
    """Return what was found in each sheet of the workbook `data`, by the sheet's name.

    Raises
    ------
    SpreadsheetError
        NotASpreadsheet for an archive of another kind, SpreadsheetEncrypted,
        SpreadsheetDamaged or SpreadsheetTooLarge; `name` is the file's name in the text.
    """
    # what the directory says of its own length may be a lie
    if data.count(b"PK\1\2") > limits.max_parts:
        raise refusals.bomb(name, limits.max_unpacked >> 20)
    entries = _entries(data, name)
    if "xl/workbook.xml" not in entries:
        raise _other_archive(name, entries)
    if sum(entry.file_size for entry in entries.values()) > limits.max_unpacked:
        raise refusals.bomb(name, limits.max_unpacked >> 20)
    surveys: dict[str, PartSurvey] = {}
    unpacked = 0
    for path, entry in entries.items():
        pieces = _Pieces(data, entry, name, limits, limits.max_unpacked - unpacked)
        surveys[path] = _survey(pieces, limits.max_columns)
        unpacked += pieces.unpacked
    parts = _sheet_parts(data, entries, name, limits)
    for sheet, path in parts.items():
        _check_reach(surveys.get(path, PartSurvey()), sheet, name, limits)
    for survey in surveys.values():
        _check_reach(survey, "?", name, limits)
    return {sheet: surveys.get(path, PartSurvey()) for sheet, path in parts.items()}


def _entries(data: bytes, name: str) -> dict[str, zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise refusals.damaged(name, "压缩包结构不完整", "the archive is incomplete") from error
    if any(info.flag_bits & 1 for info in infos):
        raise refusals.encrypted(name)
    names = [info.filename.replace("\\", "/").lower() for info in infos]
    if len(set(names)) < len(names):
        raise refusals.damaged(name, "压缩包内有重名文件", "the archive names a part twice")
    return {info.filename.replace("\\", "/"): info for info in infos}


def _other_archive(name: str, entries: Mapping[str, zipfile.ZipInfo]) -> SpreadsheetError:
    if "xl/workbook.bin" in entries:
        return refusals.to_be_saved_as_xlsx(
            name, "二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"
        )
    if "content.xml" in entries and "mimetype" in entries:
        return refusals.to_be_saved_as_xlsx(
            name, "开放文档（.ods 等）", "an OpenDocument file (.ods or the like)"
        )
    if "word/document.xml" in entries:
        return refusals.other_kind(name, "Word 文档", "a Word document")
    if "ppt/presentation.xml" in entries:
        return refusals.other_kind(name, "演示文稿", "a presentation")
    return refusals.other_kind(name, "压缩包（请先解压）", "an archive (unpack it first)")


class _Pieces:
    """The unpacked bytes of one entry, piece by piece, within the limits."""

    def __init__(
        self, data: bytes, entry: zipfile.ZipInfo, name: str, limits: Limits, left: int
    ) -> None:
        self._data = memoryview(data)
        self._entry = entry
        self._name = name
        self._limits = limits
        self._left = left
        self._tags = 0
        self.unpacked = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._inflated():
            self.unpacked += len(piece)
            self._check(piece)
            yield piece

    def _inflated(self) -> Iterator[bytes]:
        packed = self._packed()
        if self._entry.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
            return
        if self._entry.compress_type != zipfile.ZIP_DEFLATED:
            raise refusals.damaged(self._name, "压缩方式不支持", "an unsupported compression")
        engine = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for at in range(0, len(packed), _PACKED_PIECE):
                waiting: bytes | memoryview = packed[at : at + _PACKED_PIECE]
                while waiting:
                    piece = engine.decompress(waiting, _PIECE)
                    waiting = engine.unconsumed_tail
                    yield piece
            yield engine.flush()
        except zlib.error as error:
            raise self._cut_short() from error
        if not engine.eof:
            raise self._cut_short()

    def _packed(self) -> memoryview:
        head = self._entry.header_offset
        if bytes(self._data[head : head + 4]) != b"PK\3\4" or head + 30 > len(self._data):
            raise self._cut_short()
        name_size, extra_size = struct.unpack_from("<HH", self._data, head + 26)
        start = head + 30 + name_size + extra_size
        packed = self._data[start : start + self._entry.compress_size]
        if len(packed) < self._entry.compress_size:
            raise self._cut_short()
        return packed

    def _cut_short(self) -> SpreadsheetError:
        part = self._entry.filename
        return refusals.damaged(self._name, f"{part} 不完整", f"{part} is incomplete")

    def _check(self, piece: bytes) -> None:
        too_large = self.unpacked > self._left
        if self.unpacked > self._limits.free_bytes:
            self._tags += piece.count(b"<")
            too_large |= self._tags > self._limits.max_tags
            too_large |= self.unpacked > self._limits.max_ratio * self._entry.compress_size
        if too_large:
            raise refusals.bomb(self._name, self._limits.max_unpacked >> 20)
        if b"ount" in piece and _CLAIM.search(piece):
            raise refusals.damaged(
                self._name, "所称的条数大于文件所能容纳", "it claims more texts than it can hold"
            )
        if b"!" in piece and b"<!DOCTYPE" in piece:
            raise refusals.damaged(
                self._name, "含有不应有的 DOCTYPE 声明", "it holds a DOCTYPE, which no workbook has"
            )


def _survey(pieces: _Pieces, max_columns: int) -> PartSurvey:
    survey = PartSurvey()
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = _cut(text)
        rest = text[cut:]
        _survey_rows(survey, text[:cut], max_columns)
    _survey_rows(survey, rest, max_columns)
    return survey


def _cut(text: bytes) -> int:
    """Return where the last whole row ends; in text without rows, where the last tag begins."""
    cut = text.rfind(b"row>") + 4
    if cut < 4 or len(text) - cut > 4 * _PIECE:
        cut = text.rfind(b"<")
    return cut if cut > 0 else len(text)


def _survey_rows(survey: PartSurvey, text: bytes, max_columns: int) -> None:
    cells = text.count(b"<c")
    if cells == text.count(_TIDY) and not (b":" in text and b":c" in text):
        _survey_tidy(survey, text, cells)
    else:
        _survey_untidy(survey, text, max_columns)
    if b"e" in text and (b't="e"' in text or b"t='e'" in text):
        _note_errors(survey, text)
    if b"f" in text and (b"<f" in text or b":f" in text):
        _note_formulas(survey, text)


def _survey_tidy(survey: PartSurvey, text: bytes, cells: int) -> None:
    """Every cell starts `<c r="A1"`: only those past column Z or row 99,999 are looked at."""
    if not cells:
        return
    survey.named = True
    survey.last_row = max(survey.last_row, 99_998)
    survey.last_column = max(survey.last_column, 25)
    for found in _FAR.finditer(text):
        named = _NAMED.search(found[0])
        if named:
            _reach(survey, int(named[2][:9]) - 1, named[1])
    first = _VALUED.search(text) if b"</c>" in text else None
    if first:
        survey.value_in(int(first[1][:9]) - 1)
        last = _NAMED.search(text, text.rfind(_TIDY, 0, text.rfind(b"</c>")))
        survey.value_in(int(last[2][:9]) - 1 if last else -1)


def _survey_untidy(survey: PartSurvey, text: bytes, max_columns: int) -> None:
    """Any other spelling; rows and cells that name no place follow those before them."""
    *rows, rest = _ROW_END.split(text)
    for row in rows:
        _survey_row(survey, row, max_columns)
        survey.row_now += 1
    _survey_row(survey, rest, max_columns)


def _survey_row(survey: PartSurvey, row: bytes, max_columns: int) -> None:
    """Survey what stands before the end of a row: empty rows, then the row itself."""
    for opened in _ANY_ROW.finditer(row):
        number = _ROW_NUMBER.search(opened[1])
        if number:
            survey.row_now = int(number[1][:9]) - 1
        survey.row_now += opened[1].endswith(b"/")
    unnamed = 0
    for found in _ANY_CELL.finditer(row):
        place = _PLACE.search(found[1])
        if place:
            survey.named = True
            _reach(survey, int(place[2][:9]) - 1, place[1])
            survey.value_in(int(place[2][:9]) - 1)
        else:
            unnamed += 1
    if unnamed:
        survey.unnamed = True
        survey.value_in(survey.row_now)
        survey.last_row = max(survey.last_row, survey.row_now)
        survey.last_column = max(survey.last_column, min(unnamed, max_columns + 1) - 1)


def _reach(survey: PartSurvey, row: int, letters: bytes) -> None:
    column = column_index(letters[:9].decode("ascii"))
    if row > survey.last_row or column > survey.last_column:
        survey.far = cell_name(row + 1, column)
    survey.last_row = max(survey.last_row, row)
    survey.last_column = max(survey.last_column, column)


def _note_errors(survey: PartSurvey, text: bytes) -> None:
    for found in _ERROR.finditer(text):
        value = _VALUE.search(found[2])
        shown = value[1].decode("utf-8", "replace") if value else ""
        _note(survey, found[1], CellError(shown or "#ERR!"))


def _note_formulas(survey: PartSurvey, text: bytes) -> None:
    for found in _FORMULA.finditer(text):
        if not found[2] and _AS_TEXT.search(found[1]) is None:
            _note(survey, found[1], NO_RESULT)


def _note(survey: PartSurvey, attributes: bytes, error: CellError) -> None:
    place = _PLACE.search(attributes)
    if place and len(place[1]) < 4 and len(place[2]) < 8:
        row, column = int(place[2]) - 1, column_index(place[1].decode("ascii"))
        survey.errors[row, column] = error


def _check_reach(survey: PartSurvey, sheet: str, name: str, limits: Limits) -> None:
    if survey.last_column >= limits.max_columns or survey.area > limits.max_area:
        raise refusals.stray_cell(name, sheet, survey.far or "?")
    if not survey.in_order:
        raise refusals.damaged(
            name, f"工作表“{sheet}”的行次序混乱", f"the rows of “{sheet}” are out of order"
        )
    if len(survey.errors) > limits.max_errors:
        raise refusals.too_many_errors(name, sheet)


def _sheet_parts(
    data: bytes, entries: Mapping[str, zipfile.ZipInfo], name: str, limits: Limits
) -> dict[str, str]:
    """Return the path of each sheet's part by the sheet's name."""
    targets = {
        relation.get("Id"): posixpath.normpath(
            posixpath.join("xl", relation.get("Target", "")).removeprefix("/")
        )
        for relation in _parse("xl/_rels/workbook.xml.rels", data, entries, name, limits)
    }
    parts: dict[str, str] = {}
    for element in _parse("xl/workbook.xml", data, entries, name, limits).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in element.items() if k.endswith("}id")), None)
            parts[element.get("name", "")] = targets.get(link, "")
    return parts


def _parse(
    path: str, data: bytes, entries: Mapping[str, zipfile.ZipInfo], name: str, limits: Limits
) -> ElementTree.Element:
    if path not in entries:
        raise refusals.damaged(name, f"缺少 {path}", f"{path} is missing")
    try:
        text = b"".join(_Pieces(data, entries[path], name, limits, _SMALL))
        return ElementTree.fromstring(text)  # noqa: S314  no DOCTYPE, so no entities: checked above
    except ElementTree.ParseError as error:
        raise refusals.damaged(name, f"{path} 无法解析", f"{path} cannot be parsed") from error
