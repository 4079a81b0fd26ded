"""Tiles by HTTP beside tipg: one worker each, the same points in the same PostGIS.

Requests a second are what four clients got who asked in turn for every tile; CPU is that of
the server and of all of PostgreSQL's processes. Ours is asked twice: as it is, when tiles
asked for before are still in memory, and forgetting every tile at once.
"""

import http.client
import importlib.metadata
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
import shapely

from benchmarks.measure import Row, median
from benchmarks.postgis import process_cpu_s
from benchmarks.tiling import GRIDS, KINDS, fill, same_points
from mapserver.domain import zorder
from mapserver.domain.records import Record
from mapserver.domain.tile_points import PointColumns
from mapserver.domain.tiles import Column
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.opening import now, open_store
from mapserver.services.seeding import seed
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.support.accounts import token_for
from tests.support.postgres import Cluster, find_programs, running_cluster

TOWN = "430424100"
DENSE, SPARSE = (16_000, 6), (100, 40)
"""Points in a tile of zoom 14, and in how many tiles."""
CORNER = (13330, 6914)
CLIENTS = 4
NAMES = ("kind", "grid_name")
PATIENCE_S = 120
PEERS = "MAPSERVER_BENCH_PEERS"
"""The environment variable that names a Python which has tipg, where this one has not."""

_LAYER = """
title = {zh = "点", en = "Dots"}
geometry = "point"

[style]
color = "house"

[tiles]
minzoom = 10
maxzoom = 16
fields = ["kind", "grid_name"]

[[field]]
name = "kind"
title = {zh = "类别", en = "Kind"}

[[field]]
name = "grid_name"
title = {zh = "网格", en = "Grid"}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server's answers took: requests a second, and CPU seconds for one."""

    a_second: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and where its tiles are: {z}, {x} and {y} stand for their numbers."""

    process: int
    port: int
    path: str
    database: int
    token: str = ""

    def get(self, tile: tuple[int, int]) -> bytes:
        """Return one tile."""
        return self._ask(self._connect(), tile)

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def _ask(self, connection: http.client.HTTPConnection, tile: tuple[int, int]) -> bytes:
        signed_in = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        path = self.path.format(z=14, x=tile[0], y=tile[1])
        connection.request("GET", path, headers=signed_in)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{self.path}: {answer.status} {body[:200]!r}")
        return body

    def _cpu_s(self) -> float:
        return sum(map(process_cpu_s, [self.process, *_children(self.database)]))

    def asked(self, tiles: Sequence[tuple[int, int]], rounds: int) -> Asked:
        """Have every tile asked for `rounds` times, by all clients together."""
        begun, began = self._cpu_s(), time.perf_counter()
        share = [*tiles] * rounds

        def client(number: int) -> None:
            connection = self._connect()
            for tile in share[number::CLIENTS]:
                self._ask(connection, tile)
            connection.close()

        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(client, range(CLIENTS)))
        took = time.perf_counter() - began
        return Asked(len(share) / took, (self._cpu_s() - begun) / len(share))


def measure(folder: Path, times: int) -> Iterator[Row]:
    """Yield requests a second for tiles of 16,000 points and of 100."""
    peers = os.environ.get(PEERS, sys.executable)
    version = _tipg(peers)
    programs = find_programs()
    if version is None or programs is None:
        what = "tipg" if version is None else "PostGIS"
        yield Row("tiles by HTTP", "", f"{what} is not installed", "", "")
        return
    with ExitStack() as running:
        place = Path(running.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        cluster = running.enter_context(running_cluster(programs, shared_buffers="512MB"))
        _build(cluster, place)
        database = _postmaster(cluster)
        ours = {
            f"{state}, {kind}": running.enter_context(_ours(settings, forgetful, database))
            for kind, settings in zip(
                ("GeoPackage", "PostGIS"), _settings(cluster, place), strict=True
            )
            for state, forgetful in (("kept in memory", False), ("made anew", True))
        }
        tipg = running.enter_context(_theirs(cluster, peers))
        yield from _compared(ours, tipg, f"tipg {version}", times)


def _compared(ours: dict[str, Server], tipg: Server, told: str, times: int) -> Iterator[Row]:
    for (count, many), bound, row in ((DENSE, 6, 0), (SPARSE, 2.5, 1)):
        tiles = _tiles(many, row)
        rounds = max(1, 240 // many)
        for server in (*ours.values(), tipg):
            same_points(tipg.get(tiles[0]), server.get(tiles[0]), NAMES)
            server.asked(tiles, 1)
        found = [[one.asked(tiles, rounds) for one in (*ours.values(), tipg)] for _ in range(times)]
        *mine, theirs = zip(*found, strict=True)
        for runs, state in zip(mine, ours, strict=True):
            ratio = median([a.a_second / b.a_second for a, b in zip(runs, theirs, strict=True)])
            yield Row(
                f"tile of {count:,} points by HTTP, {state}",
                _told(runs),
                f"{told}: {_told(theirs)}",
                f"{ratio:.1f} times as many",
                f"at least {bound} times",
            )


def _told(runs: Sequence[Asked]) -> str:
    a_second = median([run.a_second for run in runs])
    cpu_s = median([run.cpu_s for run in runs])
    return f"{a_second:.0f} a second, {cpu_s * 1000:.1f} ms CPU each"


def _tiles(many: int, row: int) -> list[tuple[int, int]]:
    return [(CORNER[0] + n, CORNER[1] + 2 * row) for n in range(many)]


def _points() -> PointColumns:
    """Return the points of all tiles; none in the strip around a tile but its neighbours'."""
    chance = np.random.default_rng(1)
    finer = zorder.BITS - 14
    keys = [
        zorder.encode(
            *((np.array(tile)[:, None] << finer) + chance.integers(0, 1 << finer, (2, count)))
        )
        for row, (count, many) in enumerate((DENSE, SPARSE))
        for tile in _tiles(many, row)
    ]
    zkeys = np.sort(np.concatenate(keys))
    total = len(zkeys)
    kind = Column("kind", chance.integers(0, len(KINDS), total), KINDS)
    grid = Column("grid_name", chance.integers(0, len(GRIDS), total), GRIDS)
    return PointColumns.of(zkeys, np.arange(1, total + 1), (kind, grid))


def _build(cluster: Cluster, folder: Path) -> None:
    """Make two databases of the same points: the store, and tipg's table in Web Mercator."""
    for name in ("store", "tipg"):
        cluster.execute(f"CREATE DATABASE {name}")
        cluster.execute("CREATE EXTENSION postgis", database=name)
    points = _points()
    with psycopg.connect(cluster.url("tipg"), autocommit=True) as connection:
        fill(connection, points)
    layers = folder / "layers"
    layers.mkdir()
    (layers / "dot.toml").write_text(_LAYER, "utf-8")
    for store in map(open_store, _settings(cluster, folder)):
        _fill_store(store, points)
        store.close()
    cluster.execute("VACUUM ANALYZE", database="store")


def _fill_store(store: Store, points: PointColumns) -> None:
    context = Context(store, Scope.of_town("bench", TOWN), now)
    village = f"{TOWN}201"
    kinds, grids = ([c.values[code] for code in c.codes.tolist()] for c in points.columns)
    places = np.asarray(shapely.points(*zorder.lonlat(points.zkeys)), object).tolist()
    dots = [
        Record(new_id(), place, village, {"kind": kind, "grid_name": grid})
        for place, kind, grid in zip(places, kinds, grids, strict=True)
    ]
    seed(context, {"dot": dots}, synthetic=True, progress=lambda *_: None)


def _settings(cluster: Cluster, folder: Path) -> tuple[Settings, Settings]:
    """Return how the store on a GeoPackage is served, and that on PostGIS."""
    key_file = folder / "postgis.key"
    return (
        Settings(data=str(folder / "geopackage"), layers=folder / "layers"),
        Settings(data=cluster.url("store"), layers=folder / "layers", key_file=key_file),
    )


@contextmanager
def _ours(settings: Settings, forgetful: bool, database: int) -> Iterator[Server]:
    port, token = _free_port(), token_for(settings)
    given = settings.model_dump(include=settings.model_fields_set)
    own = {f"MAPSERVER_{key.upper()}": str(value) for key, value in given.items()}
    serve = ["-m", "mapserver.cli", "serve", "--data", settings.data, "--port", str(port)]
    command = ["-m", "benchmarks.tile_server", str(port)] if forgetful else serve
    path = "/collections/dot/tiles/WebMercatorQuad/{z}/{y}/{x}"
    with _running([sys.executable, *command], own, port) as process:
        yield Server(process, port, path, database, token)


@contextmanager
def _theirs(cluster: Cluster, python: str) -> Iterator[Server]:
    port = _free_port()
    home = str(cluster.socket).replace("/", "%2F")
    own = {
        "DATABASE_URL": f"postgresql://mapserver@{home}/tipg",
        "TIPG_MAX_FEATURES_PER_TILE": "100000",
        "TIPG_TILE_BUFFER": "64",
    }
    command = [python, "-m", "uvicorn", "tipg.main:app", "--port", str(port)]
    path = "/collections/public.house/tiles/WebMercatorQuad/{z}/{x}/{y}"
    with _running([*command, "--log-level", "warning", "--no-access-log"], own, port) as process:
        yield Server(process, port, path, _postmaster(cluster))


@contextmanager
def _running(command: list[str], own: dict[str, str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | own)
    try:
        deadline = time.perf_counter() + PATIENCE_S
        while not _listening(port):
            if process.poll() is not None or time.perf_counter() > deadline:
                raise RuntimeError(f"{' '.join(command)} does not answer")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _postmaster(cluster: Cluster) -> int:
    return int((cluster.socket / "data" / "postmaster.pid").read_text("utf-8").split()[0])


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    return [int(number) for number in listed.split()]


def _tipg(python: str) -> str | None:
    """Return the version of tipg that a Python has, None where it has none."""
    if python == sys.executable:
        try:
            return importlib.metadata.version("tipg")
        except importlib.metadata.PackageNotFoundError:
            return None
    said = subprocess.run(
        [python, "-c", "import tipg; print(tipg.__version__)"],
        check=False,
        capture_output=True,
        text=True,
    )
    return said.stdout.strip() or None
