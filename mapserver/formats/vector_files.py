"""Vector files of any kind that geopandas reads, brought to planar metres and back.

GeoPackage, Shapefile, GeoJSON, FlatGeobuf and whatever else GDAL opens, and GeoParquet.
Projected coordinates stay what they are, in metres if their unit is another, so that shared
vertices stay shared and straight lines straight; degrees go to the 3-degree zone in their
middle, and so do projections that show surfaces too large, as that of web maps does.
Coordinates have longitude or easting first, whatever their system says of axes.
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
from mapserver.errors import InvalidRequest
from mapserver.formats.vector_checks import (
    DRIVERS,
    GEOJSON,
    GEOPARQUET,
    empty,
    file_and_layer,
    known_ending,
    only_layer,
    refuse_loss,
    stated_crs,
    unreadable,
    unwritable,
    without_shapes,
)
from mapserver.formats.whole_file import written_whole

Shapes = NDArray[np.object_]
LONLAT = "EPSG:4326"

_TRUE = 0.01
"""How far a projection may be off in surface, of it, and still be measured in itself."""


@dataclass(frozen=True, slots=True)
class Metric:
    """The plane that a file's coordinates are measured in.

    Degrees of `crs` are measured in the zone at `meridian`; projected coordinates in their
    own `crs`, of which one unit is `unit_m` metres.
    """

    crs: CRS
    unit_m: float = 1.0
    meridian: int | None = None

    def from_frame(self, frame: geopandas.GeoDataFrame) -> Shapes:
        """Return the shapes of a file, in whatever system it is, in metres of this plane."""
        moved = frame if frame.crs == self.crs else frame.to_crs(self.crs)
        shapes: Shapes = shapely.force_2d(np.asarray(moved.geometry.array, object))
        if self.meridian is not None:
            return zones.to_metric(shapes, self.meridian)
        return shapes if self.unit_m == 1 else shapely.transform(shapes, self._scaled)

    def to_lonlat(self, shapes: Shapes) -> Shapes:
        """Return shapes of this plane in degrees of EPSG:4326, longitude first."""
        if self.meridian is not None:
            return zones.to_degrees(shapes, self.meridian)
        whole = shapely.transform(shapes, lambda at: at / self.unit_m)
        series = geopandas.GeoSeries(whole, crs=self.crs).to_crs(LONLAT)
        return np.asarray(series.array, object)

    def _scaled(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        return at * self.unit_m


def metric_of(frame: geopandas.GeoDataFrame) -> Metric:
    """Return the plane in which a file is measured.

    Raises
    ------
    InvalidRequest
        If its coordinates lie nowhere on Earth in the system that it states.
    """
    system = CRS(frame.crs)
    if not system.is_geographic and _shows_true_surfaces(frame, system):
        return Metric(system, float(system.axis_info[0].unit_conversion_factor))
    lonlat = frame.to_crs(zones.GEOGRAPHIC)
    if not (np.abs(lonlat.total_bounds) <= (360, 90, 360, 90)).all():
        raise InvalidRequest(
            f"按写明的坐标系「{system.name}」，坐标不在地球上。坐标系写错了，在 QGIS 里改正。",
            f"In the reference system that is stated, “{system.name}”, the coordinates lie "
            "nowhere on Earth. It is the wrong one; set the right one in QGIS.",
            crs=system.name,
        )
    meridian = zones.meridian_for(np.asarray(lonlat.geometry.array, object))
    return Metric(CRS(zones.GEOGRAPHIC), meridian=meridian)


def _shows_true_surfaces(frame: geopandas.GeoDataFrame, system: CRS) -> bool:
    west, south, east, north = frame.total_bounds
    scale = zones.surface_scale(system, (west + east) / 2, (south + north) / 2)
    # not finite where a zone's number stands in front that the system does not have
    return not np.isfinite(scale) or abs(scale - 1) < _TRUE


def read_vector(path: Path) -> geopandas.GeoDataFrame:
    """Return what a vector file holds, its geometry in the file's own system.

    Parameters
    ----------
    path : Path
        Of a file with several layers, with `|layername=` and the layer's name.

    Raises
    ------
    NotFound
        If there is no such file.
    InvalidRequest
        If it is no vector file, is empty, has several layers or no geometry, or does not
        say its reference system.
    """
    file, _ = file_and_layer(path)
    try:
        if file.suffix.lower() in GEOPARQUET:
            frame: Any = geopandas.read_parquet(file)
        else:
            frame = geopandas.read_file(file, layer=only_layer(path))
    except InvalidRequest:
        raise
    except Exception as error:
        # GDAL, pyarrow, GEOS and geopandas each have errors of their own
        raise unreadable(path, error) from error
    if not isinstance(frame, geopandas.GeoDataFrame):
        raise without_shapes(path)
    if not len(frame):
        raise empty(path)
    if (frame.geometry.isna() | frame.geometry.is_empty).all():
        raise without_shapes(path)
    stated_crs(frame.crs, path)
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
    return [_as_code(value, row) for row, value in enumerate(frame[name].tolist(), 1)]


def _as_code(value: Any, row: int) -> str:
    """Return a value as text; a number that a gap in its column made a float is whole again."""
    if value is None or value != value:  # noqa: PLR0124 - not a number is not itself
        return f"#{row}"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def write_vector(frame: geopandas.GeoDataFrame, path: Path) -> None:
    """Write a vector file of the kind that the name's ending says, whole or not at all.

    Raises
    ------
    InvalidRequest
        If it cannot be written there, or not as that kind of file.
    Conflict
        If a file of several layers is there.
    """
    known_ending(path)
    refuse_loss(path)
    with written_whole(path) as beside:
        try:
            _write(frame, beside)
        except Exception as error:
            # the system, GDAL, pyarrow and geopandas each have errors of their own
            raise unwritable(path, error) from error


def layer_options(ending: str) -> dict[str, str]:
    """Return what GDAL is told of a layer in a file with that ending."""
    # GDAL would keep 7 decimals, a centimetre: thin defects would be nothing
    geojson = {"RFC7946": "YES", "COORDINATE_PRECISION": "12"}
    return geojson if ending in GEOJSON else {}


def _write(frame: geopandas.GeoDataFrame, path: Path) -> None:
    ending = path.suffix.lower()
    if ending in GEOPARQUET:
        frame.to_parquet(path)
    else:
        whole = frame.to_crs(LONLAT) if ending in GEOJSON else frame
        whole.to_file(path, driver=DRIVERS[ending], **layer_options(ending))
