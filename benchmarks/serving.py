"""Starting on a large town, and a tile of 10,000 houses, on the embedded store."""

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from benchmarks import towns
from benchmarks.measure import Row, median, python, run
from mapserver.domain.mercator import tile_bounds
from mapserver.domain.records import Record
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.opening import now, open_store
from mapserver.services.seeding import seed
from mapserver.services.tiles import TileMaker
from mapserver.settings import Settings
from mapserver.store import counts
from mapserver.store.scope import Scope

TOWN = "430424100"
TILE = (14, 13331, 6931)
HOUSES = 10_000
PATIENCE_S = 60


def measure(folder: Path, times: int) -> Iterator[Row]:
    """Yield the time until a large town answers, and what a dense tile takes."""
    large = folder / "large"
    if not (large / "town.gpkg").exists():
        towns.copy(towns.demo(folder), "large")
        file = towns.register(folder, 100_000)
        run(python("-m", "mapserver.cli", "import", "person", str(file), "--data", str(large)))
    store = open_store(Settings(data=str(large)))
    with Context(store, Scope.of_town("bench", TOWN), now).read() as session:
        people = counts.of_layers(session)["person"]
    store.close()
    starts = [_start(large) for _ in range(times)]
    yield Row(
        f"start on a town of {people:,} people, until it answers",
        f"{median(starts):.2f} s",
        "",
        "",
        "under 3 s",
    )
    first, again = _tile(folder)
    yield Row(f"tile of {HOUSES:,} houses, first after a write", f"{first:.0f} ms", "", "", "")
    yield Row(
        f"tile of {HOUSES:,} houses, made from the columns",
        f"{again:.0f} ms",
        "",
        "",
        "under 50 ms",
    )


def _start(data: Path) -> float:
    """Return seconds from the command to the first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    serve = ("-m", "mapserver.cli", "serve", "--data", str(data), "--port", str(port))
    process = subprocess.Popen(python(*serve), stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < PATIENCE_S:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health"):
                    return time.perf_counter() - began
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"the server did not answer within {PATIENCE_S} s")
    finally:
        process.terminate()
        process.wait()


def _tile(folder: Path) -> tuple[float, float]:
    """Return milliseconds of CPU for a dense tile: with and without reading the columns."""
    place = folder / "dense"
    if not (place / "town.gpkg").exists():
        _build(place)
    store = open_store(Settings(data=str(place)))
    context = Context(store, Scope.of_town("bench", TOWN), now)
    made = [_once(context, TileMaker()) for _ in range(7)]
    store.close()
    return median([first for first, _ in made]), median([again for _, again in made])


def _once(context: Context, maker: TileMaker) -> tuple[float, float]:
    """Return milliseconds for the first tile, and for the same once only its bytes are gone."""
    zoom, x, y = TILE
    times = []
    for sequence in (maker.sequence(context, "house"),) * 2:
        began = time.process_time()
        assert len(maker.tile(context, "house", sequence, (zoom, x, y))) > 50_000
        times.append((time.process_time() - began) * 1000)
        maker.forget_tiles()
    return times[0], times[1]


def _build(place: Path) -> None:
    west, south, east, north = tile_bounds(*TILE)
    chance = np.random.default_rng(1)
    points = shapely.points(
        chance.uniform(west, east, HOUSES), chance.uniform(south, north, HOUSES)
    )
    village = f"{TOWN}201"
    houses = [
        Record(
            new_id(),
            point,
            village,
            {"address": f"{n}号", "address_key": f"k{n}", "door": f"{n}号"},
        )
        for n, point in enumerate(np.asarray(points, object).tolist())
    ]
    area = shapely.box(west, south, east, north)
    grid = Record(new_id(), area, village, {"code": f"{village}001", "name": "第1网格"})
    store = open_store(Settings(data=str(place)))
    context = Context(store, Scope.of_town("bench", TOWN), now)
    seed(context, {"grid": [grid], "house": houses}, synthetic=True, progress=lambda *_: None)
    store.close()
