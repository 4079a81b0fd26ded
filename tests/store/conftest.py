"""Every store test runs on both engines: a GeoPackage and PostgreSQL with PostGIS.

A store is made once a run and engine, empty but for its tables, and copied for each test.
"""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from mapserver.store.store import Store
from tests.store.town import Place, settle
from tests.support.postgres import Cluster

_numbers = count(1)


@pytest.fixture(params=["geopackage", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return each engine's name in turn."""
    return request.param


@pytest.fixture
def empty_place(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Place:
    """Return where a store may be made: a folder that is not there, or an empty database."""
    folder = str(tmp_path / "data")
    where = folder if engine == "geopackage" else request.getfixturevalue("postgres_url")
    return Place(where, tmp_path / "town.key")


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a GeoPackage to copy."""
    folder = tmp_path_factory.mktemp("model")
    return _made(Place(str(folder / "data"), folder / "town.key"))


@pytest.fixture(scope="session")
def model_database(postgres_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Return a database to copy."""
    postgres_cluster.execute("CREATE DATABASE model TEMPLATE empty STRATEGY file_copy")
    key_file = tmp_path_factory.mktemp("model") / "town.key"
    return _made(Place(postgres_cluster.url("model"), key_file))


def _made(place: Place) -> Place:
    place.open().close()
    return place


@pytest.fixture
def place(request: pytest.FixtureRequest, engine: str) -> Iterator[Place]:
    """Yield where an empty store is."""
    if engine == "geopackage":
        yield request.getfixturevalue("file_place")
        return
    cluster: Cluster = request.getfixturevalue("postgres_cluster")
    model: Place = request.getfixturevalue("model_database")
    name = f"store_{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE model STRATEGY file_copy")
    yield Place(cluster.url(name), model.key_file)
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file_place(model_file: Place, tmp_path: Path) -> Place:
    """Return where an empty store is, for what only a GeoPackage does."""
    shutil.copytree(model_file.where, tmp_path / "data")
    return Place(str(tmp_path / "data"), model_file.key_file)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """Yield an empty store."""
    opened = place.open()
    yield opened
    opened.close()


@pytest.fixture
def town(store: Store) -> Store:
    """Return a store with the areas, and one house and person in every grid."""
    settle(store)
    return store


@pytest.fixture
def file_town(file_place: Place) -> Iterator[Store]:
    """Yield the same town in a GeoPackage alone."""
    opened = file_place.open()
    settle(opened)
    yield opened
    opened.close()
