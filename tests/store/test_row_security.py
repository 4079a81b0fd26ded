"""On PostgreSQL the server itself shows a role nothing past its area, whatever it is asked."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from mapserver.errors import MigrationRefused, StoreError
from mapserver.roles import Role
from mapserver.store import row_security
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import (
    A1,
    CLERK,
    LAYERS,
    A,
    B,
    Place,
    appointed,
    changed_layers,
    house,
    reading,
    settle,
    worker,
    writing_to,
)
from tests.support.postgres import Cluster


@pytest.fixture(scope="module")
def ordinary(
    postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Yield a town kept by a role that is neither superuser nor exempt."""
    postgres_cluster.execute("CREATE DATABASE walled TEMPLATE empty STRATEGY file_copy")
    with psycopg.connect(postgres_cluster.url("walled"), autocommit=True) as connection:
        connection.execute("CREATE ROLE ordinary LOGIN")
        connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO ordinary")
    url = postgres_cluster.url("walled").replace("//mapserver@", "//ordinary@")
    place = Place(url, tmp_path_factory.mktemp("walled") / "town.key")
    store = place.open()
    settle(store)
    store.close()
    yield place


@pytest.fixture
def walled(ordinary: Place) -> Iterator[Store]:
    """Yield the town, opened by that role."""
    store = ordinary.open()
    yield store
    store.close()


def counted(session, table: str) -> int:
    """Return how many rows a statement finds that does not care who asks."""
    return session.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize(
    ("scope", "houses", "people"),
    [
        (CLERK, 4, 4),
        (worker(A), 2, 2),
        (worker(A1), 1, 2),
        (worker(A1, B), 3, 4),
        (worker(), 0, 0),
        (appointed(Role.ADMINISTRATOR, A), 0, 0),
        (worker("%"), 0, 0),
    ],
)
def test_a_statement_without_a_condition_finds_what_the_caller_may_reach(
    walled: Store, scope, houses: int, people: int
):
    """People have no grid of their own: of them the wall shows the village, the scope the grid."""
    with reading(walled, scope) as session:
        assert counted(session, "house") == houses
        assert counted(session, "person") == people


def test_a_transaction_that_was_told_nothing_finds_nothing(ordinary: Place, walled: Store):
    with psycopg.connect(ordinary.where) as connection:
        assert connection.execute("SELECT count(*) FROM house").fetchone() == (0,)
    with reading(walled) as session:
        assert counted(session, "house") == 4


def test_what_one_transaction_was_told_is_forgotten_with_it(walled: Store):
    with reading(walled) as session:
        assert counted(session, "person") == 4
    with reading(walled, worker()) as session:
        assert counted(session, "person") == 0


def test_a_row_cannot_be_written_past_the_area(walled: Store):
    with (
        pytest.raises(StoreError, match="row-level security"),
        writing_to(walled, worker(B)) as one,
    ):
        row = {"i": house(900).id, "v": A, "t": one.town, "at": one.stamp}
        one.connection.execute(
            text(
                "INSERT INTO house (town, id, village, revision, updated_at, updated_by) "
                "VALUES (:t, :i, :v, 1, :at, 'x')"
            ),
            row,
        )


def test_changing_the_form_of_tables_still_sees_every_row(ordinary: Place, tmp_path: Path):
    """Else a layer whose file is gone would count as empty, and be dropped."""
    with pytest.raises(MigrationRefused, match="house"):
        ordinary.open(changed_layers(house=None, person=None))
    with closing(ordinary.open(LAYERS)) as store, reading(store) as session:
        assert counted(session, "house") == 4


@pytest.mark.parametrize("table", row_security.OF_TOWN)
def test_events_imports_and_accounts_are_shown_to_their_own_town_alone(
    ordinary: Place, walled: Store, table: str
):
    with psycopg.connect(ordinary.where) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    own = 14 if table == "event" else 0
    for scope, seen in ((CLERK, own), (Scope.of_town("clerk", "430424101"), 0)):
        with reading(walled, scope) as session:
            assert counted(session, table) == seen


def test_an_event_cannot_be_written_into_another_town(walled: Store):
    with (
        pytest.raises(StoreError, match="row-level security"),
        writing_to(walled) as session,
    ):
        session.connection.execute(
            text(
                "INSERT INTO event (town, seq, at, actor, action, data, hash) "
                "VALUES ('430424101', 1, '', '', 'add', '', '')"
            )
        )


def test_whether_the_wall_stands_is_known(ordinary: Place, walled: Store):
    assert walled.has_wall
    superuser = replace(ordinary, where=ordinary.where.replace("//ordinary@", "//mapserver@"))
    with closing(superuser.open()) as store:
        assert not store.has_wall


def test_a_store_of_the_first_form_gets_its_policies(ordinary: Place):
    with psycopg.connect(ordinary.where, autocommit=True) as connection:
        connection.execute("DROP POLICY scope ON event")
        connection.execute("ALTER TABLE event DISABLE ROW LEVEL SECURITY")
        connection.execute("UPDATE store_meta SET value = '1' WHERE name = 'form'")
    ordinary.open().close()
    with psycopg.connect(ordinary.where) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
