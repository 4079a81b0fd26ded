"""Files of points, read and written a batch at a time: memory does not grow with the file.

A batch has all columns of the file as they are; only coordinates are looked at.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from mapserver.errors import InvalidRequest, MapserverError
from mapserver.formats.point_columns import Points, points_of
from mapserver.formats.point_file import PointFile
from mapserver.formats.point_gdal import gdal_batches, open_gdal, write_gdal
from mapserver.formats.point_parquet import open_parquet, parquet_batches, write_parquet
from mapserver.formats.vector_checks import (
    GEOPARQUET,
    empty,
    file_and_layer,
    known_ending,
    unreadable,
    unwritable,
)
from mapserver.formats.whole_file import written_whole


def open_points(path: Path) -> PointFile:
    """Return a file of points, of which only the head is read.

    Raises
    ------
    NotFound
        If there is no such file.
    InvalidRequest
        If it is no vector file, is empty, has several layers or no geometry, or does not
        say its reference system.
    """
    file_and_layer(path)
    try:
        opened = (open_parquet if _is_parquet(path) else open_gdal)(path)
    except InvalidRequest:
        raise
    except Exception as error:
        # GDAL and pyarrow each have errors of their own
        raise unreadable(path, error) from error
    if not opened.rows:
        raise empty(path)
    return opened


def batches_of(source: PointFile) -> Iterator[tuple[pa.RecordBatch, Points]]:
    """Yield all rows of a file in order, each batch with its coordinates.

    Raises
    ------
    InvalidRequest
        If the file breaks off, or holds a shape that cannot be read.
    """
    batches = parquet_batches if _is_parquet(source.path) else gdal_batches
    found = 0
    try:
        # a failure of whoever takes the batches is not raised in here
        for batch in batches(source.path):
            found += batch.num_rows
            named = pa.RecordBatch.from_arrays(batch.columns, schema=source.schema)
            yield named, points_of(named.column(source.geometry))
        if found < source.rows:
            # of a FlatGeobuf that is cut off GDAL reads what is left, and says nothing
            raise EOFError(f"{found} of {source.rows} rows")
    except Exception as error:
        raise unreadable(source.path, error) from error


def write_points(
    source: PointFile,
    added: pa.Field,
    batches: Iterator[pa.RecordBatch],
    path: Path,
) -> tuple[str, ...]:
    """Write batches of `source`, each with one column added, whole or not at all.

    Returns
    -------
    tuple of str
        What GDAL had to change, such as a field's name that is too long for a Shapefile.

    Raises
    ------
    InvalidRequest
        If the file cannot be written, or not as the kind that its name says.
    MapserverError
        Whatever `batches` raises, as it is.
    """
    write = write_parquet if known_ending(path) in GEOPARQUET else write_gdal
    kept = _Kept(batches)
    with written_whole(path) as beside, warnings.catch_warnings(record=True) as changed:
        warnings.simplefilter("always")
        try:
            write(source, source.schema.append(added), kept, beside)
        except Exception as error:
            # what passes through GDAL comes out as an error of GDAL's
            raise kept.error or unwritable(path, error) from error
    return tuple(dict.fromkeys(str(one.message) for one in changed))


class _Kept:
    """Batches that remember the error they broke off with."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self._batches = batches
        self.error: MapserverError | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except MapserverError as error:
            self.error = error
            raise


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in GEOPARQUET
