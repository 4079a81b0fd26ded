"""Streams rows into a workbook that XlsxWriter has made, four times as fast as through it.

XlsxWriter makes everything but the rows: parts, styles, headings, widths, filters. Below
the headings it writes one row with a cell of each style, the stencil; here its style
numbers are read, and rows take its place.

References
----------
ECMA-376-1 section 18.3.1.4 (c, inline strings), 22.9.2.19 (_xHHHH_ escapes); XML 1.0,
section 2.2 (characters that a document may hold).
"""

import datetime
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from mapserver.domain.cells import CellError, CellValue
from mapserver.domain.sheets import column_letters

MAX_TEXT = 32_767
"""Characters that a cell may hold."""

_ODD = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_STYLE = re.compile(rb'<c r="[A-Z]+\d+" s="(\d+)"')
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_DAY_ZERO = datetime.date(1899, 12, 30)
_FIRST_DAY = datetime.date(1900, 3, 1)
_PIECE_ROWS = 2_000
# a fixed time, so that equal content is equal in bytes
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class StyledRow:
    """A row to write: its number from 1, its cells, and the style of those that have one."""

    number: int
    cells: Sequence[CellValue]
    styles: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What replaces the stencil of a sheet: the stencil's row number, its styles, the rows.

    `styles` are names in the order of the stencil's cells; "date" and "moment" among them
    serve dates.
    """

    stencil: int
    styles: Sequence[str]
    rows: Iterable[StyledRow]


def pour(workbook: bytes, pages: Sequence[Page]) -> bytes:
    """Return `workbook` with the rows of `pages`, one for each sheet in order."""
    paths = {f"xl/worksheets/sheet{n}.xml": page for n, page in enumerate(pages, 1)}
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbook)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target,
    ):
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            part = source.read(info)
            with target.open(entry, "w", force_zip64=True) as file:
                page = paths.get(info.filename)
                for piece in _poured(part, page) if page else [part]:
                    file.write(piece)
    return out.getvalue()


def _poured(part: bytes, page: Page) -> Iterator[bytes]:
    head, _, rest = part.partition(b'<row r="%d"' % page.stencil)
    stencil, _, tail = rest.partition(b"</row>")
    numbers = dict(zip(page.styles, map(int, _STYLE.findall(stencil)), strict=True))
    # the optional dimension is only known when all rows have passed
    yield _DIMENSION.sub(b"", head)
    write = _RowWriter(numbers).write
    waiting: list[str] = []
    for row in page.rows:
        waiting.append(write(row))
        if len(waiting) == _PIECE_ROWS:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()
    yield tail


class _RowWriter:
    """Writes rows as XML, with the style numbers of one workbook."""

    def __init__(self, styles: Mapping[str, int]) -> None:
        self._styles = {name: f' s="{number}"' for name, number in styles.items()}
        self._letters = [column_letters(column) for column in range(1024)]

    def write(self, row: StyledRow) -> str:
        """Return `row` as a row element."""
        number = row.number
        cells = []
        for column, value in enumerate(row.cells):
            if value is None or value == "":
                continue
            style = self._styles[row.styles[column]] if column in row.styles else ""
            place = f"{self._letters[column]}{number}"
            if value.__class__ is str:
                cells.append(_text(place, style, value))
            else:
                cells.append(self._other(place, style, value))
        return f'<row r="{number}">{"".join(cells)}</row>'

    def _other(self, place: str, style: str, value: CellValue) -> str:
        if isinstance(value, bool):
            return f'<c r="{place}"{style} t="b"><v>{value:d}</v></c>'
        if isinstance(value, int | float) and math.isfinite(value):
            return f'<c r="{place}"{style}><v>{value!r}</v></c>'
        if isinstance(value, datetime.date):
            return self._date(place, style, value)
        return _text(place, style, value.text if isinstance(value, CellError) else str(value))

    def _date(self, place: str, style: str, value: datetime.date) -> str:
        moment = isinstance(value, datetime.datetime)
        day = value.date() if isinstance(value, datetime.datetime) else value
        if day < _FIRST_DAY:
            # spreadsheets count a 29 February 1900, so earlier days have no certain number
            return _text(place, style, str(value))
        serial = float((day - _DAY_ZERO).days)
        if isinstance(value, datetime.datetime):
            seconds = value.hour * 3600 + value.minute * 60 + value.second
            serial += seconds / 86_400
        style = style or self._styles["moment" if moment else "date"]
        return f'<c r="{place}"{style}><v>{serial:.15g}</v></c>'


def _text(place: str, style: str, text: str) -> str:
    text = text[:MAX_TEXT]
    if _ODD.search(text):
        text = _escaped(text)
    return f'<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _escaped(text: str) -> str:
    text = _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _ESCAPE_LIKE.sub("_x005F_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
