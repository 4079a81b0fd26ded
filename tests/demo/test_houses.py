"""Doors: numbered within their group, groups in one part, buildings apart."""

from collections import Counter

import numpy as np
import pytest
import shapely

from mapserver.demo.areas import draw
from mapserver.demo.doors import SPACING_M, House
from mapserver.demo.hamlets import VILLAGES_WITH_NAMED_GROUPS
from mapserver.demo.houses import build_houses
from mapserver.demo.seeds import Seed
from mapserver.demo.township import SEED


@pytest.fixture(scope="module")
def houses() -> list[House]:
    seed = Seed(SEED)
    return build_houses(seed, draw(seed))


def of(houses: list[House], village: str) -> list[House]:
    return [house for house in houses if house.village.name == village]


def test_every_door_has_an_address_of_its_own(houses):
    assert len({house.address for house in houses}) == len(houses)


def test_a_rural_door_is_numbered_within_its_group(houses):
    doors: dict[tuple[str, str | None], list[int]] = {}
    for house in houses:
        if not house.village.urban:
            place = f"{house.village.name}{house.group}组"
            assert house.address.startswith(place)
            number = int(house.address.removeprefix(place).removesuffix("号"))
            doors.setdefault((house.village.code, house.group), []).append(number)
    assert len(doors) > 200
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in doors.values())


def test_groups_are_counted_on_through_the_village(houses):
    groups = {int(house.group) for house in of(houses, "金峨村")}
    assert groups == set(range(1, len(groups) + 1))
    assert len(groups) > 10
    assert any(house.address == "金峨村8组20号" for house in houses)


def test_one_village_calls_its_groups_by_name(houses):
    (village,) = VILLAGES_WITH_NAMED_GROUPS
    assert not any(house.group.isdigit() for house in of(houses, village))


def test_a_group_is_one_part_of_its_village(houses):
    """No house of one group stands among those of another: their hulls keep apart."""
    own: dict[tuple[str, str | None], list[tuple[float, float]]] = {}
    for house in houses:
        if not house.village.urban:
            own.setdefault((house.village.code, house.group), []).append((house.x, house.y))
    hulls = [shapely.MultiPoint(points).convex_hull for points in own.values()]
    pairs = shapely.STRtree(hulls).query(hulls, predicate="intersects")
    assert (pairs[0] == pairs[1]).all()


def test_a_group_lies_in_one_grid(houses):
    grids: dict[tuple[str, str | None], set[str]] = {}
    for house in houses:
        if not house.village.urban:
            grids.setdefault((house.village.code, house.group), set()).add(house.grid.code)
    assert all(len(found) == 1 for found in grids.values())


def test_every_house_stands_in_its_grid_away_from_the_border(houses):
    grounds = np.array([house.grid.ground for house in houses], dtype=object)
    points = shapely.points([(house.x, house.y) for house in houses])
    assert shapely.covers(grounds, points).all()
    assert shapely.distance(shapely.boundary(grounds), points).min() > 0.9


def test_buildings_keep_their_distance(houses):
    buildings = list({house.building: house for house in houses}.values())
    points = shapely.points([(house.x, house.y) for house in buildings])
    pairs = shapely.STRtree(points).query(points, predicate="dwithin", distance=SPACING_M - 0.01)
    between = [(a, b) for a, b in pairs.T if a < b]
    # houses of two grids may face each other over the border
    assert all(buildings[a].grid is not buildings[b].grid for a, b in between)
    assert len(between) < 40


def test_flats_of_a_building_share_its_point(houses):
    points: dict[str, set[tuple[float, float]]] = {}
    for house in houses:
        if house.flat:
            points.setdefault(house.building, set()).add((house.x, house.y))
    assert len(points) > 200
    assert all(len(found) == 1 for found in points.values())


def test_towns_have_streets_and_estates_and_villages_neither(houses):
    flats = Counter(house.flat for house in houses if house.village.urban)
    assert flats[True] > 5000 < flats[False]
    assert not any(house.flat for house in houses if not house.village.urban)
    assert not any(house.group for house in houses if house.village.urban)
