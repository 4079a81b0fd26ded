"""Recovery codes: each stands in once for a device that was lost."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, func, insert, select

from mapserver.store.account_secrets import mark
from mapserver.store.store import Session


def replace(session: Session, account: str, codes: Sequence[str]) -> None:
    """Put these codes in the place of all that the account had."""
    table = session.table("recovery_code")
    mine = (table.c.town == session.town, table.c.account == account)
    session.connection.execute(delete(table).where(*mine))
    rows = [
        {"town": session.town, "account": account, "hash": _hash(session, account, code)}
        for code in codes
    ]
    if rows:
        session.connection.execute(insert(table), rows)


def has(session: Session, account: str, code: str) -> bool:
    """Whether a code is one that the account has not used."""
    table = session.table("recovery_code")
    query = select(table.c.hash).where(*_this(session, account, code))
    return session.connection.execute(query).first() is not None


def use(session: Session, account: str, code: str) -> bool:
    """Use a code up, and return whether it was there to be used."""
    table = session.table("recovery_code")
    done = session.connection.execute(delete(table).where(*_this(session, account, code)))
    return done.rowcount == 1


def left(session: Session, account: str) -> int:
    """Return how many codes the account has not used."""
    table = session.table("recovery_code")
    mine = (table.c.town == session.town, table.c.account == account)
    query = select(func.count()).select_from(table).where(*mine)
    return session.connection.execute(query).scalar_one()


def _this(session: Session, account: str, code: str) -> tuple[ColumnElement[bool], ...]:
    table = session.table("recovery_code")
    return (
        table.c.town == session.town,
        table.c.account == account,
        table.c.hash == _hash(session, account, code),
    )


def _hash(session: Session, account: str, code: str) -> bytes:
    return mark(session, "recovery code", account, code)
