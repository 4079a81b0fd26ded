"""Vector files of any kind that geopandas reads, brought to planar metres and back.

GeoPackage, Shapefile, GeoJSON, FlatGeobuf and whatever else GDAL opens, and GeoParquet.
Projected coordinates stay what they are, in metres if their unit is another, so that shared
vertices stay shared and straight lines straight; degrees go to the 3-degree zone in their
middle.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from mapserver.domain import crs as zones
from mapserver.errors import InvalidRequest, NotFound

Shapes = NDArray[np.object_]
_PARQUET = (".parquet", ".geoparquet")
_GEOJSON = (".geojson", ".json")
LONLAT = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Metric:
    """The plane that a file's coordinates are measured in.

    `crs` is the file's own, or the zone that its degrees went to; `unit_m` the length in
    metres of one unit of it.
    """

    crs: CRS
    unit_m: float

    def from_frame(self, frame: geopandas.GeoDataFrame) -> Shapes:
        """Return the shapes of a file, in whatever system it is, in metres of this plane."""
        moved = frame if frame.crs == self.crs else frame.to_crs(self.crs)
        shapes: Shapes = np.asarray(moved.geometry.array, object)
        shapes = shapely.force_2d(shapes)
        return shapes if self.unit_m == 1 else shapely.transform(shapes, self._scaled)

    def to_lonlat(self, shapes: Shapes) -> Shapes:
        """Return shapes of this plane in degrees of EPSG:4326, longitude first."""
        whole = shapely.transform(shapes, lambda at: at / self.unit_m)
        series = geopandas.GeoSeries(whole, crs=self.crs).to_crs(LONLAT)
        return np.asarray(series.array, object)

    def _scaled(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return at * self.unit_m


def metric_of(frame: geopandas.GeoDataFrame) -> Metric:
    """Return the plane in which a file is measured."""
    if frame.crs.is_geographic:
        lonlat = frame.to_crs(zones.GEOGRAPHIC)
        meridian = zones.meridian_for(np.asarray(lonlat.geometry.array, object))
        return Metric(zones.metric_crs(meridian), 1.0)
    return Metric(CRS(frame.crs), float(frame.crs.axis_info[0].unit_conversion_factor))


def read_vector(path: Path) -> geopandas.GeoDataFrame:
    """Return what a vector file holds, its geometry in the file's own system.

    Raises
    ------
    NotFound
        If there is no such file.
    InvalidRequest
        If it is no vector file, has no geometry, or does not say its reference system.
    """
    if not path.exists():
        raise NotFound(f"没有文件 {path}。", f"There is no file {path}.")
    try:
        read: Any = geopandas.read_parquet if path.suffix in _PARQUET else geopandas.read_file
        frame = read(path)
    except Exception as error:
        # GDAL, pyarrow and geopandas each have errors of their own
        raise InvalidRequest(
            f"{path} 不是能读的矢量文件。可用 GeoPackage、Shapefile、GeoJSON、FlatGeobuf 和 "
            "GeoParquet。",
            f"{path} is no vector file that can be read. GeoPackage, Shapefile, GeoJSON, "
            "FlatGeobuf and GeoParquet can.",
        ) from error
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        raise InvalidRequest(
            f"{path} 里没有图形，只有表格。", f"{path} holds a table without any geometry."
        )
    if frame.crs is None:
        raise InvalidRequest(
            f"{path} 没有写明坐标系，不知道是度还是米。在 QGIS 里给图层指定坐标系，再存一次。",
            f"{path} does not say its coordinate reference system. Set it in QGIS and save again.",
        )
    return frame


def codes_of(frame: geopandas.GeoDataFrame, path: Path, field: str | None) -> list[str]:
    """Return the code of each feature: of `field`, else of `code`, else its number from 1.

    Raises
    ------
    InvalidRequest
        If the file has no such field; the text names those it has.
    """
    name = field or ("code" if "code" in frame.columns else None)
    if name is None:
        return [str(number) for number in range(1, len(frame) + 1)]
    if name not in frame.columns:
        has = [str(one) for one in frame.columns if one != frame.geometry.name]
        raise InvalidRequest(
            f"{path} 没有字段「{name}」。它有：{'、'.join(has)}。",
            f"{path} has no field “{name}”. It has: {', '.join(has)}.",
            fields=has,
        )
    return [str(value) for value in frame[name].tolist()]


def write_vector(frame: geopandas.GeoDataFrame, path: Path) -> None:
    """Write a vector file of the kind that the name's ending says.

    Raises
    ------
    InvalidRequest
        If it cannot be written there, or not as that kind of file.
    """
    try:
        _write(frame, path)
    except Exception as error:
        # the system, GDAL, pyarrow and geopandas each have errors of their own
        raise InvalidRequest(
            f"{path} 写不了（{error}）。换个文件夹，或换成 .gpkg。",
            f"{path} cannot be written ({error}). Choose another folder, or a name in .gpkg.",
        ) from error


def _write(frame: geopandas.GeoDataFrame, path: Path) -> None:
    if path.suffix in _PARQUET:
        frame.to_parquet(path)
    elif path.suffix in _GEOJSON:
        # GDAL would keep 7 decimals, a centimetre: thin defects would be nothing
        options = {"RFC7946": "YES", "COORDINATE_PRECISION": "12"}
        frame.to_crs(LONLAT).to_file(path, driver="GeoJSON", **options)
    else:
        frame.to_file(path)
