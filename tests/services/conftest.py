"""The small town on each engine: made once, copied for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.small_town import Town, build_town, open_town


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
