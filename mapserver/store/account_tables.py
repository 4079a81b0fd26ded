"""The tables of accounts: who may sign in, who is appointed to what, who is signed in.

No secret stands in them as it is: passwords are hashed, keys of sessions and tokens and the
recovery codes only as their hash, the secrets of second factors encrypted.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from mapserver.domain.logins import LONGEST, LONGEST_TITLE
from mapserver.store.column_types import Identifier, Instant, Town


def account_table(metadata: MetaData) -> Table:
    """Return the accounts; `totp` is in force, `totp_next` waits for its first code."""
    table = Table(
        "account",
        metadata,
        Column("town", Town, primary_key=True),
        Column("id", Identifier, primary_key=True),
        Column("name", String(LONGEST), nullable=False),
        Column("title", String(LONGEST_TITLE), nullable=False),
        Column("subject", String(300)),
        Column("password", Text),
        Column("password_until", Instant),
        Column("totp", LargeBinary),
        Column("totp_next", LargeBinary),
        Column("totp_step", Integer),
        Column("created_at", Instant, nullable=False),
        Column("closed_at", Instant),
    )
    Index("account_name", table.c.town, table.c.name, unique=True)
    Index("account_subject", table.c.town, table.c.subject, unique=True)
    return table


def appointment_table(metadata: MetaData) -> Table:
    """Return the appointments; `until` is the first day without it."""
    table = Table(
        "appointment",
        metadata,
        Column("town", Town, primary_key=True),
        Column("id", Identifier, primary_key=True),
        Column("account", Identifier, nullable=False),
        Column("role", String(30), nullable=False),
        Column("area", String(15), nullable=False),
        Column("since", Date, nullable=False),
        Column("until", Date),
    )
    Index("appointment_account", table.c.town, table.c.account)
    return table


def session_table(metadata: MetaData) -> Table:
    """Return who is, or was, signed in where."""
    return _keyed(
        "session",
        metadata,
        Column("client", String(64), nullable=False),
        Column("how", String(10), nullable=False),
    )


def token_table(metadata: MetaData) -> Table:
    """Return the bearer tokens; `area` and `roles` narrow what their owner may reach."""
    return _keyed(
        "token",
        metadata,
        Column("title", String(LONGEST_TITLE), nullable=False),
        Column("area", String(15), nullable=False),
        Column("roles", Text),
        Column("writes", Boolean, nullable=False),
    )


def _keyed(name: str, metadata: MetaData, *own: Column[object]) -> Table:
    table = Table(
        name,
        metadata,
        Column("town", Town, primary_key=True),
        Column("id", Identifier, primary_key=True),
        Column("account", Identifier, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("ended_at", Instant),
        Column("seen_at", Instant, nullable=False),
        *own,
    )
    Index(f"{name}_hash", table.c.town, table.c.hash, unique=True)
    Index(f"{name}_account", table.c.town, table.c.account)
    return table


def recovery_table(metadata: MetaData) -> Table:
    """Return the codes that stand in for a lost device; one that was used is gone."""
    return Table(
        "recovery_code",
        metadata,
        Column("town", Town, primary_key=True),
        Column("account", Identifier, primary_key=True),
        Column("hash", LargeBinary, primary_key=True),
    )


def failure_table(metadata: MetaData) -> Table:
    """Return how often in a row somebody failed to sign in, by the mark of the name given."""
    return Table(
        "sign_in_failure",
        metadata,
        Column("town", Town, primary_key=True),
        Column("mark", LargeBinary, primary_key=True),
        Column("times", Integer, nullable=False),
        Column("last_at", Instant, nullable=False),
    )


ACCOUNT_TABLES = (
    account_table,
    appointment_table,
    session_table,
    token_table,
    recovery_table,
    failure_table,
)
