"""The small town on each engine: made once, copied for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import MetaData

from mapserver.services import hashing, tries
from mapserver.store import writing
from mapserver.store.account_tables import ACCOUNT_TABLES
from tests.services.office import Office
from tests.services.small_town import Town, build_town, open_town
from tests.store.town import AREAS, Place, writing_to
from tests.support.postgres import Cluster


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished town that nobody may write into."""
    folder = tmp_path_factory.mktemp("town")
    build_town(str(folder)).store.close()
    return folder


@pytest.fixture
def town(town_folder: Path, tmp_path: Path) -> Iterator[Town]:
    """Yield a town of the test's own, on a GeoPackage."""
    shutil.copytree(town_folder, tmp_path / "data")
    town = open_town(str(tmp_path / "data"))
    yield town
    town.store.close()


@pytest.fixture
def postgres_town(postgres_url: str, tmp_path: Path) -> Iterator[Town]:
    """Yield a town of the test's own, on PostgreSQL."""
    town = build_town(postgres_url, tmp_path / "town.key")
    yield town
    town.store.close()


RECORD = ("event", "chain", "layer_sequence")
ACCOUNTS = tuple(table(MetaData()).name for table in ACCOUNT_TABLES)


@pytest.fixture(scope="session")
def office_file(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a GeoPackage with areas and nobody in it, to be copied."""
    folder = tmp_path_factory.mktemp("office")
    return _with_areas(Place(str(folder / "data"), folder / "town.key"))


@pytest.fixture(scope="session")
def office_database(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a database with areas and nobody in it, to be emptied of people after each test."""
    postgres_cluster.execute("CREATE DATABASE office TEMPLATE empty STRATEGY file_copy")
    key_file = tmp_path_factory.mktemp("office") / "town.key"
    return _with_areas(Place(postgres_cluster.url("office"), key_file))


def _with_areas(place: Place) -> Place:
    store = place.open()
    with writing_to(store) as session:
        for layer, records in AREAS.items():
            writing.add(session, layer, records)
    store.close()
    return place


@pytest.fixture(params=["geopackage", "postgresql"])
def office_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Yield each engine's in turn: a copy of the file, or the database, emptied afterwards."""
    if request.param == "geopackage":
        model: Place = request.getfixturevalue("office_file")
        shutil.copytree(model.where, tmp_path / "data")
        yield Place(str(tmp_path / "data"), model.key_file)
        return
    model = request.getfixturevalue("office_database")
    yield model
    model.run("; ".join(f"DELETE FROM {table}" for table in (*RECORD, *ACCOUNTS)))


@pytest.fixture
def office(office_place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a town hall whose passwords are hashed quickly, and all of whose clocks agree."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(hashing, "_HASHES", quick)
    hashing._nobodys.cache_clear()
    # writers take turns here, and none is to give up on a busy machine
    opened = Office(office_place.open(busy_s=60), office_place)
    monkeypatch.setattr(tries, "monotonic", lambda: opened.clock.ran_s)
    yield opened
    opened.store.close()
    hashing._nobodys.cache_clear()
