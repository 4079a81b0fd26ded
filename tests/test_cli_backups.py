"""Backups as people and timers call them."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mapserver.services.backups.keeping import listed, name_at
from tests.api import town as small
from tests.test_cli import as_process, mapserver

WORDS = "四个不相干的词连在一起就好"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small town's data folder, to be copied."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    small.build(folder)
    return folder


@pytest.fixture
def data(kept: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    return Path(shutil.copytree(kept, tmp_path / "data"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a backup key."""
    file = tmp_path / "backup.key"
    assert mapserver("backup-key", file).code == 0
    return file


def test_the_drill_of_the_docs(data: Path, key: Path, tmp_path: Path):
    to, drill = tmp_path / "usb", tmp_path / "drill"
    done = mapserver("backup", "--data", data, "--to", to, "--key-file", key, language="en")
    assert (done.code, done.err) == (0, "")
    assert "restored and compared" in done.out
    (one,) = listed(to)
    told = mapserver("backups", "--to", to, "--within", "36")
    assert (told.code, told.out.split()[0]) == (0, one.file.name)
    back = mapserver("restore", one.file, "--data", drill, "--key-file", key, language="en")
    assert (back.code, back.err) == (0, "")
    assert "the same as then" in back.out
    assert {file.name for file in drill.iterdir()} == {"town.gpkg", "town.key"}
    # and once more: there is something now
    again = mapserver("restore", one.file, "--data", drill, "--key-file", key, language="en")
    assert (again.code, again.out) == (2, "")
    assert "not touched" in again.err


def test_a_timer_has_no_terminal_to_ask_for_a_passphrase(data: Path, tmp_path: Path):
    ended = as_process("backup", "--data", data, "--to", tmp_path / "usb")
    assert (ended.code, ended.out) == (2, "")
    assert "--passphrase-file" in ended.err
    assert not (tmp_path / "usb").exists()


def test_a_passphrase_from_a_file_and_never_in_an_answer(data: Path, tmp_path: Path):
    words = tmp_path / "words"
    words.write_text(f"{WORDS}\n", "utf-8")
    words.chmod(0o600)
    to = tmp_path / "usb"
    seal = ("--passphrase-file", words)
    assert mapserver("backup", "--data", data, "--to", to, "--unchecked", *seal).code == 0
    (one,) = listed(to)
    words.write_text("四个不相干的词连在一起就坏\n", "utf-8")
    ended = mapserver("restore", one.file, "--data", tmp_path / "drill", *seal, language="en")
    assert (ended.code, ended.out) == (2, "")
    assert "cannot be opened" in ended.err
    assert "不相干" not in ended.err
    words.write_text("太短\n", "utf-8")
    short = mapserver("backup", "--data", data, "--to", to, *seal, language="en")
    assert (short.code, short.err.count("\n")) == (2, 1)
    assert "too short" in short.err
    assert len(listed(to)) == 1


@pytest.mark.parametrize(("language", "words"), [("zh", "放哪里"), ("en", "Where do backups go")])
def test_a_backup_without_a_place_is_asked_for_one(data: Path, language: str, words: str):
    ended = mapserver("backup", "--data", data, language=language)
    assert (ended.code, ended.out) == (2, "")
    assert words in ended.err


def test_old_backups_go_by_the_rule_and_a_late_newest_is_told(
    data: Path, key: Path, tmp_path: Path
):
    to = tmp_path / "usb"
    to.mkdir()
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for days in range(40):
        (to / name_at(long_ago + timedelta(days=days))).write_bytes(b"x")
    late = mapserver("backups", "--to", to, "--within", "36", language="en")
    assert (late.code, late.out.splitlines()[-1]) == (1, "No backup is new enough.")
    env = {
        "MAPSERVER_BACKUP_TO": str(to),
        "MAPSERVER_BACKUP_KEY_FILE": str(key),
        "MAPSERVER_BACKUP_DAYS": "3",
        "MAPSERVER_BACKUP_WEEKS": "0",
        "MAPSERVER_BACKUP_MONTHS": "0",
    }
    done = mapserver("backup", "--data", data, "--prune", "--unchecked", language="en", **env)
    assert done.code == 0
    assert done.out.count("Deleted the old backup") == 38
    assert len(listed(to)) == 3
    assert mapserver("backups", "--within", "36", **env).code == 0


def test_a_server_makes_backups_by_itself(data: Path, key: Path, tmp_path: Path):
    from tests.support.process import wait_until
    from tests.support.server import running_server

    to = tmp_path / "usb"
    env = {"MAPSERVER_BACKUP_TO": str(to), "MAPSERVER_BACKUP_KEY_FILE": str(key)}
    log = tmp_path / "server.log"
    with running_server(["serve", "--data", str(data)], log, env=env) as server:
        wait_until(lambda: len(listed(to)) == 1, server.process, log)


def test_a_server_that_could_not_seal_its_backups_does_not_start(data: Path, tmp_path: Path):
    env = {"MAPSERVER_BACKUP_TO": str(tmp_path), "MAPSERVER_BACKUP_KEY_FILE": str(tmp_path / "no")}
    ended = mapserver("serve", "--data", data, "--port", "0", language="en", **env)
    assert ended.code == 2
    assert "cannot be read" in ended.err
