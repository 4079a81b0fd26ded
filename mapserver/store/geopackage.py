"""The GeoPackage side of an SQLite store: its catalogue, R*Trees and functions.

OGC 12-128r17 (GeoPackage 1.3, which every GDAL and QGIS in use reads without a warning)
on plain sqlite3, without SpatiaLite: the SQL functions that the R*Tree triggers call
(clause 3.1.3) are registered in Python on each connection, and QGIS or GDAL bring their
own when they write.

Never open the live file with pyogrio or geopandas inside the server's process: theirs is
a second copy of SQLite, and POSIX locks do not hold within one process, so that it deletes
the log that the first is writing to (sqlite.org/howtocorrupt.html, section 2.2.1).
"""

import sqlite3
from collections.abc import Callable

from pyproj import CRS
from sqlalchemy import Connection

from mapserver.domain.geopackage_blob import SRID, bounds
from mapserver.store.geometry import intersects_box

APPLICATION_ID = 0x47504B47  # "GPKG"
VERSION = 10300

_CATALOGUE = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))
"""

# Clause 3.1.3.1.3. {t} is the table, {r} its R*Tree; the key is always fid, the column geom.
_RTREE = """
CREATE VIRTUAL TABLE "{r}" USING rtree(id, minx, maxx, miny, maxy);
CREATE TRIGGER "{r}_insert" AFTER INSERT ON "{t}"
WHEN (NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN INSERT OR REPLACE INTO "{r}" VALUES {box}; END;
CREATE TRIGGER "{r}_update1" AFTER UPDATE OF geom ON "{t}" WHEN OLD.fid = NEW.fid AND
(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN INSERT OR REPLACE INTO "{r}" VALUES {box}; END;
CREATE TRIGGER "{r}_update2" AFTER UPDATE OF geom ON "{t}" WHEN OLD.fid = NEW.fid AND
(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN DELETE FROM "{r}" WHERE id = OLD.fid; END;
CREATE TRIGGER "{r}_update3" AFTER UPDATE ON "{t}" WHEN OLD.fid != NEW.fid AND
(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN DELETE FROM "{r}" WHERE id = OLD.fid; INSERT OR REPLACE INTO "{r}" VALUES {box}; END;
CREATE TRIGGER "{r}_update4" AFTER UPDATE ON "{t}" WHEN OLD.fid != NEW.fid AND
(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN DELETE FROM "{r}" WHERE id IN (OLD.fid, NEW.fid); END;
CREATE TRIGGER "{r}_delete" AFTER DELETE ON "{t}" WHEN OLD.geom NOT NULL
BEGIN DELETE FROM "{r}" WHERE id = OLD.fid; END
"""
_BOX = "(NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom))"


def rtree_name(table: str) -> str:
    """Return the name of the R*Tree of `table`."""
    return f"rtree_{table}_geom"


def add_functions(connection: sqlite3.Connection) -> None:
    """Register what the triggers and the box filter call."""
    for position, name in enumerate(("ST_MinX", "ST_MinY", "ST_MaxX", "ST_MaxY")):
        connection.create_function(name, 1, _side(position), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    connection.create_function("meets_box", 5, _meets_box, deterministic=True)


def _side(position: int) -> Callable[[bytes | None], float | None]:
    def side(blob: bytes | None) -> float | None:
        box = None if blob is None else bounds(blob)
        return None if box is None else box[position]

    return side


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(bounds(blob) is None)


def _meets_box(
    blob: bytes | None, west: float, south: float, east: float, north: float
) -> int | None:
    return None if blob is None else int(intersects_box(blob, (west, south, east, north)))


def create_catalogue(connection: Connection) -> None:
    """Make an empty SQLite file a GeoPackage."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    for statement in _CATALOGUE.split(";"):
        connection.exec_driver_sql(statement)
    undefined = "undefined {} coordinate reference system"
    rows = [
        ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", undefined.format("cartesian")),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", undefined.format("geographic")),
        *[_reference_system(code) for code in (4326, SRID)],
    ]
    connection.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", rows)


def _reference_system(code: int) -> tuple[str, int, str, int, str, str]:
    crs = CRS.from_epsg(code)
    return (crs.name, code, "EPSG", code, crs.to_wkt("WKT1_GDAL"), "longitude, latitude in degrees")


def register_features(connection: Connection, table: str, kind: str) -> None:
    """Enter a table with a geometry column into the catalogue, with its R*Tree."""
    _enter(connection, table, "features", SRID)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, kind, SRID)
    )
    connection.exec_driver_sql(
        "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', "
        "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        (table,),
    )
    script = _RTREE.format(t=table, r=rtree_name(table), box=_BOX).strip()
    virtual, triggers = script.split(";\n", 1)
    connection.exec_driver_sql(virtual)
    for trigger in triggers.split("END;\n"):
        statement = trigger if trigger.endswith("END") else f"{trigger} END"
        connection.exec_driver_sql(statement)


def register_attributes(connection: Connection, table: str) -> None:
    """Enter a table without geometry into the catalogue."""
    _enter(connection, table, "attributes", None)


def unregister(connection: Connection, table: str) -> None:
    """Take a table and its R*Tree out of the catalogue."""
    tree = rtree_name(table)
    for name in ("insert", "update1", "update2", "update3", "update4", "delete"):
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{tree}_{name}"')
    connection.exec_driver_sql(f'DROP TABLE IF EXISTS "{tree}"')
    for catalogue in ("gpkg_extensions", "gpkg_geometry_columns", "gpkg_contents"):
        statement = f"DELETE FROM {catalogue} WHERE table_name = ?"  # noqa: S608
        connection.exec_driver_sql(statement, (table,))


def set_extent(connection: Connection, table: str) -> None:
    """Note the box of a table whose rows came from elsewhere."""
    boxes = "min(ST_MinX(geom)), min(ST_MinY(geom)), max(ST_MaxX(geom)), max(ST_MaxY(geom))"
    own = f'(SELECT {boxes} FROM "{table}")'  # noqa: S608
    statement = f"UPDATE gpkg_contents SET (min_x, min_y, max_x, max_y) = {own}"  # noqa: S608
    connection.exec_driver_sql(f"{statement} WHERE table_name = ?", (table,))


def _enter(connection: Connection, table: str, data_type: str, srid: int | None) -> None:
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)",
        (table, data_type, table, srid),
    )


def touch(connection: Connection, table: str, box: tuple[float, ...] | None, at: str) -> None:
    """Note the time of the last change, and the box that now holds every feature."""
    connection.exec_driver_sql(
        "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?", (at, table)
    )
    if box is not None:
        connection.exec_driver_sql(
            "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), "
            "min_y = min(coalesce(min_y, ?2), ?2), max_x = max(coalesce(max_x, ?3), ?3), "
            "max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5",
            (*box, table),
        )
