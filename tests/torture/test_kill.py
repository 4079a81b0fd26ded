"""kill -9 at random moments: nothing acknowledged is lost, nothing is torn, indexes hold.

A kill is no power cut: what the program wrote is in the system's hands already. That it is
on the disk by then is what `synchronous = FULL` and `fsync = on` are for.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from mapserver.services.imports.batch import import_file
from mapserver.store.geopackage import add_functions
from tests.services.small_town import build_town
from tests.support.postgres import Machine
from tests.torture.killing import Nursery, look, nursery
from tests.torture.writer import ROWS, given

SHORT, LONG = 12, 200
SHORT_SERVER, LONG_SERVER = 4, 50


def counts(short: int, long: int) -> pytest.MarkDecorator:
    """Run a test a few times always, and many times by `make torture`."""
    return pytest.mark.parametrize("kills", [short, pytest.param(long, marks=pytest.mark.torture)])


def report(capsys: pytest.CaptureFixture[str], what: str, nest: Nursery) -> None:
    with capsys.disabled():
        rows = sum(nest.acknowledged.values())
        print(  # noqa: T201
            f"\n{what}: {nest.lives} kills, {len(nest.acknowledged)} imports of {rows} rows "
            f"acknowledged in {nest.lives_with_writes} lives, 0 lost, 0 torn"
        )


@counts(SHORT, LONG)
def test_a_geopackage_whose_writer_is_killed(
    tmp_path: Path, kills: int, capsys: pytest.CaptureFixture[str]
):
    place, key_file = str(tmp_path / "data"), tmp_path / "town.key"
    build_town(place, key_file).store.close()
    with nursery(place, key_file, 1) as nest:
        for _ in range(kills):
            nest.live()
            look(place, key_file, nest.acknowledged)
    assert nest.lives_with_writes > kills // 3
    report(capsys, "GeoPackage, writer killed", nest)


@counts(SHORT_SERVER, LONG_SERVER)
def test_a_database_whose_writer_or_server_is_killed(
    machine: Machine, tmp_path: Path, kills: int, capsys: pytest.CaptureFixture[str]
):
    """In turn the program is killed, and PostgreSQL with all its processes."""
    place, key_file = machine.cluster.url("town"), tmp_path / "town.key"
    build_town(place, key_file).store.close()
    with nursery(place, key_file, 2) as nest:
        for number in range(kills):
            if number % 2:
                nest.live(machine.kill)
                machine.start()
            else:
                nest.live()
            look(place, key_file, nest.acknowledged)
            assert_indexes_equal_tables(machine)
    assert nest.lives_with_writes > kills // 3
    report(capsys, "PostgreSQL, writer and server killed in turn", nest)


def assert_indexes_equal_tables(machine: Machine) -> None:
    """Every row is in every B-tree, and every entry has its row (amcheck raises if not)."""
    machine.cluster.execute(
        "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam "
        "WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace",
        database="town",
    )
    shapes = "SELECT count(*) FROM school WHERE geom && ST_MakeEnvelope(112, 26, 114, 28, 4490)"
    with psycopg.connect(machine.cluster.url("town")) as connection:
        counted = []
        for by_tree in ("on", "off"):
            connection.execute(f"SET enable_indexscan = {by_tree}")
            connection.execute(f"SET enable_bitmapscan = {by_tree}")
            connection.execute(f"SET enable_seqscan = {'off' if by_tree == 'on' else 'on'}")
            counted.append(connection.execute(shapes).fetchone())
    assert counted[0] == counted[1]


def test_what_a_kill_might_do_would_be_seen(tmp_path: Path):
    """A loss, a torn import, a record without its event and a broken tree, planted one by one."""
    place, key_file = str(tmp_path / "data"), tmp_path / "town.key"
    town = build_town(place, key_file)
    batches = []
    for number in (1, 2):
        done = import_file(town.context, given(number), "en", lambda *_: None, every_row=False)
        batches.append(done.batch)
    town.store.close()
    acknowledged = dict.fromkeys(batches, ROWS)
    look(place, key_file, acknowledged)
    with pytest.raises(AssertionError, match="lost"):
        look(place, key_file, {**acknowledged, "00000000-0000-0000-0000-000000000001": ROWS})
    for harm in (
        "DELETE FROM import_batch WHERE layer = 'school'",
        "DELETE FROM person WHERE fid = (SELECT max(fid) FROM person)",
        "DELETE FROM rtree_school_geom WHERE id = (SELECT max(fid) FROM school)",
        "DELETE FROM layer_sequence WHERE layer = 'school'",
        "UPDATE import_batch SET last_seq = last_seq - 1 WHERE layer = 'school'",
    ):
        copy = tmp_path / "harmed"
        shutil.copytree(place, copy)
        with closing(sqlite3.connect(copy / "town.gpkg", isolation_level=None)) as connection:
            add_functions(connection)
            assert connection.execute(harm).rowcount == 1
        with pytest.raises(AssertionError):
            look(str(copy), key_file, acknowledged)
        shutil.rmtree(copy)
