"""What else assigns points to areas, each ready to be asked for (point, area) pairs."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import shapely

Ask = Callable[[], tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Peer:
    """How a peer is made ready for work, warm or not; `large` if ten million points suit it."""

    ready: Callable[[Any, bool], Ask]
    large: bool = True


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


PEERS = {
    f"shapely {shapely.__version__}, a tree of the areas": Peer(_areas_indexed),
    "shapely, a tree of the points": Peer(_points_indexed),
    f"geopandas {geopandas.__version__}, sjoin": Peer(_sjoin),
    "DuckDB spatial": Peer(_duckdb),
    "SedonaDB": Peer(_sedona),
}
