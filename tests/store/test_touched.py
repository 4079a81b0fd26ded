"""What was written last is told at once, whoever wrote it, and also after the engine went away."""

from mapserver.store import writing
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, Place, house, person, put, writing_to


def touched(store: Store, scope: Scope = CLERK) -> dict[str, int]:
    """Return what the store says was touched last."""
    told = store.sequences(scope, AT)
    with store.read(scope, AT) as session:
        assert told == session.sequences()
    return told


def test_nothing_was_touched_in_an_empty_store(store: Store):
    assert touched(store) == {}


def test_a_write_is_told_at_once(store: Store):
    put(store, "house", house(1))
    assert touched(store) == {"house": 1}
    put(store, "house", house(2))
    assert touched(store) == {"house": 2}


def test_another_programs_write_is_told_at_once(place: Place, store: Store):
    assert touched(store) == {}
    other = place.open()
    put(other, "house", house(1))
    other.close()
    assert touched(store) == {"house": 1}


def test_what_is_not_committed_is_not_told(store: Store):
    with writing_to(store) as session:
        writing.add(session, "house", [house(1)])
        assert store.sequences(CLERK, AT) == {}
    assert touched(store) == {"house": 1}


def test_what_was_taken_back_is_not_told(store: Store):
    try:
        with writing_to(store) as session:
            writing.add(session, "house", [house(1)])
            raise InterruptedError
    except InterruptedError:
        pass
    assert touched(store) == {}


def test_each_town_is_told_of_its_own(store: Store):
    put(store, "house", house(1))
    put(store, "person", person(2, None))
    assert touched(store) == {"house": 1, "person": 2}
    assert touched(store, Scope.of_town("clerk", "430424101")) == {}


def test_it_tells_again_after_the_connection_was_lost(place: Place, store: Store):
    """The server that the connection led to ends it; of a file, it is closed under our hands."""
    put(store, "house", house(1))
    assert touched(store) == {"house": 1}
    if place.is_file:
        store._touched._connection.dbapi_connection.close()
    else:
        place.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert touched(store) == {"house": 1}
    put(store, "house", house(2))
    assert touched(store) == {"house": 2}


def test_a_closed_store_keeps_no_connection(place: Place):
    opened = place.open()
    touched(opened)
    opened.close()
    if place.is_file:
        assert not place.file.with_name("town.gpkg-wal").exists()
    else:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert place.run(query) == [(1,)]
