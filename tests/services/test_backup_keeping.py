"""The folder of backups: what is in it, what is deleted from it, and when one is due."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mapserver.domain.backup_times import Keeping
from mapserver.services.backups.keeping import listed, name_at, prune
from mapserver.services.backups.schedule import Schedule

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def put(folder: Path, *moments: datetime) -> list[Path]:
    """Put files with the names of backups into a folder."""
    files = [folder / name_at(at) for at in moments]
    for file in files:
        file.write_bytes(b"x")
    return files


def test_backups_are_listed_newest_first_and_nothing_else_is(tmp_path: Path):
    old, new = put(tmp_path, AT - DAY, AT)
    for other in ("notes.txt", ".township-20261124T020000Z.backup.1.part", "township-x.backup"):
        (tmp_path / other).write_bytes(b"x")
    assert [one.file for one in listed(tmp_path)] == [new, old]
    assert listed(tmp_path)[0].at == AT
    assert listed(tmp_path / "none") == []


def test_pruning_deletes_what_the_rule_lets_go_and_nothing_else(tmp_path: Path):
    files = put(tmp_path, *(AT - n * DAY for n in range(5)))
    (tmp_path / "notes.txt").write_bytes(b"x")
    gone = prune(tmp_path, Keeping(days=2, weeks=0, months=0))
    assert set(gone) == set(files[2:])
    left = {one.name for one in tmp_path.iterdir()}
    assert left == {files[0].name, files[1].name, "notes.txt"}


def run(tmp_path: Path, now: datetime, results: list[bool], every: timedelta = DAY) -> int:
    """Return how many backups a schedule has made before it had to wait for long."""
    made, waited = 0, threading.Event()

    def make() -> bool:
        nonlocal made
        made += 1
        return results.pop(0)

    schedule = Schedule(tmp_path, every, make, lambda: now)
    wait = schedule._ended.wait

    def told(seconds: float) -> bool:
        if seconds > 0:
            waits.append(seconds)
            waited.set()
            return wait()
        return wait(0)

    waits: list[float] = []
    schedule._ended.wait = told  # type: ignore[method-assign]
    with schedule:
        assert waited.wait(30)
    schedule._thread.join()
    return made if waits else -1


def test_a_backup_is_made_at_the_start_where_none_is_or_the_newest_is_old(tmp_path: Path):
    assert run(tmp_path, AT, [True]) == 1
    put(tmp_path, AT - 2 * DAY)
    assert run(tmp_path, AT, [True]) == 1


def test_a_restart_makes_none_while_the_newest_is_young(tmp_path: Path):
    put(tmp_path, AT)
    assert run(tmp_path, AT + DAY / 2, []) == 0


def test_a_clock_that_went_back_does_not_keep_the_next_one_away(tmp_path: Path):
    put(tmp_path, AT)
    assert run(tmp_path, AT - 400 * DAY, [True]) == 1


def test_a_backup_that_failed_is_tried_again_before_the_next_is_due(tmp_path: Path, caplog):
    waits = []
    ended = threading.Event()
    results = [False, True]

    def make() -> bool:
        return results.pop(0)

    schedule = Schedule(tmp_path, DAY, make, lambda: AT)

    def told(seconds: float) -> bool:
        waits.append(seconds)
        if not results:
            ended.set()
            return True
        return False

    schedule._ended.wait = told  # type: ignore[method-assign]
    with schedule:
        assert ended.wait(30)
    schedule._thread.join()
    assert waits == [0, 1800, 86_400]
    assert "failed" in caplog.text
