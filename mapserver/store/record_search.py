"""Searching the record: what happened together is one entry, so an import is one line.

An entry is what one person did to one layer in one transaction. Entries come from the index
`event_at` alone, which holds nothing of what the events tell; only of those on the page are
the events themselves read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Row, func, select

from mapserver.domain.telling import Told, told
from mapserver.store import cuts
from mapserver.store.store import Session

_MOMENT = 200
"""More entries than one transaction can make: those of a moment stay on one page."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; moments as events are dated, both inclusive; None is everything."""

    since: str | None = None
    until: str | None = None
    actor: str | None = None
    action: str | None = None
    layer: str | None = None
    item: str | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Events from `first` to `last`, of one person, transaction, action and layer.

    Where there is one alone, `item` is what it is about and `told` what it holds.
    """

    first: int
    last: int
    count: int
    at: str
    actor: str
    action: str
    layer: str | None
    item: str | None
    batch: str | None
    told: Told


@dataclass(frozen=True, slots=True)
class Extent:
    """What there is of the record: its last number, how many events, the date of the first."""

    seq: int
    count: int
    since: str | None


_NOTHING = Told((), {})


def entries(
    session: Session, wanted: Wanted, before: str | None, limit: int
) -> tuple[list[Entry], str | None]:
    """Return the newest entries, and the moment before which the next page begins.

    Parameters
    ----------
    before : str, optional
        The moment that the last page ended with.
    """
    event = session.table("event")
    key = (event.c.at, event.c.action, event.c.actor, event.c.layer)
    numbers = (
        func.min(event.c.seq).label("first"),
        func.max(event.c.seq).label("last"),
        func.count().label("many"),
    )
    conditions = _conditions(session, wanted)
    if before is not None:
        conditions.append(event.c.at < before)
    query = (
        select(*key, *numbers)
        .where(*conditions)
        .group_by(*key)
        .order_by(*(column.desc() for column in key))
        .limit(limit + _MOMENT)
    )
    rows = session.connection.execute(query).all()
    page = _whole_moments(rows, limit)
    found = sorted(_entries(session, page), key=lambda one: (one.at, one.last), reverse=True)
    return found, page[-1].at if len(page) < len(rows) else None


def _whole_moments(rows: Sequence[Row[Any]], limit: int) -> Sequence[Row[Any]]:
    """Return the first rows, and beyond them those of the same moment as the last."""
    end = min(limit, len(rows))
    while end < len(rows) and rows[end].at == rows[end - 1].at:
        end += 1
    return rows[:end]


def _entries(session: Session, rows: Sequence[Row[Any]]) -> list[Entry]:
    ends = _told_by(session, [row.last for row in rows])
    return [_entry(row, *ends[row.last]) for row in rows]


def _entry(row: Row[Any], item: str | None, batch: str | None, data: str) -> Entry:
    alone = row.many == 1
    return Entry(
        row.first,
        row.last,
        row.many,
        row.at,
        row.actor,
        row.action,
        row.layer,
        item if alone else None,
        batch,
        told(orjson.loads(data)) if alone else _NOTHING,
    )


def _told_by(session: Session, seqs: list[int]) -> Mapping[int, tuple[Any, ...]]:
    event = session.table("event")
    query = select(event.c.seq, event.c.item, event.c.batch, event.c.data)
    own = query.where(event.c.town == session.town, event.c.seq.in_(seqs))
    return {row.seq: tuple(row[1:]) for row in session.connection.execute(own)}


def events(
    session: Session, wanted: Wanted, before: int | None, limit: int
) -> tuple[list[Entry], int | None]:
    """Return the newest events one by one, and the number before which the next page begins."""
    event = session.table("event")
    conditions = _conditions(session, wanted)
    if before is not None:
        conditions.append(event.c.seq < before)
    query = (
        select(event, event.c.seq.label("first"), event.c.seq.label("last"))
        .where(*conditions)
        .order_by(event.c.seq.desc())
        .limit(limit + 1)
    )
    rows = session.connection.execute(query).all()
    found = [_single(row) for row in rows[:limit]]
    return found, found[-1].first if len(rows) > limit else None


def _single(row: Row[Any]) -> Entry:
    return Entry(
        row.seq,
        row.seq,
        1,
        row.at,
        row.actor,
        row.action,
        row.layer,
        row.item,
        row.batch,
        told(orjson.loads(row.data)),
    )


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    event = session.table("event")
    names = ("actor", "action", "layer", "item")
    same = {name: getattr(wanted, name) for name in names}
    conditions = [event.c.town == session.town]
    conditions += [event.c[name] == value for name, value in same.items() if value is not None]
    for column, low, high in (
        (event.c.at, wanted.since, wanted.until),
        (event.c.seq, wanted.first, wanted.last),
    ):
        conditions += [column >= low] if low is not None else []
        conditions += [column <= high] if high is not None else []
    return conditions


def extent(session: Session) -> Extent:
    """Return how much of the record is kept."""
    cut = cuts.of_town(session.connection, session.table("chain_cut"), session.town)
    last, gone = session.sequence(), cut.seq if cut else 0
    event = session.table("event")
    first = select(event.c.at).where(event.c.town == session.town, event.c.seq == gone + 1)
    return Extent(last, last - gone, session.connection.execute(first).scalar())
