"""Registers as they really are: every irregularity at least once, and where it stands.

Three sheets, one a village, each kept in its own way: merged cells under a two-line header;
blanks below the first of a household, with columns that nobody may keep; and flats spelled
in every manner. People are new ones at doors that exist, but for a few whom the register
already has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

import shapely

from mapserver.demo.cast import Cast
from mapserver.demo.faults import (
    DATE_FAULTS,
    ID_FAULTS,
    OTHER_FAULTS,
    PHONE_FAULTS,
    PLACE_FAULTS,
)
from mapserver.demo.homes import houses_of, known_households
from mapserver.demo.households import RESERVED_VILLAGE
from mapserver.demo.numbers import IdNumbers, mobile
from mapserver.demo.records import Township
from mapserver.demo.register_book import Range, Sheet
from mapserver.demo.register_rows import Cell, Column, Row, cells_of, row_of
from mapserver.demo.spellings import SPELLINGS, flat_spellings, han

SEQUENCES, SMALL_SEQUENCES = (700, 739), (740, 749)
FIRST_NUMBER, FIRST_SMALL_NUMBER = 950_001, 970_001
PLAIN_VILLAGE, COMMUNITY = "大甸村", "迎宾社区"

MERGED: Sequence[Column] = (
    ("序号", "number"),
    ("组别", "group"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主关系", "relation_text"),
    ("性别", "sex"),
    ("公民身份号码", "id_number"),
    ("出生日期", "born"),
    ("文化程度", "education"),
    ("联系电话", "phone"),
    ("现居住地址", "address"),
    ("户籍地址", "registered_address"),
    ("所属网格", "grid_claimed"),
    ("是否已迁出", "moved_out"),
    ("是否已死亡", "deceased"),
    ("备注", "note"),
)
_BANDS = {4: "家庭成员情况", 11: "住址"}
"""First line of the header, where it holds several columns of the second line together."""
_BAND_ENDS = {4: 9, 11: 12}
_OF_HOUSEHOLD = ("group", "household_no", "head_name", "address", "registered_address")

BLANK_BELOW: Sequence[Column] = (
    ("村民小组", "group"),
    ("户编号", "household_no"),
    ("户主", "head_name"),
    ("姓名", "name"),
    ("户主或与户主关系", "relation_text"),
    ("性别", "sex"),
    ("身份证号码", "id_number"),
    ("出生年月", "born"),
    ("民族", "ethnic_group"),
    ("政治面貌", "politics"),
    ("手机号", "phone"),
    ("家庭住址", "address"),
    ("微信号", "chat_name"),
    ("备注", "note"),
)

FLATS: Sequence[Column] = (
    ("序号", "number"),
    ("户号", "household_no"),
    ("户主姓名", "head_name"),
    ("姓名", "name"),
    ("与户主的关系", "relation_text"),
    ("性别", "sex"),
    ("证件号码", "id_number"),
    ("出生日期", "born"),
    ("联系方式", "phone"),
    ("现住址", "address"),
    ("所在网格", "grid_claimed"),
    ("备注", "note"),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One irregularity: the row (counted from 1, as a spreadsheet shows it) and its code."""

    sheet: str
    row: int
    code: str


@dataclass(slots=True)
class _Draft:
    """A sheet while it is written, with the plan of what is irregular in it."""

    name: str
    columns: Sequence[Column]
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[Range] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    people: int = 0

    def line(self, *cells: Cell, code: str | None = None) -> None:
        """Add a row that is nobody."""
        self.rows.append(list(cells))
        self._plan(code)

    def banner(self, text: str, code: str | None = None) -> None:
        """Add a row of one cell as wide as the sheet."""
        self.merged.append((len(self.rows), 0, len(self.rows), len(self.columns) - 1))
        self.line(text, code=code)

    def person(self, row: Row, code: str | None = None) -> None:
        """Add the row of a person."""
        self.people += 1
        self.rows.append(cells_of({"number": self.people, **row}, self.columns))
        self._plan(code)

    def merge_down(self, fields: Sequence[str], rows: int) -> None:
        """Merge the last `rows` cells of the columns, only the first of which is filled."""
        if rows < 2:
            return
        first = len(self.rows) - rows
        for column, (_, name) in enumerate(self.columns):
            if name in fields:
                self.merged.append((first, column, len(self.rows) - 1, column))

    def sheet(self, heading_rows: int) -> Sheet:
        """Return the finished sheet."""
        return Sheet(self.name, self.rows, self.merged, heading_rows)

    def _plan(self, code: str | None) -> None:
        if code is not None:
            self.planned.append(Planned(self.name, len(self.rows), code))


def irregular_sheets(township: Township) -> tuple[list[Sheet], list[Planned]]:
    """Return the three sheets, and the plan of everything irregular in them."""
    ids = IdNumbers(*SEQUENCES)
    merged, blank, flats = (
        _merged(township, ids),
        _blank_below(township, ids),
        _flats(township, ids),
    )
    sheets = [merged.sheet(heading_rows=4), blank.sheet(heading_rows=2), flats.sheet(1)]
    return sheets, [*merged.planned, *blank.planned, *flats.planned]


def _merged(township: Township, ids: IdNumbers) -> _Draft:
    """Title, unit, two-line header, remark; then merged households, single faults and totals."""
    draft = _Draft(RESERVED_VILLAGE, MERGED)
    cast = Cast(township, RESERVED_VILLAGE, ids, FIRST_NUMBER)
    draft.banner("洣水镇金峨村户籍人口登记表（演示）")
    draft.banner("填报单位：金峨村村民委员会　　填报日期：2026年11月18日")
    _two_lines(draft)
    draft.banner("填表说明：身份证号码一栏请设为文本格式；一户一户填写。", "comment-row")
    for _ in range(3):
        _merged_household(draft, cast.household())
    draft.line("小计", *[None] * 3, f"{draft.people}人", code="total-row")
    for fault in ID_FAULTS:
        draft.person(fault.on(cast.single(fault.fits)), fault.code)
    _two_lines(draft, code="repeated-header-row")
    for fault in (*OTHER_FAULTS, *PLACE_FAULTS):
        draft.person(fault.on(cast.single(fault.fits)), fault.code)
    draft.line()
    _places(draft, cast, township)
    _households(draft, cast)
    draft.line("合计", *[None] * 3, f"{draft.people}人", code="total-row")
    draft.banner("注：本表为演示数据，人员均为虚构。", "comment-row")
    return draft


def _two_lines(draft: _Draft, code: str | None = None) -> None:
    """Add a header of two lines: groups of columns above, or cells merged over both lines."""
    first = len(draft.rows)
    covered = {c for start, end in _BAND_ENDS.items() for c in range(start, end + 1)}
    headings = [heading for heading, _ in draft.columns]
    upper = [_BANDS.get(c) if c in covered else text for c, text in enumerate(headings)]
    lower = [text if c in covered else None for c, text in enumerate(headings)]
    draft.line(*upper, code=code)
    draft.line(*lower, code=code)
    draft.merged += [(first, start, first, end) for start, end in _BAND_ENDS.items()]
    draft.merged += [(first, c, first + 1, c) for c in range(len(headings)) if c not in covered]


def _merged_household(draft: _Draft, people: Sequence[Row]) -> None:
    for nth, row in enumerate(people):
        draft.person(row if nth == 0 else _without(row, _OF_HOUSEHOLD))
    draft.merge_down(_OF_HOUSEHOLD, len(people))


def _without(row: Row, fields: Sequence[str]) -> Row:
    return {name: cell for name, cell in row.items() if name not in fields}


def _places(draft: _Draft, cast: Cast, township: Township) -> None:
    """Add addresses in every spelling, a group nobody knows, and a grid the point denies."""
    for spell in SPELLINGS:
        row = cast.single()
        group = int(str(row["group"]).removesuffix("组"))
        written = f"第{han(group)}村民小组" if group > 10 else f"{han(group)}组"
        draft.person({**row, "address": spell(str(row["address"])), "group": written})
    unknown = {"group": "58组", "address": f"{RESERVED_VILLAGE}58组3号"}
    draft.person({**cast.single(), **unknown}, "group-unknown")
    row = cast.single()
    claimed = _another_grid(township, str(row["address"]))
    draft.person({**row, "grid_claimed": claimed}, "grid-contradicts-point")


def _another_grid(township: Township, address: str) -> str:
    """Return the name of a grid of the village in which the house does not stand."""
    houses = houses_of(township, RESERVED_VILLAGE)
    (house,) = (house for house in houses if house.values["address"] == address)
    names = [
        str(grid.values["name"])
        for grid in township.records["grid"]
        if grid.village == house.village and not shapely.covers(grid.geometry, house.geometry)
    ]
    return names[0]


def _households(draft: _Draft, cast: Cast) -> None:
    """Add a household with two heads, one with none, and people written down twice."""
    people = cast.household()
    for nth, row in enumerate(people):
        head = {**row, "relation_text": "户主"} if nth < 2 else row
        draft.person(head, "two-heads" if nth < 2 else None)
    orphans = cast.household()[1:]
    for nth, row in enumerate(orphans):
        draft.person(row, "head-missing" if nth == 0 else None)
    twice = cast.single()
    draft.person(twice)
    draft.person(twice, "duplicate-identical")
    draft.person({**twice, "phone": mobile(cast.random)}, "duplicate-in-file")


def _blank_below(township: Township, ids: IdNumbers) -> _Draft:
    """One header under a title; households written once; columns that nobody may keep."""
    draft = _Draft(PLAIN_VILLAGE, BLANK_BELOW)
    cast = Cast(township, PLAIN_VILLAGE, ids, FIRST_NUMBER)
    draft.banner("大甸村人口台账（演示）")
    draft.line(*[heading for heading, _ in BLANK_BELOW])
    for spell in SPELLINGS[:4]:
        people = cast.household()
        head = people[0]
        draft.person(_private({**head, "address": spell(str(head["address"]))}, cast))
        for row in people[1:]:
            draft.person(_private(_without(row, _OF_HOUSEHOLD), cast))
    for fault in (*DATE_FAULTS, *PHONE_FAULTS):
        draft.person(_private(fault.on(cast.single(fault.fits)), cast), fault.code)
    draft.line("总计", None, None, f"{draft.people}", code="total-row")
    return draft


def _private(row: Row, cast: Cast) -> Row:
    """Return the row with columns that a register must not keep, and one nobody asked for."""
    return {
        **row,
        "ethnic_group": cast.random.choice(("汉族", "汉族", "苗族")),
        "politics": cast.random.choice(("群众", "群众", "党员")),
        "chat_name": f"demo{cast.random.randrange(10**6):06d}",
    }


def _flats(township: Township, ids: IdNumbers) -> _Draft:
    """Flats in every spelling; a household the register has, and one with a new phone."""
    draft = _Draft(COMMUNITY, FLATS)
    cast = Cast(township, COMMUNITY, ids, FIRST_NUMBER)
    draft.line(*[heading for heading, _ in FLATS])
    spellings = cycle(flat_spellings())
    for _ in range(8):
        row = cast.single(lambda row: "小区" in str(row["address"]))
        draft.person({**row, "address": next(spellings)(str(row["address"]))})
    unchanged, changed = known_households(township, COMMUNITY, 2)
    for values in unchanged:
        draft.person(row_of(values), "duplicate-in-register")
    for values in changed:
        row = {**row_of(values), "phone": mobile(cast.random)}
        draft.person(row, "duplicate-in-register")
    short = {"address": f"{COMMUNITY}书香小区"}
    draft.person({**cast.single(), **short}, "address-short")
    return draft


def small_table(township: Township) -> list[list[Cell]]:
    """Return the rows of a small table of text with a few faults, for .csv and .xls."""
    draft = _Draft(PLAIN_VILLAGE, MERGED)
    cast = Cast(township, PLAIN_VILLAGE, IdNumbers(*SMALL_SEQUENCES), FIRST_SMALL_NUMBER)
    draft.line("大甸村户籍人口登记表（演示）")
    draft.line(*[heading for heading, _ in MERGED])
    for _ in range(3):
        for row in cast.household():
            # a tab before the digits keeps spreadsheets from reading a number
            draft.person({**row, "id_number": f"\t{row['id_number']}"})
    for fault in (ID_FAULTS[6], DATE_FAULTS[1], PHONE_FAULTS[0]):
        draft.person(fault.on(cast.single(fault.fits)))
    draft.line("合计", None, None, None, f"{draft.people}人")
    return [[_as_text(cell) for cell in row] for row in draft.rows]


def _as_text(cell: Cell) -> Cell:
    return None if cell is None else f"{cell}"
