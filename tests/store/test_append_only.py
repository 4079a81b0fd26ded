"""Nobody edits the record through a connection, not even this program's own mistake."""

import sqlite3
from datetime import timedelta

import psycopg
import pytest

from mapserver.errors import BrokenChain, InvalidRequest, StoreError
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, TOWN, Place, house, put, writing_to

OWN = f"town = '{TOWN}'"
COPY = "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1"
LATER = (AT + timedelta(days=400)).isoformat()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'x'",
        "UPDATE OR REPLACE event SET seq = seq - 1",
        "DELETE FROM event",
        COPY.format("event"),
        "DELETE FROM chain",
        COPY.format("chain"),
        "UPDATE chain SET seq = seq - 1",
        "UPDATE chain SET hash = zeroblob(32)",
        "UPDATE chain SET town = '430424101'",
        "UPDATE chain SET seq = seq + 1",
        "INSERT INTO chain SELECT '430424101', 7, hash, seal FROM chain",
        f"INSERT INTO chain_cut SELECT town, seq, hash, '{AT.isoformat()}', hash FROM event"
        " WHERE seq = 3",
        f"INSERT INTO chain_cut VALUES ('{TOWN}', 99, zeroblob(32), '{LATER}', zeroblob(64))",
    ],
)
def test_a_geopackage_refuses(file_town: Store, file_place: Place, statement: str):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        file_place.run(statement)
    assert file_town.verify(CLERK, AT) == 14


def test_a_cut_that_nobody_signed_is_found_though_the_file_took_it(
    file_town: Store, file_place: Place
):
    """Who writes a moment far ahead gets past the trigger, not past the signature."""
    file_place.run(
        f"INSERT INTO chain_cut SELECT town, seq, hash, '{LATER}', hash FROM event WHERE seq = 3"
    )
    file_place.run("DELETE FROM event WHERE seq <= 3")
    with pytest.raises(BrokenChain, match="not signed") as caught:
        file_town.verify(CLERK, AT)
    assert caught.value.details == {"seq": 3, "fault": "cut"}


@pytest.mark.parametrize(
    "statement", ["UPDATE chain_cut SET seq = 1", "DELETE FROM chain_cut", COPY.format("chain_cut")]
)
def test_a_cut_stays(file_town: Store, file_place: Place, statement: str):
    file_place.run(
        f"INSERT INTO chain_cut SELECT town, seq, hash, '{LATER}', hash FROM event WHERE seq = 3"
    )
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        file_place.run(statement)


def test_the_program_itself_cannot_change_an_event(file_town: Store):
    with pytest.raises(StoreError, match="only be added to"), writing_to(file_town) as session:
        session.connection.exec_driver_sql("UPDATE event SET actor = 'x'")
    assert file_town.verify(CLERK, AT) == 14


# ---------------------------------------------------------------- PostgreSQL

TAMPERING = (
    "UPDATE event SET actor = 'x'",
    "DELETE FROM event",
    "TRUNCATE event",
    "DELETE FROM chain",
    "TRUNCATE chain",
    "DELETE FROM chain_cut",
    "TRUNCATE chain_cut",
)


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_owner_of_the_tables_took_the_rights_from_itself(owned: Place, statement: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owned.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        *TAMPERING,
        "INSERT INTO chain_cut VALUES ('1', 1, '', '', '')",
        "GRANT DELETE ON event TO CURRENT_USER",
        "DROP TABLE event",
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_role_for_the_program_cannot_edit_the_record(served: Place, statement: str):
    store = served.open()
    put(store, "house", house(1))
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            served.run(statement)
            # a GRANT by somebody without the right is a warning only
            served.run("DELETE FROM event")
        assert store.verify(CLERK, AT) == 1
    finally:
        store.close()


def test_the_role_for_the_program_can_do_all_its_work(served: Place):
    store = served.open()
    put(store, "house", house(1), house(2))
    assert store.verify(CLERK, AT) == 2
    store.close()


def test_a_role_is_made_anew_without_harm(owned: Place, served: Place):
    store = owned.open()
    store.make_app_role("app")
    store.close()
    again = served.open()
    put(again, "house", house(1))
    again.close()


def test_a_role_that_cannot_be_is_refused(owned: Place):
    store = owned.open()
    for name in ('x"; DROP TABLE event; --', "1a", "", "A", "x" * 64):
        with pytest.raises(InvalidRequest):
            store.make_app_role(name)
    with pytest.raises(StoreError, match="owns the tables"):
        store.make_app_role("keeper")
    store.close()


def test_a_geopackage_has_no_roles(file_town: Store):
    with pytest.raises(StoreError, match="GeoPackage"):
        file_town.make_app_role("app")
