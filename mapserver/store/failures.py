"""How often in a row somebody failed to sign in, by the name that was given.

A name may be a password that went into the wrong field, so only its mark is kept. It is
counted whether or not there is an account of that name: the count tells nobody which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, or_, select, update

from mapserver.store.account_secrets import mark
from mapserver.store.engine import dialect_insert
from mapserver.store.store import Session

KEPT = timedelta(days=1)
"""How long a count is kept after the last failure."""


@dataclass(frozen=True, slots=True)
class Failures:
    """How many in a row, and when the last was."""

    times: int
    last_at: datetime | None


def mark_of(session: Session, name: str) -> bytes:
    """Return what a name is counted under."""
    return mark(session, "sign-in name", name)


def of(session: Session, name: str) -> Failures:
    """Return how often in a row signing in by this name failed."""
    table = session.table("sign_in_failure")
    query = select(table.c.times, table.c.last_at).where(
        table.c.town == session.town,
        table.c.mark == mark_of(session, name),
        table.c.last_at > session.stamp - KEPT,
    )
    row = session.connection.execute(query).one_or_none()
    return Failures(0, None) if row is None else Failures(row.times, row.last_at)


def add(session: Session, name: str) -> None:
    """Count one more; a count that is old begins anew."""
    table = session.table("sign_in_failure")
    is_old = table.c.last_at <= session.stamp - KEPT
    start = dialect_insert(session.connection)(table).values(
        town=session.town, mark=mark_of(session, name), times=1, last_at=session.stamp
    )
    again = start.on_conflict_do_update(
        index_elements=["town", "mark"],
        set_={"times": case((is_old, 1), else_=table.c.times + 1), "last_at": session.stamp},
    )
    session.connection.execute(again)


def is_tidy(session: Session) -> bool:
    """Whether no count is old, or was noted by a clock that was ahead."""
    table = session.table("sign_in_failure")
    old, ahead = _old_and_ahead(session)
    query = select(table.c.mark).where(table.c.town == session.town, or_(old, ahead)).limit(1)
    return session.connection.execute(query).first() is None


def tidy(session: Session) -> None:
    """Forget the counts that are old; what a clock noted that was ahead counts from now on."""
    table = session.table("sign_in_failure")
    old, ahead = _old_and_ahead(session)
    own = table.c.town == session.town
    session.connection.execute(delete(table).where(own, old))
    session.connection.execute(update(table).where(own, ahead).values(last_at=session.stamp))


def _old_and_ahead(session: Session) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    last_at = session.table("sign_in_failure").c.last_at
    return last_at <= session.stamp - KEPT, last_at > session.stamp


def clear(session: Session, name: str) -> None:
    """Forget the count: somebody signed in by this name."""
    table = session.table("sign_in_failure")
    mine = (table.c.town == session.town, table.c.mark == mark_of(session, name))
    session.connection.execute(delete(table).where(*mine))
