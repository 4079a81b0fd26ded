"""GeoPackage (OGC 12-128r19), read by SQLite alone: tables, and nothing that a table points to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from mapserver.domain.geopackage_blob import wkb_of
from mapserver.formats.shapes_in.degrees import in_degrees
from mapserver.formats.shapes_in.nesting import refuse_deep
from mapserver.formats.shapes_in.shape import Feature, text_of

_STEPS = 20_000_000
"""Of SQLite's machine; a file of a town takes some thousands."""


def read(path: Path) -> Iterator[Feature]:
    """Yield each feature in degrees."""
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    base.set_authorizer(_only_reading)
    left = [_STEPS // 1000]

    def tired() -> int:
        left[0] -= 1
        return int(left[0] < 0)

    base.set_progress_handler(tired, 1000)
    try:
        for table, column, system in base.execute(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
        ).fetchall():
            yield from _features(base, table, column, _system(base, system))
    finally:
        base.close()


def _only_reading(action: int, *_: str | None) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _features(
    base: sqlite3.Connection, table: str, column: str, system: CRS | None
) -> Iterator[Feature]:
    ((kind, made),) = base.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)
    ).fetchall()
    if kind != "table" or made.lstrip().upper().startswith("CREATE VIRTUAL"):
        raise ValueError("no table")
    fields = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()]
    known = {one.lower(): one for one in fields}
    called = [known.get(name) for name in ("code", "name")]
    wanted = ", ".join(_quoted(one) if one else "NULL" for one in (column, *called))
    rows = base.execute(f"SELECT {wanted} FROM {_quoted(table)}").fetchall()  # noqa: S608
    shapes = np.array([_shape(blob) for blob, *_ in rows], object)
    for shape, (_, code, name) in zip(in_degrees(shapes, system).tolist(), rows, strict=True):
        yield Feature(text_of(code), text_of(name), shape)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _system(base: sqlite3.Connection, number: int) -> CRS | None:
    """Return the system of a number in the file; None where it says that it is unknown."""
    ((organization, code),) = base.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (number,),
    ).fetchall()
    if number <= 0:
        return None
    return CRS.from_authority(organization, int(code))


def _shape(blob: bytes | None) -> BaseGeometry | None:
    if blob is None:
        return None
    if not blob.startswith(b"GP"):
        raise ValueError("no geometry")
    wkb = wkb_of(blob)
    refuse_deep(wkb)
    shape = shapely.from_wkb(wkb, on_invalid="fix")
    if shape is None:
        raise ValueError("no geometry")
    return shape
