"""The demo township under load, with client and server on one machine; figures are printed.

Nothing here is measured in an ordinary run: `make torture ARGS=tests/torture/test_load.py`. How
busy the machine was is printed with each figure: one that others use answers late.
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

from mapserver.services.context import Context
from mapserver.services.opening import now, open_store
from mapserver.services.signing_in import sign_in
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from tests.support.accounts import NAME, PASSWORD, token_for
from tests.support.server import Server, running_server
from tests.torture.killing import ROOT

pytestmark = pytest.mark.torture

WRITES_A_SECOND, SECONDS, GRACE_S = 50, 30, 20
REQUESTS_A_SECOND, P95_MS = 200, 100
ROWS = 5
"""Of an import; each is one transaction."""

HELD = 0.95
"""What of a rate must have been kept for a figure to count as one of it."""


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
    token: str
    cookie: str

    @property
    def process(self) -> psutil.Process:
        """The server's process."""
        return psutil.Process(self.server.process.pid)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Yield the demo township, served."""
    folder = tmp_path_factory.mktemp("load")
    data, env = folder / "data", {"MAPSERVER_OPENINGS_PER_HOUR": "1000"}
    with running_server(
        ["demo", "--data", str(data)], folder / "log", seconds=600, env=env
    ) as server:
        settings = Settings(data=str(data))
        token = token_for(settings)
        with closing(open_store(settings)) as store:
            context = Context(store, Scope.of_town("test", store.towns()[0]), now)
            key = sign_in(context, NAME, PASSWORD, "", "192.0.2.1").token
        yield Town(data, server, token, f"__Host-session={key}")


def locust(town: Town, out: Path, seconds: int, users: int, **env: str) -> dict[str, Load]:
    """Let locust loose on the town and return what it counted, by name."""
    command = [sys.executable, "-m", "locust", "-f", "tests/torture/locustfile.py", "--headless"]
    options = [f"--users={users}", f"--spawn-rate={users}", f"--run-time={seconds}s"]
    options += [f"--host={town.server.url}", f"--csv={out}", "--only-summary", "--stop-timeout=60"]
    done = subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env=os.environ | {"USERS": str(users), "TOKEN": town.token, "COOKIE": town.cookie, **env},
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
        print(f"\n{text} (load average {os.getloadavg()[0]:.1f})")  # noqa: T201


@dataclass(frozen=True, slots=True)
class Written:
    """What one load sent, and what of it was accepted, by name."""

    found: Load
    sent: list[str]
    accepted: list[str]


def writes(town: Town, folder: Path, load: str, rate: float, **env: str) -> Written:
    """Let a load write, and return what it sent and what was accepted."""
    files = {name: folder / f"{load}.{name.lower()}" for name in ("SENT", "WRITTEN")}
    for file in files.values():
        file.touch()
    told = {name: str(file) for name, file in files.items()}
    loads = locust(
        town, folder / load, SECONDS + GRACE_S, 20, LOAD=load, RATE=str(rate),
        VILLAGE=village(town), SENDS_S=str(SECONDS), **told, **env,
    )  # fmt: skip
    found = loads["import" if load == "writes" else "token"]
    return Written(found, names_in(files["SENT"]), names_in(files["WRITTEN"]))


def names_in(file: Path) -> list[str]:
    """Return the lines of a file."""
    return file.read_text("utf-8").splitlines()


def test_load_of_writes_each_accepted_and_present(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Fifty records a second, five in an import: sent, read, committed, awaited."""
    before = town.process.cpu_times()
    one = writes(town, tmp_path, "writes", WRITES_A_SECOND / ROWS)
    after = town.process.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    there = {name for name in schools(town) if name.startswith("载荷")}
    found = one.found
    say(
        capsys,
        f"writes: {len(there) / SECONDS:.1f} records/s, {found.requests / SECONDS:.1f} imports/s, "
        f"{len(one.sent)} records sent, {len(one.accepted)} accepted, {len(there)} there, "
        f"{found.failures} imports failed, p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms, "
        f"server CPU {cpu_s / max(found.requests, 1) * 1000:.1f} ms an import",
    )
    assert found.failures == 0
    assert len(one.sent) == len(one.accepted) == len(there) > 0
    assert set(one.sent) == set(one.accepted) == there
    assert len(there) >= HELD * WRITES_A_SECOND * SECONDS


def test_load_of_single_writes_each_accepted_and_present(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Fifty transactions a second, each of one token and its event."""
    one = writes(town, tmp_path, "tokens", WRITES_A_SECOND)
    there = [name for name in tokens(town) if name.startswith("载荷")]
    say(
        capsys,
        f"single writes: {len(there) / SECONDS:.1f}/s, {len(one.sent)} sent, "
        f"{len(one.accepted)} accepted, {len(there)} there, {one.found.failures} failed, "
        f"p50 {one.found.p50_ms:.0f} ms, p95 {one.found.p95_ms:.0f} ms",
    )
    assert one.found.failures == 0
    assert sorted(one.sent) == sorted(one.accepted) == sorted(there)
    assert len(there) >= HELD * WRITES_A_SECOND * SECONDS


def village(town: Town) -> str:
    """Return the name of a village of the town."""
    settings = Settings(data=str(town.data))
    return names(settings, "village").pop()


def schools(town: Town) -> set[str]:
    """Return the names of all schools, as another process finds them."""
    return names(Settings(data=str(town.data)), "school")


def tokens(town: Town) -> list[str]:
    """Return the titles of all tokens, as another process finds them."""
    with (
        closing(open_store(Settings(data=str(town.data)))) as store,
        store.read(Scope.of_town("test", store.towns()[0]), now()) as session,
    ):
        return list(session.connection.execute(select(session.table("token").c.title)).scalars())


def names(settings: Settings, layer: str) -> set[str]:
    with (
        closing(open_store(settings)) as store,
        store.read(Scope.of_town("test", store.towns()[0]), now()) as session,
    ):
        return set(session.connection.execute(select(session.table(layer).c.name)).scalars())


def test_load_of_reads_and_writes_mixed(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Tiles, heat maps, lists, single houses, searches, and one in 21 that writes in the record."""
    locust(town, tmp_path / "warm", 15, 20, LOAD="reads", RATE="100")
    before = town.process.cpu_times()
    loads = locust(town, tmp_path / "mixed", 60, 40, LOAD="mixed", RATE=str(REQUESTS_A_SECOND))
    after = town.process.cpu_times()
    cpu_s = after.user + after.system - before.user - before.system
    whole = loads.pop("Aggregated")
    for name, one in sorted(loads.items()):
        say(capsys, f"  {name}: {one.requests}, p50 {one.p50_ms:.0f} ms, p95 {one.p95_ms:.0f} ms")
    say(
        capsys,
        f"mixed: {whole.per_second:.0f}/s, {whole.failures} failed, p50 {whole.p50_ms:.0f} ms, "
        f"p95 {whole.p95_ms:.0f} ms, server CPU {cpu_s / whole.requests * 1000:.2f} ms a request",
    )
    assert whole.failures == 0
    assert loads["write"].requests > 0
    assert whole.per_second >= HELD * REQUESTS_A_SECOND
    assert whole.p95_ms < P95_MS


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
    sent, written = tmp_path / "sent", tmp_path / "written"
    for file in (sent, written):
        file.touch()
    writer = threading.Thread(
        target=lambda: locust(
            town,
            tmp_path / "w",
            minutes * 60,
            2,
            LOAD="writes",
            RATE="2",
            FIRST="100000",
            SENT=str(sent),
            WRITTEN=str(written),
            VILLAGE=village(town),
            SENDS_S=str(minutes * 60 - GRACE_S),
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
    assert whole["Aggregated"].failures == 0
    assert sorted(names_in(written)) == sorted(names_in(sent)) != []
    assert last < 1.1 * first
