"""Who is signed in where. Of the key that a browser holds only the hash is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, delete, insert, select, update

from mapserver.errors import NotFound
from mapserver.store.events import Event
from mapserver.store.schema import canonical
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One sign-in of an account, from the address `client`; moments in UTC without their zone.

    `how` is "password", or the name of the way by which another service vouched for them.

    Its row stays for a while after the end: a browser that was signed in is known again.
    """

    id: str
    account: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    seen_at: datetime
    client: str
    how: str


def add(session: Session, one: SignedIn, digest: bytes) -> None:
    """Keep a new sign-in."""
    values = {name: getattr(one, name) for name in SignedIn.__slots__}
    table = session.table("session")
    row = {"town": session.town, "hash": digest, **values}
    session.connection.execute(insert(table).values(row))
    told = {"session": one.id, "client": one.client, "how": one.how}
    # not a change of what is known of sessions: nobody need look at theirs again
    session.append([Event("sign-in", "sign_in", one.account, None, {"note": told})])


def by_hash(session: Session, digest: bytes) -> SignedIn | None:
    """Return the sign-in that a key is of, be it over."""
    return _one(session, session.table("session").c.hash == digest)


def get(session: Session, identifier: str, account: str | None = None) -> SignedIn:
    """Return one sign-in; with `account` only if it is that account's.

    Raises
    ------
    NotFound
        If there is none of that id; whether another account has it is not told.
    """
    table = session.table("session")
    found = _one(session, table.c.id == canonical(identifier))
    if found is None or account not in (None, found.account):
        raise NotFound("没有这一次登录。", "There is no such session.")
    return found


def of_account(session: Session, account: str) -> list[SignedIn]:
    """Return the sign-ins of an account that have not ended, the latest first."""
    table = session.table("session")
    query = (
        select(table)
        .where(*_open(session, table, account), table.c.expires_at > session.stamp)
        .order_by(table.c.id.desc())
    )
    return [_signed_in(row) for row in session.connection.execute(query)]


def made_after(session: Session, moment: datetime) -> list[SignedIn]:
    """Return the sign-ins that have not ended and began later than a moment."""
    table = session.table("session")
    query = select(table).where(
        table.c.town == session.town, table.c.ended_at.is_(None), table.c.created_at > moment
    )
    return [_signed_in(row) for row in session.connection.execute(query)]


def end(session: Session, one: SignedIn, action: str) -> None:
    """End one sign-in."""
    table = session.table("session")
    mine = (table.c.town == session.town, table.c.id == one.id)
    session.connection.execute(update(table).where(*mine).values(ended_at=session.stamp))
    session.append([Event(action, "session", one.id, None, {"note": {"account": one.account}})])


def end_all(session: Session, account: str, *, but: str | None = None) -> int:
    """End every sign-in of an account, but for one, and return how many."""
    table = session.table("session")
    query = select(table).where(*_open(session, table, account))
    ended = [_signed_in(row) for row in session.connection.execute(query) if row.id != but]
    for one in ended:
        end(session, one, "revoke")
    return len(ended)


def end_everybodys(session: Session, table_name: str) -> int:
    """End every sign-in of the town (or every token, by the table's name), and return how many."""
    table = session.table(table_name)
    open_ones = (table.c.town == session.town, table.c.ended_at.is_(None))
    statement = update(table).where(*open_ones).values(ended_at=session.stamp)
    ended = session.connection.execute(statement).rowcount
    if ended:
        session.append([Event("revoke", table_name, None, None, {"note": {"all": ended}})])
    return ended


def note_seen(session: Session, table_name: str, seen: Mapping[str, datetime]) -> None:
    """Note when sign-ins (or tokens, by the table's name) were last used; this is no event."""
    table = session.table(table_name)
    for identifier, at in seen.items():
        mine = (table.c.town == session.town, table.c.id == identifier, table.c.seen_at < at)
        session.connection.execute(update(table).where(*mine).values(seen_at=at))


def forget(session: Session, before: datetime) -> None:
    """Forget the sign-ins that were over before a moment; the record still tells of them."""
    table = session.table("session")
    gone = (table.c.town == session.town, table.c.expires_at < before)
    session.connection.execute(delete(table).where(*gone))


def _open(session: Session, table: Table, account: str) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.town == session.town,
        table.c.account == account,
        table.c.ended_at.is_(None),
    )


def _one(session: Session, *conditions: ColumnElement[bool]) -> SignedIn | None:
    table = session.table("session")
    query = select(table).where(table.c.town == session.town, *conditions)
    row = session.connection.execute(query).one_or_none()
    return None if row is None else _signed_in(row)


def _signed_in(row: Row[Any]) -> SignedIn:
    return SignedIn(**{name: row._mapping[name] for name in SignedIn.__slots__})
