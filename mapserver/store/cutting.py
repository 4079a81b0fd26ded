"""Removing the beginning of the record, behind a signed cut."""

from datetime import datetime

from sqlalchemy import Table, delete, func, insert, select, update

from mapserver.errors import StoreError
from mapserver.store import append_only, cuts, events, signing
from mapserver.store.events import Event
from mapserver.store.store import Session


def cut(session: Session, before: datetime) -> int:
    """Remove the events before a moment and return how many went; 0 leaves no trace.

    What is removed is a beginning: an event before the moment that comes after one which is
    not, as where a clock jumped back, stays. Walk the chain first: a cut over a break would
    hide it.

    Raises
    ------
    StoreError
        If this role of the database may not; on PostgreSQL the owner of the tables can.
    """
    event = session.table("event")
    last = _last_before(session, event, events.moment(before))
    if last is None:
        return 0
    _let(session)
    _sign(session, *last)
    gone = session.connection.execute(
        delete(event).where(event.c.town == session.town, event.c.seq <= last[0])
    )
    append_only.end_cut(session.connection)
    note = {"last": last[0], "hash": last[1].hex(), "events": gone.rowcount}
    session.append([Event("cut", None, None, None, {"note": note})])
    return gone.rowcount


def _last_before(session: Session, event: Table, moment: str) -> tuple[int, bytes] | None:
    own = event.c.town == session.town
    kept = select(func.min(event.c.seq)).where(own, event.c.at >= moment).scalar_subquery()
    # where all are older, the last stays: the head is never without its event
    newest = select(func.max(event.c.seq)).where(own).scalar_subquery()
    query = (
        select(event.c.seq, event.c.hash)
        .where(own, event.c.seq < func.coalesce(kept, newest))
        .order_by(event.c.seq.desc())
        .limit(1)
    )
    row = session.connection.execute(query).one_or_none()
    return None if row is None else (row.seq, bytes(row.hash))


def _let(session: Session) -> None:
    if not append_only.let_cut(session.connection):
        raise StoreError(
            "这个数据库角色不能截断记录，什么都没有动。用表的所有者登录再截。",
            "This role of the database may not cut the record; nothing was touched. Log in as "
            "the owner of the tables.",
        )


def _sign(session: Session, seq: int, digest: bytes) -> None:
    """Put the cut in its place; it goes only forward."""
    table = session.table("chain_cut")
    at = events.moment(session.at)
    signature = signing.sign(session.key, cuts.stated(session.town, seq, digest, at))
    values = {"seq": seq, "hash": digest, "at": at, "signature": signature}
    known = cuts.of_town(session.connection, table, session.town)
    if known is None:
        session.connection.execute(insert(table).values(town=session.town, **values))
    else:
        session.connection.execute(
            update(table).where(table.c.town == session.town).values(**values)
        )
