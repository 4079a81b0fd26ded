"""Imports that were committed: what came of every row, and whether they were undone.

The rows' outcomes are kept without the cells, so that no second copy of the register
lies beside it.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row, insert, select, update

from mapserver.errors import Conflict, NotFound
from mapserver.store import cuts, events
from mapserver.store.schema import canonical
from mapserver.store.store import Session

LONGEST_NAME = 255
"""Characters of a file's name that are kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One import that was committed, as the list of recent imports shows it.

    Its events are those from `first_seq` to `last_seq` that name it.
    """

    id: str
    layer: str
    file: str
    state: str
    actor: str
    created_at: str
    committed_at: str | None
    undone_at: str | None
    first_seq: int
    last_seq: int
    summary: Mapping[str, Any]


def add(session: Session, batch: Batch, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """Keep a batch with the outcome of every row."""
    values = {name: getattr(batch, name) for name in Batch.__slots__}
    values["file"] = batch.file[:LONGEST_NAME]
    values["summary"] = orjson.dumps(batch.summary).decode()
    packed = zlib.compress(orjson.dumps(list(outcomes)), 3)
    table = session.table("import_batch")
    session.connection.execute(insert(table).values(town=session.town, outcomes=packed, **values))


def mark_undone(session: Session, identifier: str, at: str) -> None:
    """Note that a batch was undone."""
    table = session.table("import_batch")
    session.connection.execute(
        update(table)
        .where(table.c.town == session.town, table.c.id == identifier)
        .values(state="undone", undone_at=at)
    )


def get(session: Session, identifier: str) -> Batch:
    """Return one batch.

    Raises
    ------
    NotFound
        If no import of that id was committed.
    """
    table = session.table("import_batch")
    query = _select(session).where(table.c.id == canonical(identifier))
    row = session.connection.execute(query).one_or_none()
    if row is None:
        raise none_such()
    return _batch(row)


def recent(session: Session, limit: int, actor: str | None = None) -> list[Batch]:
    """Return the latest batches, or those that one person began, newest first."""
    table = session.table("import_batch")
    query = _select(session).order_by(table.c.id.desc()).limit(limit)
    if actor is not None:
        query = query.where(table.c.actor == actor)
    return [_batch(row) for row in session.connection.execute(query)]


def outcomes(session: Session, identifier: str) -> list[dict[str, Any]]:
    """Return the outcome of every row of a batch."""
    table = session.table("import_batch")
    query = select(table.c.outcomes).where(
        table.c.town == session.town, table.c.id == canonical(identifier)
    )
    packed = session.connection.execute(query).scalar()
    if packed is None:
        raise none_such()
    rows: list[dict[str, Any]] = orjson.loads(zlib.decompress(packed))
    return rows


def told(session: Session, identifier: str) -> list[events.Event]:
    """Return the events of a batch, in order.

    Raises
    ------
    Conflict
        If some are kept no longer.
    """
    batch = get(session, identifier)
    cut = cuts.of_town(session.connection, session.table("chain_cut"), session.town)
    if cut is not None and batch.first_seq <= cut.seq:
        raise Conflict(
            "这次导入的记录已过保存期，不能整批撤销，什么都没有动。逐条修改。",
            "The record of this import is kept no longer, so it cannot be undone whole; nothing "
            "was touched. Mend the records one by one.",
        )
    rows = events.between(
        session.connection, session.table("event"), session.town, batch.first_seq, batch.last_seq
    )
    return [
        events.Event(row.action, row.layer, row.item, identifier, orjson.loads(row.data))
        for row in rows
        if row.batch == identifier
    ]


def none_such() -> NotFound:
    """Return the error for an import that was not committed, or is another's."""
    return NotFound("没有这一次导入。", "There is no such import.")


def _select(session: Session) -> Any:
    table = session.table("import_batch")
    columns = [table.c[name] for name in Batch.__slots__]
    return select(*columns).where(table.c.town == session.town)


def _batch(row: Row[Any]) -> Batch:
    return Batch(**{**row._mapping, "summary": orjson.loads(row.summary)})
