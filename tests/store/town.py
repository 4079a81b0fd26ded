"""A town small enough to check by eye: two villages side by side, two grids in each.

28.04 +-----+-----+-----+-----+
      | 101 | 102 | 201 | 202 |     village A is 101 and 102, village B 201 and 202
28.00 +-----+-----+-----+-----+
    113.00 .01   .02   .03   .04
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from shapely import Point, box

from mapserver.domain.records import Placement, Record
from mapserver.layers import Layer, load_layers
from mapserver.roles import Role
from mapserver.store import events, writing
from mapserver.store.scope import Grant, Scope
from mapserver.store.store import Session, Store

LAYERS = load_layers(Path(__file__).parents[2] / "layers")
TOWN = "430424100"
A, B = f"{TOWN}201", f"{TOWN}202"
A1, A2, B1, B2 = f"{A}001", f"{A}002", f"{B}001", f"{B}002"
WEST = {A1: 113.00, A2: 113.01, B1: 113.02, B2: 113.03}
AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
CLERK = Scope.of_town("clerk", TOWN)


def appointed(role: Role, *areas: str) -> Scope:
    """Return the scope of somebody with one role in some areas."""
    return Scope("worker", TOWN, tuple(Grant(role, area) for area in areas))


def worker(*areas: str) -> Scope:
    """Return the scope of who keeps the registers of some areas."""
    return appointed(Role.INFORMATION_OFFICER, *areas)


BUSY_S = 0.3


def uid(number: int) -> str:
    """Return the identifier of the thing with this number."""
    return str(UUID(int=number))


def changed_layers(**changes: Layer | None) -> dict[str, Layer]:
    """Return the layers with some replaced, added, or (None) taken away."""
    layers = {**LAYERS, **changes}
    return {name: layer for name, layer in layers.items() if layer}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is kept, and how to get at it behind the program's back."""

    where: str
    key_file: Path

    @property
    def is_file(self) -> bool:
        """Whether it is a GeoPackage."""
        return not self.where.startswith("postgresql")

    @property
    def file(self) -> Path:
        """The GeoPackage."""
        return Path(self.where) / "town.gpkg"

    def open(self, layers: Mapping[str, Layer] = LAYERS, *, busy_s: float = BUSY_S) -> Store:
        """Open the store as the program does."""
        return Store.open(self.where, layers, key_file=self.key_file, busy_s=busy_s)

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement with the engine's own client, committed at once."""
        if self.is_file:
            with closing(sqlite3.connect(self.file, isolation_level=None)) as connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.where, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def free_events(self) -> None:
        """Let events be changed, as somebody could who has the file."""
        if self.is_file:
            self.run("DROP TRIGGER event_no_UPDATE")
            self.run("DROP TRIGGER event_no_DELETE")


def reading(store: Store, scope: Scope = CLERK) -> AbstractContextManager[Session]:
    """Open a session that reads, at the moment all these tests happen."""
    return store.read(scope, AT)


def writing_to(store: Store, scope: Scope = CLERK) -> AbstractContextManager[Session]:
    """Open a session that writes."""
    return store.write(scope, AT)


def put(store: Store, layer: str, *records: Record, scope: Scope = CLERK) -> None:
    """Add records in a transaction of their own."""
    with writing_to(store, scope) as session:
        writing.add(session, layer, records)


def events_of(store: Store, scope: Scope = CLERK) -> Sequence[Any]:
    """Return every event of the town."""
    with reading(store, scope) as session:
        last = session.sequence()
        return events.between(session.connection, session.table("event"), scope.town, 1, last)


def area(number: int, code: str, name: str, west: float, east: float) -> Record:
    """Return a village or a grid, by the length of its code."""
    placement = Placement(code, None, None, 1) if len(code) == 15 else None
    outline = box(west, 28.0, east, 28.04)
    return Record(uid(number), outline, code[:12], {"code": code, "name": name}, placement)


def house(
    number: int, grid: str | None = A1, *, at: tuple[float, float] | None = None, **values: Any
) -> Record:
    """Return a house in the middle of its grid, or at a point that lies in none."""
    middle = (WEST[grid] + 0.005, 28.02) if grid else None
    point = at or middle
    return Record(
        uid(number),
        Point(point) if point else None,
        grid[:12] if grid else A,
        {"address": f"{number}号", "address_key": f"k{number}", "door": f"{number}号", **values},
        Placement(grid, "covers" if grid else None, 0.0 if grid else None, 1),
    )


def unplaced(number: int, village: str = A, **values: Any) -> Record:
    """Return a house that nobody has put on the map."""
    return house(number, A1, **values)._replace(geometry=None, placement=None, village=village)


def person(number: int, house: int | None, *, village: str = A, **values: Any) -> Record:
    """Return somebody grown up."""
    own = {"name": f"甲{number}", "born": date(1980, 5, 3), "house": uid(house) if house else None}
    return Record(uid(number), None, village, {**own, **values})


AREAS = {
    "village": (area(1, A, "甲村", 113.0, 113.02), area(2, B, "乙村", 113.02, 113.04)),
    "grid": tuple(
        area(11 + k, code, f"第{k + 1}网格", west, round(west + 0.01, 2))
        for k, (code, west) in enumerate(WEST.items())
    ),
}


def settle(store: Store) -> None:
    """Add the villages and grids, and a house with one person in every grid."""
    with writing_to(store) as session:
        for layer, records in AREAS.items():
            writing.add(session, layer, records)
        for k, grid in enumerate(WEST):
            writing.add(session, "house", [house(100 + k, grid)])
            who = person(200 + k, 100 + k, village=grid[:12], phone="13800000000")
            writing.add(session, "person", [who])
