"""The program as its users run it: a process of its own on a free loopback port."""

import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.process import spawn, stop, wait_until
from tests.support.shared import made_once


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `token` is one that opens it, where somebody made one."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    token: str = ""

    def printed(self) -> str:
        """Return all it has printed so far."""
        return self.log.read_text("utf-8", "replace")


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(
    arguments: list[str],
    log: Path,
    *,
    python: str = sys.executable,
    env: dict[str, str] | None = None,
    seconds: float = 180,
    secure: bool = False,
    port: int | None = None,
) -> Iterator[Server]:
    """Run `mapserver ARGUMENTS --port FREE` until the block ends; it answers /health first."""
    port = port or free_port()
    url = f"{'https' if secure else 'http'}://127.0.0.1:{port}"
    command = [python, "-m", "mapserver.cli", *arguments, "--port", str(port)]
    with log.open("wb") as output:
        process = spawn(command, output=output, stop_by=signal.SIGTERM, env=env)
    try:
        wait_until(lambda: _healthy(url), process, log, seconds=seconds)
        yield Server(url, process, log)
    finally:
        stop(process)


def _healthy(url: str) -> bool:
    try:
        # whether it answers is asked here; whether it is believed, by the tests of TLS
        anyone = ssl._create_unverified_context()
        with urllib.request.urlopen(f"{url}/health", timeout=5, context=anyone) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[str | Path], Server]]:
    """Yield a function that serves a data folder or database until the test ends."""
    with ExitStack() as running:

        def start(data: str | Path) -> Server:
            log = tmp_path / f"server-{free_port()}.log"
            arguments = ["serve", "--data", str(data)]
            return running.enter_context(running_server(arguments, log))

        yield start


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of the demo township, to be copied and never served itself."""

    def build(folder: Path) -> None:
        folder.mkdir()
        arguments = ["demo", "--data", str(folder / "data")]
        with running_server(arguments, folder / "server.log", seconds=600):
            pass
        # with its write-ahead log worked in, a copy is one file and opens faster
        with closing(sqlite3.connect(folder / "data" / "town.gpkg")) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return made_once(tmp_path_factory, "demo", build) / "data"


@pytest.fixture(scope="session")
def demo_server(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server of the demo township, shared by the tests that only read from it."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(demo_folder, folder / "data")
    arguments = ["demo", "--data", str(folder / "data")]
    with running_server(arguments, folder / "server.log") as server:
        yield server
