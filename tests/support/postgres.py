"""A private PostgreSQL with PostGIS, and a fresh database for every test that asks.

The cluster lives in a temporary folder and speaks over a unix socket in it, so that it meets
no other server and nobody else can connect. PostgreSQL refuses to run as root: then the
cluster belongs to the user `postgres`.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep

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


@dataclass(slots=True)
class Machine:
    """A cluster that can be stopped, killed and started again."""

    programs: Path
    home: Path
    settings: dict[str, str]
    server: subprocess.Popen[bytes] | None = None

    @property
    def cluster(self) -> Cluster:
        """How it is reached, while it runs."""
        return Cluster(self.home)

    def start(self) -> None:
        """Run it, and return when it answers."""
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        with (self.home / "log").open("ab") as log:
            self.server = spawn(
                [self.programs / "postgres", "-D", self.home / "data", "-k", self.home, *options],
                output=log,
                stop_by=signal.SIGINT,
                user=_owner(),
            )
        wait_until(lambda: _answers(self.cluster), self.server, self.home / "log")

    def stop(self) -> None:
        """Shut it down in order; it waits for no client."""
        if self.server is not None:
            # SIGINT is PostgreSQL's fast shutdown
            stop(self.server, signal.SIGINT)
            self.server = None

    def kill(self) -> None:
        """Kill every process of it at once, as no shutdown would."""
        assert self.server is not None
        server, self.server = self.server, None
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        server.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        server.wait()
        # as long as one of them is going its memory is in use, and no server starts beside it
        deadline = monotonic() + 30
        while not all(map(_is_over, children)) and monotonic() < deadline:
            sleep(0.01)


def _is_over(pid: str) -> bool:
    """Whether a process has ended, be it that nobody has asked how."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True
    return told.rpartition(")")[2].split()[0] in "ZX"


@contextmanager
def made_machine(programs: Path, **settings: str) -> Iterator[Machine]:
    """Make a cluster in a temporary folder; it and the folder are gone afterwards.

    `settings` of PostgreSQL come beside `SETTINGS` or instead of them.
    """
    owner = _owner()
    # not pytest's own folder: others may not enter it, and a socket's path has 107 bytes at most
    home = Path(tempfile.mkdtemp(prefix="mapserver-pg-", dir="/tmp"))
    machine = Machine(programs, home, SETTINGS | settings)
    try:
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        run_as(owner, _initdb(programs, home / "data"))
        yield machine
    finally:
        machine.stop()
        shutil.rmtree(home)


@contextmanager
def running_cluster(programs: Path, **settings: str) -> Iterator[Cluster]:
    """Make a cluster in a temporary folder and run it; both are gone afterwards."""
    with made_machine(programs, **settings) as machine:
        machine.start()
        yield machine.cluster


def _initdb(programs: Path, data: Path) -> list[str | Path]:
    words = "--username=mapserver --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync"
    return [programs / "initdb", "--pgdata", data, *words.split()]


def _answers(cluster: Cluster) -> bool:
    try:
        cluster.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def needed_programs() -> Path:
    """Return the folder of PostgreSQL; skip or fail the test where there is none."""
    if os.environ.get("MAPSERVER_TEST_SKIP_POSTGRES") == "1":
        pytest.skip("MAPSERVER_TEST_SKIP_POSTGRES=1")
    programs = find_programs()
    if programs is None:
        pytest.fail(INSTALL, pytrace=False)
    return programs


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """Yield the cluster of this run; its database `empty` has PostGIS and nothing else."""
    with running_cluster(needed_programs()) as cluster:
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
