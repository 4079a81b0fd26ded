"""A store that another process holds."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from mapserver.errors import StoreBusy
from mapserver.store import counts
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, LAYERS, Place, changed_layers, house, put, reading

HOLD_FILE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
HOLD_DATABASE = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("LOCK TABLE chain IN EXCLUSIVE MODE")
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(place: Place) -> Iterator[None]:
    """Hold the store by a process of its own."""
    script, where = (HOLD_FILE, str(place.file)) if place.is_file else (HOLD_DATABASE, place.where)
    holder = subprocess.Popen(
        [sys.executable, "-c", script, where],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin and holder.stdout
    with holder:
        assert holder.stdout.readline() == "held\n"
        yield
        holder.stdin.close()


def test_who_writes_is_told_that_another_holds_the_store(store: Store, place: Place):
    put(store, "house", house(1))
    with held(place):
        with pytest.raises(StoreBusy) as caught:
            put(store, "house", house(2))
        assert caught.value.code == "store-busy"
    assert store.verify(CLERK, AT) == 1
    put(store, "house", house(2))
    assert store.verify(CLERK, AT) == 2


def test_who_reads_does_not_wait(store: Store, place: Place):
    put(store, "house", house(1))
    with held(place):
        with reading(store) as session:
            assert counts.of_layers(session)["house"] == 1
        again = place.open()
        assert again.verify(CLERK, AT) == 1
        again.close()


def test_a_start_that_would_change_tables_is_told(store: Store, place: Place):
    school = LAYERS["school"].model_dump()
    school["field"] = (*school["field"], {"name": "motto", "title": {"zh": "校训", "en": "Motto"}})
    layers = changed_layers(school=LAYERS["school"].model_validate(school))
    if place.is_file:
        with held(place), pytest.raises(StoreBusy):
            place.open(layers)
    else:
        with store.write(CLERK, AT) as session, pytest.raises(StoreBusy):
            session.connection.exec_driver_sql("LOCK TABLE school")
            place.open(layers)
    columns = place.run("SELECT * FROM school LIMIT 0")
    assert columns == []
    place.open().close()


def test_writers_of_one_process_take_turns(file_place: Place):
    store = file_place.open(busy_s=60)

    def write(number: int) -> None:
        for k in range(5):
            put(store, "house", house(number + k))

    writers = [threading.Thread(target=write, args=(100 * n,)) for n in range(1, 9)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert store.verify(CLERK, AT) == 40
    store.close()


def test_a_writer_whose_turn_does_not_come_is_told(file_town: Store):
    with file_town.write(CLERK, AT), ThreadPoolExecutor() as others:
        waiting = others.submit(put, file_town, "house", house(1))
        assert isinstance(waiting.exception(), StoreBusy)
    put(file_town, "house", house(1))
    assert file_town.verify(CLERK, AT) == 15
