"""What else assigns points to areas, each ready to be asked for (point, area) pairs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

from benchmarks.postgis import PostGIS

Ask = Callable[[], tuple[Any, Any]]

_PAIRS = (
    "COPY (SELECT places.id, areas.id FROM places JOIN areas ON ST_Intersects(shape, place)) "
    "TO STDOUT (FORMAT BINARY)"
)
# how PostgreSQL writes rows in binary (its manual, COPY, "Binary Format")
_COPY_HEAD, _COPY_END = 19, 2
_COPY_ROW = np.dtype(
    [("fields", ">i2"), ("size", ">i4"), ("point", ">i4"), ("next_size", ">i4"), ("area", ">i4")]
)


@dataclass(frozen=True, slots=True)
class Peer:
    """How a peer is made ready for work, warm or not, and the clock of its CPU seconds."""

    ready: Callable[[Any, bool], Ask]
    cpu_s: Callable[[], float] = time.process_time


def _areas_indexed(work: Any, warm: bool) -> Ask:
    points, shapes = work.geometries, work.shapes
    kept = shapely.STRtree(shapes)
    kept.query(points[:1])

    def ask() -> tuple[Any, Any]:
        tree = kept if warm else shapely.STRtree(shapes)
        point, area = tree.query(points, predicate="intersects")
        return point, area

    return ask


def _points_indexed(work: Any, _: bool) -> Ask:
    """Ask a tree of the points about every area: the areas are prepared, the points sorted."""
    points, shapes = work.geometries, work.shapes

    def ask() -> tuple[Any, Any]:
        area, point = shapely.STRtree(points).query(shapes, predicate="intersects")
        return point, area

    return ask


def _sjoin(work: Any, warm: bool) -> Ask:
    points, shapes = work.geometries, work.shapes
    kept = _frame(shapes)
    kept.sindex.query(points[:1])

    def ask() -> tuple[Any, Any]:
        areas = kept if warm else _frame(shapes)
        joined = geopandas.sjoin(_frame(points), areas, predicate="intersects")
        return joined.index.to_numpy(), joined["index_right"].to_numpy()

    return ask


def _duckdb(work: Any, _: bool) -> Ask:
    duckdb, spatial = import_module("duckdb"), import_module("duckdb_extension_spatial")
    extension = next(Path(str(spatial.__file__)).parent.rglob("spatial.duckdb_extension"))
    base = duckdb.connect(config={"allow_unsigned_extensions": "true", "threads": 1})
    base.execute(f"LOAD '{extension}'")
    x, y = work.xy
    base.register("given_points", pd.DataFrame({"id": np.arange(len(x)), "x": x, "y": y}))
    wkb = shapely.to_wkb(work.shapes)
    base.register("given_areas", pd.DataFrame({"id": np.arange(len(wkb)), "wkb": wkb}))
    base.execute("CREATE TABLE point AS SELECT id, ST_Point(x, y) AS place FROM given_points")
    base.execute("CREATE TABLE area AS SELECT id, ST_GeomFromWKB(wkb) AS shape FROM given_areas")
    query = (
        "SELECT point.id AS point, area.id AS area "
        "FROM point JOIN area ON ST_Intersects(shape, place)"
    )

    def ask() -> tuple[Any, Any]:
        found = base.execute(query).fetchnumpy()
        return found["point"], found["area"]

    return ask


def _sedona(work: Any, _: bool) -> Ask:
    import_module("geoarrow.pyarrow")  # its answers need it
    base = import_module("sedonadb").connect()
    base.sql("SET datafusion.execution.target_partitions = 1").execute()
    for name, shapes in (("point", work.geometries), ("area", work.shapes)):
        table = _frame(shapes).assign(id=np.arange(len(shapes)))
        base.create_data_frame(table).to_memtable().to_view(name)
    query = (
        "SELECT point.id AS point, area.id AS area FROM point "
        "JOIN area ON ST_Intersects(area.geometry, point.geometry)"
    )

    def ask() -> tuple[Any, Any]:
        found = base.sql(query).to_arrow_table()
        return found["point"].to_numpy(), found["area"].to_numpy()

    return ask


def _frame(shapes: Any) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4547")


def _postgis(base: PostGIS, work: Any, _: bool) -> Ask:
    """Ask a server that has its tables and indexes already."""
    run = base.connection.execute
    run("DROP TABLE IF EXISTS places, areas")
    run("CREATE TABLE places (id int, place geometry(Point, 4547))")
    run("CREATE TABLE areas (id int, shape geometry(Polygon, 4547))")
    for table, shapes in (("places", work.geometries), ("areas", work.shapes)):
        wkb = shapely.to_wkb(shapely.set_srid(shapes, 4547), include_srid=True)
        with base.connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "bytea"])
            for row in enumerate(wkb):
                copy.write_row(row)
    run("CREATE INDEX ON places USING gist (place)")
    run("CREATE INDEX ON areas USING gist (shape)")
    run("VACUUM ANALYZE places, areas")

    def ask() -> tuple[Any, Any]:
        with base.connection.cursor().copy(_PAIRS) as copy:
            told = b"".join(bytes(part) for part in copy)
        rows = np.frombuffer(told[_COPY_HEAD:-_COPY_END], _COPY_ROW)
        return rows["point"], rows["area"]

    return ask


def peers(base: PostGIS | None) -> dict[str, Peer]:
    """Return everything that assigns; PostGIS where it is there."""
    found = {
        f"shapely {shapely.__version__}, a tree of the areas": Peer(_areas_indexed),
        "shapely, a tree of the points": Peer(_points_indexed),
        f"geopandas {geopandas.__version__}, sjoin": Peer(_sjoin),
        "DuckDB spatial": Peer(_duckdb),
        "SedonaDB": Peer(_sedona),
    }
    if base:
        found[f"PostGIS {base.version}"] = Peer(partial(_postgis, base), base.cpu_s)
    return found
