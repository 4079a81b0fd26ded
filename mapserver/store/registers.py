"""Look-ups that an import makes: who and which house the register already has.

They return values with secrets opened, so they ask for a scope that sees them. A secret is
looked up by its blind index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Table, select

from mapserver.store import minors
from mapserver.store.items import within
from mapserver.store.minors import MINOR
from mapserver.store.schema import compared
from mapserver.store.secrets import Sealed
from mapserver.store.store import Session

Kept = Mapping[str, Any]
"""A whole row, secrets opened."""

_AT_ONCE = 500
_SCAN_FROM = 20_000


class KnownHouse(NamedTuple):
    """A house as far as an import needs it."""

    id: str
    grid: str | None
    zkey: int | None


def houses_by_key(session: Session, keys: Iterable[str]) -> dict[str, KnownHouse]:
    """Return the houses with these address keys, by key."""
    table = session.table("house")
    column, found_by = sought(session, table, "address_key", keys)
    query = select(column, table.c.id, table.c.grid, table.c.zkey).where(within(session, table))
    # the oldest is written last, and stays
    found = sorted(_in(session, query, column, found_by), key=attrgetter("id"), reverse=True)
    return {found_by[row[0]]: KnownHouse(row.id, row.grid, row.zkey) for row in found}


def people_by_id_number(session: Session, numbers: Iterable[str]) -> dict[str, list[Kept]]:
    """Return the people with these ID numbers, by number: several where villages share one."""
    found = all_rows_by(session, "person", ("id_number",), numbers)
    return {number: people for (number,), people in found.items()}


class Resident(NamedTuple):
    """Who lives in a house, as far as telling people apart needs."""

    id: str
    house: str
    name: str
    born: date | None
    numbered: bool


def people_of_houses(
    session: Session, houses: Iterable[str], *, unnumbered: bool = False
) -> list[Resident]:
    """Return who lives in these houses; with `unnumbered` only those without an ID number."""
    table = session.table("person")
    known = [table.c[name] for name in ("id", "house", "name", "born")]
    if MINOR in table.c:
        known.append(table.c[MINOR])
    numbered = table.c.id_number.is_not(None)
    query = select(*known, numbered.label("numbered")).where(within(session, table))
    if unnumbered:
        query = query.where(table.c.id_number.is_(None))
    found = _in(session, query, table.c.house, houses)
    return sorted((_resident(session, table, row) for row in found), key=lambda one: one.id)


def _resident(session: Session, table: Table, row: Row[Any]) -> Resident:
    if getattr(row, MINOR, None) is None:
        return Resident(row.id, row.house, row.name, row.born, row.numbered)
    told = session.secrets.opened_minor(table, row.id, row._asdict())
    return Resident(row.id, row.house, told["name"], told["born"], row.numbered)


def people_by_id(session: Session, ids: Iterable[str]) -> dict[str, Kept]:
    """Return the people with these ids, by id."""
    found = rows_by(session, "person", ("id",), ids)
    return {identifier: person for (identifier,), person in found.items()}


def households_with_heads(session: Session, households: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the head of each of these households, by household: id and name.

    A child is no head: what the records of children say of it is sealed.
    """
    table = session.table("person")
    query = select(table.c.household, table.c.id, table.c.name).where(
        within(session, table), table.c.relation == "02"
    )
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
) -> dict[tuple[Any, ...], Kept]:
    """Return the rows of a layer by the values of `names`, looked up by the first of them."""
    table = session.table(layer_id)
    return {tuple(row[name] for name in names): row for row in _rows(session, table, names, wanted)}


def all_rows_by(
    session: Session, layer_id: str, names: Sequence[str], wanted: Iterable[Any]
) -> dict[tuple[Any, ...], list[Kept]]:
    """Return what `rows_by` returns where several rows may share the values, the oldest first."""
    table = session.table(layer_id)
    found: dict[tuple[Any, ...], list[Kept]] = {}
    for row in _rows(session, table, names, wanted):
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    for rows in found.values():
        rows.sort(key=itemgetter("id"))
    return found


def _rows(
    session: Session, table: Table, names: Sequence[str], wanted: Iterable[Any]
) -> Iterator[Kept]:
    column, found_by = sought(session, table, names[0], wanted)
    query = select(table).where(within(session, table))
    for row in _in(session, query, column, found_by):
        yield session.secrets.opened(table, row.id, row._asdict())
    if minors.is_folded(table, names[0]):
        # in the records of children the column is empty: each is opened and looked at
        for row in session.connection.execute(query.where(table.c[MINOR].is_not(None))):
            told = session.secrets.opened(table, row.id, row._asdict())
            if told[names[0]] in found_by:
                yield told


def sought(
    session: Session, table: Table, name: str, values: Iterable[Any]
) -> tuple[Any, Mapping[Any, Any]]:
    """Return the column by which values of `name` are found, and {what it holds: value}."""
    wanted = {value for value in values if value is not None}
    if isinstance(table.c[name].type, Sealed):
        return compared(table, name), session.secrets.blinds(table, name, wanted)
    return table.c[name], {value: value for value in wanted}


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
