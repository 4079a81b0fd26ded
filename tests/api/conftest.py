"""The small town served in this process; `town` is shared and read only, `own_town` a copy.

Their client is signed in by a token of somebody who sees and changes the whole town.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from mapserver.app import create_app
from mapserver.services.context import Context
from mapserver.services.opening import open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.api import town as small
from tests.support.accounts import token_in, token_of
from tests.support.server import Server, running_server


@dataclass(frozen=True, slots=True)
class Town:
    """The town, by HTTP and by the store behind it."""

    client: TestClient
    store: Store
    clock: small.Clock
    folder: Path

    @property
    def context(self) -> Context:
        """The way in of somebody who sits at the machine."""
        return Context(self.store, Scope.of_town("test", small.TOWN), self.clock)

    def sign_in(self) -> None:
        """Let the client ask as somebody who sees the whole town, from now on."""
        self.bear(token_in(self.context))

    def bear(self, token: str) -> None:
        """Let the client ask by this token."""
        self.client.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, status: int = 200, **headers: str) -> httpx2.Response:
        """Ask for `path` and hold the answer to `status`."""
        answer = self.client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer


@contextmanager
def opened(place: Path | str, **settings: object) -> Iterator[Town]:
    """Serve a data folder or a database in this process."""
    chosen = Settings(data=str(place), **settings)
    store, clock = open_store(chosen), small.Clock()
    app = create_app(chosen, store, clock)
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        town = Town(client, store, clock, Path(place))
        kept = Path(place) / small.TOKEN_FILE
        if kept.is_file():
            town.bear(kept.read_text())
        else:
            town.sign_in()
        yield town


@pytest.fixture(scope="session")
def town_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the town's data folder, to be copied."""
    folder = tmp_path_factory.mktemp("small") / "data"
    small.build(folder)
    return folder


@pytest.fixture(scope="session")
def town(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Yield the town for tests that only read."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(town_folder, folder)
    with opened(folder) as one:
        yield one


@pytest.fixture
def own_folder(town_folder: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    return Path(shutil.copytree(town_folder, tmp_path / "data"))


@pytest.fixture
def own_town(own_folder: Path) -> Iterator[Town]:
    """Yield a town that the test may write to."""
    with opened(own_folder) as one:
        yield one


@pytest.fixture(scope="session")
def served(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of the town in a process of its own, for tests that only read."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(town_folder, folder / "data")
    arguments = ["serve", "--data", str(folder / "data")]
    token = token_of(folder / "data")
    with running_server(arguments, folder / "server.log") as server:
        yield replace(server, token=token)
