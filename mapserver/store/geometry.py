"""One geometry type for both engines: GeoPackage blob on SQLite, EWKB on PostGIS.

Geometries are shapely objects, longitude before latitude, in CGCS2000 geographic
coordinates (EPSG:4490).
"""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

from mapserver.domain.geopackage_blob import SRID, Box, bounds, from_blob, to_blob


def intersects_box(blob: bytes, box: Box) -> bool:
    """Tell whether the geometry meets the box, edges included."""
    own = bounds(blob)
    if own is None:
        return False
    west, south, east, north = box
    if own[0] > east or own[2] < west or own[1] > north or own[3] < south:
        return False
    if own[0] >= west and own[2] <= east and own[1] >= south and own[3] <= north:
        return True
    return bool(shapely.intersects(from_blob(blob), frame(box)))


def frame(box: Box) -> BaseGeometry:
    """Return the box as a geometry: a line or a point where it is flat.

    A polygon without area is not valid, and engines differ in what it meets.
    """
    west, south, east, north = box
    if west < east and south < north:
        return shapely.box(*box)
    if (west, south) == (east, north):
        return Point(west, south)
    return LineString([(west, south), (east, north)])


class _PostgisColumn(UserDefinedType[Any]):
    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return f"geometry({self.kind},{SRID})"


class _GeoPackageColumn(UserDefinedType[Any]):
    cache_ok = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def get_col_spec(self, **_: Any) -> str:
        return self.kind


class Geom(TypeDecorator[BaseGeometry]):
    """A geometry column: shapely in, shapely out.

    Parameters
    ----------
    kind : str
        POINT, LINESTRING, MULTIPOLYGON, ... or GEOMETRY for any.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: str = "GEOMETRY") -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of the engine at hand."""
        column = _PostgisColumn if dialect.name == "postgresql" else _GeoPackageColumn
        return dialect.type_descriptor(column(self.kind))

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> Any:
        """Return what the driver takes: EWKB in hexadecimal, or a GeoPackage blob."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            marked = shapely.set_srid(value, SRID)
            return shapely.to_wkb(marked, hex=True, include_srid=True)
        return to_blob(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:
        """Return the shapely geometry of what the driver gave."""
        if value is None:
            return None
        return shapely.from_wkb(value) if dialect.name == "postgresql" else from_blob(value)


def column_kind(geometries: Sequence[str]) -> str:
    """Return the column's type name for a layer's `geometry`.

    Areas are kept as multipolygons, because a grid may have an island.
    """
    single = {"point": "POINT", "line": "LINESTRING", "polygon": "MULTIPOLYGON"}
    return single[geometries[0]] if len(geometries) == 1 else "GEOMETRY"
