"""Two who write at once keep one chain, whether threads or processes."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mapserver.domain.records import Change
from mapserver.store import counts, items, writing
from mapserver.store.store import Store
from tests.store.town import (
    AT,
    CLERK,
    Place,
    events_of,
    house,
    put,
    reading,
    uid,
    writing_to,
)

ROOT = Path(__file__).parents[2]
WRITE = """
import sys
from pathlib import Path
from tests.store.town import Place, house, put
store = Place(sys.argv[1], Path(sys.argv[2])).open(busy_s=30)
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 8):
    put(store, "house", house(number))
store.close()
"""


def test_threads(place: Place):
    store = place.open(busy_s=30)
    with ThreadPoolExecutor(4) as pool:
        starts = (1000, 2000, 3000, 4000)
        list(
            pool.map(
                lambda start: [put(store, "house", house(start + k)) for k in range(4)], starts
            )
        )
    assert store.verify(CLERK, AT) == 16
    store.close()


def test_processes(store: Store, place: Place):
    words = [sys.executable, "-c", WRITE, place.where, str(place.key_file)]
    writers = [
        subprocess.Popen([*words, start], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for start in ("1000", "2000")
    ]
    for writer in writers:
        _, said = writer.communicate(timeout=60)
        assert writer.returncode == 0, said
    assert store.verify(CLERK, AT) == 16
    with reading(store) as session:
        assert counts.of_layers(session)["house"] == 16
    assert [row.seq for row in _numbers(store)] == list(range(1, 17))


def _numbers(store: Store) -> list:
    with reading(store) as session:
        event = session.table("event")
        return list(session.connection.execute(event.select().order_by(event.c.seq)))


def test_nobody_overwrites_what_another_wrote_meanwhile(place: Place):
    """Each reads a count and writes it one higher: none is lost."""
    store = place.open(busy_s=30)
    put(store, "house", house(1, storeys=0))
    gate = threading.Barrier(4)

    def build(_: int) -> None:
        gate.wait()
        for _ in range(5):
            with writing_to(store) as session:
                row = writing.rows_of(session, "house", [uid(1)])[uid(1)]
                higher = Change(uid(1), {"storeys": row["storeys"] + 1})
                writing.change(session, "house", [higher])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(build, range(4)))
    with reading(store) as session:
        found = items.get(session, "house", uid(1))
    assert (found.values["storeys"], found.revision) == (20, 21)
    assert len(events_of(store)) == store.verify(CLERK, AT) == 21
    store.close()


def test_two_first_starts_at_once_make_one_store(empty_place: Place):
    with ThreadPoolExecutor(3) as pool:
        stores = list(pool.map(lambda _: empty_place.open(busy_s=30), range(3)))
    for k, store in enumerate(stores):
        put(store, "house", house(k))
    assert [store.verify(CLERK, AT) for store in stores] == [3, 3, 3]
    for store in stores:
        store.close()
