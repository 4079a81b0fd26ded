"""How often in a row somebody failed to sign in, by the name that was given.

A name may be a password that went into the wrong field, so only its mark is kept. It is
counted whether or not there is an account of that name: the count tells nobody which.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

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
    """Count one more, and forget the counts that are old."""
    table = session.table("sign_in_failure")
    old = (table.c.town == session.town, table.c.last_at <= session.stamp - KEPT)
    session.connection.execute(delete(table).where(*old))
    start = dialect_insert(session.connection)(table).values(
        town=session.town, mark=mark_of(session, name), times=1, last_at=session.stamp
    )
    again = start.on_conflict_do_update(
        index_elements=["town", "mark"],
        set_={"times": table.c.times + 1, "last_at": session.stamp},
    )
    session.connection.execute(again)


def clear(session: Session, name: str) -> None:
    """Forget the count: somebody signed in by this name."""
    table = session.table("sign_in_failure")
    mine = (table.c.town == session.town, table.c.mark == mark_of(session, name))
    session.connection.execute(delete(table).where(*mine))
