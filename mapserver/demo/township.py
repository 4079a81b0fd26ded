"""The demo township as a whole: every layer's records, from one seed."""

import datetime
from collections.abc import Iterator, Mapping, Sequence

from mapserver.demo.affairs import control_records, count_people, dispute_records
from mapserver.demo.areas import Areas, draw
from mapserver.demo.dwellings import Dwelling, house_records, register_houses
from mapserver.demo.facilities import facility_records
from mapserver.demo.footprints import footprint_records
from mapserver.demo.households import Household, by_house, move_in, reserve
from mapserver.demo.houses import House, build_houses
from mapserver.demo.newcomers import newcomers
from mapserver.demo.people import person_records
from mapserver.demo.places import organizations, premises_records, school_records
from mapserver.demo.records import Notice, Record, Township, Value
from mapserver.demo.seeds import Seed
from mapserver.demo.spots import neighbourhoods

SEED = "mishui-demo-1"
BOUNDARY_FROM = datetime.date(2026, 3, 1)
CODE = "430424100"
NAME = "洣水镇"
NAME_EN = "Mishui"

NOTICE = Notice(
    "演示数据：只有衡东县轮廓、28 个村（社区）的名称和代码、县城所在点是真实的；"
    "边界、房屋、人员、单位、学校、物件和纠纷都是虚构的。",
    "Demo data: only the outline of Hengdong county, the names and codes of the 28 villages and "
    "the place of the county seat are real; boundaries, houses, people, organizations, schools, "
    "objects and disputes are invented.",
)


def build(seed: str = SEED) -> Township:
    """Return the township that grows from `seed`, the same every time."""
    return Township(seed, CODE, NAME, NAME_EN, True, NOTICE, _records(Seed(seed)))


def _records(seed: Seed) -> Mapping[str, Sequence[Record]]:
    areas = draw(seed)
    houses = build_houses(seed, areas)
    reserved = reserve(seed, houses)
    households = list(move_in(seed, houses, reserved))
    dwellings = register_houses(seed, areas, houses, reserved)
    people = list(person_records(seed, households, [dwelling.home for dwelling in dwellings]))
    heads = {
        str(person.values["household_no"]): person.values
        for person in people
        if person.values["relation"] == "02"
    }
    behind = by_house(households)
    coming = list(newcomers(seed, [dwellings[k].home for k in sorted(reserved)]))
    return {
        "town": list(_town(seed, areas)),
        "village": list(_villages(seed, areas)),
        "grid": list(_grids(seed, areas, dwellings, households)),
        "house": list(house_records(seed, dwellings, behind, heads, reserved)),
        "person": people,
        "control_total": list(control_records(seed, count_people(people, coming))),
        **_others(seed, areas, houses),
    }


def _others(seed: Seed, areas: Areas, houses: Sequence[House]) -> Mapping[str, Sequence[Record]]:
    around = neighbourhoods(houses)
    employers = organizations(seed, around)
    return {
        "organization": [employer.record for employer in employers],
        "premises": list(premises_records(seed, employers, around)),
        "school": list(school_records(seed, around)),
        "facility": list(facility_records(seed, areas, around)),
        "dispute": list(dispute_records(seed, around)),
        "footprint": list(footprint_records(seed, houses)),
    }


def _town(seed: Seed, areas: Areas) -> Iterator[Record]:
    values: dict[str, Value] = {"code": CODE, "name": NAME, "name_en": NAME_EN}
    yield Record(seed.uuid(0, "town", CODE), areas.town, None, values)


def _villages(seed: Seed, areas: Areas) -> Iterator[Record]:
    for n, (village, shape) in enumerate(zip(areas.villages, areas.shapes, strict=True)):
        values: dict[str, Value] = {
            "code": village.code,
            "name": village.name,
            "short_name": village.short_name,
            "name_en": village.name_en,
            "kind": village.kind,
        }
        yield Record(seed.uuid(n, "village", village.code), shape, village.code, values)


def _grids(
    seed: Seed,
    areas: Areas,
    dwellings: Sequence[Dwelling],
    households: Sequence[Household],
) -> Iterator[Record]:
    living: dict[str, int] = {}
    for household in households:
        code = dwellings[household.house].house.grid.code
        living[code] = living.get(code, 0) + 1
    for n, grid in enumerate(areas.grids):
        values: dict[str, Value] = {
            "code": grid.code,
            "name": grid.name,
            "village_name": grid.village.name,
            "kind": "ordinary",
            "households": living.get(grid.code, 0),
            "boundary_from": BOUNDARY_FROM,
        }
        yield Record(seed.uuid(n, "grid", grid.code), grid.area, grid.village.code, values)
