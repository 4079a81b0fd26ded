"""What waits for somebody: houses without a point, features in no grid, contradictions, doubles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect, FromClause

from mapserver.domain.areas import GRID
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.store.counts import lives_here
from mapserver.store.items import within
from mapserver.store.schema import canonical
from mapserver.store.secrets import blind_name
from mapserver.store.store import Session

Kind = Literal["unplaced", "unassigned", "contradictions", "doubles"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing on a list.

    `detail` is the address, the grid that was named, or the village where the double is.
    """

    layer: str
    id: str
    title: str | None
    detail: str | None
    village: str | None
    grid: str | None
    people: int


def count(session: Session, kind: Kind) -> int:
    """Return how many things wait on a list."""
    waiting = _lists[kind](session).subquery()
    return session.connection.execute(select(func.count()).select_from(waiting)).scalar_one()


def by_village(session: Session, kind: Kind) -> dict[str, int]:
    """Return how many things wait on a list, by village."""
    waiting = _lists[kind](session).subquery()
    query = select(waiting.c.village, func.count()).group_by(waiting.c.village)
    return {village: number for village, number in session.connection.execute(query)}


def listed(
    session: Session, kind: Kind, *, village: str | None, offset: int, limit: int
) -> tuple[int, list[Waiting]]:
    """Return how many things wait, and some of them in the order of village and title."""
    waiting = _lists[kind](session).subquery()
    condition: list[ColumnElement[bool]] = [waiting.c.village == village] if village else []
    total = session.connection.execute(
        select(func.count()).select_from(waiting).where(*condition)
    ).scalar_one()
    order = (waiting.c.village.nulls_last(), waiting.c.title.nulls_last(), waiting.c.id)
    query = select(waiting).where(*condition).order_by(*order).offset(offset).limit(limit)
    rows = session.connection.execute(query).all()
    people = _people(session, [row.id for row in rows if row.layer == "house"])
    found = [Waiting(**row._mapping, people=people.get(row.id, 0)) for row in rows]
    return total, found


def _people(session: Session, houses: list[str]) -> dict[str, int]:
    person = session.table("person")
    query = (
        select(person.c.house, func.count())
        .where(within(session, person), person.c.house.in_(houses))
        .group_by(person.c.house)
    )
    return {house: number for house, number in session.connection.execute(query)}


def _unplaced(session: Session) -> Select[Any]:
    house = session.table("house")
    return _columns(session, session.layer("house")).where(house.c.geom.is_(None))


def _unassigned(session: Session) -> CompoundSelect[Any]:
    lists = []
    for layer in session.layers.values():
        if layer.geometry and layer.kind == "register":
            table = session.table(layer.id)
            located = and_(table.c.geom.is_not(None), table.c.grid.is_(None))
            lists.append(_columns(session, layer).where(located))
    return union_all(*lists)


def _contradictions(session: Session) -> Select[Any]:
    """Return the houses that a register puts into another grid than their point does."""
    house, person = session.table("house"), session.table("person")
    lives = and_(house.c.town == person.c.town, house.c.id == person.c.house)
    by_people = (
        select(house.c.id, person.c.grid_claimed.label("named"))
        .join_from(person, house, lives)
        .where(within(session, person), _denies(person.c.grid_claimed, house.c.grid))
    )
    by_house = select(house.c.id, house.c.grid_claimed.label("named")).where(
        within(session, house), _denies(house.c.grid_claimed, house.c.grid)
    )
    named = union_all(by_people, by_house).subquery()
    once = (
        select(named.c.id, func.min(named.c.named).label("named")).group_by(named.c.id).subquery()
    )
    return (
        select(
            literal("house").label("layer"),
            house.c.id,
            house.c.door.label("title"),
            once.c.named.label("detail"),
            house.c.village,
            house.c.grid,
        )
        .join_from(house, once, house.c.id == once.c.id)
        .where(within(session, house))
    )


def _doubles(session: Session) -> Select[Any]:
    """Return those who live here and have the ID number of somebody else who does.

    An import does not find whom its sender may not see, so a person who moved is in two
    villages until somebody who sees both decides.
    """
    person = session.table("person")
    other = person.alias("other")
    return (
        select(
            literal("person").label("layer"),
            person.c.id,
            cast(null(), Text).label("title"),
            func.min(other.c.village).label("detail"),
            person.c.village,
            cast(null(), Text).label("grid"),
        )
        .join_from(person, other, _same_number(person, other))
        .where(*(within(session, one, Right.PERSONAL) for one in (person, other)))
        .where(lives_here(person), lives_here(other))
        .group_by(person.c.id, person.c.village)
    )


def _same_number(person: FromClause, other: FromClause) -> ColumnElement[bool]:
    blind = blind_name("id_number")
    return and_(
        other.c.town == person.c.town,
        other.c[blind] == person.c[blind],
        other.c.id != person.c.id,
    )


def doubles_of(session: Session, identifier: str) -> list[str]:
    """Return who shares the ID number of a person, where both are the scope's to change."""
    person = session.table("person")
    other = person.alias("other")
    query = (
        select(other.c.id)
        .join_from(person, other, _same_number(person, other))
        .where(person.c.id == canonical(identifier))
        .where(*(within(session, one, Right.WRITE) for one in (person, other)))
        .where(lives_here(person), lives_here(other))
        .order_by(other.c.id)
    )
    return list(session.connection.execute(query).scalars())


def _denies(claimed: ColumnElement[Any], grid: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a register names a grid, by its code, that is not the point's."""
    return and_(func.length(claimed) == GRID, grid.is_not(None), claimed != grid)


def _columns(session: Session, layer: Layer) -> Select[Any]:
    table = session.table(layer.id)
    names = {field.name for field in layer.fields if field.privacy == "public"}
    return select(
        literal(layer.id).label("layer"),
        table.c.id,
        _first(table, names, ("door", "name", "code")).label("title"),
        _first(table, names, ("address", "place", "code")).label("detail"),
        table.c.village,
        table.c.grid,
    ).where(within(session, table))


def _first(table: Table, names: set[str], wanted: tuple[str, ...]) -> ColumnElement[Any]:
    """Return the first of the wanted columns that the table may show, as text."""
    found = next((name for name in wanted if name in names), None)
    return cast(table.c[found], Text) if found else cast(null(), Text)


_lists: dict[Kind, Callable[[Session], Any]] = {
    "unplaced": _unplaced,
    "unassigned": _unassigned,
    "contradictions": _contradictions,
    "doubles": _doubles,
}
