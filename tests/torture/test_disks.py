"""Disks that fill, take no writes, or break under a server that has them open."""

import shutil
from pathlib import Path

import pytest

from mapserver.errors import BackupError, StoreFull, StoreReadOnly
from mapserver.services.backups.keeping import listed
from tests.services.small_town import Town, build_town, open_town
from tests.support.backing import backed_up
from tests.support.disks import break_down, failing_disk, remount, small_disk
from tests.torture.writer import ROWS, given, people

MANY = 600


def take(town: Town, *numbers: int) -> None:
    """Import one after the other, each committed."""
    for number in numbers:
        one = given(2 * number)
        job = town.take(one.data, one.name)
        assert job.summary["counts"]["added"] == ROWS


def many() -> bytes:
    """Return a register larger than the disks of these tests."""
    first, *rest = [people(number).decode("utf-8-sig").split("\r\n", 1) for number in range(MANY)]
    lines = [*first, *(body for _, body in rest)]
    return ("\r\n".join(line.rstrip("\r\n") for line in lines) + "\r\n").encode("utf-8-sig")


def test_an_import_on_a_full_disk_is_refused_whole_and_goes_when_there_is_room(tmp_path: Path):
    with small_disk(tmp_path / "disk", "4m") as disk:
        town = build_town(str(disk / "data"), tmp_path / "town.key")
        before, sequence = town.content(), town.sequence
        job = town.ready(many(), "户口.csv")
        town.commit(job)
        assert (job.state, type(job.problem)) == ("ready", StoreFull)
        assert (town.content(), town.sequence) == (before, sequence)
        assert town.verify() == sequence
        remount(disk, "size=64m")
        town.commit(job)
        assert job.state == "committed"
        assert job.summary["counts"]["added"] == MANY * ROWS
        assert town.verify() == town.sequence
        town.store.close()


def test_a_disk_that_takes_no_writes_can_be_read_and_its_town_carried_away(tmp_path: Path):
    key_file = tmp_path / "town.key"
    with small_disk(tmp_path / "disk", "32m") as disk:
        data = disk / "data"
        town = build_town(str(data), key_file)
        take(town, 1)
        sequence, content = town.sequence, town.content()
        killed_server_leaves(town, data)
        remount(disk, "ro")
        held = open_town(str(data), key_file)
        assert (held.sequence, held.content(), held.verify()) == (sequence, content, sequence)
        one = given(4)
        job = held.commit(held.ready(one.data, one.name))
        assert (job.state, type(job.problem)) == ("ready", StoreReadOnly)
        held.store.close()
        shutil.copytree(data, tmp_path / "away")
        away = open_town(str(tmp_path / "away"), key_file)
        assert (away.sequence, away.content()) == (sequence, content)
        take(away, 2)
        assert away.verify() == away.sequence
        away.store.close()
        remount(disk, "rw")
        again = open_town(str(data), key_file)
        take(again, 2)
        assert again.verify() == again.sequence
        again.store.close()


def killed_server_leaves(town: Town, data: Path) -> None:
    """Leave the folder as a kill does: with a log that was not folded into the file."""
    left = data.parent / "left"
    shutil.copytree(data, left)
    town.store.close()
    shutil.rmtree(data)
    left.rename(data)
    assert (data / "town.gpkg-wal").stat().st_size > 0


def test_a_start_on_a_disk_that_takes_no_writes_says_so(tmp_path: Path):
    """SQLite reads a log's file without one beside it only where it may make one."""
    with small_disk(tmp_path / "disk", "32m") as disk:
        build_town(str(disk / "data"), tmp_path / "town.key").store.close()
        remount(disk, "ro")
        with pytest.raises(StoreReadOnly) as caught:
            open_town(str(disk / "data"), tmp_path / "town.key")
        assert caught.value.code == "store-read-only"
        remount(disk, "rw")
        again = open_town(str(disk / "data"), tmp_path / "town.key")
        assert again.verify() == again.sequence
        again.store.close()


def test_a_disk_that_breaks_under_an_open_store_loses_nothing_that_was_committed(tmp_path: Path):
    key_file = tmp_path / "town.key"
    with failing_disk(tmp_path / "disk", tmp_path / "image") as disk:
        town = build_town(str(disk / "data"), key_file)
        take(town, 1)
        sequence, content = town.sequence, town.content()
        break_down(disk)
        one = given(4)
        # what is there can still be read, and planned with; writing is refused in words
        job = town.commit(town.ready(one.data, one.name))
        assert job.state == "ready"
        assert job.problem is not None and job.problem.code in ("store-read-only", "store-error")
        assert (town.sequence, town.content()) == (sequence, content)
        shutil.copytree(disk / "data", tmp_path / "away")
        town.store.close()
    away = open_town(str(tmp_path / "away"), key_file)
    assert (away.sequence, away.content()) == (sequence, content)
    assert away.verify() == sequence
    away.store.close()


def test_a_backup_on_a_full_disk_is_no_backup_and_leaves_the_earlier_ones(tmp_path: Path):
    town = build_town(str(tmp_path / "data"))
    with small_disk(tmp_path / "disk", "2m") as disk:
        first = backed_up(tmp_path / "data", disk)
        (disk / "filling").write_bytes(bytes(2 * 2**20 - first.size - 32_768))
        take(town, *range(1, 60))
        with pytest.raises(BackupError) as caught:
            backed_up(tmp_path / "data", disk)
        assert caught.value.code == "backup-failed"
        assert [one.file for one in listed(disk)] == [first.file]
        assert {one.name for one in disk.iterdir()} == {first.file.name, "filling"}
    assert not list((tmp_path / "data").glob(".backup-*"))
    assert town.verify() == town.sequence
    town.store.close()
