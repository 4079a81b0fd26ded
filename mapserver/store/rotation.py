"""Changing the key that secrets are sealed with, a batch of rows at a time, while others work.

A rotation begins by one transaction in which the store says that the new key seals what is
written from now on and that the old one is leaving. Then every row is sealed anew, in
transactions of their own, and last the store says that no row needs the old key any more.
Whatever ends in between goes on where it was: the store knows that a key is leaving.

The events of the record are not touched, as the chain is made of them; so the old key
stays in the ring, for them and for older backups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, or_, select, update

from mapserver.store import account_secrets, migrate
from mapserver.store.events import Event
from mapserver.store.keys import add_key
from mapserver.store.secrets import Marks, SealedColumn, Vault, sealed_columns
from mapserver.store.store import MARKS, Session


@dataclass(frozen=True, slots=True)
class Step:
    """A batch of rows that were sealed anew, and after which id the next one starts."""

    rows: int
    after: str | None


def begin(session: Session, vault: Vault) -> Marks:
    """Bring in a new key, or return the marks of a rotation that was not ended."""
    migrate.take_turns(session.connection)
    marks = session.secrets.marks
    if marks.leaving:
        return marks
    # first the file, then the store: a key that nothing is sealed with does no harm
    new = add_key(vault.path).ids[-1]
    changed = Marks(new, (marks.current,), marks.past)
    session.set_meta(MARKS, changed.dump())
    session.append([_noted({"step": "begin", "to": new, "from": [marks.current]})])
    return changed


def tables(session: Session) -> list[Table]:
    """Return the tables that hold secrets."""
    return [table for table in session.metadata.sorted_tables if sealed_columns(table)]


def step(session: Session, table: Table, after: str | None, size: int) -> Step:
    """Seal up to `size` rows anew, of those whose id comes after `after`."""
    columns = sealed_columns(table)
    query = _to_do(session, table, columns).where(table.c.town == session.town)
    if after is not None:
        query = query.where(table.c.id > after)
    found = session.connection.execute(query.order_by(table.c.id).limit(size)).mappings().all()
    if found:
        plain = [session.secrets.opened_as_kept(table, row["id"], dict(row)) for row in found]
        _write(session, table, session.secrets.sealed(table, plain))
    return Step(len(found), found[-1]["id"] if len(found) == size else None)


def _to_do(session: Session, table: Table, columns: Sequence[SealedColumn]) -> Any:
    """Return what asks for the rows that another key than the current one sealed."""
    front = f"{session.secrets.marks.current}."
    other: list[ColumnElement[bool]] = [
        ~table.c[one.name].startswith(front, autoescape=True) for one in columns
    ]
    return select(table.c.id, *(table.c[one.name] for one in columns)).where(or_(*other))


def _write(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write sealed rows; no revision rises, as what the records say is the same."""
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.town == session.town, table.c.id == bindparam("the_id"))
        .values({table.c[name]: bindparam(f"new_{name}") for name in names})
    )
    given = [{"the_id": row["id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    session.connection.execute(statement, given)


def is_done(session: Session) -> bool:
    """Whether no row of the town needs an old key any more, nor any second factor."""
    for table in tables(session):
        if session.connection.execute(
            _to_do(session, table, sealed_columns(table)).limit(1)
        ).first():
            return False
    return account_secrets.all_current(session)


def end(session: Session, rows: int) -> None:
    """Say that no row of any town needs the old key any more; `is_done` has been asked of each."""
    migrate.take_turns(session.connection)
    marks = session.secrets.marks
    ended = Marks(marks.current, (), (*marks.past, *marks.leaving))
    session.set_meta(MARKS, ended.dump())
    told = {"step": "end", "to": marks.current, "from": list(marks.leaving), "rows": rows}
    session.append([_noted(told)])


def _noted(details: dict[str, Any]) -> Event:
    return Event("keys", None, None, None, {"note": details})
