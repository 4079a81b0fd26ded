"""Public objects: lamps, ponds with their warning signs, and ditches, which are lines."""

import math
from collections.abc import Iterator, Sequence
from random import Random

import numpy as np
import shapely
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from mapserver.demo.areas import Areas, Village, scatter
from mapserver.demo.ground import degrees, place
from mapserver.demo.households import days_before
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed
from mapserver.demo.spots import Neighbourhood

_KINDS = {
    "lamp": ("路灯", 26, 22),
    "bin": ("垃圾箱", 18, 14),
    "hydrant": ("消防栓", 14, 2),
    "extinguisher": ("灭火器箱", 8, 4),
    "transformer": ("变压器", 6, 8),
    "speaker": ("广播", 3, 8),
    "pole": ("监控杆", 8, 4),
    "board": ("公示牌", 6, 6),
    "well": ("水井", 1, 9),
    "bridge": ("桥梁", 2, 4),
}
_CONDITIONS = ("good",) * 14 + ("worn", "worn", "broken", "missing")


def facility_records(seed: Seed, areas: Areas, around: Sequence[Neighbourhood]) -> Iterator[Record]:
    """Yield the public objects, village by village."""
    grounds = {
        village.code: shapely.union_all([g.ground for g in areas.grids if g.village is village])
        for village in areas.villages
    }
    position = 0
    for neighbourhood in around:
        village = neighbourhood.village
        random = seed.random("facility", village.code)
        objects = [
            *_street_objects(neighbourhood, random),
            *_water(village, grounds[village.code], random),
        ]
        for number, (kind, name, shape) in enumerate(objects, start=1):
            code = f"MS-{village.code[-3:]}-{number:04d}"
            values = _values(village, code, kind, name, random)
            yield Record(seed.uuid(position, "facility", code), shape, village.code, values)
            position += 1


Object = tuple[str, str, BaseGeometry]


def _street_objects(neighbourhood: Neighbourhood, random: Random) -> Iterator[Object]:
    village = neighbourhood.village
    shares = [urban if village.urban else rural for _, urban, rural in _KINDS.values()]
    count: dict[str, int] = {}
    for _ in range(random.randint(16, 28) if village.urban else random.randint(7, 14)):
        kind = random.choices(list(_KINDS), shares)[0]
        count[kind] = count.get(kind, 0) + 1
        name = f"{village.short_name}{_KINDS[kind][0]}{count[kind]}号"
        yield kind, name, neighbourhood.beside(random, 7, 22).point


def _water(village: Village, ground: BaseGeometry, random: Random) -> Iterator[Object]:
    """Yield ponds, most with a warning sign at the bank, and a ditch or two."""
    if village.urban and random.random() < 0.6:
        return
    room = ground.buffer(-60)
    for n in range(1, random.randint(1, 3) + 1):
        pond = scatter(room, random)
        yield "pond", f"{village.short_name}{n}号塘", place(pond.x, pond.y)
        if random.random() < 0.8:
            sign = place(pond.x + 14, pond.y + 6)
            yield "drowning_sign", f"{village.short_name}{n}号塘警示牌", sign
    for n in range(1, random.randint(1, 2) + 1):
        yield "ditch", f"{village.short_name}{n}号渠", _ditch(room, random)


def _ditch(room: BaseGeometry, random: Random) -> LineString:
    """Return a winding line that stays inside `room`."""
    start = scatter(room, random)
    angle = random.uniform(0, 2 * math.pi)
    corners = [(start.x, start.y)]
    for _ in range(random.randint(5, 11)):
        angle += random.gauss(0, 0.35)
        step = random.uniform(50, 90)
        x, y = corners[-1][0] + step * math.cos(angle), corners[-1][1] + step * math.sin(angle)
        if not room.contains(LineString([corners[-1], (x, y)])):
            angle += math.pi / 2
            continue
        corners.append((x, y))
    if len(corners) == 1:
        corners.append((start.x + 5, start.y))
    return LineString(degrees(np.array(corners)))


def _values(village: Village, code: str, kind: str, name: str, random: Random) -> dict[str, Value]:
    return {
        "code": code,
        "name": name,
        "kind": kind,
        "condition": random.choice(_CONDITIONS),
        "owner": f"{village.name}{'居' if village.urban else '村'}民委员会",
        "checked_on": days_before(AS_OF, random.uniform(2, 300)),
    }
