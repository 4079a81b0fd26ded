"""Bearer tokens, for QGIS and scripts. Of a token itself only the hash is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, update

from mapserver.errors import NotFound
from mapserver.roles import Role
from mapserver.store.events import Event
from mapserver.store.schema import canonical
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an account; it reaches what its owner does, and no more than it says itself.

    Parameters
    ----------
    area : str
        The area that it is good for; that of the town for all that its owner reaches.
    roles : tuple of Role, optional
        The roles that it acts in; all of its owner's where it is None.
    writes : bool
        Whether it may change anything.
    """

    id: str
    account: str
    title: str
    area: str
    roles: tuple[Role, ...] | None
    writes: bool
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    seen_at: datetime


def add(session: Session, one: Token, digest: bytes) -> None:
    """Keep a new token."""
    values = {name: getattr(one, name) for name in Token.__slots__}
    values["roles"] = None if one.roles is None else ",".join(map(str, one.roles))
    table = session.table("token")
    row = {"town": session.town, "hash": digest, **values}
    session.connection.execute(insert(table).values(row))
    told = {
        "account": one.account,
        "area": one.area,
        "writes": one.writes,
        "until": one.expires_at.replace(tzinfo=UTC).isoformat(),
    }
    session.append([Event("add", "token", one.id, None, {"note": told})])


def by_hash(session: Session, digest: bytes) -> Token | None:
    """Return the token of this hash, be it over."""
    found = _where(session, session.table("token").c.hash == digest)
    return found[0] if found else None


def get(session: Session, account: str, identifier: str) -> Token:
    """Return one token of an account.

    Raises
    ------
    NotFound
        If the account has none of that id; whether another has is not told.
    """
    table = session.table("token")
    found = _where(session, table.c.id == canonical(identifier), table.c.account == account)
    if not found:
        raise NotFound("没有这个令牌。", "There is no such token.")
    return found[0]


def of_account(session: Session, account: str) -> list[Token]:
    """Return the tokens of an account that are good, the latest first."""
    table = session.table("token")
    return _where(
        session,
        table.c.account == account,
        table.c.ended_at.is_(None),
        table.c.expires_at > session.stamp,
    )


def end_all(session: Session, account: str) -> int:
    """End every token of an account and return how many.

    Those that expired too: they would be good again under a clock that is put back.
    """
    table = session.table("token")
    left = _where(session, table.c.account == account, table.c.ended_at.is_(None))
    for one in left:
        end(session, one)
    return len(left)


def end(session: Session, one: Token) -> None:
    """End a token."""
    table = session.table("token")
    mine = (table.c.town == session.town, table.c.id == one.id)
    session.connection.execute(update(table).where(*mine).values(ended_at=session.stamp))
    session.append([Event("revoke", "token", one.id, None, {"note": {"account": one.account}})])


def _where(session: Session, *conditions: ColumnElement[bool]) -> list[Token]:
    table = session.table("token")
    query = (
        select(table).where(table.c.town == session.town, *conditions).order_by(table.c.id.desc())
    )
    return [_token(row) for row in session.connection.execute(query)]


def _token(row: Row[Any]) -> Token:
    values = {name: row._mapping[name] for name in Token.__slots__}
    if row.roles is not None:
        values["roles"] = tuple(map(Role, filter(None, row.roles.split(","))))
    return Token(**values)
