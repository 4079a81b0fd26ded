"""Doors of a community: streets with doors on both sides, and estates whose buildings hold flats.

A flat stands at the point of its building.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

import shapely
from shapely import LineString, Point

from mapserver.demo.areas import Grid, Village, scatter
from mapserver.demo.doors import SPACING_M, House, Taken, room_in
from mapserver.demo.seeds import Seed

DOORS_A_HECTARE = 9

_ROADS = (
    "迎宾路", "兴衡路", "洣江路", "文冲路", "衡岳路", "城西路", "建设路", "交通路", "河街",
    "新塘路", "学府路", "金堰路", "滨河路", "东园路", "工农路", "解放街", "荣桓路", "老正街",
)  # fmt: skip
_ESTATES = (
    "衡岳", "锦绣", "滨河", "金色", "阳光", "翠园", "福星", "康泰", "鑫源", "文昌", "书香", "明珠",
    "紫荆", "丽景", "桂花", "春晓",
)  # fmt: skip


def community_doors(seed: Seed, village: Village, grids: Sequence[Grid]) -> list[House]:
    """Return the doors of a community; each grid has an estate of its own name."""
    random = seed.random("streets", village.code)
    roads = random.sample(_ROADS, 5)
    roads[0] = f"{village.short_name}路"
    estates = random.sample(_ESTATES, len(grids))
    facing = random.uniform(0, math.pi / 2)
    doors = dict.fromkeys(roads, 0)
    houses: list[House] = []
    for grid, estate in zip(grids, estates, strict=True):
        random = seed.random("house", grid.code)
        number = random.randint(150, 400)
        block = _Block(grid, facing, scatter(room_in(grid.ground, 30), random), Taken(SPACING_M))
        hectares = grid.ground.area / 10_000
        on_streets = min(round(number * 0.55), round(hectares * DOORS_A_HECTARE))
        houses += _estate(block, estate, number - on_streets, random)
        houses += _numbered(block, roads, doors, _street_doors(block, on_streets, random), random)
    return houses


@dataclass(frozen=True, slots=True)
class _Block:
    """The built-up part of a grid: which way it faces, its heart, and what is built on."""

    grid: Grid
    facing: float
    heart: Point
    taken: Taken


_Front = tuple[int, float, float, float]
"""A door on a street: the street, x, y, and the way the street runs."""


def _street_doors(block: _Block, wanted: int, random: Random) -> list[_Front]:
    """Return `wanted` doors along streets that cross near the heart, wider and wider around."""
    room = room_in(block.grid.ground, 10)
    shapely.prepare(room)
    doors: list[_Front] = []
    for street in range(200):
        spread = 90 + 14 * street
        through = (random.gauss(block.heart.x, spread), random.gauss(block.heart.y, spread))
        angle = block.facing + (street % 2) * math.pi / 2 + random.gauss(0, 0.05)
        for x, y, along in _both_sides(through, angle, random):
            if len(doors) == wanted:
                return doors
            if room.contains(Point(x, y)) and block.taken.take(x, y):
                doors.append((street, x, y, along))
    return doors


def _both_sides(
    through: tuple[float, float], angle: float, random: Random
) -> Iterator[tuple[float, float, float]]:
    """Yield places left and right of a street that bends a little as it goes."""
    reach = random.uniform(70, 190)
    x = through[0] - reach * math.cos(angle)
    y = through[1] - reach * math.sin(angle)
    for _ in range(round(2 * reach / 17)):
        for side in (-1, 1):
            off = side * random.uniform(11, 13)
            yield x - off * math.sin(angle), y + off * math.cos(angle), angle
        angle += random.gauss(0, 0.035)
        step = random.uniform(15.5, 19)
        x, y = x + step * math.cos(angle), y + step * math.sin(angle)


def _numbered(
    block: _Block,
    roads: Sequence[str],
    last: dict[str, int],
    doors: Sequence[_Front],
    random: Random,
) -> Iterator[House]:
    """Yield the doors with their numbers; a road runs on from one grid into the next."""
    shift = int(block.grid.code[12:])
    for street, x, y, angle in doors:
        road = roads[(street + shift) % len(roads)]
        last[road] += 1
        address = f"{block.grid.village.name}{road}{last[road]}号"
        storeys = random.choice((2, 3, 3, 4, 4, 5))
        yield House(block.grid, x, y, angle, address, None, address, storeys)


def _estate(block: _Block, name: str, number: int, random: Random) -> Iterator[House]:
    """Yield the flats of an estate: buildings of two or three units, two flats a storey."""
    left = number
    for nth, (x, y) in enumerate(_plots(block, random), start=1):
        storeys, units = random.choice(((6, 2), (6, 3), (6, 3), (7, 3), (11, 2), (18, 2)))
        building = f"{block.grid.village.name}{name}小区{nth}栋"
        flats = [
            (unit, floor * 100 + room)
            for unit in range(1, units + 1)
            for floor in range(1, storeys + 1)
            for room in (1, 2)
        ]
        for unit, room in sorted(random.sample(flats, min(left, round(len(flats) * 0.92)))):
            address = f"{building}{unit}单元{room}室"
            yield House(
                block.grid, x, y, block.facing, address, None, building, storeys, units, flat=True
            )
            left -= 1
        if left == 0:
            return


def _plots(block: _Block, random: Random) -> Iterator[tuple[float, float]]:
    """Yield free plots for long buildings, in rows around the heart, then wherever one fits."""
    room = room_in(block.grid.ground, 18)
    shapely.prepare(room)
    cos, sin = math.cos(block.facing), math.sin(block.facing)
    steps = sorted(
        ((i, j) for i in range(-12, 13) for j in range(-12, 13)),
        key=lambda step: (max(abs(step[0]), abs(step[1])), step),
    )
    rows = [
        (
            block.heart.x + 62 * i * cos - 32 * j * sin,
            block.heart.y + 62 * i * sin + 32 * j * cos,
        )
        for i, j in steps
    ]
    anywhere = (scatter(room, random) for _ in range(500))
    for x, y in chain(rows, ((point.x, point.y) for point in anywhere)):
        along = [(x + reach * cos, y + reach * sin) for reach in (-18, 0, 18)]
        if room.contains(LineString(along)) and block.taken.take_all(along):
            yield x, y
