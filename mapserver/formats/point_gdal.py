"""Points in every kind of file but GeoParquet, a batch at a time, by GDAL's Arrow interface."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio

from mapserver.formats import point_columns
from mapserver.formats.point_file import BATCH, PointFile
from mapserver.formats.vector_checks import (
    DRIVERS,
    file_and_layer,
    only_layer,
    stated_crs,
    without_shapes,
)
from mapserver.formats.vector_files import layer_options

GEOMETRY = "geometry"
"""What the column of points is called, whatever the file calls it: as geopandas does."""


@contextmanager
def _reader(path: Path) -> Iterator[tuple[dict[str, Any], pa.RecordBatchReader]]:
    file, _ = file_and_layer(path)
    layer = only_layer(path)
    with pyogrio.open_arrow(file, layer=layer, batch_size=BATCH, use_pyarrow=True) as opened:
        yield opened


def open_gdal(path: Path) -> PointFile:
    """Return a file of points of a kind that GDAL reads."""
    with _reader(path) as (told, reader):
        schema = reader.schema
    if told["geometry_type"] is None:
        raise without_shapes(path)
    file, _ = file_and_layer(path)
    rows = pyogrio.read_info(file, layer=only_layer(path), force_feature_count=True)["features"]
    geometry = told["geometry_name"] or "wkb_geometry"
    name = geometry if GEOMETRY in told["fields"] else GEOMETRY
    kind = {"Point": "Point", "Point Z": "Point Z", "2.5D Point": "Point Z"}.get(
        told["geometry_type"], "Unknown"
    )
    # what GDAL says of a column is for GDAL; a Parquet file says it in its own way
    plain = [
        field.remove_metadata().with_name(name if field.name == geometry else field.name)
        for field in schema
    ]
    return PointFile(path, stated_crs(told["crs"], path), name, kind, pa.schema(plain), rows)


def gdal_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield all rows of the file in order."""
    with _reader(path) as (_, reader):
        yield from reader


def write_gdal(
    source: PointFile, schema: pa.Schema, batches: Iterable[pa.RecordBatch], path: Path
) -> None:
    """Write batches of `schema` as the kind of file that the name says."""
    plain = pa.schema([_plain(field, source.geometry) for field in schema])
    ready = (_as_gdal_takes(batch, plain, source.geometry) for batch in batches)
    ending = path.suffix.lower()
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(plain, ready),
        path,
        driver=DRIVERS[ending],
        geometry_name=source.geometry,
        geometry_type=source.kind,
        crs=source.crs.to_wkt(),
        layer_options=layer_options(ending),
    )


def _plain(field: pa.Field, geometry: str) -> pa.Field:
    """Return a column as GDAL can write it."""
    if field.name == geometry:
        return pa.field(field.name, pa.binary())
    if pa.types.is_dictionary(field.type):
        return pa.field(field.name, field.type.value_type)
    return field


def _as_gdal_takes(batch: pa.RecordBatch, schema: pa.Schema, geometry: str) -> pa.RecordBatch:
    columns = [
        (point_columns.as_binary(column) if field.name == geometry else column).cast(field.type)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
