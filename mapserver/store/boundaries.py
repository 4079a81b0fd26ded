"""Versions of boundaries as they are kept: drafts, what waits for approval, what was approved."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Literal

import orjson
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from mapserver.errors import NotFound
from mapserver.store.schema import canonical
from mapserver.store.store import Session

State = Literal["draft", "submitted", "returned", "approved"]
OPEN: tuple[State, ...] = ("draft", "submitted", "returned")


@dataclass(frozen=True, slots=True)
class KeptGrid:
    """A grid as a version has it: its boundary in EPSG:4490 degrees, and what it is called."""

    name: str
    kind: str | None
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Kept:
    """One version, without its shapes; `acts` is as the caller gave it, made of plain JSON.

    `place` is where on the map a remark is pinned, longitude and latitude.
    """

    id: str
    village: str
    state: State
    number: int | None
    base: int
    revision: int
    author: str
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    effective: date | None = None
    applied_at: datetime | None = None
    remark: str | None = None
    place: tuple[float, float] | None = None
    acts: Sequence[Mapping[str, Any]] = ()


def add(session: Session, one: Kept, shapes: Mapping[str, KeptGrid] | None = None) -> None:
    """Keep a new version."""
    table = session.table("boundary")
    row = {"town": session.town, **_row(one), "shapes": _packed(shapes)}
    session.connection.execute(insert(table).values(row))


def put(session: Session, one: Kept, shapes: Mapping[str, KeptGrid] | None = None) -> Kept:
    """Keep a version as it is now, under the next revision; shapes stay where none are given."""
    table = session.table("boundary")
    later = replace(one, revision=one.revision + 1, changed_at=session.stamp)
    values = _row(later) | ({} if shapes is None else {"shapes": _packed(shapes)})
    mine = (table.c.town == session.town, table.c.id == one.id)
    session.connection.execute(update(table).where(*mine).values(values))
    return later


def drop(session: Session, one: Kept) -> None:
    """Forget a draft."""
    table = session.table("boundary")
    mine = (table.c.town == session.town, table.c.id == one.id)
    session.connection.execute(delete(table).where(*mine))


def get(session: Session, village: str, identifier: str) -> Kept:
    """Return one version of a village.

    Raises
    ------
    NotFound
        If the village has none of that id.
    """
    table = session.table("boundary")
    found = _where(session, table.c.village == village, table.c.id == canonical(identifier))
    if not found:
        raise none_such()
    return found[0]


def open_ones(session: Session, villages: Sequence[str] | None = None) -> list[Kept]:
    """Return what is drafted, submitted or sent back, the latest first."""
    table = session.table("boundary")
    wanted = [table.c.state.in_(OPEN)]
    if villages is not None:
        wanted.append(table.c.village.in_(villages))
    return _where(session, *wanted)


def approved(session: Session, village: str) -> list[Kept]:
    """Return the approved versions of a village, the latest first."""
    table = session.table("boundary")
    found = _where(session, table.c.village == village, table.c.state == "approved")
    return sorted(found, key=lambda one: one.number or 0, reverse=True)


def due(session: Session, day: date) -> list[Kept]:
    """Return the approved versions that are to be in force by a day and are not yet."""
    table = session.table("boundary")
    return _where(
        session,
        table.c.state == "approved",
        table.c.applied_at.is_(None),
        table.c.effective <= day,
    )


def numbers(session: Session) -> dict[str, int]:
    """Return the number of the version in force of each village that has any."""
    table = session.table("boundary")
    query = (
        select(table.c.village, func.max(table.c.number))
        .where(table.c.town == session.town, table.c.applied_at.is_not(None))
        .group_by(table.c.village)
    )
    return {village: number for village, number in session.connection.execute(query)}


def last_number(session: Session, village: str) -> int | None:
    """Return the highest number that was given in a village, None before any was."""
    table = session.table("boundary")
    query = select(func.max(table.c.number)).where(
        table.c.town == session.town, table.c.village == village
    )
    number: int | None = session.connection.execute(query).scalar()
    return number


def mark(session: Session, village: str) -> tuple[int, int]:
    """Return what is another whenever a version of a village was approved or put in force."""
    table = session.table("boundary")
    query = select(func.count(table.c.number), func.coalesce(func.sum(table.c.revision), 0)).where(
        table.c.town == session.town, table.c.village == village, table.c.state == "approved"
    )
    approved_, revisions = session.connection.execute(query).one()
    return int(approved_), int(revisions)


def codes_ever(session: Session, village: str) -> set[str]:
    """Return every code that a grid of a village has or had, or that an approved version gives."""
    grid, table = session.table("grid"), session.table("boundary")
    kept = select(grid.c.code).where(grid.c.town == session.town, grid.c.village == village)
    return set(session.connection.execute(kept).scalars()) | {
        code
        for one in _where(session, table.c.village == village, table.c.state == "approved")
        for act in one.acts
        for code in act.get("codes", ())
    }


def in_force(session: Session, day: date) -> dict[str, Kept]:
    """Return the version of each village that counted on a day; the latest number wins."""
    table = session.table("boundary")
    found = _where(session, table.c.applied_at.is_not(None), table.c.effective <= day)
    latest: dict[str, Kept] = {}
    for one in sorted(found, key=lambda one: one.number or 0):
        latest[one.village] = one
    return latest


def shapes_of(session: Session, one: Kept) -> dict[str, KeptGrid]:
    """Return the grids of a version that was submitted once, by code.

    Raises
    ------
    NotFound
        If the version was never submitted.
    """
    table = session.table("boundary")
    query = select(table.c.shapes).where(table.c.town == session.town, table.c.id == one.id)
    packed = session.connection.execute(query).scalar()
    if packed is None:
        raise none_such()
    return {
        code: KeptGrid(name, kind, shapely.from_wkb(geometry))
        for code, (name, kind, geometry) in orjson.loads(zlib.decompress(packed)).items()
    }


def areas_of(grids: Mapping[str, KeptGrid]) -> dict[str, BaseGeometry]:
    """Return the boundaries of grids, by code."""
    return {code: one.geometry for code, one in grids.items()}


def none_such() -> NotFound:
    """Return the error for a version that is not there, or not for this caller."""
    return NotFound("没有这一版边界。", "There is no such version of the boundaries.")


def _packed(shapes: Mapping[str, KeptGrid] | None) -> bytes | None:
    if shapes is None:
        return None
    told = {
        code: (one.name, one.kind, shapely.to_wkb(one.geometry, hex=True))
        for code, one in shapes.items()
    }
    return zlib.compress(orjson.dumps(told), 6)


_FIELDS = tuple(field.name for field in fields(Kept))


def _row(one: Kept) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in _FIELDS}
    row["acts"] = orjson.dumps(list(one.acts)).decode()
    row["place"] = orjson.dumps(one.place).decode() if one.place else None
    return row


def _where(session: Session, *conditions: ColumnElement[bool]) -> list[Kept]:
    table = session.table("boundary")
    query = (
        select(*(table.c[name] for name in _FIELDS))
        .where(table.c.town == session.town, *conditions)
        .order_by(table.c.changed_at.desc(), table.c.id.desc())
    )
    return [_kept(row) for row in session.connection.execute(query)]


def _kept(row: Row[Any]) -> Kept:
    values = dict(row._mapping)
    values["acts"] = orjson.loads(values["acts"])
    values["place"] = tuple(orjson.loads(values["place"])) if values["place"] else None
    return Kept(**values)
