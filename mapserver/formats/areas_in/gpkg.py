"""GeoPackage (OGC 12-128r19), read by SQLite alone: tables, and nothing that a table points to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from mapserver.domain.crs import GEOGRAPHIC
from mapserver.formats.areas_in.area import Area, as_area, text_of

_STEPS = 20_000_000
"""Of SQLite's machine; a file of a town takes some thousands."""

_HEADER = 8
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def read(path: Path) -> Iterator[Area | None]:
    """Yield each feature's area in degrees, None for one that is none."""
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
) -> Iterator[Area | None]:
    ((kind, made),) = base.execute(
        "SELECT type, sql FROM sqlite_master WHERE name = ?", (table,)
    ).fetchall()
    if kind != "table" or made.lstrip().upper().startswith("CREATE VIRTUAL"):
        raise ValueError("no table")
    fields = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(table)})").fetchall()]
    known = {one.lower(): one for one in fields}
    called = [known.get(name) for name in ("code", "name")]
    wanted = ", ".join(_quoted(one) if one else "NULL" for one in (column, *called))
    for blob, code, name in base.execute(f"SELECT {wanted} FROM {_quoted(table)}"):  # noqa: S608
        shape = as_area(None if blob is None else _in_degrees(_shape(blob), system))
        yield None if shape is None else Area(text_of(code), text_of(name), shape)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _system(base: sqlite3.Connection, number: int) -> CRS | None:
    """Return a projected system; None where the coordinates are degrees already."""
    ((organization, code),) = base.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (number,),
    ).fetchall()
    if number <= 0:
        return None
    system = CRS.from_authority(organization, int(code))
    return None if system.is_geographic else system


def _shape(blob: bytes) -> BaseGeometry:
    if blob[:2] != b"GP":
        raise ValueError("no geometry")
    return shapely.from_wkb(blob[_HEADER + _ENVELOPES[(blob[3] >> 1) & 7] :])


def _in_degrees(shape: BaseGeometry, system: CRS | None) -> BaseGeometry:
    return shape if system is None else in_degrees(np.array([shape], object), system)[0]


def in_degrees(shapes: np.ndarray, system: CRS) -> np.ndarray:
    """Return shapes of a projected system in degrees of EPSG:4490, longitude first."""
    moves = Transformer.from_crs(system, GEOGRAPHIC, always_xy=True)
    moved: np.ndarray = np.asarray(
        shapely.transform(shapes, lambda at: np.column_stack(moves.transform(at[:, 0], at[:, 1]))),
        object,
    )
    return moved
