"""Household registers for the user to import: a clean one, two with every irregularity.

The clean one brings the people who belong behind the doors kept empty in 金峨村, and a few
whom the register already has, unchanged. `planned` says what the irregular ones hold,
row by row, in the codes of the import's problems.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import chain

from mapserver.demo.areas import draw
from mapserver.demo.families import family
from mapserver.demo.homes import empty_homes, known_households
from mapserver.demo.households import RESERVED_VILLAGE, Household, household_number
from mapserver.demo.houses import build_houses
from mapserver.demo.irregular import Planned, irregular_sheets, small_table
from mapserver.demo.newcomers import newcomers
from mapserver.demo.numbers import IdNumbers
from mapserver.demo.people import Home, describe
from mapserver.demo.records import Township, Value
from mapserver.demo.register_book import Sheet, workbook
from mapserver.demo.register_rows import CLEAN, LARGE, Cell, cells_of, numbered, row_of
from mapserver.demo.seeds import Seed

CLEAN_NAME = "户籍人口登记表-金峨村-整齐.xlsx"
IRREGULAR_NAME = "户籍人口登记表-金峨村-各种毛病.xlsx"
SMALL_NAME = "户籍人口登记表-大甸村-GBK.csv"

KNOWN_HOUSEHOLDS = 4
LARGE_SEQUENCES = (750, 999)


def registers(township: Township) -> Mapping[str, bytes]:
    """Return the files by name, the same bytes every time."""
    sheets, _ = irregular_sheets(township)
    return {
        CLEAN_NAME: workbook([_clean(township)]),
        IRREGULAR_NAME: workbook(sheets),
        SMALL_NAME: as_csv(small_table(township)).encode("gbk"),
    }


def planned(township: Township) -> Sequence[Planned]:
    """Return what is irregular in `IRREGULAR_NAME`, row by row."""
    return irregular_sheets(township)[1]


def as_csv(rows: Sequence[Sequence[Cell]]) -> str:
    """Return the rows as spreadsheets save them."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def _clean(township: Township) -> Sheet:
    known = known_households(township, RESERVED_VILLAGE, KNOWN_HOUSEHOLDS)
    coming = newcomers(Seed(township.seed), empty_homes(township))
    values = [*coming, *chain.from_iterable(known)]
    rows = [cells_of(row, CLEAN) for row in numbered([row_of(one) for one in values])]
    return Sheet(RESERVED_VILLAGE, [[heading for heading, _ in CLEAN], *rows])


def large_register(people: int, seed: str = "mishui-demo-1") -> bytes:
    """Return one .xlsx with `people` rows: new households behind the demo's doors.

    Dates are text, as exports write them; a door gets a second household when all have one.
    """
    rows = [
        cells_of(row, LARGE) for row in numbered([row_of(v) for v in _many(Seed(seed), people)])
    ]
    return workbook([Sheet("户籍人口", [[heading for heading, _ in LARGE], *rows])])


def _many(seed: Seed, people: int) -> list[dict[str, Value]]:
    houses = build_houses(seed, draw(seed))
    ids = IdNumbers(*LARGE_SEQUENCES)
    found: list[dict[str, Value]] = []
    position = 0
    while len(found) < people:
        house = houses[position % len(houses)]
        village = house.village
        home = Home("", village.code, house.address, house.group, house.grid.name, village.urban)
        random = seed.random("large", position)
        number = household_number(village.code, 100_000 + position)
        members = family(random, rural=not village.urban)
        household = Household(position, number, "here", house.address, members)
        for values in describe(household, home, random, ids):
            found.append({**values, "born": f"{values['born']:%Y-%m-%d}"})
        position += 1
    return found[:people]
