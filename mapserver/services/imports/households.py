"""Who is one household, who is named twice, and which household has two heads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mapserver.domain.problems import Problem
from mapserver.services.imports.places import Place
from mapserver.services.imports.rows import ReadRow

HEAD = "02"
OTHER = "90"


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


def same_person(row: ReadRow, place: Place) -> tuple[Any, ...]:
    """Return what tells one person from another inside one file."""
    number = row.values.get("id_number")
    if number:
        return (number,)
    return (row.values.get("name"), row.values.get("born"), place.house_key)


def duplicates(
    rows: Sequence[ReadRow], places: Sequence[Place], taken: Iterable[int]
) -> list[list[int]]:
    """Return the rows that speak of one person, a list a person, in the order of the file."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for index in taken:
        groups[same_person(rows[index], places[index])].append(index)
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
    return [index for home, index in first.items() if home in related - headed]


def identical(rows: Sequence[ReadRow], group: Sequence[int]) -> bool:
    """Whether all rows of a group say the same."""
    return all(rows[index].values == rows[group[0]].values for index in group[1:])


def duplicate(rows: Sequence[ReadRow], code: str, other: int) -> Problem:
    """Return the problem that says which other row speaks of the same person."""
    return Problem(code, None, {"row": str(rows[other].number)})
