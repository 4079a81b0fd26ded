"""`mapserver assign` on GeoParquet files, beside geopandas' spatial join of the same files.

Both are whole processes, start-up included, and must give every point the same code. The
join holds everything in memory, so it is measured on the smaller file alone.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from benchmarks.measure import Row, in_turn, median, python, run
from benchmarks.plots import plots

SMALL, LARGE = 1_000_000, 10_000_000
AREAS = 500
_CRS = "EPSG:4526"
_STEP = 1_000_000
_JOIN = """
import sys, geopandas
points, areas = map(geopandas.read_parquet, sys.argv[1:3])
found = points.sjoin(areas, how="left", predicate="covered_by")
found = found.sort_values("code").loc[lambda rows: ~rows.index.duplicated()].sort_index()
found.drop(columns="index_right").to_parquet(sys.argv[3])
"""


def measure(folder: Path, times: int) -> Iterator[Row]:
    """Yield time and memory of assigning points of files."""
    areas, bounds = _areas(folder)
    small, large = (_points(folder, count, bounds) for count in (SMALL, LARGE))
    ours, theirs = folder / "assigned.parquet", folder / "joined.parquet"
    assign = ("-m", "mapserver.cli", "assign")
    join = python("-c", _JOIN, str(small), str(areas), str(theirs))

    def command(points: Path) -> list[str]:
        return python(*assign, str(points), str(areas), "--code", "code", "-o", str(ours))

    mine, peers = in_turn(lambda: run(command(small)), lambda: run(join), times)
    _check(ours, theirs)
    ratio = median([b.cpu_s / a.cpu_s for a, b in zip(mine, peers, strict=True)])
    yield Row(
        f"assignment of a file of {SMALL:,} points to {AREAS} areas, CPU",
        f"{median([one.cpu_s for one in mine]):.1f} s",
        f"geopandas {geopandas.__version__}, sjoin: {median([one.cpu_s for one in peers]):.1f} s",
        f"{ratio:.1f} times faster",
        "",
    )
    whole = run(command(large))
    peak = max(one.peak_mib for one in mine)
    yield Row(
        "its peak memory",
        f"{peak:.0f} MiB",
        f"{max(one.peak_mib for one in peers):.0f} MiB",
        "",
        "",
    )
    yield Row(
        f"the same with {LARGE:,} points, CPU and peak memory",
        f"{whole.cpu_s:.1f} s, {whole.peak_mib:.0f} MiB",
        "",
        f"{whole.peak_mib / peak:.2f} times the memory",
        "about the same",
    )


def _check(ours: Path, theirs: Path) -> None:
    pair = (pq.read_table(path, columns=["code"]).column(0) for path in (ours, theirs))
    mine, peer = (column.cast(pa.string()).fill_null("").combine_chunks() for column in pair)
    if not mine.equals(peer):
        raise RuntimeError("assign and sjoin give different codes")


def _areas(folder: Path) -> tuple[Path, tuple[float, float, float, float]]:
    path, whole = folder / "areas.parquet", plots(AREAS)
    codes = [f"{index:06d}" for index in range(len(whole.areas))]
    # the points have no code of their own; the join must not give theirs another name
    geopandas.GeoDataFrame({"code": codes}, geometry=whole.areas, crs=_CRS).to_parquet(path)
    return path, whole.outline.bounds


def _points(folder: Path, count: int, bounds: tuple[float, float, float, float]) -> Path:
    path = folder / f"points-{count}.parquet"
    if path.exists():
        return path
    column = {"encoding": "WKB", "geometry_types": ["Point"], "crs": CRS(_CRS).to_json_dict()}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    schema = pa.schema(
        [("id", pa.int64()), ("name", pa.string()), ("geometry", pa.binary())],
        metadata={"geo": json.dumps(geo)},
    )
    random = np.random.default_rng(count)
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, count, _STEP):
            numbers = np.arange(start, start + _STEP)
            names = pa.array((numbers % 997).astype(str), pa.string())
            columns = [pa.array(numbers), names, _binary(random, bounds)]
            writer.write_table(pa.table(columns, schema=schema))
    return path


def _binary(
    random: np.random.Generator, bounds: tuple[float, float, float, float]
) -> pa.BinaryArray:
    west, south, east, north = bounds
    xy = random.uniform((west, south), (east, north), (_STEP, 2))
    records = np.empty((_STEP, 21), np.uint8)
    records[:, :5] = (1, 1, 0, 0, 0)
    records[:, 5:] = xy.astype("<f8").view(np.uint8)
    offsets = np.arange(0, records.size + 1, records.shape[1], dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(records)]
    return pa.Array.from_buffers(pa.binary(), _STEP, buffers)
