"""A private PostgreSQL with PostGIS, and a fresh database for every test that asks.

The cluster lives in a temporary folder and speaks over a unix socket in it, so that it meets
no other server and nobody else can connect. PostgreSQL refuses to run as root: then the
cluster belongs to the user `postgres`.
"""

import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.support.process import run_as, spawn, stop, wait_until

INSTALL = (
    "PostgreSQL 15 or later with PostGIS is missing (Debian: apt install postgresql-15-postgis-3); "
    "MAPSERVER_TEST_SKIP_POSTGRES=1 goes without"
)

OLDEST = 15  # the first that copies a template's files, in a seventh of the time

# data that is thrown away needs no flushing; the rest keeps a small machine small
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; its databases are reached by `url`."""

    socket: Path

    def url(self, database: str) -> str:
        """Return the address that libpq, SQLAlchemy and `mapserver serve --data` understand."""
        return f"postgresql://mapserver@/{database}?host={self.socket}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements outside of any transaction, as CREATE DATABASE must be."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def find_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL that has PostGIS, None where there is none."""
    controls = Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    versions = sorted((int(path.parts[-3]) for path in controls), reverse=True)
    folders = [Path(f"/usr/lib/postgresql/{n}/bin") for n in versions if n >= OLDEST]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _owner() -> pwd.struct_passwd | None:
    return pwd.getpwnam("postgres") if os.geteuid() == 0 else None


@contextmanager
def running_cluster(programs: Path, **settings: str) -> Iterator[Cluster]:
    """Make a cluster in a temporary folder and run it; both are gone afterwards.

    `settings` of PostgreSQL come beside `SETTINGS` or instead of them.
    """
    owner = _owner()
    # not pytest's own folder: others may not enter it, and a socket's path has 107 bytes at most
    home = Path(tempfile.mkdtemp(prefix="mapserver-pg-", dir="/tmp"))
    try:
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        run_as(owner, _initdb(programs, home / "data"))
        options = [f"-c{name}={value}" for name, value in (SETTINGS | settings).items()]
        with (home / "log").open("wb") as log:
            server = spawn(
                [programs / "postgres", "-D", home / "data", "-k", home, *options],
                output=log,
                stop_by=signal.SIGINT,
                user=owner,
            )
        try:
            cluster = Cluster(home)
            wait_until(lambda: _answers(cluster), server, home / "log")
            yield cluster
        finally:
            # SIGINT is PostgreSQL's fast shutdown: it waits for no client
            stop(server, signal.SIGINT)
    finally:
        shutil.rmtree(home)


def _initdb(programs: Path, data: Path) -> list[str | Path]:
    words = "--username=mapserver --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync"
    return [programs / "initdb", "--pgdata", data, *words.split()]


def _answers(cluster: Cluster) -> bool:
    try:
        cluster.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Yield the cluster of this run; its database `empty` has PostGIS and nothing else."""
    if os.environ.get("MAPSERVER_TEST_SKIP_POSTGRES") == "1":
        pytest.skip("MAPSERVER_TEST_SKIP_POSTGRES=1")
    programs = find_programs()
    if programs is None:
        pytest.fail(INSTALL, pytrace=False)
    with running_cluster(programs) as cluster:
        cluster.execute("CREATE DATABASE empty")
        cluster.execute("CREATE EXTENSION postgis", database="empty")
        yield cluster


_numbers = count(1)


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """Yield the address of a fresh database with PostGIS, dropped after the test."""
    name = f"test_{next(_numbers)}"
    postgres_cluster.execute(f"CREATE DATABASE {name} TEMPLATE empty STRATEGY file_copy")
    yield postgres_cluster.url(name)
    postgres_cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")
