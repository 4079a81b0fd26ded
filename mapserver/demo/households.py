"""Who lives behind which door: families moved into houses, each with a household number.

Some doors stay empty: those nobody lives in, and the ones kept for the people of the clean
spreadsheet (`registers.py`), who are to appear when it is imported.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from mapserver.demo.families import Member, family
from mapserver.demo.houses import House
from mapserver.demo.seeds import Seed

RESERVED_VILLAGE = "金峨村"
RESERVED_DOORS = 66

VACANT = 0.035
SECOND_HOUSEHOLD = 0.035
FLOATING_URBAN, FLOATING_RURAL = 0.07, 0.006
MOVED_TO_TOWN = 0.12


@dataclass(frozen=True, slots=True)
class Household:
    """One household behind a door; `origin` says where it is registered.

    `origin` is "here", "town" (in another house of the town, `registered`) or "away" (the
    floating population, `registered` names the county).
    """

    house: int
    number: str
    origin: str
    registered: str
    members: Sequence[Member]


_COUNTIES = (
    "湖南省衡阳市衡山县", "湖南省衡阳市衡南县", "湖南省衡阳市耒阳市", "湖南省衡阳市祁东县",
    "湖南省株洲市攸县", "湖南省郴州市安仁县", "湖南省湘潭市湘潭县", "湖南省永州市祁阳市",
    "江西省萍乡市莲花县", "湖北省荆州市监利市", "贵州省黔东南州黎平县", "广东省梅州市兴宁市",
)  # fmt: skip


def reserve(seed: Seed, houses: Sequence[House]) -> frozenset[int]:
    """Return the positions of the doors that are kept empty for the clean spreadsheet."""
    own = [k for k, house in enumerate(houses) if house.village.name == RESERVED_VILLAGE]
    return frozenset(seed.random("reserve").sample(own, RESERVED_DOORS))


def move_in(seed: Seed, houses: Sequence[House], reserved: frozenset[int]) -> Iterator[Household]:
    """Yield every household, in the order of the houses."""
    rural = [house.address for house in houses if not house.village.urban]
    numbers: dict[str, int] = {}
    for position, house in enumerate(houses):
        if position in reserved:
            continue
        random = seed.random("household", house.address)
        for origin in _origins(house, random):
            number = _next_number(numbers, house.village.code)
            registered = _registered(house, origin, rural, random)
            members = family(random, rural=not house.village.urban)
            yield Household(position, number, origin, registered, members)


def _origins(house: House, random: Random) -> Sequence[str]:
    """Return one origin for each household behind the door: none, one or two."""
    if random.random() < VACANT:
        return ()
    urban = house.village.urban
    chance = random.random()
    if chance < (FLOATING_URBAN if urban else FLOATING_RURAL):
        return ("away",)
    if urban and chance < FLOATING_URBAN + MOVED_TO_TOWN:
        return ("town",)
    return ("here", "here") if random.random() < SECOND_HOUSEHOLD else ("here",)


def _next_number(numbers: dict[str, int], village: str) -> str:
    """Return the next household number: 3 digits of the village, then 6."""
    numbers[village] = numbers.get(village, 0) + 1
    return household_number(village, numbers[village])


def household_number(village: str, sequence: int) -> str:
    """Return the 9 digits of a household of the village with the 12-digit code `village`."""
    return f"{village[-3:]}{sequence:06d}"


def _registered(house: House, origin: str, rural: Sequence[str], random: Random) -> str:
    if origin == "away":
        return random.choice(_COUNTIES)
    return random.choice(rural) if origin == "town" else house.address


def by_house(households: Sequence[Household]) -> Mapping[int, Sequence[Household]]:
    """Return the households behind each door."""
    found: dict[int, list[Household]] = {}
    for household in households:
        found.setdefault(household.house, []).append(household)
    return found


def days_before(day: datetime.date, days: float) -> datetime.date:
    """Return the day that lies `days` before `day`."""
    return day - datetime.timedelta(days=round(days))
