"""Who is one household, who is named twice, and which household has two heads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mapserver.services.imports.compare import Register
from mapserver.services.imports.places import BY_NUMBER, Place
from mapserver.services.imports.rows import ReadRow

HEAD = "02"
OTHER = "90"


def families(rows: Sequence[ReadRow]) -> list[str]:
    """Return for every row whose household it is, as far as the rows themselves tell.

    By household number; else by the name of the head, given or of the last head above.
    Where two heads of a sheet share a name, their dates of birth tell them apart.
    """
    namesakes = _namesakes(rows)
    found: list[str] = []
    head: ReadRow | None = None
    for row in rows:
        values = row.values
        if values.get("relation") == HEAD or (head is not None and head.sheet != row.sheet):
            head = row if values.get("relation") == HEAD else None
        if values.get("household_no"):
            found.append(f"{BY_NUMBER}{values['household_no']}")
            continue
        name = values.get("head_name")
        above = head if head is not None and values.get("relation") else None
        if not name:
            name = (above.values if above else values).get("name") or ""
        born = above.values.get("born") if above and above.values.get("name") == name else None
        found.append(f"{name}/{born}" if born and (row.sheet, name) in namesakes else str(name))
    return found


def _namesakes(rows: Sequence[ReadRow]) -> set[tuple[int, str]]:
    """Return the names, by sheet, that several heads without a household number share."""
    heads: dict[tuple[int, str], set[Any]] = defaultdict(set)
    for row in rows:
        if row.values.get("relation") == HEAD and not row.values.get("household_no"):
            heads[row.sheet, row.values.get("name") or ""].add(row.values.get("born"))
    return {name for name, born in heads.items() if len(born) > 1}


def households(rows: Sequence[ReadRow], places: Sequence[Place]) -> list[str | None]:
    """Return the household of every row.

    By household number where the sheet has one; else by the head's name, given or of the
    last head above, within the house.
    """
    found: list[str | None] = []
    head: tuple[str, str] | None = None
    for row, place in zip(rows, places, strict=True):
        number, name = row.values.get("household_no"), row.values.get("head_name")
        if not row.values or place.house_key is None:
            found.append(None)
        elif number:
            found.append(f"{place.village}-{number}")
        else:
            if row.values.get("relation") == HEAD or head is None or head[0] != place.house_key:
                head = (place.house_key, row.values.get("name") or "")
            found.append(f"{place.house_key}/{name or head[1]}"[:80])
    return found


def as_registered(
    found: Sequence[str | None],
    rows: Sequence[ReadRow],
    places: Sequence[Place],
    register: Register,
) -> list[str | None]:
    """Return `found`, where the register knows one of its people by what it calls them.

    Who joins people without a household number in their own house is one of theirs.
    """
    known: dict[str, str] = {}
    for home, row, place, person in zip(found, rows, places, register.people, strict=True):
        if home is None or person is None or row.values.get("household_no"):
            continue
        house = register.houses.get(place.house_key or "")
        if house is not None and house.id == person["house"] and person["household"]:
            known.setdefault(home, person["household"])
    return [known.get(home, home) if home else None for home in found]


def duplicates(
    rows: Sequence[ReadRow], places: Sequence[Place], taken: Iterable[int]
) -> list[list[int]]:
    """Return the rows that speak of one person, a list a person, in the order of the file.

    By ID number; a row without one by name, date of birth and house.
    """

    def named(index: int) -> tuple[Any, ...]:
        values = rows[index].values
        return values.get("name"), values.get("born"), places[index].house_key

    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    unnumbered: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index in taken:
        number = rows[index].values.get("id_number")
        if number:
            groups[number,].append(index)
        else:
            unnumbered[named(index)].append(index)
    numbered: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    if unnumbered:
        for (number,), those in groups.items():
            for index in those:
                numbered[named(index)].add(number)
    for called, without in unnumbered.items():
        numbers = numbered.get(called, set()) if called[1] else set()
        # the number of the only person who answers to all of this
        same = tuple(numbers) if len(numbers) == 1 else called
        groups[same] = sorted([*groups[same], *without])
    return [group for group in groups.values() if len(group) > 1]


def with_two_heads(
    values: Sequence[Mapping[str, Any]], homes: Sequence[str | None], taken: Iterable[int]
) -> list[list[int]]:
    """Return the rows of heads of each household that has more than one."""
    heads: dict[str, list[int]] = defaultdict(list)
    for index in taken:
        home = homes[index]
        if home is not None and values[index].get("relation") == HEAD:
            heads[home].append(index)
    return [group for group in heads.values() if len(group) > 1]


def without_head(
    values: Sequence[Mapping[str, Any]], homes: Sequence[str | None], taken: Iterable[int]
) -> list[int]:
    """Return the first row of each household whose relations name no head.

    A household whose rows give no relation at all says nothing about its head.
    """
    first: dict[str, int] = {}
    related: set[str] = set()
    headed: set[str] = set()
    for index in taken:
        home, relation = homes[index], values[index].get("relation")
        if home is None:
            continue
        first.setdefault(home, index)
        if relation:
            related.add(home)
        if relation == HEAD:
            headed.add(home)
    headless = related - headed
    return [index for home, index in first.items() if home in headless]


def without_repeats(
    rows: Sequence[ReadRow], group: Sequence[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the rows of a group that differ, and of the others which row each repeats."""
    differing: list[int] = []
    repeats: list[tuple[int, int]] = []
    for index in group:
        values = rows[index].values
        first = next((one for one in differing if rows[one].values == values), None)
        if first is None:
            differing.append(index)
        else:
            repeats.append((index, first))
    return differing, repeats
