"""Tiles of points beside PostGIS, and heat tiles beside datashader, on the same points.

PostGIS is timed by the CPU of its backend, ours by that of this process. The points are
sorted and indexed by either side beforehand; both encode every point of the tile and of the
same strip around it, with an id and two attributes.
"""

import importlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyogrio

from benchmarks import postgis
from benchmarks.measure import Row, cpu_in_turn, median
from benchmarks.postgis import PostGIS
from mapserver.domain import mercator, zorder
from mapserver.domain.heat import TILE_BITS, HeatLevels, tile_counts
from mapserver.domain.tile_points import PointColumns, point_drafts, whole_tile
from mapserver.domain.tiles import Column
from mapserver.formats.mvt import encode_layer, encode_within

POINTS, HEAT_POINTS = 1_000_000, 10_000_000
ZOOMS = (10, 12, 14)
KINDS = tuple(f"第{n}类" for n in range(8))
GRIDS = tuple(f"430424100{n:06d}" for n in range(500))
At = tuple[int, int, int]
HEAT_WHOLE: At = (10, 833, 431)
"""All points lie in it."""
HEAT_CLOSE = 16

_HALF_WORLD_M = 20037508.342789244
_AS_MVT = """
WITH tile AS (
    SELECT ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS square,
           ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096) AS around),
features AS (
    SELECT id, kind, grid, ST_AsMVTGeom(geom, square, 4096, 64, true) AS geom
    FROM house, tile WHERE geom && around)
SELECT ST_AsMVT(features, 'house', 4096, 'geom', 'id') FROM features
"""


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield the CPU time of the densest tiles of 1 M points, and of heat tiles of 10 M."""
    yield from _tiles(times)
    yield from _heat(times)


def crowds(count: int, west: float, south: float) -> tuple[Any, Any]:
    """Return longitudes and latitudes of points in 3,000 crowds on a square of 25 km."""
    chance = np.random.default_rng(1)
    crowd = chance.integers(0, 3000, count)
    metres = chance.uniform(0, 25_000, (2, 3000))[:, crowd] + chance.normal(0, 300, (2, count))
    return west + metres[0] / 99_000, south + metres[1] / 111_000


def densest(points: PointColumns, z: int) -> tuple[At, int]:
    """Return the tile of zoom `z` with the most points, and how many it has."""
    tiles, counts = np.unique(points.zkeys >> 2 * (zorder.BITS - z), return_counts=True)
    x, y = zorder.decode(tiles[counts.argmax()])
    return (z, int(x), int(y)), int(counts.max())


def _columns() -> PointColumns:
    lon, lat = crowds(POINTS, 112.7, 26.9)
    chance = np.random.default_rng(2)
    kind = Column("kind", chance.integers(0, len(KINDS), POINTS), KINDS)
    grid = Column("grid", chance.integers(0, len(GRIDS), POINTS), GRIDS)
    return PointColumns.of(zorder.zkeys(lon, lat), np.arange(POINTS), (kind, grid))


def _whole(points: PointColumns, at: At) -> bytes:
    return encode_layer("house", whole_tile(points, *at))


def _thinned(points: PointColumns, at: At) -> bytes:
    return encode_within("house", point_drafts(points, *at))


def _tiles(times: int) -> Iterator[Row]:
    points = _columns()
    with postgis.running() as peer:
        if peer is None:
            yield Row("tiles of points", "", "PostGIS is not installed", "", "")
            return
        fill(peer.connection, points)
        yield from _beside(peer, points, times)


def fill(connection: psycopg.Connection[Any], points: PointColumns) -> None:
    """Make the table `house` of the points, in Web Mercator, in order and indexed."""
    lon, lat = zorder.lonlat(points.zkeys)
    u, v = mercator.to_unit(lon, lat)
    rows = zip(
        points.ids.tolist(),
        *([c.values[code] for code in c.codes.tolist()] for c in points.columns),
        ((2 * u - 1) * _HALF_WORLD_M).tolist(),
        ((1 - 2 * v) * _HALF_WORLD_M).tolist(),
        strict=True,
    )
    names = ", ".join(f"{column.name} text" for column in points.columns)
    connection.execute(f"CREATE TEMP TABLE raw (id int, {names}, x float8, y float8)")
    with connection.cursor() as cursor, cursor.copy("COPY raw FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    names = ", ".join(column.name for column in points.columns)
    connection.execute(
        f"CREATE TABLE house AS SELECT id, {names}, "
        "ST_SetSRID(ST_MakePoint(x, y), 3857)::geometry(Point, 3857) AS geom FROM raw ORDER BY geom"
    )
    connection.execute("ALTER TABLE house ADD PRIMARY KEY (id)")
    connection.execute("CREATE INDEX ON house USING gist (geom)")
    connection.execute("VACUUM ANALYZE house")


def _tile(peer: PostGIS, at: At) -> bytes:
    asked = dict(zip("zxy", at, strict=True))
    found = peer.connection.execute(_AS_MVT, asked, binary=True).fetchone()
    assert found is not None
    tile: bytes = found[0]
    return tile


def _beside(peer: PostGIS, points: PointColumns, times: int) -> Iterator[Row]:
    for z in ZOOMS:
        at, count = densest(points, z)
        same_points(_whole(points, at), _tile(peer, at))
        many = max(1, 200_000 // count)
        with _compiler(False):
            plain, theirs = _in_turn(partial(_whole, points, at), peer, at, times, many)
        with _compiler(True):
            _whole(points, at)
            loop, _ = _in_turn(partial(_whole, points, at), peer, at, times, many)
        thin, _ = _in_turn(partial(_thinned, points, at), peer, at, 1, many)
        what = f"tile of {count:,} points, zoom {z}"
        told = f"PostGIS {peer.version} ST_AsMVT: {theirs * 1000:.1f} ms"
        yield _row(f"{what}, CPU, no compiled code", plain, theirs, told, 3)
        yield _row(f"{what}, CPU, compiled loop", loop, theirs, told, 10)
        size = len(_thinned(points, at)) / 1000
        yield Row(f"{what}, as served", f"{thin * 1000:.1f} ms, {size:.0f} KB", "", "", "500 KB")


def _row(what: str, ours: float, theirs: float, told: str, bound: float) -> Row:
    ratio = f"{theirs / ours:.1f} times faster"
    return Row(what, f"{ours * 1000:.2f} ms", told, ratio, f"at least {bound} times")


def _in_turn(
    ours: Callable[[], bytes], peer: PostGIS, at: At, times: int, many: int
) -> tuple[float, float]:
    """Return the median CPU seconds of each: `times` runs of `many` tiles, in turn."""
    runs = []
    for _ in range(times):
        began = time.process_time()
        for _ in range(many):
            ours()
        between = time.process_time(), peer.cpu_s()
        for _ in range(many):
            _tile(peer, at)
        runs.append(((between[0] - began) / many, (peer.cpu_s() - between[1]) / many))
    return median([a for a, _ in runs]), median([b for _, b in runs])


@contextmanager
def _compiler(there: bool) -> Iterator[None]:
    """Have the encoder find numba loaded, and take its compiled loop, or not."""
    loaded = importlib.import_module("numba")
    if not there:
        del sys.modules["numba"]
    yield
    sys.modules["numba"] = loaded


def same_points(ours: bytes, theirs: bytes, names: Sequence[str] = ("kind", "grid")) -> None:
    """Raise unless two tiles hold the same features at the same places, to a unit.

    On the edge of the strip around a tile a unit decides whether a point is in it.
    """
    left, right = (_table(tile, list(names)) for tile in (ours, theirs))
    both = left.join(right, rsuffix="_theirs", how="outer")
    inside = both[["x", "y"]].clip(0, 4096).eq(both[["x", "y"]]).all(axis=1)
    both = both[inside]
    apart = (both[["x", "y"]].to_numpy() - both[["x_theirs", "y_theirs"]].to_numpy()).round()
    told = (both[name].eq(both[f"{name}_theirs"]).all() for name in names)
    if not len(both) or not (np.abs(apart) <= 1).all() or not all(told):
        raise AssertionError("the two tiles are not the same")


def _table(tile: bytes, names: list[str]) -> pd.DataFrame:
    table = pyogrio.read_dataframe(tile, CLIP="NO")
    # a server may give the id as an attribute only
    table = table.set_index("id" if "id" in table else "mvt_id")
    place = table.geometry.get_coordinates()
    return pd.DataFrame(table[names]).assign(x=place["x"], y=place["y"])


def _heat(times: int) -> Iterator[Row]:
    keys = np.sort(zorder.zkeys(*crowds(HEAT_POINTS, 112.89, 27.09)))
    what = f"heat tile of {HEAT_POINTS:,} points, 256 x 256 cells, CPU"
    try:
        datashader = importlib.import_module("datashader")
    except ImportError:
        yield Row(what, "", "datashader is not installed", "", "at least 10 times")
        return
    began = time.process_time()
    heat = HeatLevels(keys)
    ahead = time.process_time() - began
    told = f"datashader {datashader.__version__} Canvas.points: "
    near, count = densest(PointColumns(keys, keys), HEAT_CLOSE)
    for at, among in ((HEAT_WHOLE, HEAT_POINTS), (near, count)):
        peer = _canvas(datashader, keys, at)
        if not (tile_counts(heat, *at) == peer()).all():
            raise AssertionError("the counts are not the same")
        mine, theirs, ratio = cpu_in_turn(partial(tile_counts, heat, *at), peer, max(times, 5))
        yield Row(
            f"{what}, {among:,} of them in it",
            f"{mine * 1000:.2f} ms",
            f"{told}{theirs * 1000:.1f} ms",
            f"{ratio:.1f} times faster",
            "at least 10 times",
        )
    yield Row(
        "what is counted ahead when the points are read", f"{ahead * 1000:.0f} ms", "", "", ""
    )


def _canvas(datashader: Any, keys: Any, at: At) -> Callable[[], Any]:
    """Return datashader's way to the same counts: the same cells, points in memory as x and y."""
    column, row = zorder.decode(keys)
    table = pd.DataFrame({"x": column + 0.5, "y": row + 0.5})
    side = 1 << zorder.BITS - at[0]
    canvas = datashader.Canvas(
        1 << TILE_BITS,
        1 << TILE_BITS,
        x_range=(at[1] * side, (at[1] + 1) * side),
        y_range=(at[2] * side, (at[2] + 1) * side),
    )
    return lambda: canvas.points(table, "x", "y", datashader.count()).to_numpy()
