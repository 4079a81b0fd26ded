"""Backups: made beside writers, proved, sealed, and put back as they were."""

import os
import shutil
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mapserver.errors import BackupDamaged, BackupError, BrokenChain, KeyFileError, StoreError
from mapserver.formats.sealed_archive import pack
from mapserver.formats.sealed_stream import Secret
from mapserver.services import accounts, signing_in, tokens
from mapserver.services.backups import content as contents
from mapserver.services.backups import making
from mapserver.services.backups.keeping import listed
from mapserver.services.backups.making import Made, Order, back_up
from mapserver.services.backups.restoring import Restored, restore
from mapserver.services.callers import caller_of_session, caller_of_token
from mapserver.services.opening import now
from mapserver.services.tokens import Wanted
from mapserver.settings import Settings
from mapserver.store import copies, postgres_programs
from mapserver.store.inventory import Inventory
from tests.services.office import PASSWORD
from tests.services.small_town import Town, build_town, open_town
from tests.support.backing import SECRET
from tests.support.postgres import Cluster
from tests.torture.writer import ROWS, given

AT = datetime(2026, 11, 24, 8, 30, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A town, where it is kept, and an empty place of the same engine."""

    town: Town
    settings: Settings
    folder: Path
    elsewhere: Settings

    def back_up(self, **order: object) -> Made:
        """Back the town up."""
        return back_up(self.settings, Order(self.folder, SECRET, **order), lambda: AT)

    def restore(self, file: Path, secret: Secret = SECRET, key: bytes | None = None) -> Restored:
        """Put a backup into the empty place."""
        return restore(self.elsewhere, file, secret, lambda: AT, key)

    def restored(self) -> Town:
        """Open what was put back."""
        return open_town(self.elsewhere.data, self.elsewhere.key_file)


def on_file(tmp_path: Path) -> tuple[Settings, Settings]:
    return Settings(data=str(tmp_path / "data")), Settings(data=str(tmp_path / "elsewhere"))


@pytest.fixture(params=["geopackage", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path):
    """Yield the small town on each engine in turn."""
    if request.param == "geopackage":
        yield request.getfixturevalue("file_kept")
        return
    url: str = request.getfixturevalue("postgres_url")
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    cluster.execute("DROP DATABASE IF EXISTS elsewhere", "CREATE DATABASE elsewhere")
    settings = Settings(data=url, key_file=tmp_path / "keys" / "town.key")
    elsewhere = Settings(data=cluster.url("elsewhere"), key_file=tmp_path / "other.key")
    town = build_town(settings.data, settings.key_file)
    yield Kept(town, settings, tmp_path / "backups", elsewhere)
    town.store.close()


@pytest.fixture
def file_kept(town_folder: Path, tmp_path: Path):
    """Yield the small town on a GeoPackage."""
    settings, elsewhere = on_file(tmp_path)
    shutil.copytree(town_folder, settings.data)
    town = open_town(settings.data)
    yield Kept(town, settings, tmp_path / "backups", elsewhere)
    town.store.close()


# ---------------------------------------------------------------- there and back


def test_what_is_put_back_is_what_was_backed_up(kept: Kept):
    content, sequence = kept.town.content(), kept.town.sequence
    made = kept.back_up()
    assert (made.checked, made.holds.last) == (True, sequence)
    assert made.file.name == "township-20261124T083005Z.backup"
    done = kept.restore(made.file)
    assert (done.at, done.holds) == (AT, made.holds)
    back = kept.restored()
    assert back.content() == content
    # the record goes on, and its first word is that it was put back
    assert back.verify() == back.sequence == sequence + 1
    one = given(2)
    assert back.take(one.data, one.name).summary["counts"]["added"] == ROWS
    assert back.verify() == back.sequence
    back.store.close()


def test_the_record_tells_of_the_backup_and_of_the_restore(kept: Kept):
    sequence = kept.town.sequence
    made = kept.back_up()
    assert actions(kept.town, sequence + 1) == ["backup"]
    kept.restore(made.file)
    back = kept.restored()
    assert actions(back, sequence + 1) == ["restore"]
    back.store.close()


def test_nobody_comes_back_with_a_backup(kept: Kept):
    """Neither who signed out since, nor a token that was revoked since, nor anybody else."""
    context = replace(kept.town.context, clock=lambda: AT)
    account, _ = accounts.create(context, "王芳", "王芳", PASSWORD)
    signed_in = signing_in.sign_in(context, "王芳", PASSWORD, "", "192.0.2.1")
    _, token = tokens.create(context, account.id, Wanted("QGIS"))
    sequence, made = kept.town.sequence, kept.back_up()
    kept.restore(made.file)
    back = kept.restored()
    there = replace(back.context, clock=lambda: AT)
    assert caller_of_session(context, signed_in.token)
    assert caller_of_session(there, signed_in.token) is None
    assert caller_of_token(there, token) is None
    assert tokens.listed(there, account.id) == []
    assert signing_in.sessions_of(there, account.id) == []
    assert actions(back, sequence + 1) == ["restore", "revoke", "revoke"]
    assert back.verify() == back.sequence
    back.store.close()


def actions(town: Town, first: int) -> list[str]:
    from sqlalchemy import select

    with town.context.read() as session:
        event = session.table("event")
        query = select(event.c.action).where(event.c.seq >= first).order_by(event.c.seq)
        return list(session.connection.execute(query).scalars())


def test_writers_go_on_and_the_backup_is_one_of_their_moments(kept: Kept):
    ended = threading.Event()
    written = []

    def write() -> None:
        for number in range(2, 4000, 2):
            if ended.is_set():
                return
            one = given(number)
            written.append(kept.town.take(one.data, one.name).id)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [kept.back_up() for _ in range(2)]
    finally:
        ended.set()
        writer.join()
    assert len(written) > 1
    assert made[0].holds.last < made[1].holds.last
    kept.restore(made[1].file)
    back = kept.restored()
    assert back.verify() == back.sequence == made[1].holds.last + 1
    with back.context.read() as session:
        layer = session.table("person")
        people = session.connection.execute(layer.select()).all()
    assert (len(people) - 3) % ROWS == 0
    back.store.close()


def test_a_town_s_own_layers_and_its_key_come_back_with_it(file_kept: Kept):
    own = Path(file_kept.settings.data) / "layers"
    own.mkdir()
    (own / "pond.toml").write_text(
        'title = {zh = "鱼塘", en = "Ponds"}\ngeometry = "point"\n', "utf-8"
    )
    making.open_store(file_kept.settings).close()
    made = file_kept.back_up()
    file_kept.restore(made.file)
    there = Path(file_kept.elsewhere.data)
    assert (there / "layers" / "pond.toml").read_bytes() == (own / "pond.toml").read_bytes()
    assert (there / "town.key").read_bytes() == (own.parent / "town.key").read_bytes()
    names = {one.name for one in there.iterdir()}
    assert names == {"layers", "town.gpkg", "town.key"}
    for name in ("town.gpkg", "town.key"):
        assert stat.S_IMODE((there / name).stat().st_mode) == 0o600


def test_a_passphrase_seals_as_well(file_kept: Kept):
    words = Secret.passphrase("四个不相干的词连在一起就好")
    order = Order(file_kept.folder, words)
    made = back_up(file_kept.settings, order, lambda: AT)
    file_kept.restore(made.file, words)
    back = file_kept.restored()
    assert back.verify() == back.sequence
    back.store.close()


# ---------------------------------------------------------------- nothing in clear


def test_nothing_of_the_town_can_be_read_in_the_file_and_nothing_is_left_beside(kept: Kept):
    made = kept.back_up()
    data = made.file.read_bytes()
    for word in ("周大山", "新屋村", "SQLite format 3", "PGDMP", "manifest.json"):
        assert word.encode() not in data
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert [one.name for one in made.file.parent.iterdir()] == [made.file.name]
    if not kept.settings.data.startswith("postgresql"):
        assert not list(Path(kept.settings.data).glob(".*"))


def test_what_a_killed_backup_left_in_clear_is_swept_by_a_later_one(file_kept: Kept):
    data = Path(file_kept.settings.data)
    for name, age_s in ((".backup-old", 100_000), (".backup-now", 10)):
        (data / name).mkdir()
        moment = datetime.now(UTC).timestamp() - age_s
        os.utime(data / name, (moment, moment))
    file_kept.back_up()
    assert {one.name for one in data.glob(".backup-*")} == {".backup-now"}


def test_the_databases_made_to_check_in_are_gone(kept: Kept, postgres_cluster: Cluster):
    import psycopg

    kept.back_up()
    with psycopg.connect(postgres_cluster.url("postgres")) as connection:
        query = "SELECT count(*) FROM pg_database WHERE datname LIKE 'mapserver_check%'"
        assert connection.execute(query).fetchone() == (0,)


# ---------------------------------------------------------------- the key of the store


def test_a_backup_without_the_store_s_key_asks_for_it(file_kept: Kept):
    made = file_kept.back_up(with_key=False)
    key = (Path(file_kept.settings.data) / "town.key").read_bytes()
    with pytest.raises(BackupError, match="--store-key"):
        file_kept.restore(made.file)
    with pytest.raises(KeyFileError):
        file_kept.restore(made.file, key=bytes(32))
    assert is_empty_folder(file_kept.elsewhere)
    file_kept.restore(made.file, key=key)
    back = file_kept.restored()
    assert back.verify() == back.sequence
    back.store.close()


def is_empty_folder(settings: Settings) -> bool:
    folder = Path(settings.data)
    return not folder.exists() or not list(folder.iterdir())


def test_a_key_that_changes_while_the_copy_is_made_makes_it_anew(
    file_kept: Kept, monkeypatch: pytest.MonkeyPatch
):
    """As when keys are changed while the town is served: the key goes with its own moment."""
    key = making.key_of(file_kept.settings)
    told = iter([b"the one before", key, key, key, key, key])
    monkeypatch.setattr(making, "key_of", lambda _: next(told))
    made = file_kept.back_up(checked=False)
    with made.file.open("rb") as source:
        assert contents.read(source, SECRET).key == key
    assert len(list(told)) == 2


def test_another_store_s_key_in_the_way_is_not_overwritten(file_kept: Kept):
    made = file_kept.back_up()
    there = Path(file_kept.elsewhere.data)
    there.mkdir()
    (there / "town.key").write_bytes(bytes(32))
    with pytest.raises(BackupError, match="another store's key"):
        file_kept.restore(made.file)
    assert [one.name for one in there.iterdir()] == ["town.key"]
    assert (there / "town.key").read_bytes() == bytes(32)


# ---------------------------------------------------------------- refused


def test_a_place_that_holds_something_is_not_touched(kept: Kept):
    made = kept.back_up()
    before = kept.town.content()
    with pytest.raises(BackupError, match="already"):
        restore(kept.settings, made.file, SECRET, lambda: AT)
    assert kept.town.content() == before


def test_another_key_opens_nothing_and_leaves_nothing(kept: Kept):
    made = kept.back_up()
    with pytest.raises(BackupDamaged):
        kept.restore(made.file, Secret("key", bytes(32)))
    assert copies.is_empty(kept.elsewhere.data)


@pytest.mark.parametrize("harm", ["cut", "changed"])
def test_a_backup_that_was_harmed_leaves_the_place_empty(kept: Kept, harm: str):
    made = kept.back_up()
    data = bytearray(made.file.read_bytes())
    data[-1] ^= 1
    made.file.write_bytes(data[:-70_000] if harm == "cut" else data)
    with pytest.raises(BackupDamaged):
        kept.restore(made.file)
    assert copies.is_empty(kept.elsewhere.data)
    if kept.elsewhere.key_file is None:
        assert is_empty_folder(kept.elsewhere)


@pytest.mark.parametrize(
    "page",
    [b"no page", b"[]", b"{}", b'{"form": 1}', b'{"form": 1, "at": "x", "kind": "k", "rows": []}'],
)
def test_a_page_that_no_program_of_ours_wrote_is_refused(tmp_path: Path, page: bytes):
    """It is sealed with the right key all the same, so nothing before has found it."""
    file, place = tmp_path / "a.backup", tmp_path / "data"
    with file.open("wb") as out:
        pack(out, SECRET, [("manifest.json", page), ("store.key", b"k")])
    with pytest.raises(BackupDamaged):
        restore(Settings(data=str(place)), file, SECRET, now)
    assert not place.exists()


def test_a_backup_of_the_other_engine_is_told_so(
    file_kept: Kept, postgres_url: str, tmp_path: Path
):
    made = file_kept.back_up()
    settings = Settings(data=postgres_url, key_file=tmp_path / "some.key")
    with pytest.raises(BackupError, match="other engine"):
        restore(settings, made.file, SECRET, lambda: AT)
    assert copies.is_empty(postgres_url)


def test_a_file_that_is_not_there_is_told(file_kept: Kept, tmp_path: Path):
    with pytest.raises(BackupError, match="No such file"):
        file_kept.restore(tmp_path / "none.backup")


@pytest.mark.parametrize("where", ["head", "rows", "table"])
def test_a_copy_that_differs_from_what_was_counted_is_no_backup(
    file_kept: Kept, monkeypatch: pytest.MonkeyPatch, where: str
):
    """Were a row lost on the way, the check would find it."""
    of_copy = contents.of_copy

    def counted_wrong(copy: copies.Copy, *rest: object) -> contents.Content:
        holds = copy.holds
        heads = dict(holds.heads)
        if where == "head":
            heads = {
                town: head[:-1] + ("0" if head[-1] != "0" else "1") for town, head in heads.items()
            }
        rows = {**holds.rows, "person": holds.rows["person"] + (where == "rows")}
        if where == "table":
            rows["lost"] = 0
        return of_copy(replace(copy, holds=Inventory(heads, rows)), *rest)

    monkeypatch.setattr(contents, "of_copy", counted_wrong)
    with pytest.raises(BackupError, match="differs"):
        file_kept.back_up()
    assert not list(file_kept.folder.iterdir())


def test_a_store_whose_record_was_altered_is_no_backup(file_kept: Kept):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(Path(file_kept.settings.data) / "town.gpkg")) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE event SET actor = 'somebody else' WHERE seq = 2")
        connection.commit()
    with pytest.raises(BrokenChain):
        file_kept.back_up()
    assert listed(file_kept.folder) == []


def test_a_store_whose_index_is_damaged_is_no_backup(file_kept: Kept):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(Path(file_kept.settings.data) / "town.gpkg")) as connection:
        connection.execute("DELETE FROM rtree_house_geom WHERE id = 1")
        connection.commit()
    with pytest.raises(BackupError, match="rtree_house_geom"):
        file_kept.back_up()
    assert listed(file_kept.folder) == []


def test_a_folder_without_a_store_is_told(tmp_path: Path):
    for data in (tmp_path, tmp_path / "none"):
        with pytest.raises((BackupError, StoreError, KeyFileError)):
            back_up(Settings(data=str(data)), Order(tmp_path / "to", SECRET), now)
        assert not list((tmp_path / "to").iterdir())


# ---------------------------------------------------------------- PostgreSQL's programs


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function that puts a program called pg_dump alone on the path."""

    def put(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        file = folder / "pg_dump"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        return folder

    return put


PLACE = "postgresql://gis:geheim@127.0.0.1:5/town"


def test_a_password_is_handed_over_where_nobody_sees_it(program, tmp_path: Path):
    program('echo "$@"; echo "$PGPASSWORD" >&2; exit 0')
    told = b"".join(postgres_programs.dump(PLACE, "1-1", {})).decode()
    assert "geheim" not in told
    assert "--dbname=postgresql://gis@127.0.0.1:5/town" in told
    assert "--snapshot=1-1" in told


def test_a_program_that_fails_is_quoted_by_its_first_line(program):
    program("echo 'connection refused' >&2; echo 'a row' >&2; exit 3")
    with pytest.raises(BackupError, match=r"pg_dump failed: connection refused$"):
        list(postgres_programs.dump(PLACE, "1-1", {}))


def test_a_program_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="postgresql-client"):
        list(postgres_programs.dump(PLACE, "1-1", {}))


def test_a_user_who_may_make_no_database_is_told_what_to_do(
    postgres_url: str, postgres_cluster: Cluster, tmp_path: Path
):
    postgres_cluster.execute("DROP ROLE IF EXISTS clerk", "CREATE ROLE clerk LOGIN")
    place = postgres_url.replace("mapserver@", "clerk@")
    with pytest.raises(BackupError, match="CREATEDB"), copies.scratch_place(place, tmp_path):
        pass


def test_an_owner_who_is_held_by_the_policies_backs_up_every_row(
    postgres_cluster: Cluster, tmp_path: Path
):
    """As in service: no superuser, and PostGIS was put in place by one."""
    run = postgres_cluster.execute
    run("DROP DATABASE IF EXISTS own WITH (FORCE)", "DROP DATABASE IF EXISTS own_check")
    run("DROP ROLE IF EXISTS gis", "CREATE ROLE gis LOGIN")
    for name in ("own", "own_check"):
        run(f"CREATE DATABASE {name} OWNER gis")
        run("CREATE EXTENSION postgis", "ALTER SCHEMA public OWNER TO gis", database=name)
    place, check_in = (
        postgres_cluster.url(name).replace("mapserver@", "gis@") for name in ("own", "own_check")
    )
    settings = Settings(data=place, key_file=tmp_path / "town.key")
    town = build_town(place, settings.key_file)
    made = back_up(settings, Order(tmp_path / "to", SECRET, check_in=check_in), now)
    people, houses = (len(town.kept(layer)) for layer in ("person", "house"))
    assert (made.holds.rows["person"], made.holds.rows["house"]) == (people, houses)
    assert people and houses
    town.store.close()


def test_a_database_to_check_in_may_be_named(
    postgres_url: str, postgres_cluster: Cluster, tmp_path: Path
):
    postgres_cluster.execute("DROP DATABASE IF EXISTS empty_one", "CREATE DATABASE empty_one")
    settings = Settings(data=postgres_url, key_file=tmp_path / "town.key")
    town = build_town(postgres_url, settings.key_file)
    order = Order(tmp_path / "to", SECRET, check_in=postgres_cluster.url("empty_one"))
    assert back_up(settings, order, now).checked
    assert not copies.is_empty(postgres_cluster.url("empty_one"))
    with pytest.raises(BackupError):
        back_up(settings, order, now)
    town.store.close()
    assert len(listed(tmp_path / "to")) == 1


def test_a_temporary_file_of_the_system_is_not_needed(file_kept: Kept, monkeypatch):
    """What lies in clear for a while lies beside the store, not in the system's folder."""
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    assert file_kept.back_up().checked
