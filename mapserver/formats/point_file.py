"""A file of points as it is before any row is read."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyproj import CRS

BATCH = 65_536
"""Rows read at a time: some megabytes, and the size of the row groups that are written."""


@dataclass(frozen=True, slots=True)
class PointFile:
    """A file of points, of which only the head was read.

    Parameters
    ----------
    path : Path
        As given.
    crs : CRS
    geometry : str
        Name of the column that holds the points.
    kind : str
        "Point", "Point Z" or, where the file does not say, "Unknown".
    schema : pa.Schema
        The columns as they are written, with the file's metadata.
    rows : int
    """

    path: Path
    crs: CRS
    geometry: str
    kind: str
    schema: pa.Schema
    rows: int
