"""A person's values as the cells of a household register, in the words people use there."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapserver.demo.records import Value


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula; `saved` is its result in the file, "" where none was saved."""

    text: str
    saved: str | int = ""


Cell = str | int | float | datetime.date | Formula | None

Column = tuple[str, str]
"""A heading, and the field whose value stands below it."""

CLEAN: Sequence[Column] = (
    ("序号", "number"),
    ("组别", "group"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主关系", "relation_text"),
    ("性别", "sex"),
    ("公民身份号码", "id_number"),
    ("出生日期", "born"),
    ("婚姻状况", "marital"),
    ("文化程度", "education"),
    ("联系电话", "phone"),
    ("现居住地址", "address"),
    ("户籍地址", "registered_address"),
    ("人户是否一致", "residence_match"),
    ("所属网格", "grid_claimed"),
    ("备注", "note"),
)

LARGE: Sequence[Column] = tuple(
    column for column in CLEAN if column[1] not in ("marital", "education", "residence_match")
)

WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": {"1": "男", "2": "女"},
    "marital": {
        "10": "未婚",
        "20": "已婚",
        "21": "初婚",
        "22": "再婚",
        "30": "丧偶",
        "40": "离婚",
    },
    "education": {
        "10": "研究生",
        "20": "大学本科",
        "30": "大学专科",
        "40": "中等职业",
        "60": "普通高中",
        "70": "初中",
        "80": "小学",
        "90": "其他",
    },
    "residence_match": {"01": "是", "02": "否"},
}
"""What a register writes for a code."""

Row = dict[str, Cell]
"""The cells of one person by field."""


def row_of(values: Mapping[str, Value]) -> Row:
    """Return the cells that say `values`."""
    row: Row = {}
    for name, value in values.items():
        words = WORDS.get(name)
        row[name] = words[str(value)] if words else value
    group = values.get("group")
    if group is not None:
        row["group"] = f"{group}组"
    return row


def cells_of(row: Row, columns: Sequence[Column]) -> list[Cell]:
    """Return the cells of a row in the order of `columns`, None where it says nothing."""
    return [row.get(field) for _, field in columns]


def numbered(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with their running number, from 1."""
    return [{**row, "number": n} for n, row in enumerate(rows, start=1)]
