"""People as records: what a household register knows of each member of a household."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from mapserver.demo.addresses import PREFIX
from mapserver.demo.families import Member, age_on
from mapserver.demo.households import Household, days_before
from mapserver.demo.names import given
from mapserver.demo.numbers import IdNumbers, mobile
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed

_FAR = (
    "广东省东莞市",
    "广东省深圳市",
    "广东省佛山市",
    "浙江省义乌市",
    "湖南省长沙市",
    "江苏省苏州市",
    "福建省泉州市",
    "湖南省衡阳市",
)
_NEAR = (
    "洣水镇建材市场",
    "洣水镇农贸市场",
    "衡东县城区",
    "洣水镇工业集中区",
    "本村",
    "洣水镇物流园",
)
_RURAL_WORK = ("务农", "务农", "务农", "建筑工", "个体经营", "养殖", "驾驶员", "木工", "泥水工")
_URBAN_WORK = (
    "个体经营",
    "职员",
    "教师",
    "驾驶员",
    "营业员",
    "工人",
    "装修工",
    "厨师",
    "保安",
    "自由职业",
)
_INFLOW = ("01", "01", "01", "03", "03", "04", "06", "08", "09", "09", "99")


@dataclass(frozen=True, slots=True)
class Home:
    """What a member needs to know of the house: its record, and how the register calls it."""

    id: str
    village: str
    address: str
    group: str | None
    grid_claimed: str | None
    urban: bool


def person_records(
    seed: Seed, households: Sequence[Household], homes: Sequence[Home]
) -> Iterator[Record]:
    """Yield a record for every member of every household, heads first."""
    ids = IdNumbers()
    position = 0
    for household in households:
        home = homes[household.house]
        random = seed.random("person", home.address, household.number)
        for values in describe(household, home, random, ids):
            uuid = seed.uuid(position, "person", values["id_number"])
            yield Record(uuid, None, home.village, {**values, "house": home.id})
            position += 1


def describe(
    household: Household, home: Home, random: Random, ids: IdNumbers
) -> Iterator[dict[str, Value]]:
    """Yield the values of each member, all but the reference to the house."""
    shared = _shared(household, home, random)
    for member in household.members:
        values = {
            "name": member.name,
            "id_number": ids.draw(member.born, member.sex, random),
            "sex": member.sex,
            "born": member.born,
            "relation": member.relation,
            "relation_text": member.word,
            "marital": member.marital,
            "education": _education(member, random),
            **shared,
        }
        if random.random() < 0.01:
            values["former_name"] = member.surname + given(member.sex, member.born.year, random)
        if _has_phone(member, random):
            values["phone"] = mobile(random)
        values.update(_work(member, home, random))
        values.update(_left(member, random))
        yield values


def _shared(household: Household, home: Home, random: Random) -> dict[str, Value]:
    here = household.origin == "here"
    far = household.origin == "away"
    values: dict[str, Value] = {
        "address": home.address,
        "registered_address": household.registered if far else PREFIX + household.registered,
        "residence_match": "01" if here else "02",
        "household_no": household.number,
        "household": f"{home.village}-{household.number}",
        "head_name": household.members[0].name,
        "population": "02" if far else "01",
        "confirmed_on": _confirmed(random),
    }
    if home.group:
        values["group"] = home.group
    if home.grid_claimed:
        values["grid_claimed"] = home.grid_claimed
    if far:
        came = days_before(AS_OF, random.uniform(20, 1100))
        values["inflow_reason"] = random.choice(_INFLOW)
        values["registered_on"] = came
        values["expires_on"] = days_before(AS_OF, random.uniform(-340, 20))
    return values


def _confirmed(random: Random) -> datetime.date:
    """Return the day of the last visit: within the year for most, longer ago for some."""
    days = random.uniform(0, 330) if random.random() < 0.93 else random.uniform(330, 700)
    return days_before(AS_OF, days)


def _has_phone(member: Member, random: Random) -> bool:
    if member.deceased or member.age < 13:
        return False
    return random.random() < (0.55 if member.age > 74 else 0.9)


def _education(member: Member, random: Random) -> str:
    year, age = member.born.year, member.age
    if age < 6:
        return "90"
    if age < 23:
        return "80" if age < 12 else "70" if age < 15 else "60" if age < 19 else "30"
    if year < 1955:
        return random.choice(("80", "80", "90", "70"))
    if year < 1985:
        return random.choice(("70", "70", "70", "80", "60", "40"))
    return random.choice(("70", "70", "60", "40", "30", "30", "20", "20"))


def _work(member: Member, home: Home, random: Random) -> dict[str, Value]:
    if member.deceased or not 17 < member.age < 72:
        return {}
    if member.age < 23 and random.random() < 0.6:
        return {"occupation": "学生"}
    leaves = not home.urban and 20 <= member.age <= 48 and member.relation != "02"
    if member.away or (leaves and random.random() < 0.28):
        return {"occupation": "务工", "workplace": random.choice(_FAR), "note": "外出务工"}
    values: dict[str, Value] = {
        "occupation": random.choice(_URBAN_WORK if home.urban else _RURAL_WORK)
    }
    if home.urban and random.random() < 0.35:
        values["workplace"] = random.choice(_NEAR)
    return values


def _left(member: Member, random: Random) -> dict[str, Value]:
    """Return what tells that a member died, or moved away since the register was begun."""
    if member.deceased:
        return {"deceased": True, "died_on": days_before(AS_OF, random.uniform(30, 900))}
    grown = member.relation in ("20", "30", "70") and age_on(member.born, AS_OF) > 19
    if grown and random.random() < 0.14:
        return {"moved_out": True, "moved_on": days_before(AS_OF, random.uniform(15, 800))}
    return {}
