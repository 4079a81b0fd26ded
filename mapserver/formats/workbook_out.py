"""Writes .xlsx: the outcomes of an import, and what every workbook written here shares.

Texts are written as texts, so that "=1+1" or "+86" never becomes a formula, and the same
rows give the same bytes. Rows are streamed: memory grows only with the packed file.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from mapserver.domain.cells import CellValue
from mapserver.formats.sheet_stream import MAX_TEXT, Page, StyledRow, pour

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# an .xlsx carries the day it was made; a fixed one keeps equal content equal in bytes
_MADE = datetime.datetime(2000, 1, 1)
_LAST_ROW = 1_048_575
_MAX_SHEET_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
OUTCOME_TITLES: Mapping[str, tuple[str, str]] = {
    "added": ("新增", "Added"),
    "updated": ("更新", "Updated"),
    "unchanged": ("没变", "Unchanged"),
    "decision": ("待你定", "Needs a decision"),
    "refused": ("拒收", "Refused"),
}
_COLORS = {
    "added": "#E3F4E8",
    "updated": "#E3EEFB",
    "unchanged": "#F2F2F2",
    "decision": "#FFF3D6",
    "refused": "#FDE3E1",
}
_COLUMNS = (
    ("结果", "Outcome", 12),
    ("原因", "Reason", 40),
    ("怎么改", "How to mend", 40),
    ("原表行号", "Row in the file", 10),
)
_HELD_BACK = frozenset({"decision", "refused"})


def new_workbook(out: BytesIO) -> "Workbook":
    """Return a workbook to write into `out`."""
    # only here: a server starts without what it seldom writes
    from xlsxwriter import Workbook  # noqa: PLC0415

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    workbook = Workbook(out, options)
    workbook.set_properties({"created": _MADE})
    return workbook


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: "Workbook") -> None:
        def made(**look: object) -> "Format":
            return workbook.add_format(look)

        self.head = made(bold=True, bg_color="#E8EDF3", border=1, text_wrap=True, valign="top")
        self.needed = made(bold=True, bg_color="#E8EDF3", border=1, font_color="#B42318")
        self.hint = made(italic=True, font_color="#667085", text_wrap=True, valign="top")
        self.text = made(num_format="@")
        self.date = made(num_format="yyyy-mm-dd")
        self.rows = {
            "date": self.date,
            "moment": made(num_format="yyyy-mm-dd hh:mm"),
            "wrapped": made(text_wrap=True, valign="top"),
        }
        for outcome, color in _COLORS.items():
            self.rows[outcome] = made(bg_color=color, bold=True, valign="top")


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A row of the file as it was, what became of it, and the sentences that say why."""

    number: int
    cells: Sequence[CellValue]
    outcome: str
    reasons: Sequence[str] = ()
    mends: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OutcomeSheet:
    """A sheet of the file: its headings by column, the number of their row, and its rows."""

    name: str
    headings: Sequence[str]
    header_line: int
    rows: Iterable[OutcomeRow]


def outcomes(
    sheets: Iterable[OutcomeSheet], language: str, *, held_back_only: bool = False
) -> bytes:
    """Return a workbook with the rows of `sheets` and, after the file's own columns, four more.

    They say what became of the row, why, how to mend it, and its number. Every cell stands
    where it stood in the file, so that "D412" in a reason is D412 here too; so rows must
    come in ascending order. `held_back_only` keeps only the rows that wait for a decision
    or were refused, close together and in the order given. The workbook can be mended and
    imported again.

    Parameters
    ----------
    sheets : iterable of OutcomeSheet
        Already without refused columns, see `domain.headings.without_refused`.
    language : str
        "zh" or "en".
    held_back_only : bool
    """
    english = language == "en"
    out = BytesIO()
    pages: list[Page] = []
    with new_workbook(out) as workbook:
        styles = Styles(workbook)
        used: set[str] = set()
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet_name(sheet.name, used))
            line = 1 if held_back_only else sheet.header_line
            _write_frame(worksheet, styles, sheet.headings, line, english)
            rows = _rows(sheet, english, packed_from=line + 1 if held_back_only else None)
            pages.append(Page(line + 1, tuple(styles.rows), rows))
        if not pages:
            workbook.add_worksheet()
    return pour(out.getvalue(), pages)


def _write_frame(
    page: "Worksheet", styles: Styles, headings: Sequence[str], line: int, english: bool
) -> None:
    """Write headings, widths and filter, and the stencil in the row below the headings."""
    after = len(headings)
    page.set_column(0, max(after - 1, 0), 14)
    for column, heading in enumerate(headings):
        page.write_string(line - 1, column, heading[:MAX_TEXT], styles.head)
    for column, (zh, en, width) in enumerate(_COLUMNS, after):
        page.set_column(column, column, width)
        page.write_string(line - 1, column, en if english else zh, styles.head)
    for column, style in enumerate(styles.rows.values()):
        page.write_blank(line, column, None, style)
    page.autofilter(line - 1, 0, _LAST_ROW, after + len(_COLUMNS) - 1)
    page.freeze_panes(line, 0)


def _rows(sheet: OutcomeSheet, english: bool, packed_from: int | None) -> Iterator[StyledRow]:
    """Yield the rows where they stood, or those held back one after another."""
    width = len(sheet.headings)
    looks = {name: {width: name, width + 1: "wrapped", width + 2: "wrapped"} for name in _COLORS}
    at = packed_from
    for row in sheet.rows:
        if at is not None and row.outcome not in _HELD_BACK:
            continue
        titles = OUTCOME_TITLES.get(row.outcome, (row.outcome, row.outcome))
        cells = [*row.cells[:width], *[None] * (width - len(row.cells))]
        cells += [titles[english], _lines(row.reasons), _lines(row.mends), row.number]
        yield StyledRow(row.number if at is None else at, cells, looks.get(row.outcome, {}))
        at = None if at is None else at + 1


def _lines(sentences: Sequence[str]) -> str | None:
    return "\n".join(dict.fromkeys(sentences)) if sentences else None


def sheet_name(name: str, used: set[str]) -> str:
    """Return `name` as a sheet may be called, told apart from those `used` (which grows)."""
    base = _FORBIDDEN.sub(" ", name).strip().strip("'")[:_MAX_SHEET_NAME] or "Sheet"
    candidate, number = base, 1
    while candidate.lower() in used or candidate.lower() == "history":
        number += 1
        candidate = f"{base[: _MAX_SHEET_NAME - 5]} ({number})"
    used.add(candidate.lower())
    return candidate
