"""What stands in one village: its houses with who lives there, and its other places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import and_, func, literal, select

from mapserver.store.counts import households, lives_here
from mapserver.store.items import within
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class Houses:
    """The located houses of a village, shape (n,) each; `points` in EPSG:4490 degrees."""

    ids: tuple[str, ...]
    points: np.ndarray
    doors: tuple[str, ...]
    groups: tuple[str, ...]
    people: np.ndarray
    households: np.ndarray


NO_HOUSES = Houses((), np.zeros(0, object), (), (), np.zeros(0, np.int64), np.zeros(0, np.int64))


def houses(session: Session, village: str) -> Houses:
    """Return the houses of a village within the scope, and how many live in each.

    Somebody whose household is not known is one by himself.
    """
    house, person = session.table("house"), session.table("person")
    lodgers = (
        select(
            person.c.house,
            func.count().label("people"),
            households(person).label("households"),
        )
        .where(within(session, person), lives_here(person))
        .group_by(person.c.house)
        .subquery()
    )
    query = (
        select(
            house.c.id,
            house.c.geom,
            house.c.door,
            house.c.group,
            func.coalesce(lodgers.c.people, 0),
            func.coalesce(lodgers.c.households, 0),
        )
        .join_from(house, lodgers, house.c.id == lodgers.c.house, isouter=True)
        .where(
            within(session, house),
            house.c.village == village,
            house.c.geom.is_not(None),
        )
        .order_by(house.c.fid)
    )
    rows = session.connection.execute(query).all()
    return Houses(
        tuple(row[0] for row in rows),
        _shapes([row[1] for row in rows]),
        tuple(row[2] or "" for row in rows),
        tuple(row[3] or "" for row in rows),
        np.array([row[4] for row in rows], np.int64),
        np.array([row[5] for row in rows], np.int64),
    )


def places(session: Session, layer: str, village: str) -> np.ndarray:
    """Return the points of a layer in a village within the scope, shape (n,), degrees."""
    table = session.table(layer)
    query = select(table.c.geom).where(
        and_(
            within(session, table),
            table.c.village == village,
            table.c.geom.is_not(None),
        )
    )
    return _shapes(list(session.connection.execute(query).scalars()))


def named(session: Session, layer: str, village: str) -> list[tuple[Any, str]]:
    """Return the shapes of a layer in a village within the scope, and what each is called."""
    table, label = session.table(layer), session.layers[layer].style.label
    called = table.c[label] if label else literal("")
    query = (
        select(table.c.geom, called)
        .where(within(session, table), table.c.village == village, table.c.geom.is_not(None))
        .order_by(table.c.fid)
    )
    return [(point, name or "") for point, name in session.connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Located:
    """All located records of a layer, shape (n,) each, and the grid that each is in."""

    ids: tuple[str, ...]
    shapes: np.ndarray
    grids: tuple[str | None, ...]
    hows: tuple[str | None, ...]
    doors: tuple[str, ...]
    villages: tuple[str, ...]


def located(session: Session, layer: str) -> Located:
    """Return the located records of a layer within the scope."""
    table = session.table(layer)
    called = table.c.door if "door" in table.c else table.c.id
    query = select(
        table.c.id, table.c.geom, table.c.grid, table.c.assigned_how, called, table.c.village
    ).where(within(session, table), table.c.geom.is_not(None))
    rows = session.connection.execute(query).all()
    return Located(
        tuple(row[0] for row in rows),
        _shapes([row[1] for row in rows]),
        tuple(row[2] for row in rows),
        tuple(row[3] for row in rows),
        tuple(row[4] or "" for row in rows),
        tuple(row[5] or "" for row in rows),
    )


def lodgers(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """Return how many people live in each of some houses."""
    person = session.table("person")
    found: dict[str, int] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(person.c.house, func.count())
            .where(
                within(session, person),
                lives_here(person),
                person.c.house.in_(ids[start : start + 500]),
            )
            .group_by(person.c.house)
        )
        found |= {house: count for house, count in session.connection.execute(query)}
    return found


def _shapes(geometries: list[Any]) -> np.ndarray:
    found = np.empty(len(geometries), object)
    found[:] = geometries
    return found
