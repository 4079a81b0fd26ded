"""Look-ups that an import makes: who and which house the register already has.

They return values as they are kept, so they ask for a scope that sees them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, select

from mapserver.store.items import within
from mapserver.store.store import Session

_AT_ONCE = 500
_SCAN_FROM = 20_000


def houses_by_key(session: Session, keys: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the houses with these address keys, by key: id, grid, boundary_version, located."""
    table = session.table("house")
    query = select(
        table.c.address_key, table.c.id, table.c.grid, table.c.zkey, table.c.village
    ).where(within(session, table))
    return {row.address_key: row for row in _in(session, query, table.c.address_key, keys)}


def people_by_id_number(session: Session, numbers: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the people with these ID numbers as they are kept, by number."""
    table = session.table("person")
    query = select(table).where(within(session, table))
    return {row.id_number: row for row in _in(session, query, table.c.id_number, numbers)}


class Resident(NamedTuple):
    """Who lives in a house, as far as telling people apart needs."""

    id: str
    house: str
    name: str
    born: date | None
    id_number: str | None


def people_of_houses(
    session: Session, houses: Iterable[str], *, unnumbered: bool = False
) -> list[Resident]:
    """Return who lives in these houses; with `unnumbered` only those without an ID number."""
    table = session.table("person")
    columns = (table.c[name] for name in Resident._fields)
    query = select(*columns).where(within(session, table))
    if unnumbered:
        query = query.where(table.c.id_number.is_(None))
    found = _in(session, query, table.c.house, houses)
    return sorted(Resident._make(row) for row in found)


def people_by_id(session: Session, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the people with these ids as they are kept, by id."""
    table = session.table("person")
    query = select(table).where(within(session, table))
    return {row.id: row for row in _in(session, query, table.c.id, ids)}


def households_with_heads(session: Session, households: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the head of each of these households, by household: id, name, id_number."""
    table = session.table("person")
    query = select(
        table.c.household, table.c.id, table.c.name, table.c.id_number, table.c.village
    ).where(within(session, table), table.c.relation == "02")
    found = _in(session, query, table.c.household, households)
    return {row.household: row for row in found}


def groups_of_villages(session: Session) -> dict[str, set[str]]:
    """Return the groups that each village's houses and control totals name."""
    groups: dict[str, set[str]] = {}
    for layer_id in ("house", "control_total"):
        table = session.table(layer_id)
        query = (
            select(table.c.village, table.c.group)
            .where(within(session, table), table.c.group.is_not(None))
            .distinct()
        )
        for village, group in session.connection.execute(query):
            groups.setdefault(village, set()).add(group)
    return groups


def rows_by(
    session: Session, layer_id: str, names: Sequence[str], wanted: Iterable[Any]
) -> dict[tuple[Any, ...], Row[Any]]:
    """Return the rows of a layer by the values of `names`, looked up by the first of them."""
    table = session.table(layer_id)
    query = select(table).where(within(session, table))
    found = _in(session, query, table.c[names[0]], wanted)
    return {tuple(row._mapping[name] for name in names): row for row in found}


def _in(
    session: Session, query: Select[Any], column: Any, values: Iterable[Any]
) -> Iterable[Row[Any]]:
    wanted = {value for value in values if value is not None}
    if len(wanted) > _SCAN_FROM:
        # one pass over everything that is kept is quicker than a look-up for each
        kept = session.connection.execute(query.with_only_columns(column))
        wanted.intersection_update(kept.scalars())
    ordered = sorted(wanted, key=str)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        yield from session.connection.execute(query.where(column.in_(some)))


def count_people(session: Session, houses: Iterable[str], apart_from: set[str | None]) -> int:
    """Return how many people live in `houses`, apart from some."""
    table = session.table("person")
    query = select(table.c.id).where(within(session, table))
    return sum(row.id not in apart_from for row in _in(session, query, table.c.house, houses))
