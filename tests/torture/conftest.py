"""A PostgreSQL that keeps what it is given, and that a test may stop or kill."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Machine, made_machine, needed_programs

DURABLE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
    "wal_level": "replica",
}


@pytest.fixture(scope="session")
def durable_machine() -> Iterator[Machine]:
    """Yield a PostgreSQL with the settings of one that keeps data."""
    with made_machine(needed_programs(), **DURABLE) as made:
        yield made


@pytest.fixture
def machine(durable_machine: Machine) -> Machine:
    """Return it, running, with an empty database `town`."""
    if durable_machine.server is None:
        durable_machine.start()
    durable_machine.cluster.execute(
        "DROP DATABASE IF EXISTS town WITH (FORCE)", "CREATE DATABASE town"
    )
    durable_machine.cluster.execute("CREATE EXTENSION amcheck", database="town")
    return durable_machine
