"""Writing features: every change goes with its event, in the same transaction.

An event of "add" holds the whole record, of "change" the columns that changed before and
after (null where one is empty), of "remove" the whole record as it was; secrets and what is
personal of children are sealed in it as in their table. A removed record stays in its table,
marked, so that what points at it stays readable and the removal can be undone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Date, Table, bindparam, func, select, update

from mapserver.domain.records import Change, Placement, Record
from mapserver.domain.zorder import zkeys
from mapserver.errors import Conflict, NotAllowed
from mapserver.roles import Right
from mapserver.store import geopackage, minors
from mapserver.store.bulk import insert_rows
from mapserver.store.events import Event
from mapserver.store.geometry import Geom
from mapserver.store.items import within
from mapserver.store.minors import MINOR
from mapserver.store.secrets import sealed_columns
from mapserver.store.store import Session

_UNTOLD = ("fid", "town", "revision", "updated_at", "updated_by", "deleted_at", "zkey")


def add(
    session: Session, layer_id: str, records: Sequence[Record], batch: str | None = None
) -> None:
    """Add records; their ids are new.

    Raises
    ------
    NotAllowed
        If one of them lies where the scope may not write; nothing may be committed then.
    """
    if not records:
        return
    table = session.table(layer_id)
    today = session.today
    plain = minors.folded(table, [_columns(record, table) for record in records], today)
    rows = session.secrets.sealed(table, plain)
    happened = [_added(table, batch, row) for row in rows]
    _add_zkeys(rows, table)
    insert_rows(session.connection, table, rows, _stamp(session))
    _refuse_beyond(session, table, [record.id for record in records])
    session.append(happened)
    _touch(session, table, [record.geometry for record in records])


def change(
    session: Session, layer_id: str, changes: Sequence[Change], batch: str | None = None
) -> None:
    """Change some columns of records; a change that changes nothing leaves no event.

    Raises
    ------
    Conflict
        If one of the records is gone, or not the scope's to change; nothing was changed.
    NotAllowed
        If one of them would lie where the scope may not write; nothing may be committed then.
    """
    table = session.table(layer_id)
    wanted = _merged(changes, table)
    before = _kept_rows(session, table, list(wanted))
    _refuse_gone(wanted.keys() - before.keys())
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    happened: list[Event] = []
    for new in _differing(session, table, before, wanted):
        identifier = new.pop("id")
        row = before[identifier]
        told = {
            "before": _told_change(table, {name: row[name] for name in new}),
            "after": _told_change(table, new),
            "revision": row["revision"] + 1,
        }
        happened.append(Event("change", layer_id, identifier, batch, told))
        groups.setdefault(tuple(sorted(new)), []).append({"the_id": identifier, **new})
    for names, rows in groups.items():
        _update(session, table, names, rows)
    _refuse_beyond(session, table, [event.item for event in happened if event.item])
    session.append(happened)
    if happened:
        _touch(session, table, [values.get("geom") for values in wanted.values()])


def remove(session: Session, layer_id: str, ids: Sequence[str], batch: str | None = None) -> None:
    """Mark records as removed; one that is gone already stays as it is."""
    table = session.table(layer_id)
    before = _kept_rows(session, table, ids)
    if not before:
        return
    _update(
        session,
        table,
        ("deleted_at",),
        [{"the_id": identifier, "deleted_at": session.stamp} for identifier in before],
    )
    session.append(
        [
            Event("remove", layer_id, identifier, batch, {"before": _telling(table, row)})
            for identifier, row in before.items()
        ]
    )
    _touch(session, table, [])


def _merged(changes: Sequence[Change], table: Table) -> dict[str, dict[str, Any]]:
    """Return the new values of each record, as its columns keep them."""
    merged: dict[str, dict[str, Any]] = {}
    for one in changes:
        values = dict(one.values)
        if "geom" in values:
            values["geom"] = _stored(values["geom"], table)
        merged.setdefault(one.id, {}).update(values)
    return merged


def _refuse_gone(gone: Collection[str]) -> None:
    if gone:
        raise Conflict(
            f"有 {len(gone)} 条已被别人删去，这次没有改动任何东西。重新打开再改。",
            f"{len(gone)} records were removed meanwhile; nothing was changed. Open them again.",
            gone=len(gone),
        )


def _refuse_beyond(session: Session, table: Table, ids: Sequence[str]) -> None:
    """Refuse records, as they are now, that lie where the scope may not write."""
    if session.scope.is_program:
        return
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        held = select(func.count()).where(within(session, table, Right.WRITE), table.c.id.in_(some))
        if session.connection.execute(held).scalar_one() != len(some):
            raise NotAllowed(
                "有的记录不在您负责的范围里，这次没有写入任何东西。请负责那里的人来办。",
                "Some of the records lie outside your areas; nothing was written. Ask those whose "
                "areas they are.",
            )


def rows_of(session: Session, layer_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the rows with these ids that the scope may change, by id, in the order of `ids`.

    Their secrets are opened; those that were removed are left out.
    """
    table = session.table(layer_id)
    kept = _kept_rows(session, table, ids)
    return {one: session.secrets.opened(table, one, row) for one, row in kept.items()}


def _differing(
    session: Session,
    table: Table,
    before: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return for each row that would change its id and what is new in it, as it is kept."""
    differing = []
    for identifier, row in before.items():
        values = wanted[identifier]
        # a child's record, and one that may become a child's, is looked at whole
        whole = row.get(MINOR) is not None or _tells_age(table, values)
        seen = row if whole else {name: row[name] for name in values}
        was = session.secrets.opened(table, identifier, seen)
        new = {name: value for name, value in values.items() if was[name] != value}
        if new and whole:
            folded = row.get(MINOR) is not None
            new = minors.refolded(table, was, new, session.today, was_folded=folded)
        if new:
            differing.append({"id": identifier, **new})
    return session.secrets.sealed(table, differing)


def _tells_age(table: Table, values: Mapping[str, Any]) -> bool:
    own = minors.of(table)
    return own is not None and own.born in values


def _kept_rows(session: Session, table: Table, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the rows with these ids that the scope may change, as they are kept."""
    found: dict[str, dict[str, Any]] = {}
    mine = within(session, table, Right.WRITE)
    for start in range(0, len(ids), 500):
        query = select(table).where(mine, table.c.id.in_(ids[start : start + 500]))
        for row in session.connection.execute(query):
            # SQLAlchemy's names are a subclass of str, which keys of JSON may not be
            found[row.id] = {str(name): value for name, value in row._mapping.items()}
    return {identifier: found[identifier] for identifier in ids if identifier in found}


def _stamp(session: Session) -> dict[str, Any]:
    return {
        "town": session.town,
        "revision": 1,
        "updated_at": session.stamp,
        "updated_by": session.scope.actor,
    }


def _columns(record: Record, table: Table) -> dict[str, Any]:
    columns: dict[str, Any] = {"id": record.id, "village": record.village, **record.values}
    if "geom" not in table.c:
        return columns
    columns |= {"geom": _stored(record.geometry, table), "datum": record.datum}
    if record.placement is not None:
        columns |= _placed(record.placement)
    return columns


def _stored(geometry: BaseGeometry | None, table: Table) -> BaseGeometry | None:
    """Return a geometry as its column keeps it: areas as multipolygons, empty ones not at all."""
    if geometry is None or geometry.is_empty:
        return None
    if not isinstance(geometry, Polygon):
        return geometry
    wants_multi = cast(Geom, table.c.geom.type).kind == "MULTIPOLYGON"
    return MultiPolygon([geometry]) if wants_multi else geometry


def _add_zkeys(rows: list[dict[str, Any]], table: Table) -> None:
    if "zkey" not in table.c:
        return
    points = [row for row in rows if row["geom"] is not None and row["geom"].geom_type == "Point"]
    geometries = np.array([row["geom"] for row in points], dtype=object)
    keys = zkeys(shapely.get_x(geometries), shapely.get_y(geometries)).tolist()
    for row, key in zip(points, keys, strict=True):
        row["zkey"] = key


def _added(table: Table, batch: str | None, row: Mapping[str, Any]) -> Event:
    after = _told_change(table, row)
    if None in after.values():
        after = {name: value for name, value in after.items() if value is not None}
    return Event("add", table.name, row["id"], batch, {"after": after, "revision": 1})


def _placed(place: Placement) -> dict[str, Any]:
    return {
        "grid": place.grid,
        "assigned_how": place.how,
        "assigned_m": place.distance_m,
        "boundary_version": place.boundary_version,
    }


def _telling(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns as an event tells them: without what is empty or derived."""
    told = {k: value for k, value in row.items() if value is not None and k not in _UNTOLD}
    return _told_change(table, told)


def _told_change(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as an event tells them: what is empty included, blind indexes not."""
    told = dict(row)
    for column in sealed_columns(table):
        told.pop(column.blind or "", None)
    if isinstance(told.get("geom"), BaseGeometry):
        told["geom"] = shapely.to_wkb(told["geom"], hex=True)
    return told


def from_told(
    session: Session, layer_id: str, identifier: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of a record from what an event tells of it, secrets opened."""
    table = session.table(layer_id)
    values = {name: _from_told(table, name, value) for name, value in told.items()}
    return session.secrets.opened(table, identifier, values)


def _from_told(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "geom":
        return shapely.from_wkb(value)
    return date.fromisoformat(value) if isinstance(table.c[name].type, Date) else value


def _update(
    session: Session, table: Table, names: Iterable[str], rows: list[dict[str, Any]]
) -> None:
    if "geom" in names and "zkey" in table.c:
        _add_zkeys(rows, table)
        names = (*names, "zkey")
        rows = [{"zkey": None, **row} for row in rows]
    statement = (
        update(table)
        .where(table.c.town == session.town, table.c.id == bindparam("the_id"))
        .values(
            {name: bindparam(name) for name in names}
            | {
                "revision": table.c.revision + 1,
                "updated_at": session.stamp,
                "updated_by": session.scope.actor,
            }
        )
    )
    session.connection.execute(statement, rows)


def _touch(session: Session, table: Table, geometries: Sequence[BaseGeometry | None]) -> None:
    if session.on_postgresql:
        return
    known = np.array([geometry for geometry in geometries if geometry is not None], dtype=object)
    box = tuple(shapely.total_bounds(known).tolist()) if len(known) else None
    geopackage.touch(session.connection, table.name, box, _gpkg_time(session.at))


def _gpkg_time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
