"""Household registers as files: rows told by field, written by the programs people use."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl

HEADINGS = {
    "group": "组别",
    "household_no": "户号",
    "head_name": "户主姓名",
    "name": "姓名",
    "relation": "与户主关系",
    "sex": "性别",
    "id_number": "公民身份号码",
    "born": "出生日期",
    "phone": "联系电话",
    "address": "现居住地址",
    "grid": "所属网格",
    "education": "文化程度",
    "moved_out": "是否已迁出",
    "note": "备注",
}
"""The columns of a register here, in order."""

Cells = dict[str, Any]


def cells(fields: Sequence[str], *people: Cells) -> list[list[Any]]:
    """Return a header row for `fields` and a row for each of `people`."""
    rows = [[person.get(field) for field in fields] for person in people]
    return [[HEADINGS[field] for field in fields], *rows]


def fields_of(*people: Cells) -> list[str]:
    """Return the fields that any of `people` fills in, in the order of the columns."""
    return [field for field in HEADINGS if any(field in person for person in people)]


def register(*people: Cells, sheet: str = "新屋村") -> bytes:
    """Return an .xlsx with one sheet: a header row, then a row for each of `people`."""
    return book({sheet: cells(fields_of(*people), *people)})


def book(sheets: dict[str, list[list[Any]]], merged: Sequence[str] = ()) -> bytes:
    """Return an .xlsx with these sheets; `merged` are ranges of the first."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        page = workbook.create_sheet(name)
        for line in rows:
            page.append(line)
    for one in merged:
        workbook.worksheets[0].merge_cells(one)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_csv(rows: Sequence[Sequence[Any]], encoding: str) -> bytes:
    """Return a .csv in `encoding`."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)
