"""Opening one of the two engines, and saying plainly what the engine refused.

SQLite: one GeoPackage file, WAL, synchronous FULL, `BEGIN IMMEDIATE` for writers, a busy
timeout. PostgreSQL: psycopg 3 with PostGIS. Nothing outside this folder asks which it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from mapserver.errors import StoreBusy, StoreError, StoreFull
from mapserver.store import geopackage

GEOPACKAGE_NAME = "town.gpkg"


def is_url(place: str) -> bool:
    """Tell a database address from a folder."""
    return place.startswith(("postgresql://", "postgres://", "postgresql+psycopg://"))


def open_engine(place: str, *, busy_seconds: float = 10.0) -> Engine:
    """Open the store at `place`: a folder that holds town.gpkg, or a postgresql:// address.

    Raises
    ------
    StoreError
        If the folder cannot be made or written.
    """
    if is_url(place):
        url = make_url(place).set(drivername="postgresql+psycopg")
        return create_engine(url, pool_pre_ping=True)
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"数据文件夹 {folder} 建不了：{error.strerror}。换一个能写的文件夹。",
            f"The data folder {folder} cannot be made: {error.strerror}. Choose one that can be "
            "written.",
        ) from error
    engine = create_engine(
        f"sqlite:///{folder / GEOPACKAGE_NAME}", connect_args={"timeout": busy_seconds}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # transactions are begun by _begin_sqlite, not guessed by the driver
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    geopackage.add_functions(connection)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """Yield a connection inside one transaction: committed whole or not at all.

    Raises
    ------
    StoreBusy, StoreFull, StoreError
        What the engine refused, in words; the driver's error is the cause.
    """
    try:
        marked = engine.execution_options(writes=writes)
        with marked.connect() as connection, connection.begin():
            yield connection
    except DBAPIError as error:
        raise _in_words(error) from error


def _in_words(error: DBAPIError) -> Exception:
    text = str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if "database is locked" in text or state in ("55P03", "57014"):
        return StoreBusy(
            "数据库正被别的程序占用，没有写入任何东西。等它写完再试，或先关掉那个程序。",
            "Another program holds the store; nothing was written. Wait for it or close it, "
            "then try again.",
        )
    if "disk is full" in text or state in ("53100", "53200"):
        return StoreFull(
            "磁盘满了，这次没有写入任何东西，原有数据完好。腾出空间后再试。",
            "The disk is full; nothing of this was written and what was there is whole. "
            "Make room and try again.",
        )
    if isinstance(error, OperationalError):
        return StoreError(
            f"数据库打不开或连不上：{text.splitlines()[0]}",
            f"The store cannot be opened or reached: {text.splitlines()[0]}",
        )
    return error


def on_postgresql(connection: Connection | Engine) -> bool:
    """Whether the engine is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def dialect_insert(connection: Connection) -> Any:
    """Return the engine's own insert construct, which knows ON CONFLICT."""
    from sqlalchemy.dialects import postgresql, sqlite  # noqa: PLC0415  (one of the two)

    return postgresql.insert if on_postgresql(connection) else sqlite.insert
