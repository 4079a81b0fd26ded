"""Rural doors: each grid in its groups (组), each group a contiguous part with its own hamlets.

Doors are numbered within the group, from one hamlet to the next.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely import Point
from shapely.geometry.base import BaseGeometry

from mapserver.demo.areas import Grid, Village, even_out, scatter
from mapserver.demo.doors import SPACING_M, House, Taken, room_in
from mapserver.demo.seeds import Seed

DOORS_A_GROUP = 34

NAMED_GROUPS = ("新屋", "老屋", "塘冲", "大塘湾", "竹山", "枫树", "石桥", "樟木", "油铺", "上湾",
                "下湾", "横冲", "井塘", "柏树", "茶园", "坳上", "枣子", "岭背", "对江", "荷叶",
                "月塘", "瓦屋", "水口", "长冲", "羊角")  # fmt: skip
VILLAGES_WITH_NAMED_GROUPS = ("荆茗村",)


@dataclass(frozen=True, slots=True)
class _Hamlet:
    """Houses that stand together, and the way they face."""

    x: float
    y: float
    group: int
    angle: float


def rural_doors(seed: Seed, grids: Sequence[Grid]) -> list[House]:
    """Return the doors of a village, its groups counted on from grid to grid."""
    houses: list[House] = []
    before = 0
    for grid in grids:
        random = seed.random("house", grid.code)
        number = random.randint(60, 200)
        groups = max(2, round(number / DOORS_A_GROUP))
        houses += _hamlets(grid, groups, before, number, random)
        before += groups
    return houses


def _hamlets(grid: Grid, groups: int, before: int, number: int, random: Random) -> list[House]:
    middles = even_out([scatter(grid.ground, random) for _ in range(groups)], grid.ground, 4)
    middles.sort(key=lambda point: (point.x, point.y))
    room = room_in(grid.ground, 10)
    hamlets = [_hamlet(middle, k, room, random) for k, middle in enumerate(middles) for _ in "123"]
    places = _settle(hamlets, room, number, random)
    nearest = _nearest(places, middles)
    houses: list[House] = []
    for group in range(groups):
        own = [place for place, near in zip(places, nearest, strict=True) if near == group]
        name = _group_name(grid.village, before + group)
        own.sort(key=lambda place: (place[2].x, place[2].y, place[0], place[1]))
        for door, (x, y, hamlet) in enumerate(own, start=1):
            address = f"{grid.village.name}{name}组{door}号"
            storeys = random.choice((1, 2, 2, 2, 3, 3))
            angle = hamlet.angle + random.gauss(0, 0.12)
            houses.append(House(grid, x, y, angle, address, name, address, storeys))
    return houses


def _group_name(village: Village, position: int) -> str:
    if village.name in VILLAGES_WITH_NAMED_GROUPS and position < len(NAMED_GROUPS):
        return NAMED_GROUPS[position]
    return str(position + 1)


def _hamlet(middle: Point, group: int, room: BaseGeometry, random: Random) -> _Hamlet:
    for _ in range(20):
        point = Point(random.gauss(middle.x, 130), random.gauss(middle.y, 130))
        if room.contains(point):
            break
    else:
        point = middle
    return _Hamlet(point.x, point.y, group, random.uniform(0, math.pi))


Place = tuple[float, float, _Hamlet]


def _settle(
    hamlets: Sequence[_Hamlet], room: BaseGeometry, number: int, random: Random
) -> list[Place]:
    """Return `number` places around the hamlets, inside `room` and apart from one another."""
    taken = Taken(SPACING_M)
    places: list[Place] = []
    reach = 45.0
    while len(places) < number:
        some = [random.choice(hamlets) for _ in range(2 * number)]
        points = [(random.gauss(h.x, reach), random.gauss(h.y, reach)) for h in some]
        for hamlet, (x, y), fits in zip(some, points, _contains(room, points), strict=True):
            if fits and len(places) < number and taken.take(x, y):
                places.append((x, y, hamlet))
        reach *= 1.4
    return places


def _contains(room: BaseGeometry, points: Sequence[tuple[float, float]]) -> list[bool]:
    shapely.prepare(room)
    board = np.array(points)
    return [bool(fits) for fits in shapely.contains_xy(room, board[:, 0], board[:, 1])]


def _nearest(places: Sequence[Place], middles: Sequence[Point]) -> list[int]:
    board = np.array([(x, y) for x, y, _ in places])
    marks = np.array([(point.x, point.y) for point in middles])
    apart = ((board[:, None, :] - marks[None, :, :]) ** 2).sum(axis=2)
    return [int(k) for k in apart.argmin(axis=1)]
