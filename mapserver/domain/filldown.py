"""Fills the cells that a register leaves empty because the cell above speaks for them.

Two ways of writing it are known:

Merged cells. A value merged over several rows holds for each of them, in every column but
those that name one person or thing (name, ID number).

Blank below. Without merging, 组, 户号, 户主 and the address are often written once and left
blank below. A blank is only filled where the whole column is written like that:

- heads only: nearly every head of household has a value and nearly everybody else none; or
- once at its start: a third of the rows or more are blank, and no value stands in two
  neighbouring rows.

What belongs to a household (户号, 户主, addresses) is filled only within the household: not
on a row that is a head itself, and the second way only where the sheet shows who goes with
whom (a relation, or a blank 户号 or 户主 in the same row). So a list of one row per household
with some addresses missing keeps them missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from mapserver.domain.cells import CellValue, clean_text
from mapserver.domain.headings import Header
from mapserver.domain.sheets import Sheet, is_blank

PLACE_FIELDS = ("village", "group", "grid_claimed")
HOUSEHOLD_FIELDS = ("household_no", "head_name")
ADDRESS_FIELDS = ("address", "registered_address")
HEADS = frozenset({"户主", "本人", "户长", "02"})

HEADS_FILLED, OTHERS_BLANK, BLANK_SHARE = 0.95, 0.8, 1 / 3

Fills = Mapping[str, Mapping[int, CellValue]]
"""By field and 0-based row, the value that stands for the empty cell there."""


def fills(sheet: Sheet, header: Header, data_rows: Sequence[int]) -> Fills:
    """Return what to put into empty cells of `sheet`; `data_rows` are its 0-based data rows."""
    filled = _merged(sheet, header)
    heads = _heads(sheet, header, data_rows)
    written: dict[str, list[CellValue]] = {}
    for field in (*PLACE_FIELDS, *HOUSEHOLD_FIELDS, *ADDRESS_FIELDS):
        if field in header.columns and field not in filled:
            column = header.columns[field]
            rows = [sheet.rows[row] for row in data_rows]
            cells = [row[column] if column < len(row) else None for row in rows]
            blanks = {cell for cell in set(cells) if is_blank(cell)} - {None}
            written[field] = (
                [None if cell in blanks else cell for cell in cells] if blanks else cells
            )
    members = _members(written, heads)
    for field, values in written.items():
        if None not in values:
            continue
        stops = None if field in PLACE_FIELDS else heads
        follows = None if field in (*PLACE_FIELDS, *HOUSEHOLD_FIELDS) else members
        if _heads_only(values, heads) or (_once(values) and (follows is None or any(follows))):
            filled[field] = _carried(values, data_rows, stops, follows)
    return filled


def _merged(sheet: Sheet, header: Header) -> dict[str, dict[int, CellValue]]:
    fields = {column: field for field, column in header.columns.items() if field not in header.own}
    filled: dict[str, dict[int, CellValue]] = {}
    for one in sheet.merged:
        field = fields.get(one.left)
        if field is None or one.top < header.first_row or one.bottom == one.top:
            continue
        value = sheet.at(one.top, one.left)
        column = filled.setdefault(field, {})
        for row in range(one.top + 1, min(one.bottom + 1, len(sheet.rows))):
            column[row] = value
    return filled


def _heads(sheet: Sheet, header: Header, data_rows: Sequence[int]) -> list[bool]:
    """Return for each data row whether it is a head of household; empty without a relation."""
    if "relation" not in header.columns:
        return []
    column = header.columns["relation"]
    heads: dict[CellValue, bool] = {}
    answer: list[bool] = []
    for row in data_rows:
        value = sheet.at(row, column)
        if value not in heads:
            heads[value] = clean_text(value) in HEADS
        answer.append(heads[value])
    return answer if any(answer) else []


def _members(written: Mapping[str, list[CellValue]], heads: list[bool]) -> list[bool]:
    """Return for each data row whether it goes with the household above."""
    if heads:
        return [not head for head in heads]
    marks = [written[field] for field in HOUSEHOLD_FIELDS if field in written]
    marks = [values for values in marks if _once(values)]
    if not marks:
        return []
    return [not any(cell is not None for cell in cells) for cells in zip(*marks, strict=True)]


def _heads_only(values: list[CellValue], heads: list[bool]) -> bool:
    if not heads or all(heads):
        return False
    of_heads = [value is not None for value, head in zip(values, heads, strict=True) if head]
    of_others = [value is None for value, head in zip(values, heads, strict=True) if not head]
    return _share(of_heads) >= HEADS_FILLED and _share(of_others) >= OTHERS_BLANK


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def _once(values: list[CellValue]) -> bool:
    blanks = values.count(None)
    if not blanks or blanks < BLANK_SHARE * len(values) or values[0] is None:
        return False
    return not any(a == b and a is not None for a, b in pairwise(values))


def _carried(
    values: list[CellValue],
    data_rows: Sequence[int],
    stops: list[bool] | None,
    follows: list[bool] | None,
) -> dict[int, CellValue]:
    """Return the blanks filled from above; a stop, or a row that does not follow, ends it."""
    filled: dict[int, CellValue] = {}
    last: CellValue = None
    for row, value, stop, follow in zip(
        data_rows, values, _flags(stops, values, False), _flags(follows, values, True), strict=True
    ):
        if value is not None:
            last = value
        elif stop or not follow:
            last = None
        elif last is not None:
            filled[row] = last
    return filled


def _flags(flags: list[bool] | None, values: list[CellValue], otherwise: bool) -> Iterable[bool]:
    return flags or [otherwise] * len(values)
