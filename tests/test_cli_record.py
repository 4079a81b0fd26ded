"""The commands for the record: verify, heads, cut, app-role."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mapserver.layers import load_layers
from mapserver.services import opening, record
from mapserver.services.context import Context
from mapserver.shipped import shipped
from mapserver.store.append_only import TRIGGERS
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.api import town as small
from tests.test_cli import mapserver

EVENTS = 20 + 6
"""Of the town's records, and of the account that tests ask by."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small town's data folder, to be copied."""
    folder = tmp_path_factory.mktemp("record") / "data"
    small.build(folder)
    return folder


@pytest.fixture
def data(kept: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    return Path(shutil.copytree(kept, tmp_path / "data"))


def meddle(data: Path, *statements: str) -> None:
    """Change the file as somebody could who has it."""
    with closing(sqlite3.connect(data / "town.gpkg", isolation_level=None)) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            connection.execute(statement)


def verified(data: Path, *options: str | Path) -> tuple[int, list[dict]]:
    ended = mapserver("verify", "--data", data, "--json", *options)
    return ended.code, json.loads(ended.out)


def test_a_whole_record_is_said_to_be(data: Path):
    ended = mapserver("verify", "--data", data)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"{small.TOWN}: 记录完整，{EVENTS} 条，第 1 至 {EVENTS} 条。\n"
    assert "the record is whole" in mapserver("verify", "--data", data, language="en").out
    code, (told,) = verified(data)
    assert (code, told["whole"], told["events"], told["cut"]) == (0, True, EVENTS, 0)


def test_an_empty_store_has_an_empty_record(tmp_path: Path):
    ended = mapserver("verify", "--data", tmp_path / "data")
    assert (ended.code, ended.out) == (0, "还没有记录。\n")


def test_a_break_is_said_with_its_place_and_ends_with_1(data: Path):
    meddle(data, "UPDATE event SET actor = 'x' WHERE seq = 5")
    ended = mapserver("verify", "--data", data)
    assert (ended.code, ended.out) == (1, "")
    assert "第 5 条断开：这一条被改动过" in ended.err
    assert "2026-11-20T08:00:00" in ended.err
    code, (told,) = verified(data)
    assert (code, told["whole"], told["seq"], told["fault"]) == (1, False, 5, "changed")


def test_a_record_that_was_wiped_whole_is_broken(data: Path):
    meddle(data, *(f"DELETE FROM {name}" for name in ("event", "chain", "layer_sequence")))
    code, (told,) = verified(data)
    assert (code, told["town"], told["seq"]) == (1, small.TOWN, 1)


def test_another_key_cannot_check_and_ends_with_2(data: Path):
    (data / "town.key").write_bytes(bytes(32))
    ended = mapserver("verify", "--data", data)
    assert (ended.code, ended.out) == (2, "")
    assert "密钥" in ended.err


def test_heads_that_were_exported_are_compared(data: Path, tmp_path: Path):
    file = tmp_path / "heads.jsonl"
    file.write_text(mapserver("heads", "--data", data).out)
    note(data, days=0)
    with file.open("a") as more:
        more.write(mapserver("heads", "--data", data).out)
    code, (told,) = verified(data, "--heads", file)
    assert (code, told["heads_compared"]) == (0, 2)
    ended = mapserver("verify", "--data", data, "--heads", file)
    assert "和以前导出的 2 个链头一致" in ended.out


def test_a_backup_that_was_put_back_is_shorter_than_its_heads(data: Path, tmp_path: Path):
    early = Path(shutil.copytree(data, tmp_path / "early"))
    note(data, days=0)
    file = tmp_path / "heads.jsonl"
    file.write_text(mapserver("heads", "--data", data).out)
    code, (told,) = verified(early, "--heads", file)
    assert (code, told["fault"], told["seq"]) == (1, "shorter", EVENTS + 1)


@pytest.mark.parametrize("content", ["x", '{"town": "430424100"}', '{"seq": 1}\n'])
def test_a_file_that_holds_no_heads_is_told_by_its_line(data: Path, tmp_path: Path, content: str):
    file = tmp_path / "heads.jsonl"
    file.write_text("\n" + content)
    ended = mapserver("verify", "--data", data, "--heads", file, language="en")
    assert (ended.code, ended.out) == (2, "")
    assert f"{file}:2: A line is no head" in ended.err
    missing = mapserver("verify", "--data", data, "--heads", tmp_path / "none", language="en")
    assert (missing.code, "cannot be opened" in missing.err) == (2, True)


def note(data: Path, days: int) -> None:
    """Note something so many days from now."""
    layers = load_layers(shipped("layers"))
    with closing(Store.open(str(data), layers, key_file=None)) as store:
        scope = Scope.of_town("test", small.TOWN)
        record.note(Context(store, scope, lambda: opening.now() + timedelta(days=days)), "backup")


def age(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Let the commands run so many days from the time of the small town."""
    from mapserver import cli_record

    later = small.Clock()
    later.push(days=days)
    monkeypatch.setattr(cli_record, "now", later)


def test_old_events_go_and_the_rest_is_whole(data: Path, monkeypatch: pytest.MonkeyPatch):
    age(monkeypatch, 400)
    ended = mapserver("cut", "--data", data, "--days", "365", language="en")
    assert (ended.code, ended.err) == (0, "")
    # the newest stays, so that the head has its event
    assert ended.out.startswith(f"{small.TOWN}: {EVENTS - 1} events removed")
    code, (told,) = verified(data)
    assert (code, told["cut"], told["events"]) == (0, EVENTS - 1, 2)


def test_nothing_goes_before_its_time(data: Path, monkeypatch: pytest.MonkeyPatch):
    age(monkeypatch, 300)
    ended = mapserver("cut", "--data", data, MAPSERVER_RECORD_DAYS="365", language="en")
    assert (ended.code, ended.out.split()[1]) == (0, "0")
    assert verified(data)[1][0]["events"] == EVENTS


@pytest.mark.parametrize("days", ["182", "0", "-1"])
def test_half_a_year_is_the_least(data: Path, days: str):
    for given in (
        mapserver("cut", "--data", data, "--days", days),
        mapserver("cut", "--data", data, MAPSERVER_RECORD_DAYS=days),
        mapserver("verify", "--data", data, MAPSERVER_RECORD_DAYS=days),
    ):
        assert (given.code, given.out) == (2, "")
        assert "183" in given.err


def test_without_a_time_nothing_is_cut(data: Path):
    ended = mapserver("cut", "--data", data)
    assert (ended.code, ended.out) == (2, "")
    assert "--days" in ended.err


def test_a_broken_record_is_not_cut(data: Path, monkeypatch: pytest.MonkeyPatch):
    meddle(data, "UPDATE event SET actor = 'x' WHERE seq = 5")
    age(monkeypatch, 400)
    ended = mapserver("cut", "--data", data, "--days", "365")
    assert (ended.code, "第 5 条断开" in ended.err) == (2, True)


def test_a_role_is_made_on_postgresql_only(data: Path, postgres_url: str, tmp_path: Path):
    key = str(tmp_path / "pg.key")
    ended = mapserver("app-role", "app", "--data", data, language="en")
    assert (ended.code, "GeoPackage" in ended.err) == (2, True)
    ended = mapserver(
        "app-role", "mapclerk", "--data", postgres_url, language="en", MAPSERVER_KEY_FILE=key
    )
    assert (ended.code, ended.err) == (0, "")
    assert "ALTER ROLE mapclerk PASSWORD" in ended.out
