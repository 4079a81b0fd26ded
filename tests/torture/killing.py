"""Killing writers at random moments, and looking at what they leave."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import text

from mapserver.store.inventory import faults
from tests.services.small_town import TOWN, Town, open_town

ROOT = Path(__file__).parents[2]
# room for all imports of one life
STRIDE = 1000


@dataclass(slots=True)
class Nursery:
    """The process that forks writers, and what they acknowledged.

    A writer lives until it has acknowledged some imports, none to three, and then a random
    part of the time that an import takes: on a slow machine as on a fast one the kill comes
    into the opening, or into any moment of a write.
    """

    process: subprocess.Popen[str]
    chance: random.Random
    acknowledged: dict[str, int] = field(default_factory=dict)
    lives: int = 0
    lives_with_writes: int = 0
    takes_s: float = 0.1

    def live(self, end: Callable[[], None] | None = None) -> None:
        """Let a writer live for a while, then kill it, or what `end` kills."""
        self._ask(self.lives * STRIDE)
        word, pid = self._told()
        assert word == "pid"
        before = len(self.acknowledged)
        for _ in range(self.chance.randrange(4)):
            began = monotonic()
            self._note(self._told())
            self.takes_s = monotonic() - began
        sleep(self.chance.uniform(0, 1.2 * self.takes_s))
        if end is not None:
            end()
        # without its database a writer may have ended by itself
        with suppress(ProcessLookupError) if end else nullcontext():
            os.kill(int(pid), signal.SIGKILL)
        self.lives += 1
        while (told := self._told()) != ["ended"]:
            self._note(told)
        self.lives_with_writes += len(self.acknowledged) > before

    def _ask(self, first: int) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{first}\n")
        self.process.stdin.flush()

    def _told(self) -> list[str]:
        assert self.process.stdout
        return self.process.stdout.readline().split()

    def _note(self, told: list[str]) -> None:
        word, batch, rows = told
        assert word == "ack"
        self.acknowledged[batch] = int(rows)


@contextmanager
def nursery(place: str, key_file: Path, seed: int) -> Iterator[Nursery]:
    """Yield the process that forks writers of the store at `place`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.writer", place, str(key_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        yield Nursery(process, random.Random(seed))
        assert process.stdin
        process.stdin.close()


def look(place: str, key_file: Path, acknowledged: dict[str, int]) -> None:
    """Hold what a kill left against what was acknowledged, the record and the indexes."""
    town = open_town(place, key_file)
    try:
        town.verify()
        assert_all_are_there(town, acknowledged)
        assert_no_import_is_torn(town)
        assert_tables_are_as_the_record_tells(town)
        with town.context.read() as session:
            assert faults(session.connection) == []
    finally:
        town.store.close()


def assert_all_are_there(town: Town, acknowledged: dict[str, int]) -> None:
    """Find every import that returned, with all its rows."""
    layers = ("person", "school")
    counted = " UNION ALL ".join(
        f"SELECT e.batch, count(*) FROM event e JOIN {layer} t "
        "ON t.town = e.town AND t.id = e.item AND t.deleted_at IS NULL "
        f"WHERE e.action = 'add' AND e.layer = '{layer}' AND e.batch IS NOT NULL GROUP BY e.batch"
        for layer in layers
    )
    with town.context.read() as session:
        found = {str(batch): count for batch, count in session.connection.execute(text(counted))}
        kept = session.connection.execute(text("SELECT id FROM import_batch"))
        batches = {str(one) for (one,) in kept}
    lost = {batch for batch, rows in acknowledged.items() if found.get(batch) != rows}
    assert lost == set(), f"{len(lost)} acknowledged imports are lost"
    assert set(acknowledged) <= batches
    # one that was committed but not acknowledged any more is there whole as well
    assert set(found) == batches


def assert_no_import_is_torn(town: Town) -> None:
    """Hold the events of every import against its first number and its last."""
    told = text(
        "SELECT b.id, b.last_seq - b.first_seq + 1, "
        "(SELECT count(*) FROM event e WHERE e.town = b.town AND e.batch = b.id), "
        "(SELECT count(*) FROM event e WHERE e.town = b.town AND e.batch = b.id "
        "AND e.seq BETWEEN b.first_seq AND b.last_seq) FROM import_batch b"
    )
    with town.context.read() as session:
        torn = [row for row in session.connection.execute(told) if len(set(row[1:])) > 1]
        loose = text(
            "SELECT count(*) FROM event WHERE batch IS NOT NULL "
            "AND batch NOT IN (SELECT id FROM import_batch)"
        )
        assert session.connection.execute(loose).scalar_one() == 0
    assert torn == []


def assert_tables_are_as_the_record_tells(town: Town) -> None:
    """Find for every record its event and for every event its record, up to the heads."""
    with town.context.read() as session:
        run = session.connection.execute
        for layer in town.store.layers:
            added = f"SELECT item FROM event WHERE action = 'add' AND layer = '{layer}'"
            kept = f'SELECT id FROM "{layer}"'
            for one, other in ((added, kept), (kept, added)):
                assert run(text(f"{one} EXCEPT {other}")).all() == [], layer
        last = run(text(f"SELECT max(seq), count(*) FROM event WHERE town = '{TOWN}'")).one()
        assert last[0] == last[1] == session.sequence()
        by_layer = text("SELECT layer, max(seq) FROM event WHERE layer IS NOT NULL GROUP BY layer")
        assert {layer: seq for layer, seq in run(by_layer)} == session.sequences()
