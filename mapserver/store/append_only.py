"""Nobody edits the record: what the engine itself refuses.

SQLite: triggers. An event is never changed and goes only behind a cut; the head goes only
forward and only to an event that is there; a cut goes only forward, and never nearer than
half a year. `INSERT OR REPLACE` would remove a row without asking a DELETE trigger
(sqlite.org/lang_replace.html), so inserts are watched as well.

PostgreSQL: privileges, because tables that are spread over servers take no triggers
(docs/record.md). The owner of the tables takes the rights from itself and gives them back
for the one transaction that cuts; a role for the program alone never has them.

Who may drop triggers or tables can do so: then `verify` finds it.
"""

from sqlalchemy import Connection

from mapserver.settings import LEAST_RECORD_DAYS
from mapserver.store.engine import on_postgresql

# ABORT would have SQLite keep every page that an import writes, to take back one statement
_REFUSED = "SELECT RAISE(ROLLBACK, 'the record is append-only')"

_CUT_THERE = "EXISTS (SELECT 1 FROM chain_cut WHERE town = NEW.town)"
_NO_EVENT = (
    "NOT EXISTS (SELECT 1 FROM event WHERE town = NEW.town AND seq = NEW.seq AND hash = NEW.hash)"
)
_AGE_DAYS = (
    "julianday(NEW.at) - (SELECT julianday(at) FROM event WHERE town = NEW.town AND seq = NEW.seq)"
)
_TOO_YOUNG = f"{_AGE_DAYS} < {LEAST_RECORD_DAYS}"

TRIGGERS = {
    "event_no_UPDATE": ("UPDATE ON event", ""),
    "event_no_DELETE": (
        "DELETE ON event",
        "OLD.seq > coalesce((SELECT seq FROM chain_cut WHERE town = OLD.town), 0)",
    ),
    "event_no_REPLACE": (
        "INSERT ON event",
        "NEW.seq <= (SELECT seq FROM chain WHERE town = NEW.town)",
    ),
    "chain_forward": (
        "UPDATE ON chain",
        "NEW.town <> OLD.town OR NEW.seq < OLD.seq OR (NEW.seq = OLD.seq AND NEW.hash <> OLD.hash)"
        f" OR (NEW.seq > OLD.seq AND {_NO_EVENT})",
    ),
    "chain_no_DELETE": ("DELETE ON chain", ""),
    "chain_no_REPLACE": (
        "INSERT ON chain",
        "NEW.seq <> 0 OR EXISTS (SELECT 1 FROM chain WHERE town = NEW.town)",
    ),
    "chain_cut_forward": (
        "UPDATE ON chain_cut",
        f"NEW.town <> OLD.town OR NEW.seq <= OLD.seq OR {_NO_EVENT} OR {_TOO_YOUNG}",
    ),
    "chain_cut_no_DELETE": ("DELETE ON chain_cut", ""),
    "chain_cut_no_REPLACE": (
        "INSERT ON chain_cut",
        f"{_CUT_THERE} OR {_NO_EVENT} OR {_TOO_YOUNG}",
    ),
}
"""By name: what is watched, and when it is refused; always, where nothing stands."""


def guard(connection: Connection) -> None:
    """Make the engine refuse every change of the record; once, when the tables are made."""
    if on_postgresql(connection):
        for statement in _TAKEN:
            connection.exec_driver_sql(statement)
        return
    for name, (event, condition) in TRIGGERS.items():
        when = f" WHEN {condition}" if condition else ""
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {event}{when} BEGIN {_REFUSED}; END"
        )


_TAKEN = (
    "REVOKE UPDATE, DELETE, TRUNCATE ON event FROM CURRENT_USER, PUBLIC",
    "REVOKE DELETE, TRUNCATE ON chain FROM CURRENT_USER, PUBLIC",
    "REVOKE DELETE, TRUNCATE ON chain_cut FROM CURRENT_USER, PUBLIC",
)


def let_cut(connection: Connection) -> bool:
    """Let this transaction remove events, and return whether it may.

    On PostgreSQL only the owner of the tables can say so.
    """
    if not on_postgresql(connection):
        return True
    owns = connection.exec_driver_sql(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'event'::regclass"
    ).scalar_one()
    if owns:
        connection.exec_driver_sql("GRANT DELETE ON event TO CURRENT_USER")
    return bool(owns)


def end_cut(connection: Connection) -> None:
    """Take the right to remove events away again, in the transaction that had it."""
    if on_postgresql(connection):
        connection.exec_driver_sql("REVOKE DELETE ON event FROM CURRENT_USER")
