"""Doors: where they stand, and what their addresses say.

A rural grid is cut into its groups (组), each a contiguous part with its own hamlets; doors
are numbered within the group, from one hamlet to the next. A grid of a community has streets
with doors on both sides and one estate whose buildings hold the flats; a flat stands at the
point of its building. A house here is one door.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.demo.areas import Areas, Grid, Village, even_out, scatter
from mapserver.demo.seeds import Seed

DOORS_A_GROUP = 34
STREET_DOORS_A_HECTARE = 9
SPACING_M = 15.0

_ROADS = (
    "迎宾路", "兴衡路", "洣江路", "文冲路", "衡岳路", "城西路", "建设路", "交通路", "河街",
    "新塘路", "学府路", "金堰路", "滨河路", "东园路", "工农路", "解放街", "荣桓路", "老正街",
)  # fmt: skip
_ESTATES = (
    "衡岳", "锦绣", "滨河", "金色", "阳光", "翠园", "福星", "康泰", "鑫源", "文昌", "书香", "明珠",
    "紫荆", "丽景", "桂花", "春晓",
)  # fmt: skip
NAMED_GROUPS = ("新屋", "老屋", "塘冲", "大塘湾", "竹山", "枫树", "石桥", "樟木", "油铺", "上湾",
                "下湾", "横冲", "井塘", "柏树", "茶园", "坳上", "枣子", "岭背", "对江", "荷叶",
                "月塘", "瓦屋", "水口", "长冲", "羊角")  # fmt: skip
VILLAGES_WITH_NAMED_GROUPS = ("荆茗村",)


@dataclass(frozen=True, slots=True)
class House:
    """One door: its place on the board in metres, and its address in the village's words.

    `building` tells doors of one building; `storeys` and `units` are the building's.
    """

    grid: Grid
    x: float
    y: float
    angle: float
    address: str
    group: str | None
    building: str
    storeys: int
    units: int = 1
    flat: bool = False

    @property
    def village(self) -> Village:
        """The village or community it belongs to."""
        return self.grid.village


def build_houses(seed: Seed, areas: Areas) -> list[House]:
    """Return every door of the town, village by village."""
    houses: list[House] = []
    for village in areas.villages:
        grids = [grid for grid in areas.grids if grid.village is village]
        houses += _community(seed, village, grids) if village.urban else _rural(seed, grids)
    return houses


@dataclass(frozen=True, slots=True)
class _Hamlet:
    """Houses that stand together, and the way they face."""

    x: float
    y: float
    group: int
    angle: float


def _rural(seed: Seed, grids: Sequence[Grid]) -> list[House]:
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
    room = _room(grid.ground, 10)
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
    taken = _Taken(SPACING_M)
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


class _Taken:
    """Places already built on; a new one must keep its distance from them."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._cells: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def take(self, x: float, y: float) -> bool:
        """Build at a place and return True, or return False where it is too near to another."""
        if self._near(x, y):
            return False
        self._build(x, y)
        return True

    def take_all(self, places: Sequence[tuple[float, float]]) -> bool:
        """Build at every place and return True, or at none of them."""
        if any(self._near(x, y) for x, y in places):
            return False
        for x, y in places:
            self._build(x, y)
        return True

    def _near(self, x: float, y: float) -> bool:
        column, row = int(x // self._spacing), int(y // self._spacing)
        near = (
            place
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for place in self._cells.get((i, j), ())
        )
        return any(math.dist(place, (x, y)) < self._spacing for place in near)

    def _build(self, x: float, y: float) -> None:
        cell = int(x // self._spacing), int(y // self._spacing)
        self._cells.setdefault(cell, []).append((x, y))


def _contains(room: BaseGeometry, points: Sequence[tuple[float, float]]) -> list[bool]:
    shapely.prepare(room)
    board = np.array(points)
    return [bool(fits) for fits in shapely.contains_xy(room, board[:, 0], board[:, 1])]


def _nearest(places: Sequence[Place], middles: Sequence[Point]) -> list[int]:
    board = np.array([(x, y) for x, y, _ in places])
    marks = np.array([(point.x, point.y) for point in middles])
    apart = ((board[:, None, :] - marks[None, :, :]) ** 2).sum(axis=2)
    return [int(k) for k in apart.argmin(axis=1)]


def _room(ground: Polygon, margin: float) -> BaseGeometry:
    """Return the ground without its margin: no house stands on a border."""
    room = ground.buffer(-margin)
    return ground.buffer(-1) if room.is_empty else room


def _community(seed: Seed, village: Village, grids: Sequence[Grid]) -> list[House]:
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
        block = _Block(grid, facing, scatter(_room(grid.ground, 30), random), _Taken(SPACING_M))
        hectares = grid.ground.area / 10_000
        on_streets = min(round(number * 0.55), round(hectares * STREET_DOORS_A_HECTARE))
        houses += _estate(block, estate, number - on_streets, random)
        houses += _numbered(block, roads, doors, _street_doors(block, on_streets, random), random)
    return houses


@dataclass(frozen=True, slots=True)
class _Block:
    """The built-up part of a grid: which way it faces, its heart, and what is built on."""

    grid: Grid
    facing: float
    heart: Point
    taken: _Taken


_Front = tuple[int, float, float, float]
"""A door on a street: the street, x, y, and the way the street runs."""


def _street_doors(block: _Block, wanted: int, random: Random) -> list[_Front]:
    """Return `wanted` doors along streets that cross near the heart, wider and wider around."""
    room = _room(block.grid.ground, 10)
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
    room = _room(block.grid.ground, 18)
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
