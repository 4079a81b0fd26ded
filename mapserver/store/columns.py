"""Whole columns of a layer at once, for tiles, assignment and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from sqlalchemy import select

from mapserver.store.items import within
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class PointTable:
    """Located points, ordered by Morton key: shape (n,) each."""

    fids: np.ndarray
    zkeys: np.ndarray
    values: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class ShapeTable:
    """Features with their geometry: shape (n,) each; `geometries` in EPSG:4490 lon/lat."""

    fids: np.ndarray
    geometries: np.ndarray
    values: dict[str, list[Any]]

    def where(self, kept: Sequence[bool] | np.ndarray) -> "ShapeTable":
        """Return the features that are `kept`, shape (n,)."""
        values = {name: list(compress(column, kept)) for name, column in self.values.items()}
        chosen = np.asarray(kept, bool)
        return ShapeTable(self.fids[chosen], self.geometries[chosen], values)


def points(session: Session, layer_id: str, names: tuple[str, ...]) -> PointTable:
    """Return the located points of a layer with the fields in `names`."""
    table = session.table(layer_id)
    query = (
        select(table.c.fid, table.c.zkey, *(table.c[name] for name in names))
        .where(within(session, table), table.c.zkey.is_not(None))
        .order_by(table.c.zkey)
    )
    found = list(zip(*session.connection.execute(query).all(), strict=True))
    columns = found or [() for _ in range(len(names) + 2)]
    return PointTable(
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        {name: list(column) for name, column in zip(names, columns[2:], strict=True)},
    )


def drawn(session: Session, layer_id: str, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return the fields in `names` of the features of a layer that have a geometry."""
    table = session.table(layer_id)
    query = (
        select(*(table.c[name] for name in names))
        .where(within(session, table), table.c.geom.is_not(None))
        .order_by(table.c.fid)
    )
    return [tuple(row) for row in session.connection.execute(query)]


def shapes(
    session: Session, layer_id: str, names: tuple[str, ...], *, undrawn: bool = False
) -> ShapeTable:
    """Return the features of a layer that have a geometry, with the fields in `names`.

    With `undrawn` those without one are returned as well.
    """
    table = session.table(layer_id)
    query = (
        select(table.c.fid, table.c.geom, *(table.c[name] for name in names))
        .where(within(session, table))
        .order_by(table.c.fid)
    )
    if not undrawn:
        query = query.where(table.c.geom.is_not(None))
    rows = session.connection.execute(query).all()
    geometries = np.empty(len(rows), dtype=object)
    geometries[:] = [row[1] for row in rows]
    return ShapeTable(
        np.array([row[0] for row in rows], dtype=np.int64),
        geometries,
        {name: [row[k] for row in rows] for k, name in enumerate(names, start=2)},
    )
