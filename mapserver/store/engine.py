"""Opening one of the two engines, and saying plainly what the engine refused.

SQLite: one GeoPackage file, WAL, synchronous FULL, `BEGIN IMMEDIATE` for writers, a busy
timeout. PostgreSQL: psycopg 3 with PostGIS. Nothing outside this folder asks which it is.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from mapserver.errors import (
    Conflict,
    InvalidRequest,
    MapserverError,
    StoreBusy,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
)
from mapserver.store import geopackage

GEOPACKAGE_NAME = "town.gpkg"


_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
)
_CACHE, _WRITERS_CACHE = "PRAGMA cache_size = -8192", "PRAGMA cache_size = -65536"
"""8 MB; 64 MB for who writes: a large import stays in memory until it is committed."""

_WIDENED = "widened"

AT_ONCE = 16
"""So many requests work at once, each with a connection; imports may open as many more."""

_ANALYSED_ROWS = 400
"""So many rows of an index tell SQLite well enough how its values are spread."""


def is_url(place: str) -> bool:
    """Tell a database address from a folder."""
    return place.startswith(("postgresql://", "postgres://", "postgresql+psycopg://"))


def open_engine(place: str, *, busy_seconds: float = 10.0) -> Engine:
    """Open the store at `place`: a folder that holds town.gpkg, or a postgresql:// address.

    Raises
    ------
    StoreError
        If the folder cannot be made or written to, or the address cannot be read.
    """
    if is_url(place):
        return _open_postgresql(place, busy_seconds)
    folder = Path(place)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives the files beside it the same permissions
        if not (folder / GEOPACKAGE_NAME).exists():
            (folder / GEOPACKAGE_NAME).touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            f"数据文件夹 {folder} 建不了：{error.strerror}。换一个能写的文件夹。",
            f"The data folder {folder} cannot be made: {error.strerror}. Choose one that can be "
            "written.",
        ) from error
    if not os.access(folder, os.W_OK) and not (folder / f"{GEOPACKAGE_NAME}-wal").exists():
        # SQLite reads it only where a log's files are, or can be made
        raise _read_only()
    engine = create_engine(
        f"sqlite:///{folder / GEOPACKAGE_NAME}",
        connect_args={"timeout": busy_seconds},
        pool_size=AT_ONCE,
        max_overflow=AT_ONCE,
        # what a statement was given may be an ID number: it goes into no message and no log
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "checkin", _narrow_cache)
    _turns[engine.pool] = _Turns(busy_seconds)
    return engine


def _open_postgresql(place: str, busy_seconds: float) -> Engine:
    try:
        url = make_url(place).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        # the address may hold a password: it is not repeated
        raise StoreError(
            "数据库地址看不懂，写成 postgresql://用户@主机/库名。",
            "The address of the database cannot be read; write postgresql://user@host/name.",
        ) from error
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=AT_ONCE,
        max_overflow=AT_ONCE,
        hide_parameters=True,
    )

    def set_timeout(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.execute(f"SET lock_timeout = {max(1, round(busy_seconds * 1000))}")
        connection.commit()

    event.listen(engine, "connect", set_timeout)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    # transactions are begun by _begin_sqlite, not guessed by the driver
    connection.isolation_level = None
    # only a new file takes it; larger pages make a large import cheaper by a twentieth
    connection.execute("PRAGMA page_size = 16384")
    _use_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(_CACHE)
    geopackage.add_functions(connection)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite itself does not wait for the lock this needs."""
    (milliseconds,) = connection.execute("PRAGMA busy_timeout").fetchone()
    deadline = monotonic() + milliseconds / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
        sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    if writes:
        connection.exec_driver_sql(_WRITERS_CACHE)
        connection.info[_WIDENED] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _narrow_cache(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
    """Give back what a writer's cache held, so that a process has one of them, not sixteen."""
    if record.info.pop(_WIDENED, False) and connection is not None:
        connection.execute(_CACHE)


def analyse(engine: Engine) -> None:
    """Let SQLite learn how the values of each index are spread; PostgreSQL does so by itself.

    Without it an index of a town's code, which all rows share, is taken for as good as any
    (sqlite.org/lang_analyze.html).
    """
    if not on_postgresql(engine):
        with transaction(engine, writes=True) as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {_ANALYSED_ROWS}")
            connection.exec_driver_sql("ANALYZE")
        # connections that are open go on by what they read when they were opened
        turns = _turns[engine.pool]
        engine.dispose()
        _turns[engine.pool] = turns


class _Turns:
    """Who writes a GeoPackage in this process, one after the other, in the order they came.

    SQLite's own waiting asks again and again, and whoever asks at a bad moment is passed by
    those who came later until its time is up.
    """

    def __init__(self, busy_seconds: float) -> None:
        self._lock = threading.Lock()
        self._seconds = busy_seconds

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for a turn and hold it."""
        if not self._lock.acquire(timeout=self._seconds):
            raise _busy()
        try:
            yield
        finally:
            self._lock.release()


_turns: WeakKeyDictionary[Pool, _Turns] = WeakKeyDictionary()
"""By the engine's pool, which its copies with other options share."""


def _turn(engine: Engine, writes: bool) -> AbstractContextManager[None]:
    turns = _turns.get(engine.pool) if writes else None
    return nullcontext() if turns is None else turns.mine()


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """Yield a connection inside one transaction: committed whole or not at all.

    One that does not write sees a single state from its first statement to its last.

    Raises
    ------
    StoreBusy, StoreFull, StoreError, Conflict, InvalidRequest
        What the engine refused, in words; the driver's error is the cause.
    """
    try:
        with (
            _turn(engine, writes),
            _marked(engine, writes).connect() as connection,
            connection.begin(),
        ):
            yield connection
    except PoolTimeout as error:
        raise _busy() from error
    except DBAPIError as error:
        told = _in_words(error)
        if told is None:
            raise
        raise told from error


@contextmanager
def starting() -> Iterator[None]:
    """Say of a database that does not answer also why: who starts the program may know it.

    Who asks a running server learns nothing of where its database is.
    """
    try:
        yield
    except StoreUnreachable as error:
        why = _first_line(error.__cause__)
        raise StoreUnreachable(
            f"数据库连不上：{why}", f"The database cannot be reached: {why}"
        ) from error


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(getattr(error, "orig", error)).splitlines()), "")


def _marked(engine: Engine, writes: bool) -> Engine:
    if writes or not on_postgresql(engine):
        return engine.execution_options(writes=writes)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _busy() -> StoreBusy:
    return StoreBusy(
        "数据库正被别的程序占用，没有写入任何东西。等它写完再试，或先关掉那个程序。",
        "Another program holds the store; nothing was written. Wait for it or close it, "
        "then try again.",
    )


def _full() -> StoreFull:
    return StoreFull(
        "磁盘满了，这次没有写入任何东西，原有数据完好。腾出空间后再试。",
        "The disk is full; nothing of this was written and what was there is whole. "
        "Make room and try again.",
    )


def _read_only() -> StoreReadOnly:
    return StoreReadOnly(
        "数据所在的硬盘只能读，这次没有写入任何东西。看看硬盘是不是坏了或满了，让它能写再试。",
        "The disk of the store takes no writes; nothing was written. Look whether it is broken "
        "or full, make it writable, then try again.",
    )


def _unreachable() -> StoreUnreachable:
    return StoreUnreachable(
        "数据库现在连不上，这次没有写入任何东西。它回来后再试，不用重启本程序。",
        "The database does not answer now; nothing was written. Try again when it is back; "
        "this program need not be restarted.",
    )


def _too_long() -> InvalidRequest:
    return InvalidRequest(
        "有一个值比它的字段长，这次没有写入任何东西。缩短后再试。",
        "A value is longer than its field; nothing was written. Shorten it and try again.",
    )


# SQLite's result codes (sqlite.org/rescode.html) and PostgreSQL's SQLSTATEs (appendix A)
_REFUSALS: tuple[tuple[Callable[[], MapserverError], set[int | str]], ...] = (
    (_busy, {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03", "57014", "40P01"}),
    (_full, {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE, "53100"}),
    (_read_only, {sqlite3.SQLITE_READONLY, "25006"}),
    # shutting down, crashed, only starting
    (_unreachable, {"57P01", "57P02", "57P03"}),
    (_too_long, {"22001"}),
)
_BROKEN = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    "0A000",  # PostGIS is not installed
    "42501",  # no right to create tables or the extension
    "58P01",
}


def _in_words(error: DBAPIError) -> MapserverError | None:
    """Return what the engine refused in words, None for what is a fault of this program."""
    code = _code(error.orig)
    primary = code & 0xFF if isinstance(code, int) else code
    for told, codes in _REFUSALS:
        if primary in codes or code in codes:
            return told()
    if isinstance(error, IntegrityError):
        return _not_fitting(code)
    if _is_unreachable(error, code):
        return _unreachable()
    if isinstance(error, OperationalError) or primary in _BROKEN:
        why = _first_line(error)
        return StoreError(
            f"数据库打不开、连不上或不能写：{why}",
            f"The store cannot be opened, reached or written: {why}",
        )
    return None


def _not_fitting(code: int | str | None) -> MapserverError:
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
        return StoreError(
            "记录只能续写，不能改、不能删；这次没有写入任何东西。",
            "The record can only be added to, never changed or cut short; nothing was written.",
        )
    return Conflict(
        "已经有同样的一条，这次没有写入任何东西。重新打开看一看，再试。",
        "There is one like it already; nothing was written. Look again, then try again.",
    )


def _is_unreachable(error: DBAPIError, code: int | str | None) -> bool:
    """Tell an error of the connection: of class 08, or of psycopg's own, without a state."""
    if code is None:
        return isinstance(error, OperationalError)
    return isinstance(code, str) and code.startswith("08")


def _code(error: BaseException | None) -> int | str | None:
    code: int | str | None = getattr(error, "sqlite_errorcode", None)
    return getattr(error, "sqlstate", None) if code is None else code


def on_postgresql(connection: Connection | Engine) -> bool:
    """Whether the engine is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def dialect_insert(connection: Connection) -> Any:
    """Return the engine's own insert construct, which knows ON CONFLICT."""
    from sqlalchemy.dialects import postgresql, sqlite  # noqa: PLC0415  (one of the two)

    return postgresql.insert if on_postgresql(connection) else sqlite.insert
