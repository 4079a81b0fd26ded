"""Town, villages and grids: drawn inside the real county outline, an exact coverage.

No public source has these boundaries. Seeds are scattered and evened out (Lloyd), their
Voronoi cells nested town > village > grid, then every shared arc is bent once (midpoint
displacement), so that neighbours keep sharing it vertex by vertex.
"""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from random import Random

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, polygonize

from mapserver.demo.ground import degrees, metres
from mapserver.demo.seeds import Seed

SEAT = (112.945037, 27.087037)
"""Where the county seat, which lies in the town, really is."""

BENDS = (0.16, 0.12, 0.08, 0.05, 0.03, 0.0)
"""How far an arc may leave its chord; the first at which no arcs cross is taken."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community as the public list names it."""

    code: str
    name: str
    kind: str
    short_name: str
    name_en: str

    @property
    def urban(self) -> bool:
        """Whether it is a community of the built-up seat."""
        return self.kind == "community"


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid: `area` in degrees as published, `ground` the same in metres."""

    code: str
    village: Village
    area: Polygon
    ground: Polygon

    @property
    def name(self) -> str:
        """What the grid is called inside its village."""
        return f"第{int(self.code[12:])}网格"


@dataclass(frozen=True, slots=True)
class Areas:
    """The nested areas; `grids` ordered by code, `villages` and `shapes` in step."""

    town: BaseGeometry
    villages: tuple[Village, ...]
    shapes: tuple[BaseGeometry, ...]
    grids: tuple[Grid, ...]


def read_villages() -> tuple[Village, ...]:
    """Return the 28 real villages and communities, by code."""
    text = resources.files("mapserver.demo").joinpath("data/villages.csv").read_text("utf-8")
    return tuple(Village(**row) for row in csv.DictReader(text.splitlines()))


def read_county() -> Polygon:
    """Return the real county outline, in metres."""
    text = resources.files("mapserver.demo").joinpath("data/county.geojson").read_text("utf-8")
    outline = shapely.from_geojson(json.dumps(json.loads(text)["features"][0]["geometry"]))
    return _largest(shapely.transform(outline, metres))


def draw(seed: Seed) -> Areas:
    """Draw the town, its villages and their grids."""
    villages = read_villages()
    county = read_county()
    town = _draw_town(seed, county)
    # communities first: they stay at the seat while the villages are evened out
    ordered = sorted(villages, key=lambda village: (not village.urban, village.code))
    cells: list[Polygon] = []
    owners: list[Village] = []
    for village, shape in zip(ordered, _draw_villages(seed, town, ordered), strict=True):
        parts = _draw_grids(seed, village, shape)
        cells += parts
        owners += [village] * len(parts)
    return _publish(villages, owners, _bend(seed, cells, county))


def scatter(shape: BaseGeometry, random: Random) -> Point:
    """Return a point inside `shape`, every place as likely as any other."""
    west, south, east, north = shape.bounds
    while True:
        point = Point(random.uniform(west, east), random.uniform(south, north))
        if shape.contains(point):
            return point


def even_out(
    seeds: Sequence[Point], shape: BaseGeometry, rounds: int, fixed: int = 0
) -> list[Point]:
    """Move each seed to the middle of its Voronoi cell, `rounds` times; keep the first `fixed`."""
    moved = list(seeds)
    for _ in range(rounds):
        cells = split(moved, shape)
        moved = moved[:fixed] + [_middle(cell) for cell in cells[fixed:]]
    return moved


def split(seeds: Sequence[Point], shape: BaseGeometry) -> list[BaseGeometry]:
    """Return the part of `shape` that is nearest to each seed, in the order of the seeds."""
    around = shape.envelope.buffer(5000)
    cells = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=around, ordered=True)
    return list(shapely.intersection(shapely.get_parts(cells), shape))


def _middle(cell: BaseGeometry) -> Point:
    return cell.centroid if cell.contains(cell.centroid) else _largest(cell).representative_point()


def _largest(shape: BaseGeometry) -> Polygon:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area)


def _draw_town(seed: Seed, county: Polygon) -> Polygon:
    random = seed.random("town")
    seat = Point(*metres(np.array([SEAT]))[0])
    towns = even_out([seat, *(scatter(county, random) for _ in range(18))], county, 8, fixed=1)
    return _largest(split(towns, county)[0])


def _draw_villages(seed: Seed, town: Polygon, ordered: Sequence[Village]) -> list[Polygon]:
    random = seed.random("villages")
    seat = Point(*metres(np.array([SEAT]))[0])
    seeds = [
        _near(seat, 1400, random) if village.urban else _beyond(seat, 2600, town, random)
        for village in ordered
    ]
    fixed = sum(village.urban for village in ordered)
    return [_largest(cell) for cell in split(even_out(seeds, town, 5, fixed), town)]


def _near(seat: Point, reach: float, random: Random) -> Point:
    angle, distance = random.uniform(0, 2 * math.pi), reach * math.sqrt(random.random())
    return Point(seat.x + distance * math.cos(angle), seat.y + distance * math.sin(angle))


def _beyond(seat: Point, reach: float, town: Polygon, random: Random) -> Point:
    while True:
        point = scatter(town, random)
        if point.distance(seat) > reach:
            return point


def _draw_grids(seed: Seed, village: Village, shape: Polygon) -> list[Polygon]:
    random = seed.random("grid", village.code)
    number = random.randint(4, 8) if village.urban else random.randint(3, 6)
    seeds = even_out([scatter(shape, random) for _ in range(number)], shape, 6)
    return [_largest(cell) for cell in split(seeds, shape)]


def _bend(seed: Seed, cells: Sequence[Polygon], county: Polygon) -> list[Polygon]:
    """Return the cells with every shared arc bent, except along the real county outline."""
    noded = shapely.set_precision(shapely.union_all([cell.boundary for cell in cells]), 0.01)
    arcs = _arcs(noded)
    outline = county.boundary.buffer(1.0)
    free = [not outline.contains(arc) for arc in arcs]
    for bend in BENDS:
        bent = [
            _bent(seed, arc, bend) if is_free else arc
            for arc, is_free in zip(arcs, free, strict=True)
        ]
        together = shapely.union_all(bent)
        polygons = list(polygonize(together))
        # a crossing would node the arcs into more pieces than there were
        if len(polygons) == len(cells) and len(_arcs(together)) == len(arcs):
            return _in_order(polygons, cells)
    raise AssertionError("the cells themselves are no coverage")


def _arcs(lines: BaseGeometry) -> list[LineString]:
    """Return the lines between the places where three or more of them meet."""
    merged = linemerge(list(shapely.get_parts(lines)))
    return [arc for arc in shapely.get_parts(merged) if isinstance(arc, LineString)]


def _bent(seed: Seed, arc: LineString, bend: float) -> LineString:
    corners = list(arc.coords)
    if corners[0] > corners[-1]:
        corners.reverse()
    name = [f"{value:.2f}" for corner in (corners[0], corners[-1]) for value in corner]
    random = seed.random("arc", *name)
    points = corners[:1]
    for start, end in pairwise(corners):
        points += _displaced(start, end, random, bend)[1:]
    return LineString(points)


Corner = tuple[float, ...]


def _displaced(start: Corner, end: Corner, random: Random, bend: float) -> list[Corner]:
    """Return the segment bent at its middle, again and again down to pieces of 60 m."""
    length = math.dist(start, end)
    if length < 60 or bend == 0:
        return [start, end]
    aside = random.uniform(-bend, bend)
    middle = (
        (start[0] + end[0]) / 2 - (end[1] - start[1]) * aside,
        (start[1] + end[1]) / 2 + (end[0] - start[0]) * aside,
    )
    first = _displaced(start, middle, random, bend)
    return first[:-1] + _displaced(middle, end, random, bend)


def _in_order(polygons: Sequence[Polygon], cells: Sequence[Polygon]) -> list[Polygon]:
    """Return, for each cell, the polygon that it became: the one it overlaps most."""
    tree = shapely.STRtree(polygons)
    found: list[Polygon] = []
    for cell in cells:
        near = sorted(tree.query(cell))
        found.append(max((polygons[k] for k in near), key=lambda p: p.intersection(cell).area))
    return found


def _publish(
    villages: Sequence[Village], owners: Sequence[Village], cells: Sequence[Polygon]
) -> Areas:
    published = [shapely.orient_polygons(shapely.transform(cell, degrees)) for cell in cells]
    grids: list[Grid] = []
    for village in villages:
        own = [k for k, owner in enumerate(owners) if owner is village]
        own.sort(key=lambda k: _west_to_east(published[k]))
        grids += [
            Grid(f"{village.code}{n:03d}", village, published[k], cells[k])
            for n, k in enumerate(own, start=1)
        ]
    shapes = [
        shapely.coverage_union_all([g.area for g in grids if g.village is village])
        for village in villages
    ]
    shapes = list(shapely.orient_polygons(np.array(shapes, dtype=object)))
    town = shapely.orient_polygons(shapely.coverage_union_all(shapes))
    return Areas(town, tuple(villages), tuple(shapes), tuple(grids))


def _west_to_east(shape: Polygon) -> tuple[float, float]:
    """Return the rank of a grid: west to east, and north to south within about 100 m."""
    middle = shape.centroid
    return round(middle.x, 3), -middle.y
