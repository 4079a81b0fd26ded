"""The demo township under load, with client and server on one machine; figures are printed.

Nothing here is measured in an ordinary run: `make torture ARGS="-k load"`.
"""

import csv
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from mapserver.services.opening import now, open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from tests.support.server import Server, running_server
from tests.torture.killing import ROOT

pytestmark = pytest.mark.torture

RECORDS_A_SECOND = 50
ROWS = 5
"""Of an import; each is one transaction."""


@dataclass(frozen=True, slots=True)
class Load:
    """What locust counted: of one kind of request."""

    requests: int
    failures: int
    per_second: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Town:
    """The demo township, served by a process of its own."""

    data: Path
    server: Server

    @property
    def process(self) -> psutil.Process:
        """The server's process."""
        return psutil.Process(self.server.process.pid)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Yield the demo township, served."""
    folder = tmp_path_factory.mktemp("load")
    arguments = ["demo", "--data", str(folder / "data")]
    with running_server(arguments, folder / "server.log", seconds=300) as server:
        yield Town(folder / "data", server)


def locust(town: Town, out: Path, seconds: int, users: int, **env: str) -> dict[str, Load]:
    """Let locust loose on the town and return what it counted, by name."""
    command = [sys.executable, "-m", "locust", "-f", "tests/torture/locustfile.py", "--headless"]
    options = [f"--users={users}", f"--spawn-rate={users}", f"--run-time={seconds}s"]
    options += [f"--host={town.server.url}", f"--csv={out}", "--only-summary", "--stop-timeout=60"]
    done = subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env=os.environ | {"USERS": str(users), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr[-2000:]
    with Path(f"{out}_stats.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows, done.stderr[-2000:]
    with Path(f"{out}_failures.csv").open(encoding="utf-8") as file:
        for failure in csv.DictReader(file):
            print(failure["Name"], failure["Error"], failure["Occurrences"])  # noqa: T201
    return {row["Name"]: _load(row) for row in rows}


def _load(row: dict[str, str]) -> Load:
    def number(name: str) -> float:
        return float(row[name]) if row[name] not in ("", "N/A") else 0.0

    requests, failures = int(number("Request Count")), int(number("Failure Count"))
    return Load(requests, failures, number("Requests/s"), number("50%"), number("95%"))


def say(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}")  # noqa: T201


def test_load_of_writes_each_accepted_and_present(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    written = tmp_path / "written"
    written.touch()
    before = town.process.cpu_times()
    loads = locust(
        town,
        tmp_path / "writes",
        30,
        20,
        LOAD="writes",
        RATE=str(RECORDS_A_SECOND / ROWS),
        WRITTEN=str(written),
        VILLAGE=village(town),
    )
    after = town.process.cpu_times()
    accepted = written.read_text("utf-8").split()
    cpu_s = after.user + after.system - before.user - before.system
    found = loads["import"]
    say(
        capsys,
        f"writes: {found.per_second * ROWS:.1f} records/s in {found.per_second:.1f} imports/s, "
        f"{len(accepted)} records accepted, {found.failures} imports failed, "
        f"p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms, "
        f"server CPU {cpu_s / max(found.requests, 1) * 1000:.1f} ms an import",
    )
    assert found.failures == 0
    assert len(accepted) == ROWS * found.requests > 0
    assert set(accepted) <= schools(town)


def village(town: Town) -> str:
    """Return the name of a village of the town."""
    settings = Settings(data=str(town.data))
    return names(settings, "village").pop()


def schools(town: Town) -> set[str]:
    """Return the names of all schools, as another process finds them."""
    return names(Settings(data=str(town.data)), "school")


def names(settings: Settings, layer: str) -> set[str]:
    with (
        closing(open_store(settings)) as store,
        store.read(Scope.of_town("test", store.towns()[0]), now()) as session,
    ):
        return set(session.connection.execute(select(session.table(layer).c.name)).scalars())


def test_load_of_reads_mixed(town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    locust(town, tmp_path / "warm", 10, 20, LOAD="reads", RATE="100")
    before = town.process.cpu_times()
    loads = locust(town, tmp_path / "reads", 60, 40, LOAD="reads", RATE="200")
    after = town.process.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    whole = loads.pop("Aggregated")
    for name, one in sorted(loads.items()):
        say(capsys, f"  {name}: {one.requests}, p50 {one.p50_ms:.0f} ms, p95 {one.p95_ms:.0f} ms")
    say(
        capsys,
        f"reads: {whole.per_second:.0f}/s, {whole.failures} failed, p50 {whole.p50_ms:.0f} ms, "
        f"p95 {whole.p95_ms:.0f} ms, server CPU {cpu_s / whole.requests * 1000:.2f} ms a request",
    )
    assert whole.failures == 0


def test_load_for_ten_minutes_leaves_memory_flat(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    minutes = int(os.environ.get("MAPSERVER_LOAD_MINUTES", "10"))
    kept: list[float] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(5):
            kept.append(town.process.memory_info().rss / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    written = tmp_path / "written"
    written.touch()
    writer = threading.Thread(
        target=lambda: locust(
            town,
            tmp_path / "w",
            minutes * 60,
            2,
            LOAD="writes",
            RATE="2",
            FIRST="100000",
            WRITTEN=str(written),
            VILLAGE=village(town),
        )
    )
    writer.start()
    try:
        whole = locust(town, tmp_path / "r", minutes * 60, 10, LOAD="reads", RATE="50")
    finally:
        writer.join()
        ended.set()
        watcher.join()
    # the first fifth fills what is kept in memory on purpose
    settled = kept[len(kept) // 5 :]
    half = len(settled) // 2
    first, last = sorted(settled[:half])[half // 2], sorted(settled[half:])[half // 2]
    say(
        capsys,
        f"memory over {minutes} min: median {first:.0f} MiB, then {last:.0f} MiB, "
        f"largest {max(kept):.0f} MiB; {whole['Aggregated'].requests} reads, "
        f"{len(written.read_text('utf-8').split())} writes",
    )
    assert last < 1.1 * first
