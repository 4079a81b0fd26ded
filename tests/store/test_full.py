"""A disk that fills in the middle of a write: nothing half written, and what was there is whole."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mapserver.errors import StoreFull
from mapserver.store import counts
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, Place, house, person, put, reading
from tests.support.disks import remount, small_disk

MANY = [person(1000 + k, None, note="长" * 200) for k in range(3000)]


def assert_nothing_half_written(store: Store) -> None:
    assert store.verify(CLERK, AT) == 1
    with reading(store) as session:
        found = counts.of_layers(session)
    assert (found["house"], found["person"]) == (1, 0)


def test_a_file_that_may_not_grow(file_place: Place):
    store = file_place.open()
    put(store, "house", house(1))

    def limit(connection: Any, _: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 40}")

    event.listen(store._engine, "connect", limit)
    store.close()  # the next connections are limited
    with pytest.raises(StoreFull) as caught:
        put(store, "person", *MANY)
    assert caught.value.code == "store-full"
    assert_nothing_half_written(store)
    event.remove(store._engine, "connect", limit)
    store.close()
    put(store, "person", *MANY)
    assert store.verify(CLERK, AT) == 3001
    store.close()


def test_a_disk_that_is_full(tmp_path: Path):
    with small_disk(tmp_path / "disk", "3m") as disk:
        place = Place(str(disk / "data"), disk / "town.key")
        store = place.open()
        put(store, "house", house(1))
        with pytest.raises(StoreFull):
            put(store, "person", *MANY)
        assert_nothing_half_written(store)
        put(store, "person", person(2, None))
        assert store.verify(CLERK, AT) == 2
        store.close()
        again = place.open()
        assert again.verify(CLERK, AT) == 2
        again.close()


def test_a_disk_without_room_for_a_new_store(tmp_path: Path):
    with small_disk(tmp_path / "disk", "100k") as disk:
        place = Place(str(disk / "data"), disk / "town.key")
        with pytest.raises(StoreFull):
            place.open()
        remount(disk, "size=9m")
        store = place.open()
        assert store.verify(CLERK, AT) == 0
        store.close()


def test_a_server_whose_disk_is_full(empty_place: Place):
    """The server says 53100; a trigger says it here in the middle of a write."""
    if empty_place.is_file:
        pytest.skip("the others fill a real disk")
    store = empty_place.open()
    put(store, "house", house(1))
    empty_place.run(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
    )
    empty_place.run(
        "CREATE TRIGGER full_disk BEFORE INSERT ON person FOR EACH ROW "
        "WHEN (NEW.name = '甲3999') EXECUTE FUNCTION full_disk()"
    )
    with pytest.raises(StoreFull):
        put(store, "person", *MANY)
    assert_nothing_half_written(store)
    store.close()
