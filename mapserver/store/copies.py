"""A store's bytes at one moment, while others go on writing; and a store made of such bytes.

A GeoPackage is copied by SQLite's online backup (sqlite.org/backup.html) in one step, which
reads one state and holds up no writer. A database is dumped by `pg_dump` in the snapshot
(pg_export_snapshot) in which it is counted.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from mapserver.errors import BackupError, StoreError
from mapserver.store import postgres_programs, row_security
from mapserver.store.engine import (
    GEOPACKAGE_NAME,
    is_url,
    on_postgresql,
    open_engine,
    transaction,
)
from mapserver.store.inventory import Inventory, faults

Kind = Literal["geopackage", "postgresql"]
_CHUNK = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Copy:
    """A store at one moment: its bytes, once, and what they hold."""

    kind: Kind
    holds: Inventory
    chunks: Iterator[bytes]


@contextmanager
def copied(place: str, folder: Path) -> Iterator[Copy]:
    """Yield the store at `place` as it is now; its writers go on.

    Parameters
    ----------
    place : str
        The data folder or the postgresql:// address.
    folder : Path
        Where a GeoPackage's copy may lie until the block ends, readable by its owner alone.

    Raises
    ------
    StoreError
        If there is no store, or it cannot be read.
    BackupError
        If it is damaged, or pg_dump is missing or fails.
    """
    with _dumped(place) if is_url(place) else _file_copied(Path(place), folder) as copy:
        yield copy


@contextmanager
def _file_copied(place: Path, folder: Path) -> Iterator[Copy]:
    source = place / GEOPACKAGE_NAME
    if not source.is_file():
        raise _no_store(str(place))
    target = folder / GEOPACKAGE_NAME
    target.touch(mode=0o600)
    try:
        with (
            closing(sqlite3.connect(source, timeout=60)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            # all pages in one step: another process that writes would make it begin again
            live.backup(copy, pages=-1)
    except sqlite3.Error as error:
        raise StoreError(
            f"数据库读不了，没有做成备份：{error}",
            f"The store cannot be read, so no backup was made: {error}",
        ) from error
    yield Copy("geopackage", _looked_at(str(folder)), _read(target))


@contextmanager
def _dumped(place: str) -> Iterator[Copy]:
    engine = open_engine(place)
    try:
        with transaction(engine, writes=False) as connection:
            _refuse_empty(connection, engine)
            tables = _all_seen(connection)
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            yield Copy(
                "postgresql",
                Inventory.of(connection),
                postgres_programs.dump(place, snapshot, row_security.all_admitted(tables)),
            )
    finally:
        engine.dispose()


def _all_seen(connection: Connection) -> list[str]:
    """Let the transaction see every row of every town, and return the tables."""
    tables = inspect(connection).get_table_names()
    if on_postgresql(connection):
        row_security.admit_all(connection, tables)
    return tables


def _refuse_empty(connection: Connection, engine: Engine) -> None:
    if not inspect(connection).has_table("store_meta"):
        raise _no_store(engine.url.database or "")


def _no_store(where: str) -> StoreError:
    return StoreError(f"{where} 里没有数据库。", f"There is no store in {where}.")


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def look_at(place: str) -> Inventory:
    """Return what the store at `place` holds.

    Raises
    ------
    BackupError
        If its tables or indexes are damaged.
    """
    return _looked_at(place)


def _looked_at(place: str) -> Inventory:
    engine = open_engine(place)
    try:
        with transaction(engine, writes=False) as connection:
            _all_seen(connection)
            wrong = faults(connection)
            if wrong:
                raise BackupError(
                    "数据库有损坏：" + "；".join(wrong[:5]) + "。从最近的备份恢复。",
                    "The store is damaged: " + "; ".join(wrong[:5]) + ". Restore the last backup.",
                )
            return Inventory.of(connection)
    finally:
        engine.dispose()


def is_empty(place: str) -> bool:
    """Whether nothing is stored at `place`, so that a backup may be put there."""
    if not is_url(place):
        return not (Path(place) / GEOPACKAGE_NAME).exists()
    engine = open_engine(place)
    try:
        with transaction(engine, writes=False) as connection:
            own = set(inspect(connection).get_table_names()) - {"spatial_ref_sys"}
            return not own
    finally:
        engine.dispose()


def put(kind: Kind, place: str, chunks: Iterable[bytes]) -> None:
    """Make the store that `chunks` are of at `place`, which is empty.

    Raises
    ------
    BackupError
        If they are of the other engine, or the database does not take them.
    """
    if kind != ("postgresql" if is_url(place) else "geopackage"):
        raise BackupError(
            "这个备份是另一种数据库的：GeoPackage 的备份恢复到文件夹，PostgreSQL 的恢复到数据库。",
            "This backup is of the other engine: one of a GeoPackage goes into a folder, one of "
            "PostgreSQL into a database.",
        )
    if is_url(place):
        postgres_programs.restore(place, chunks)
        return
    target = Path(place) / GEOPACKAGE_NAME
    target.touch(mode=0o600)
    with target.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def scratch_place(place: str, folder: Path) -> Iterator[str]:
    """Yield an empty place of the same engine, gone afterwards: a folder, or a new database.

    Raises
    ------
    BackupError
        If the server's user may not make a database.
    """
    if not is_url(place):
        yield str(folder)
        return
    name = f"mapserver_check_{uuid4().hex[:12]}"
    engine = open_engine(place)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _make_database(connection, name)
            try:
                url = engine.url.set(drivername="postgresql", database=name)
                yield url.render_as_string(hide_password=False)
            finally:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


def _make_database(connection: Connection, name: str) -> None:
    try:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    except DBAPIError as error:
        raise BackupError(
            "检验备份要建一个临时数据库，这个用户没有权限。给它 CREATEDB 权限，"
            "或用 --check-in 指定一个空库，或用 --unchecked 不检验。",
            "Checking the backup needs a database for a while, which this user may not make. "
            "Grant it CREATEDB, name an empty one by --check-in, or go without by --unchecked.",
        ) from error
