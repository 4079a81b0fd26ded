"""Whatever an import does, no secret of it stands anywhere on the disk in clear."""

import zlib
from pathlib import Path

import orjson
import psycopg
import pytest

from tests.services.registers import register
from tests.services.small_town import EAST, HEAD, Town, id_of

NUMBERS = [id_of("19900503", k) for k in range(1, 5)]
PHONES = [f"1400000000{k}" for k in range(1, 6)]
STRAY = "13900001234"
CHILD = {
    "name": "陈小满",
    "relation": "孙女",
    "born": "2019-07-06",
    "note": "随奶奶",
    "address": "新屋村8组77号",
}
WRONG = "430499199005030011"  # its check digit is wrong, so the row is refused


@pytest.fixture
def lived(town: Town) -> Town:
    """Return a town in which imports added, changed, asked, refused, and were undone."""
    live_through(town)
    return town


@pytest.fixture
def lived_postgres(postgres_town: Town) -> Town:
    """Return the same on PostgreSQL."""
    live_through(postgres_town)
    return postgres_town


def live_through(town: Town) -> None:
    man = {
        "name": "陈新来",
        "relation": "户主",
        "id_number": NUMBERS[0],
        "address": "新屋村8组77号",
    }
    town.take(
        register(
            {**man, "phone": PHONES[0], "head_id": NUMBERS[1], "head_phone": PHONES[1]},
            {"name": "李坏号", "id_number": WRONG, "phone": PHONES[2]},
            {**man, "name": "王移列", "id_number": NUMBERS[2], "grid_claimed": STRAY},
            {**CHILD, "id_number": None, "address": man["address"]},
        ),
        f"户口{STRAY}.xlsx",
    )
    changed = town.take(register({**man, "phone": PHONES[3]}, {**CHILD, "note": "随外婆"}))
    assert changed.summary["counts"]["updated"] == 2
    town.undo(changed)
    town.undo(town.take(register({**man, "name": "何走了", "id_number": NUMBERS[3]})))
    job = town.ready(register({"name": "周大山", "id_number": HEAD, "phone": "140****9999"}))
    town.decide(job, "phone-masked:phone", "drop")
    town.commit(job)


def secrets(town: Town) -> list[bytes]:
    """Return what may stand nowhere, as bytes and as JSON writes it."""
    assert town.person("陈新来")["phone"] == PHONES[0]
    assert town.person("陈小满")["note"] == "随奶奶"
    every = [*NUMBERS, *PHONES, HEAD, WRONG, "陈小满", "2019-07-06", "随奶奶", "随外婆"]
    return [one.encode() for one in every]


def told(town: Town) -> bytes:
    """Return outcomes and summaries of every import, unpacked."""
    with town.context.read() as session:
        table = session.table("import_batch")
        rows = session.connection.execute(table.select()).mappings().all()
    assert len(rows) == 4
    every = [(row["file"], row["summary"], orjson.loads(zlib.decompress(row["outcomes"])))
             for row in rows]  # fmt: skip
    return orjson.dumps(every)


def test_no_secret_stands_in_the_file_or_its_log(lived: Town, tmp_path: Path) -> None:
    files = sorted(path for path in (tmp_path / "data").iterdir() if path.is_file())
    assert {path.name for path in files} >= {"town.gpkg", "town.gpkg-wal"}
    kept = b"".join(path.read_bytes() for path in files)
    assert "陈新来".encode() in kept
    assert EAST.encode() in kept
    for secret in secrets(lived):
        assert secret not in kept
        assert secret not in told(lived)


def test_no_secret_stands_in_the_database(lived_postgres: Town, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [
            row[0]
            for (name,) in names.fetchall()
            for row in connection.execute(f'SELECT t::text FROM "{name}" t').fetchall()
        ]
    kept = "\n".join(rows).encode()
    assert "陈新来".encode() in kept
    for secret in secrets(lived_postgres):
        assert secret not in kept
        assert secret not in told(lived_postgres)


def test_numbers_in_a_files_name_and_in_wrong_columns_are_covered(lived: Town) -> None:
    assert STRAY.encode() not in told(lived)
    assert f"户口{'*' * 11}.xlsx".encode() in told(lived)
