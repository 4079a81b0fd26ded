"""Disputes of two years, and the control totals against which the register is held."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from mapserver.demo.households import days_before
from mapserver.demo.places import somebody
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed
from mapserver.demo.spots import Neighbourhood, Spot

DAYS = 730
A_VILLAGE_AND_MONTH = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3)

# kind: (what it is about, share in a community, share in a village)
_KINDS = {
    "01": (("婚姻家庭", "赡养", "家庭琐事"), 12, 12),
    "02": (("宅基排水", "噪音扰邻", "院墙通行", "楼道堆物"), 22, 20),
    "04": (("房屋漏水", "共有院坪"), 8, 5),
    "05": (("车辆剐蹭", "宠物伤人"), 6, 3),
    "06": (("装修合同", "房屋租赁"), 10, 2),
    "07": (("拖欠工资", "务工受伤"), 9, 4),
    "08": (("民间借贷",), 8, 5),
    "09": (("承包地边界", "土地流转"), 1, 18),
    "10": (("征地补偿",), 3, 4),
    "12": (("交通事故赔偿",), 6, 4),
    "13": (("商品退换",), 6, 1),
    "14": (("油烟扰民", "养殖异味"), 5, 5),
    "15": (("学生打闹",), 3, 1),
    "16": (("山塘用水", "林木归属"), 0, 14),
    "99": (("其他",), 2, 2),
}
_WAYS = ("01",) * 12 + ("09",) * 5 + ("03", "03", "02", "04", "05", "08", "99")


def dispute_records(seed: Seed, around: Sequence[Neighbourhood]) -> Iterator[Record]:
    """Yield the disputes of the two years up to the register's day, oldest first."""
    found: list[tuple[datetime.date, str, int, Neighbourhood]] = []
    for neighbourhood in around:
        random = seed.random("disputes", neighbourhood.village.code)
        for month in range(24):
            for _ in range(random.choice(A_VILLAGE_AND_MONTH)):
                day = days_before(AS_OF, (month + random.random()) * DAYS / 24)
                found.append((day, neighbourhood.village.code, len(found), neighbourhood))
    for position, (day, village, number, neighbourhood) in enumerate(sorted(found, key=_first)):
        random = seed.random("dispute", village, number)
        spot = neighbourhood.beside(random, 3, 12)
        uuid = seed.uuid(position, "dispute", village, number)
        yield Record(uuid, spot.point, village, _dispute(day, spot, random))


def _first(found: tuple[datetime.date, str, int, Neighbourhood]) -> tuple[datetime.date, str, int]:
    return found[:3]


def _dispute(day: datetime.date, spot: Spot, random: Random) -> dict[str, Value]:
    village = spot.house.village
    shares = [urban if village.urban else rural for _, urban, rural in _KINDS.values()]
    kind = random.choices(list(_KINDS), shares)[0]
    topic = random.choice(_KINDS[kind][0])
    where = village.name + (f"{spot.house.group}组" if spot.house.group else "")
    people = random.choice((2, 2, 2, 2, 3, 3, 4, 5, 8, 12))
    return {
        "name": f"{where}{topic}纠纷",
        "happened_on": day,
        "place": f"{spot.house.address}附近",
        "scale": "01" if people < 6 else "02",
        "kind": kind,
        "people": people,
        "parties": "甲方、乙方（演示，未写姓名）",
        "due_on": day + datetime.timedelta(days=random.choice((15, 30, 30, 60))),
        "officer": somebody(random),
        "mediator": f"{village.name}人民调解委员会",
        **_progress(day, topic, random),
    }


def _progress(day: datetime.date, topic: str, random: Random) -> dict[str, Value]:
    """Return how far it has come: the older, the more likely closed."""
    age = (AS_OF - day).days
    took = random.uniform(3, 75)
    if took > age or random.random() < 0.02:
        state = "reported" if age < 4 else "accepted" if age < 9 else "handled"
        return {"state": state, "account": f"反映{topic}问题，正在办理。"}
    resolved = days_before(day, -took)
    succeeded = random.random() < 0.93
    outcome = "双方达成一致" if succeeded else "未达成一致，已告知其他途径"
    told = age - took > 12 or random.random() < 0.4
    return {
        "state": "closed" if told else "resolved",
        "way": random.choice(_WAYS),
        "succeeded": succeeded,
        "resolved_on": min(resolved, AS_OF),
        "account": f"反映{topic}问题，经调解{outcome}。",
    }


COUNTED_ON = datetime.date(2026, 11, 1)
SOURCE = "2026 年 11 月人口年报（演示）"

Key = tuple[str, str | None]


def count_people(
    people: Sequence[Record], coming: Sequence[Mapping[str, Value]]
) -> Mapping[Key, tuple[int, int]]:
    """Return (people, households) by village and group, of those who live and have not left.

    `coming` are the values of people who live there and are not in the register yet.
    """
    rows = [*(person.values for person in people), *coming]
    heads: dict[Key, set[Value]] = {}
    count: dict[Key, int] = {}
    for values in rows:
        if values.get("deceased") or values.get("moved_out"):
            continue
        group = values.get("group")
        village, _, _ = str(values["household"]).partition("-")
        key = (village, None if group is None else str(group))
        count[key] = count.get(key, 0) + 1
        heads.setdefault(key, set()).add(values["household_no"])
    return {key: (number, len(heads[key])) for key, number in count.items()}


def control_records(seed: Seed, counted: Mapping[Key, tuple[int, int]]) -> Iterator[Record]:
    """Yield the control totals of every village and group, a few of them off by some people."""
    position = 0
    villages = sorted({village for village, _ in counted})
    for village in villages:
        random = seed.random("control", village)
        totals = [0, 0]
        groups = [group for code, group in counted if code == village]
        for group in groups:
            people, households = _off(counted[village, group], random)
            totals = [totals[0] + people, totals[1] + households]
            if group is not None:
                yield _control(seed, position, (village, group), people, households)
                position += 1
        yield _control(seed, position, (village, None), totals[0], totals[1])
        position += 1


def _off(counted: tuple[int, int], random: Random) -> tuple[int, int]:
    people, households = counted
    if random.random() < 0.15:
        people = max(0, people + random.choice((-3, -2, -1, 1, 1, 2, 2, 3, 5)))
    if random.random() < 0.05:
        households = max(0, households + random.choice((-1, 1)))
    return people, households


def _control(seed: Seed, position: int, key: Key, people: int, households: int) -> Record:
    village, group = key
    values: dict[str, Value] = {
        "people": people,
        "households": households,
        "counted_on": COUNTED_ON,
        "source": SOURCE,
    }
    if group is not None:
        values["group"] = group
    return Record(seed.uuid(position, "control", village, group), None, village, values)
