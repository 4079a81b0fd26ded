"""Accounts: who may sign in, by one name a town that is never given to anybody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update

from mapserver.errors import Conflict, NotFound
from mapserver.store.events import Event
from mapserver.store.schema import canonical
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it may be shown.

    `name` is what its owner types to sign in, `title` what others read; `subject` is as whom
    another service knows them, where one vouches for them.
    """

    id: str
    name: str
    title: str
    created_at: datetime
    closed_at: datetime | None
    has_totp: bool
    one_time_until: datetime | None
    subject: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether its owner may sign in."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What an account is known by; it leaves the program through no door.

    Parameters
    ----------
    password : str, optional
        Its hash; an account that signs in by another service may have none.
    password_until : datetime, optional
        Until when a password that somebody else made may be used, and only to be changed.
    totp, totp_next : bytes, optional
        The sealed secret of the second factor, and of the one that waits for its first code.
    totp_step : int, optional
        The last step whose code was taken.
    """

    account: Account
    password: str | None
    password_until: datetime | None
    totp: bytes | None
    totp_next: bytes | None
    totp_step: int | None


def add(session: Session, identifier: str, name: str, title: str) -> None:
    """Add an account that nobody can sign in to yet.

    Raises
    ------
    Conflict
        If the name is taken, be it by an account that was closed.
    """
    if by_name(session, name) is not None:
        raise Conflict(
            f"登录名 {name} 已经有人用过。换一个。",
            f"The login name {name} was given to somebody already. Choose another.",
        )
    values = {"town": session.town, "id": identifier, "name": name, "title": title}
    table = session.table("account")
    session.connection.execute(insert(table).values(**values, created_at=session.stamp))
    told = {"after": {"name": name, "title": title}}
    session.append([Event("add", "account", identifier, None, told)])


def put(session: Session, identifier: str, action: str, **values: Any) -> None:
    """Set columns of an account; the event names them and tells no value."""
    _set(session, identifier, values)
    told = {"fields": sorted(values)}
    session.append([Event(action, "account", identifier, None, {"note": told})])


def note_step(session: Session, identifier: str, step: int) -> None:
    """Note the last step whose code was taken; the event of what it was for stands beside it."""
    _set(session, identifier, {"totp_step": step})


def note_password(session: Session, identifier: str, password: str) -> None:
    """Keep the same password hashed anew."""
    _set(session, identifier, {"password": password})


def _set(session: Session, identifier: str, values: dict[str, Any]) -> None:
    table = session.table("account")
    mine = (table.c.town == session.town, table.c.id == identifier)
    session.connection.execute(update(table).where(*mine).values(values))


def get(session: Session, identifier: str) -> Account:
    """Return one account.

    Raises
    ------
    NotFound
        If there is none of that id.
    """
    found = credentials(session, identifier)
    if found is None:
        raise NotFound("没有这个账号。", "There is no such account.")
    return found.account


def by_name(session: Session, name: str) -> Credentials | None:
    """Return what the account of this login name is known by, None where there is none."""
    return _one(session, session.table("account").c.name == name)


def by_subject(session: Session, subject: str) -> Credentials | None:
    """Return what the account is known by that another service knows as `subject`."""
    return _one(session, session.table("account").c.subject == subject)


def credentials(session: Session, identifier: str) -> Credentials | None:
    """Return what an account is known by, None where there is none of that id."""
    return _one(session, session.table("account").c.id == canonical(identifier))


def listed(
    session: Session, words: str, *, offset: int, limit: int, closed: bool = False
) -> tuple[int, list[Account]]:
    """Return how many accounts hold `words` in a name, and some of them in the order of names."""
    table = session.table("account")
    conditions = [table.c.town == session.town]
    if not closed:
        conditions.append(table.c.closed_at.is_(None))
    if words:
        holds = (
            column.icontains(words, autoescape=True) for column in (table.c.name, table.c.title)
        )
        conditions.append(or_(*holds))
    count = select(func.count()).select_from(table).where(*conditions)
    query = select(table).where(*conditions).order_by(table.c.name).offset(offset).limit(limit)
    rows = session.connection.execute(query).all()
    return session.connection.execute(count).scalar_one(), [_account(row) for row in rows]


def names(session: Session, identifiers: Iterable[str]) -> dict[str, str]:
    """Return the login names of accounts, by id."""
    return _called(session, "name", identifiers)


def titles(session: Session, identifiers: Iterable[str]) -> dict[str, str]:
    """Return what others read of accounts, by id."""
    return _called(session, "title", identifiers)


def titles_by_name(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Return what others read of accounts, by login name."""
    table = session.table("account")
    query = select(table.c.name, table.c.title).where(
        table.c.town == session.town, table.c.name.in_(set(names))
    )
    return {name: title for name, title in session.connection.execute(query)}


def _called(session: Session, column: str, identifiers: Iterable[str]) -> dict[str, str]:
    table = session.table("account")
    query = select(table.c.id, table.c[column]).where(
        table.c.town == session.town, table.c.id.in_(set(identifiers))
    )
    return {identifier: called for identifier, called in session.connection.execute(query)}


def _one(session: Session, condition: ColumnElement[bool]) -> Credentials | None:
    table = session.table("account")
    query = select(table).where(table.c.town == session.town, condition)
    row = session.connection.execute(query).one_or_none()
    return None if row is None else _credentials(row)


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        title=row.title,
        created_at=row.created_at,
        closed_at=row.closed_at,
        has_totp=row.totp is not None,
        one_time_until=row.password_until,
        subject=row.subject,
    )


def _credentials(row: Row[Any]) -> Credentials:
    return Credentials(
        account=_account(row),
        password=row.password,
        password_until=row.password_until,
        totp=None if row.totp is None else bytes(row.totp),
        totp_next=None if row.totp_next is None else bytes(row.totp_next),
        totp_step=row.totp_step,
    )
