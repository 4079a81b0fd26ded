"""Finds houses and their people again in a finished township, for the registers."""

from collections.abc import Mapping, Sequence

from mapserver.demo.households import RESERVED_VILLAGE
from mapserver.demo.people import Home
from mapserver.demo.records import Record, Township, Value


def houses_of(township: Township, village_name: str) -> list[Record]:
    """Return the houses of a village."""
    (code,) = (
        village.values["code"]
        for village in township.records["village"]
        if village.values["name"] == village_name
    )
    return [house for house in township.records["house"] if house.village == code]


def home_of(house: Record) -> Home:
    """Return what a person needs to know of a house's record."""
    values = house.values
    group, claimed = values.get("group"), values.get("grid_claimed")
    return Home(
        house.id,
        str(house.village),
        str(values["address"]),
        None if group is None else str(group),
        None if claimed is None else str(claimed),
        urban=group is None,
    )


def empty_homes(township: Township) -> list[Home]:
    """Return the doors of `RESERVED_VILLAGE` that are dwellings with nobody registered."""
    lived_in = {person.values["house"] for person in township.records["person"]}
    return [
        home_of(house)
        for house in houses_of(township, RESERVED_VILLAGE)
        if house.id not in lived_in and house.values["use"] != "vacant"
    ]


def settled_homes(township: Township, village_name: str) -> list[Record]:
    """Return the houses of a village that are on the map, keyed, and lived in."""
    lived_in = {person.values["house"] for person in township.records["person"]}
    return [
        house
        for house in houses_of(township, village_name)
        if house.geometry is not None and "address_key" in house.values and house.id in lived_in
    ]


def known_households(
    township: Township, village_name: str, number: int
) -> list[Sequence[Mapping[str, Value]]]:
    """Return the people of the first `number` households of three or more, none of whom left."""
    doors = {house.id for house in settled_homes(township, village_name)}
    households: dict[Value, list[Mapping[str, Value]]] = {}
    for person in township.records["person"]:
        if person.values["house"] in doors:
            households.setdefault(person.values["household_no"], []).append(person.values)
    settled = [
        people
        for people in households.values()
        if len(people) > 2 and not any("moved_out" in p or "deceased" in p for p in people)
    ]
    return list(settled[:number])
