"""What the register already has: a row's person, and the house its people live in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mapserver.services.imports.places import Place
from mapserver.services.imports.rows import ReadRow
from mapserver.store import registers
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class House:
    """A house of the register, or one to be made: then `id` is None."""

    key: str
    id: str | None
    grid: str | None
    located: bool


@dataclass(frozen=True, slots=True)
class Register:
    """What the register has of the rows at hand.

    `people` holds the person of each row as they are kept, None where there is none. `shared`
    are the villages, by position of the row, where an ID number is of one person in each and
    none lives where the row says; then somebody has to say who is meant.
    """

    houses: Mapping[str, House]
    people: Sequence[Mapping[str, Any] | None]
    shared: Mapping[int, tuple[str, ...]]


SHARED = "id-in-several-villages"
"""The problem whose answer is one of the villages that share an ID number."""


def look_up(
    session: Session,
    rows: Sequence[ReadRow],
    places: Sequence[Place],
    chosen: Mapping[int, Mapping[str, str]],
) -> Register:
    """Find every row's person and house.

    A person is found by ID number; without one in the row or in the register, by name
    and date of birth within the house. `chosen` are the choices made for each row.
    """
    keys = {place.house_key for place in places if place.house_key}
    known = registers.houses_by_key(session, keys)
    houses = {
        key: House(key, known[key].id, known[key].grid, known[key].zkey is not None)
        if key in known
        else House(key, None, None, False)
        for key in sorted(keys)
    }
    by_number = registers.people_by_id_number(
        session, (row.values["id_number"] for row in rows if "id_number" in row.values)
    )
    found: list[Mapping[str, Any] | None] = []
    shared: dict[int, tuple[str, ...]] = {}
    for index, row in enumerate(rows):
        same = by_number.get(row.values.get("id_number", ""), ())
        there = chosen.get(index, {}).get(SHARED) or places[index].village
        found.append(_meant(same, there))
        if len(same) > 1 and places[index].village not in {one["village"] for one in same}:
            shared[index] = tuple(sorted({one["village"] for one in same if one["village"]}))
    _find_by_name(session, rows, places, houses, found)
    return Register(houses, found, shared)


def _meant(same: Sequence[Mapping[str, Any]], village: str | None) -> Mapping[str, Any] | None:
    """Return who of those that share an ID number is meant by it in a village."""
    if len(same) < 2:
        return same[0] if same else None
    return next((person for person in same if person["village"] == village), None)


def _find_by_name(
    session: Session,
    rows: Sequence[ReadRow],
    places: Sequence[Place],
    houses: Mapping[str, House],
    found: list[Mapping[str, Any] | None],
) -> None:
    """Fill the gaps of `found` by name and date of birth within the house."""
    wanted = {
        index: house
        for index, place in enumerate(places)
        if found[index] is None
        and rows[index].values
        and (house := houses[place.house_key].id if place.house_key else None)
    }
    taken = {person["id"] for person in found if person is not None}
    seen = set(taken)
    living: dict[tuple[str, str], list[registers.Resident]] = {}
    numbered = {index for index in wanted if rows[index].values.get("id_number")}
    for some, unnumbered in ((numbered, True), (wanted.keys() - numbered, False)):
        # whoever has another ID number is somebody else, so only the others are asked for
        houses_of = {wanted[index] for index in some}
        for row in registers.people_of_houses(session, houses_of, unnumbered=unnumbered):
            if row.id not in seen:
                seen.add(row.id)
                living.setdefault((row.house, row.name), []).append(row)
    same: dict[int, str] = {}
    for index, house in wanted.items():
        values = rows[index].values
        for person in living.get((house, values.get("name", "")), []):
            if person.id not in taken and _may_be(person, rows[index]):
                same[index] = person.id
                taken.add(person.id)
                break
    whole = registers.people_by_id(session, same.values())
    for index, identifier in same.items():
        found[index] = whole[identifier]


def _may_be(person: registers.Resident, row: ReadRow) -> bool:
    """Whether a row without a full identity may speak of `person`: nothing contradicts."""
    both_numbered = person.numbered and row.values.get("id_number")
    return not both_numbered and (person.born is None or says_no_other_day(row, person.born))


def says_no_other_day(row: ReadRow, born: date) -> bool:
    """Whether the row's date of birth is `born`, as far as it is written at all."""
    written = row.values.get("born")
    if written is None or written == born:
        return True
    spans = [
        problem.params["span"]
        for problem in row.problems
        if problem.code == "date-imprecise" and problem.column == "born"
    ]
    if not spans or written.year != born.year:
        return False
    return spans[0] != "month" or bool(written.month == born.month)
