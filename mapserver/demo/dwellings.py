"""Houses as records, with the faults that a real register has.

A few doors have no point yet, half of them because their address never reached the door;
a few points lie beyond the town's border; a few houses name another grid than the one
they stand in. Each kind fills one of the lists a village has to work through.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
import shapely
from shapely import Point

from mapserver.demo.addresses import Door, door_reader, short_of_door
from mapserver.demo.areas import Areas
from mapserver.demo.ground import places
from mapserver.demo.households import Household, days_before
from mapserver.demo.houses import House
from mapserver.demo.people import Home
from mapserver.demo.records import AS_OF, Record, Value
from mapserver.demo.seeds import Seed

UNPLACED = 0.004
OUTSIDE = 9
CONTRADICTING = 40
GRID_CLAIMED = 0.92

_RURAL_STRUCTURES = ("brick", "brick", "brick", "brick", "frame", "timber", "timber", "earth")
_URBAN_STRUCTURES = ("brick", "brick", "frame", "frame", "frame")
_HAZARDS = ("none",) * 30 + ("fire", "electric", "electric", "structure", "flood")


@dataclass(frozen=True, slots=True)
class Dwelling:
    """A house as the register has it: what a person needs of it, its door, its point."""

    house: House
    home: Home
    door: Door
    point: Point | None


def register_houses(
    seed: Seed, areas: Areas, houses: Sequence[House], reserved: frozenset[int]
) -> list[Dwelling]:
    """Return every house with its identifier, door and point."""
    open_to_faults = [k for k in range(len(houses)) if k not in reserved]
    random = seed.random("unplaced")
    unplaced = random.sample(open_to_faults, round(len(houses) * UNPLACED))
    short = frozenset(unplaced[::2])
    claimed = _claims(seed, areas, houses, open_to_faults)
    points = _points(areas, houses, frozenset(unplaced))
    door = door_reader(areas.villages)
    dwellings: list[Dwelling] = []
    for k, house in enumerate(houses):
        address = short_of_door(house.address) if k in short else house.address
        home = Home(
            seed.uuid(k, "house", house.address),
            house.village.code,
            address,
            house.group,
            claimed[k],
            house.village.urban,
        )
        dwellings.append(Dwelling(house, home, door(address, house.village.code), points[k]))
    return dwellings


def _claims(
    seed: Seed, areas: Areas, houses: Sequence[House], open_to_faults: Sequence[int]
) -> list[str | None]:
    """Return the grid that the register names for each house: mostly its own, or none."""
    random = seed.random("claims")
    claims = [house.grid.name if random.random() < GRID_CLAIMED else None for house in houses]
    for k in random.sample(open_to_faults, CONTRADICTING):
        others = [g for g in areas.grids if g.village is houses[k].village]
        others.remove(houses[k].grid)
        claims[k] = random.choice(others).name
    return claims


def _points(areas: Areas, houses: Sequence[House], unplaced: frozenset[int]) -> list[Point | None]:
    board = np.array([(house.x, house.y) for house in houses])
    for k, beyond in _beyond_the_border(areas, houses, board):
        board[k] = beyond
    return [None if k in unplaced else point for k, point in enumerate(places(board))]


def _beyond_the_border(
    areas: Areas, houses: Sequence[House], board: np.ndarray
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Yield the houses nearest to the border, one a village, and a place 40 m beyond it."""
    ground = shapely.union_all([grid.ground for grid in areas.grids])
    border = ground.boundary
    away = shapely.distance(shapely.points(board), border)
    taken: set[str] = set()
    for k in np.argsort(away, kind="stable"):
        village = houses[k].village.code
        if village in taken or len(taken) == OUTSIDE:
            continue
        here = Point(board[k])
        foot = border.interpolate(border.project(here))
        stretch = 1 + 40 / max(1.0, here.distance(foot))
        beyond = Point(here.x + (foot.x - here.x) * stretch, here.y + (foot.y - here.y) * stretch)
        if not ground.contains(beyond):
            taken.add(village)
            yield int(k), (beyond.x, beyond.y)


def house_records(
    seed: Seed,
    dwellings: Sequence[Dwelling],
    behind: Mapping[int, Sequence[Household]],
    heads: Mapping[str, Mapping[str, Value]],
    reserved: frozenset[int],
) -> Iterator[Record]:
    """Yield the record of each house; `heads` are the heads' values by household number."""
    landlords = list(heads.values())
    for k, dwelling in enumerate(dwellings):
        random = seed.random("dwelling", dwelling.house.address)
        values = {**_address(k, dwelling), **_building(dwelling.house, random)}
        households = behind.get(k, ())
        let = any(household.origin == "away" for household in households)
        if let:
            values.update(_owner(random.choice(landlords)), let=True, let_use="dwelling")
        elif households:
            values.update(_owner(heads[households[0].number]), let=False)
        elif k not in reserved:
            values["use"] = "vacant"
        yield Record(dwelling.home.id, dwelling.point, dwelling.home.village, values)


def _address(position: int, dwelling: Dwelling) -> dict[str, Value]:
    home = dwelling.home
    values: dict[str, Value | None] = {
        "code": f"{home.village}{position + 1:06d}",
        "address": home.address,
        "address_key": dwelling.door.key,
        "door": dwelling.door.label,
        "group": home.group,
        "grid_claimed": home.grid_claimed,
    }
    return {name: value for name, value in values.items() if value is not None}


def _building(house: House, random: Random) -> dict[str, Value]:
    urban = house.village.urban
    floor = random.uniform(62, 138) if house.flat else random.uniform(78, 150) * house.storeys
    mixed = urban and not house.flat and random.random() < 0.2
    return {
        "use": "mixed" if mixed else "dwelling",
        "structure": random.choice(_URBAN_STRUCTURES if urban else _RURAL_STRUCTURES),
        "area_m2": round(floor, 1),
        "storeys": house.storeys,
        "units": house.units,
        "dwellings": 1,
        "hazard": random.choice(_HAZARDS),
        "confirmed_on": days_before(AS_OF, random.uniform(0, 420)),
    }


def _owner(head: Mapping[str, Value]) -> dict[str, Value]:
    fields = {"owner_name": "name", "owner_id": "id_number", "owner_phone": "phone"}
    return {ours: head[theirs] for ours, theirs in fields.items() if theirs in head}
