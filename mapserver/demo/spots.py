"""Places beside a house: where shops, lamps and quarrels are found."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from shapely import Point

from mapserver.demo.areas import Village
from mapserver.demo.ground import place
from mapserver.demo.houses import House


@dataclass(frozen=True, slots=True)
class Spot:
    """A point in degrees, and the house it is beside."""

    point: Point
    house: House


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A village and its houses; gives spots beside them."""

    village: Village
    houses: Sequence[House]

    def at_ground_level(self) -> "Neighbourhood":
        """Return the neighbourhood without its flats: a workshop is not on the sixth floor."""
        return Neighbourhood(self.village, [house for house in self.houses if not house.flat])

    def beside(self, random: Random, near_m: float, far_m: float) -> Spot:
        """Return a spot between `near_m` and `far_m` from some house, in the house's grid."""
        house = random.choice(self.houses)
        x, y = house.x, house.y
        for _ in range(12):
            angle, distance = random.uniform(0, 2 * math.pi), random.uniform(near_m, far_m)
            aside = Point(
                house.x + distance * math.cos(angle), house.y + distance * math.sin(angle)
            )
            if house.grid.ground.contains(aside):
                x, y = aside.x, aside.y
                break
        return Spot(place(x, y), house)


def neighbourhoods(houses: Sequence[House]) -> list[Neighbourhood]:
    """Return the houses by village, in the order in which the villages come."""
    own: dict[str, list[House]] = {}
    for house in houses:
        own.setdefault(house.village.code, []).append(house)
    return [Neighbourhood(some[0].village, some) for some in own.values()]
