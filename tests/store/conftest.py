"""Every store test runs on both engines: a GeoPackage and PostgreSQL with PostGIS.

A store is made once a run and engine. Each test gets a copy of the file, or the database
emptied; what changes the form of a store starts at `empty_place`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import MetaData

from mapserver.store.account_tables import ACCOUNT_TABLES
from mapserver.store.store import Store
from tests.store.town import LAYERS, Place, settle
from tests.support.postgres import Cluster

# TRUNCATE would make a hundred files anew
ACCOUNTS = tuple(table(MetaData()).name for table in ACCOUNT_TABLES)
EMPTY = "; ".join(
    f"DELETE FROM {table}"
    for table in (
        "event",
        "chain",
        "chain_cut",
        "layer_sequence",
        "import_batch",
        "boundary",
        *ACCOUNTS,
        *LAYERS,
    )
)


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
    """Return a database to empty after each test."""
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
    model: Place = request.getfixturevalue("model_database")
    yield model
    model.run(EMPTY)


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


@pytest.fixture
def owned(postgres_url: str, tmp_path: Path) -> Iterator[Place]:
    """Return a store whose tables belong to a role that is not the superuser."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS keeper")
        connection.execute("CREATE ROLE keeper LOGIN CREATEROLE")
        connection.execute("GRANT ALL ON SCHEMA public TO keeper")
    place = Place(as_role(postgres_url, "keeper"), tmp_path / "town.key")
    place.open().close()
    yield place
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for role in ("app", "keeper"):
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(f"DROP OWNED BY {role} CASCADE")
                connection.execute(f"DROP ROLE {role}")


def as_role(url: str, role: str) -> str:
    """Return the address of a database for another role."""
    return url.replace("//mapserver@", f"//{role}@").replace("//keeper@", f"//{role}@")


@pytest.fixture
def served(owned: Place) -> Place:
    """Return the same store for the program's role."""
    store = owned.open()
    store.make_app_role("app")
    store.close()
    return Place(as_role(owned.where, "app"), owned.key_file)
