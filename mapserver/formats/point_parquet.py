"""Points in GeoParquet 1.1, a batch at a time, by pyarrow."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from mapserver.errors import InvalidRequest
from mapserver.formats.point_file import BATCH, PointFile
from mapserver.formats.vector_checks import stated_crs, without_shapes

_COLUMN_BYTES = 1 << 20
"""Of a column that are read at a time, however long the row groups."""

_GEO = b"geo"


def open_parquet(path: Path) -> PointFile:
    """Return a GeoParquet file of points."""
    with pq.ParquetFile(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
    if _GEO not in (schema.metadata or {}):
        raise without_shapes(path)
    geo = json.loads(schema.metadata[_GEO])
    name = geo["primary_column"]
    column = geo["columns"][name]
    # GeoParquet 1.1: without a word on it, degrees of OGC:CRS84; null is "not known"
    given = column.get("crs", "OGC:CRS84")
    crs = stated_crs(None if given is None else CRS.from_user_input(given), path)
    kinds = column.get("geometry_types", [])
    kind = kinds[0] if kinds in (["Point"], ["Point Z"]) else "Unknown"
    if column["encoding"] not in ("WKB", "point"):
        raise InvalidRequest(
            f"{path} 里的图形是 {column['encoding']}，不是点。换成点图层。",
            f"{path} holds {column['encoding']} geometry, no points. Pass a layer of points.",
        )
    return PointFile(path, crs, name, kind, schema, rows)


def parquet_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield all rows of a GeoParquet file in order."""
    # a buffer, so that a row group of ten million rows is not read as one
    with pq.ParquetFile(path, buffer_size=_COLUMN_BYTES, pre_buffer=False) as file:
        yield from file.iter_batches(BATCH)


def write_parquet(
    source: PointFile, schema: pa.Schema, batches: Iterable[pa.RecordBatch], path: Path
) -> None:
    """Write batches of `schema` as GeoParquet, with what `source` says of its points."""
    metadata = dict(schema.metadata or {})
    if _GEO not in metadata:
        metadata[_GEO] = _geo_metadata(source)
    # points differ, so a dictionary of them is only work
    repeating = [name for name in schema.names if name != source.geometry]
    schema = schema.with_metadata(metadata)
    with pq.ParquetWriter(path, schema, use_dictionary=repeating) as writer:
        for batch in batches:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


def _geo_metadata(source: PointFile) -> bytes:
    kinds = [] if source.kind == "Unknown" else [source.kind]
    column = {"encoding": "WKB", "geometry_types": kinds, "crs": source.crs.to_json_dict()}
    told = {
        "version": "1.1.0",
        "primary_column": source.geometry,
        "columns": {source.geometry: column},
    }
    return json.dumps(told).encode()
