"""Sealing the records of children that an earlier form of the store kept open."""

from datetime import date

from sqlalchemy import Connection, Table, bindparam, func, select, update

from mapserver.store import minors
from mapserver.store.engine import on_postgresql
from mapserver.store.masking import last_birthday
from mapserver.store.minors import MINOR
from mapserver.store.secrets import Secrets

_AT_ONCE = 5000


def today(connection: Connection) -> date:
    """Return the day by the engine's clock: a store is opened without another."""
    found: date = connection.execute(select(func.current_date())).scalar_one()
    return found


def towns(connection: Connection, table: Table) -> list[str]:
    """Return the towns that have records in a table."""
    return sorted(connection.execute(select(table.c.town).distinct()).scalars())


def seal_open_ones(connection: Connection, table: Table, town: str, secrets: Secrets) -> int:
    """Seal the records of children that lie open, and return how many there were.

    No revision rises and no event tells of it, as what the records say is the same. What the
    file held in their place is overwritten.
    """
    own = minors.of(table)
    if own is None:
        return 0
    if not on_postgresql(connection):
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    day, done = today(connection), 0
    names = dict.fromkeys((*own.names, own.born))
    query = (
        select(table.c.id, *(table.c[name] for name in names))
        .where(table.c.town == town, table.c[MINOR].is_(None))
        .where(table.c[own.born] > last_birthday(day))
        .limit(_AT_ONCE)
    )
    while rows := connection.execute(query).mappings().all():
        open_ones = [{str(name): value for name, value in row.items()} for row in rows]
        folded = minors.folded(table, open_ones, day)
        _write(connection, table, town, secrets.sealed(table, folded))
        done += len(rows)
    return done


def _write(connection: Connection, table: Table, town: str, rows: list[dict[str, object]]) -> None:
    own = minors.of(table)
    assert own is not None
    emptied = {name: None for name in own.names}
    statement = (
        update(table)
        .where(table.c.town == town, table.c.id == bindparam("the_id"))
        .values({MINOR: bindparam("told"), **emptied})
    )
    given = [{"the_id": row["id"], "told": row[MINOR]} for row in rows]
    connection.execute(statement, given)
