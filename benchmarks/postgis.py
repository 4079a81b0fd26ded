"""PostGIS as a peer: a cluster of its own, and the CPU of the one process that works for us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support.postgres import find_programs, running_cluster

Connection = psycopg.Connection[Any]

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class PostGIS:
    """A connection whose backend works on one core, and the process that it is."""

    connection: Connection
    process: int
    version: str

    @classmethod
    def of(cls, connection: Connection) -> "PostGIS":
        """Return the connection, held to one core."""
        connection.execute("SET max_parallel_workers_per_gather = 0")
        found = connection.execute("SELECT pg_backend_pid(), postgis_lib_version()").fetchone()
        assert found is not None
        return cls(connection, *found)

    def cpu_s(self) -> float:
        """Return what the backend has used."""
        return process_cpu_s(self.process)


@contextmanager
def running() -> Iterator[PostGIS | None]:
    """Yield a connection to an empty database of a cluster that ends here; None without one."""
    programs = find_programs()
    if programs is None:
        yield None
        return
    with running_cluster(programs, shared_buffers="512MB") as cluster:
        cluster.execute("CREATE DATABASE peer")
        cluster.execute("CREATE EXTENSION postgis", database="peer")
        with psycopg.connect(cluster.url("peer"), autocommit=True) as connection:
            yield PostGIS.of(connection)


def process_cpu_s(process: int) -> float:
    """Return the CPU seconds that a process has used, in ticks of the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S
