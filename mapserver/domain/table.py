"""The table that stands in a sheet: its header, and its rows with what each of them is.

Nothing is dropped in silence: totals, remarks and repeated headers are yielded with their
kind, so that each can have an outcome, and sheets without a table are listed with the
reason. Hidden sheets are not taken: people hide old copies and lists of codes there, and
nobody expects what cannot be seen to be imported. Rows hidden by a filter are read like
any other; the readers do not tell them apart.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mapserver.domain.cells import CellValue, clean_text
from mapserver.domain.filldown import fills
from mapserver.domain.headings import (
    Header,
    Heading,
    RefusedColumn,
    answers,
    filled_in,
    find_header,
    is_refused,
    normalise,
    without_refused,
)
from mapserver.domain.sheets import (
    Range,
    Sheet,
    cell_name,
    column_index,
    column_letters,
    is_blank,
)
from mapserver.errors import HeaderNotFound
from mapserver.layers import Layer

__all__ = [
    "Header",
    "Heading",
    "Kind",
    "Range",
    "RefusedColumn",
    "Row",
    "Sheet",
    "Skipped",
    "Table",
    "Tables",
    "answers",
    "body",
    "cell_name",
    "column_index",
    "column_letters",
    "filled_in",
    "find_header",
    "find_tables",
    "is_blank",
    "is_refused",
    "normalise",
    "without_refused",
]

Kind = Literal["data", "total", "comment", "header", "blank"]

_TOTAL = re.compile(
    r"\S{0,8}?(?:合计|小计|总计|共计|累计|总人数|总户数|subtotal|total)(?:[:：(（\d].*|[人户]?数.*)?",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"(?:填表|填写|填报)(?:说明|须知|要求|人|单位|日期|时间)|(?:说明|注意?|备注|注意事项|示例|例如?"
    r"|审核人?|制表人?|经办人|负责人|联系人|单位|盖章|日期)[:：]|(?:note|notes|example)[:：]",
    re.IGNORECASE,
)
_HINT = re.compile(r"必填|选填|填写|格式|示例|例如|请选择|下拉|^[如例][:：]")
_HINTED_ROWS = 3
_ID_LENGTH = 15


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the header: its number as shown, its fields' cells, and what it is."""

    number: int
    cells: Mapping[str, CellValue]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a header; its refused columns are empty."""

    sheet: Sheet
    header: Header


@dataclass(frozen=True, slots=True)
class Skipped:
    """A sheet without a table: why, and how many rows of it hold something."""

    sheet: str
    reason: Literal["hidden", "empty", "no-header"]
    rows: int


@dataclass(frozen=True, slots=True)
class Tables:
    """Every table of a spreadsheet, and every sheet that is none."""

    found: tuple[Table, ...]
    skipped: tuple[Skipped, ...]


def find_tables(sheets: Sequence[Sheet], layer: Layer) -> Tables:
    """Return the tables of `sheets` for `layer`, emptied of refused columns.

    Raises
    ------
    HeaderNotFound
        If no visible sheet has a header; the text is about the one with the most rows.
    """
    found: list[Table] = []
    skipped: list[Skipped] = []
    misses: list[tuple[int, HeaderNotFound]] = []
    for sheet in sheets:
        rows = sum(not all(map(is_blank, row)) for row in sheet.rows)
        if sheet.hidden or not rows:
            skipped.append(Skipped(sheet.name, "hidden" if sheet.hidden else "empty", rows))
            continue
        try:
            header = find_header(sheet, layer)
        except HeaderNotFound as error:
            skipped.append(Skipped(sheet.name, "no-header", rows))
            misses.append((rows, error))
        else:
            found.append(Table(without_refused(sheet, header), header))
    if not found:
        raise _no_table(misses, skipped)
    return Tables(tuple(found), tuple(skipped))


def _no_table(misses: list[tuple[int, HeaderNotFound]], skipped: list[Skipped]) -> HeaderNotFound:
    if misses:
        return max(misses, key=lambda miss: miss[0])[1]
    hidden = [one.sheet for one in skipped if one.reason == "hidden" and one.rows]
    if hidden:
        return HeaderNotFound(
            f"有内容的工作表都是隐藏的：{'、'.join(hidden)}。请取消隐藏，保存后再导入。",
            f"The only sheets with content are hidden: {', '.join(hidden)}. Unhide them, save "
            "the file and import it again.",
            hidden=hidden,
        )
    return HeaderNotFound(
        "文件里没有内容。请下载模板，填好后再导入。",
        "There is nothing in this file. Fill in the template and import that.",
    )


def body(sheet: Sheet, header: Header) -> Iterator[Row]:
    """Yield every row under `header`, empty cells filled down as `filldown` tells."""
    tell = _Teller(sheet, header)
    kinds = [tell.kind(row) for row in range(header.first_row, len(sheet.rows))]
    data = [row for row, kind in enumerate(kinds, header.first_row) if kind == "data"]
    filled = fills(sheet, header, data)
    fields = tuple(header.columns)
    columns = tuple(header.columns.values())
    width = max(columns) + 1
    for index, kind in enumerate(kinds, header.first_row):
        row = sheet.rows[index]
        if len(row) < width:
            row = [*row, *[None] * (width - len(row))]
        cells = dict(zip(fields, [row[column] for column in columns], strict=True))
        for field, values in filled.items():
            if index in values and is_blank(cells[field]) and kind == "data":
                cells[field] = values[index]
        yield Row(index + 1, cells, kind)


def _texts_above(sheet: Sheet, header: Header) -> dict[int, set[str]]:
    """Return what stands above each column: its heading, and each line of it alone."""
    texts = {one.index: {normalise(one.text)} for one in header.headings}
    for line in header.lines:
        for column, value in enumerate(sheet.rows[line - 1]):
            texts.setdefault(column, set()).add(normalise(value))
    return {column: above - {""} for column, above in texts.items()}


class _Teller:
    """Tells data from totals, remarks, repeated headers and blanks."""

    def __init__(self, sheet: Sheet, header: Header) -> None:
        self._rows = sheet.rows
        self._first = header.first_row
        self._id = header.columns.get("id_number", -1)
        self._identifying = {header.columns[field] for field in header.identifying}
        self._mapped = set(header.columns.values())
        self._ignored = {one.index for one in header.ignored}
        self._headings = _texts_above(sheet, header)
        self._banners = {(one.top, one.left) for one in sheet.merged if one.right - one.left >= 2}

    def kind(self, index: int) -> Kind:
        """Return what the row at the 0-based `index` is."""
        row = self._rows[index]
        if self._is_person(row) and index - self._first >= _HINTED_ROWS:
            return "data"
        filled = {
            column: value
            for column, value in enumerate(row)
            if not is_blank(value) and not self._only_counts(column, value)
        }
        if not filled:
            return "blank"
        if self._repeats_header(filled):
            return "header"
        if self._is_person(row) and not self._is_example(index, filled):
            return "data"
        return self._kind_of_nameless(index, filled)

    def _is_example(self, index: int, filled: Mapping[int, CellValue]) -> bool:
        """Return whether a row near the header shows how to fill it in."""
        first = next(iter(filled.values()))
        near = index - self._first < _HINTED_ROWS
        return near and isinstance(first, str) and bool(_COMMENT.match(clean_text(first)))

    def _only_counts(self, column: int, value: CellValue) -> bool:
        """Return whether this is a running number, which people fill in far ahead."""
        is_text = isinstance(value, str) and not value.strip(" .、").isdigit()
        return column in self._ignored and not is_text

    def _is_person(self, row: list[CellValue]) -> bool:
        """Return whether the row has an ID number, or what is long enough for one."""
        if not 0 <= self._id < len(row):
            return False
        value = row[self._id]
        if isinstance(value, str):
            return len(value) >= _ID_LENGTH and value[: _ID_LENGTH - 1].isdigit()
        return isinstance(value, int | float)

    def _repeats_header(self, filled: Mapping[int, CellValue]) -> bool:
        same = sum(
            isinstance(value, str) and normalise(value) in self._headings.get(column, ())
            for column, value in filled.items()
        )
        return same >= max(2, len(filled) / 2)

    def _kind_of_nameless(self, index: int, filled: Mapping[int, CellValue]) -> Kind:
        texts = {
            column: clean_text(value) for column, value in filled.items() if isinstance(value, str)
        }
        first = next(iter(filled))
        named = any(
            not _COMMENT.match(texts.get(column, ""))
            for column in self._identifying & filled.keys() - {first}
        )
        if any(_TOTAL.fullmatch(text.replace(" ", "")) for text in list(texts.values())[:3]):
            return "total"
        if (
            (not named or self._is_example(index, filled))
            and first in texts
            and _COMMENT.match(texts[first].replace(" ", ""))
        ):
            return "comment"
        if len(filled) == 1 and self._stands_alone(index, first, first in texts):
            return "comment"
        if index - self._first < _HINTED_ROWS and any(map(_HINT.search, texts.values())):
            return "comment"
        return "data" if self._mapped & filled.keys() else "comment"

    def _stands_alone(self, index: int, column: int, is_text: bool) -> bool:
        """Return whether a single text is a remark: it names nobody, or spans the sheet."""
        return is_text and (column not in self._identifying or (index, column) in self._banners)
