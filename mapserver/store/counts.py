"""Counts for the town's panel and the list of layers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.sql.selectable import FromClause

from mapserver.roles import Right
from mapserver.store.items import within
from mapserver.store.store import Session


def of_layers(session: Session) -> dict[str, int]:
    """Return how many records each layer holds within the scope."""
    counts = {}
    for layer_id in session.layers:
        table = session.table(layer_id)
        query = select(func.count()).select_from(table).where(within(session, table, Right.COUNT))
        counts[layer_id] = session.connection.execute(query).scalar_one()
    return counts


def people(session: Session) -> int:
    """Return how many people live here; who moved away or died is kept but not counted."""
    table = session.table("person")
    query = (
        select(func.count())
        .select_from(table)
        .where(within(session, table, Right.COUNT), lives_here(table))
    )
    return session.connection.execute(query).scalar_one()


def lives_here(person: FromClause) -> ColumnElement[bool]:
    """Return the condition that somebody neither moved away nor died."""
    return and_(person.c.moved_out.is_not(True), person.c.deceased.is_not(True))


def households(person: FromClause) -> ColumnElement[int]:
    """Return the number of households of a group; who is in none is one alone."""
    alone = func.count().filter(person.c.household.is_(None))
    return func.count(person.c.household.distinct()) + alone


def residents(session: Session) -> np.ndarray:
    """Return the Morton key of the house of everybody who lives here, ascending, shape (n,).

    Those whose house is not placed on the map are left out.
    """
    house, person = session.table("house"), session.table("person")
    query = (
        select(house.c.zkey)
        .join_from(person, house, _lives_in(session))
        .where(
            within(session, person, Right.COUNT),
            within(session, house, Right.COUNT),
            lives_here(person),
        )
        .where(house.c.zkey.is_not(None))
        .order_by(house.c.zkey)
    )
    return np.array(session.connection.execute(query).scalars().all(), dtype=np.int64)


def by_village(session: Session, layer_id: str) -> Mapping[str, int]:
    """Return how many records of a layer each village has, of people those who live there.

    Records of no village are left out.
    """
    table = session.table(layer_id)
    query = (
        select(table.c.village, func.count())
        .where(within(session, table, Right.COUNT), table.c.village.is_not(None))
        .group_by(table.c.village)
    )
    if layer_id == "person":
        query = query.where(lives_here(table))
    return {village: count for village, count in session.connection.execute(query)}


def by_house(session: Session) -> Mapping[str, int]:
    """Return how many people live in each house that anybody lives in."""
    person = session.table("person")
    query = (
        select(person.c.house, func.count())
        .where(
            within(session, person, Right.COUNT), lives_here(person), person.c.house.is_not(None)
        )
        .group_by(person.c.house)
    )
    return {house: count for house, count in session.connection.execute(query)}


@dataclass(frozen=True, slots=True)
class GridCount:
    """What lives in one grid."""

    houses: int
    people: int
    households: int


def by_grid(session: Session) -> Mapping[str, GridCount]:
    """Return houses, people and households of every grid; people count where their house stands.

    Somebody whose household is not known is one by himself.
    """
    house, person = session.table("house"), session.table("person")
    houses = (
        select(house.c.grid, func.count())
        .where(within(session, house, Right.COUNT), house.c.grid.is_not(None))
        .group_by(house.c.grid)
    )
    people = (
        select(house.c.grid, func.count(), households(person))
        .join_from(person, house, _lives_in(session))
        .where(within(session, person, Right.COUNT), lives_here(person), house.c.grid.is_not(None))
        .group_by(house.c.grid)
    )
    inside = {grid: counted for grid, *counted in session.connection.execute(people)}
    return {
        grid: GridCount(count, *inside.get(grid, (0, 0)))
        for grid, count in session.connection.execute(houses)
    }


def _lives_in(session: Session) -> ColumnElement[bool]:
    house, person = session.table("house"), session.table("person")
    return and_(house.c.town == person.c.town, house.c.id == person.c.house)
