"""Degrees and metres: CGCS2000 geographic and its 3-degree Gauss-Kruger zones.

Stored coordinates are CGCS2000 longitude, latitude (EPSG:4490; EPSG:4326 is within
centimetres of it). Lengths and surfaces are measured in the Gauss-Kruger zone whose
central meridian is nearest, in metres, easting first. China's zones have EPSG codes
(114° E is EPSG:4547, whose own axis order is northing first); elsewhere the same
projection is used without a code.
"""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.enums import TransformDirection

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

GEOGRAPHIC = "EPSG:4490"
WEST_MERIDIAN, EAST_MERIDIAN = 75, 135
WEST_EPSG = 4534


def meridian_of(lon: float) -> int:
    """Return the central meridian, in degrees, of the 3-degree zone that holds `lon`.

    A zone reaches 1.5 degrees to both sides; its western border is its own.
    """
    if not np.isfinite(lon):
        raise ValueError("a zone needs a finite longitude")
    west, beyond = divmod(float(lon), 3)
    return 3 * int(west + (beyond >= 1.5))


def meridian_for(geometries: ArrayLike) -> int:
    """Return the central meridian for the middle of all `geometries`, given in degrees."""
    bounds = shapely.bounds(np.asarray(geometries, object).ravel())
    placed = bounds[~np.isnan(bounds[:, 0])]
    if not len(placed):
        raise ValueError("a zone needs a geometry that is not empty")
    return meridian_of(float(placed[:, 0].min() + placed[:, 2].max()) / 2)


@lru_cache(maxsize=64)
def metric_crs(meridian: int) -> CRS:
    """Return the Gauss-Kruger zone with that central meridian."""
    if WEST_MERIDIAN <= meridian <= EAST_MERIDIAN:
        return CRS.from_epsg(WEST_EPSG + (meridian - WEST_MERIDIAN) // 3)
    return CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
    )


def to_metric(geometries: ArrayLike, meridian: int) -> Geometries:
    """Return the geometries, given in degrees, in metres of the zone at `meridian`."""
    return _transformed(geometries, meridian, TransformDirection.FORWARD)


def to_degrees(geometries: ArrayLike, meridian: int) -> Geometries:
    """Return the geometries, given in metres of the zone at `meridian`, in degrees."""
    return _transformed(geometries, meridian, TransformDirection.INVERSE)


def area_m2(geometries: ArrayLike, meridian: int | None = None) -> Floats:
    """Return the surface of each geometry, given in degrees; 0 where it is missing.

    Measured on the plane of the zone at `meridian`, by default the one in the middle of
    all: at a zone's edge this is 0.03 % more than on the ellipsoid (domain rule: measure
    in the zone, as the surveyors do).
    """
    shapes = np.asarray(geometries, object)
    if not shapes.size or shapely.is_empty(shapes[~shapely.is_missing(shapes)]).all():
        return np.zeros(shapes.shape)
    zone = meridian_for(shapes) if meridian is None else meridian
    return np.nan_to_num(shapely.area(to_metric(shapes, zone)))


def surface_scale(system: CRS, x: float, y: float) -> float:
    """Return how many times too large a projected system shows a surface at (x, y).

    1 within a thousandth in a Gauss-Kruger zone, 1.26 on a web map (EPSG:3857) at 27 N.
    """
    geodetic = system.geodetic_crs
    lon, lat = Transformer.from_crs(system, geodetic, always_xy=True).transform(x, y)
    return float(Proj(system).get_factors(lon, lat).areal_scale)


@lru_cache(maxsize=64)
def _transformer(meridian: int) -> Transformer:
    return Transformer.from_crs(GEOGRAPHIC, metric_crs(meridian), always_xy=True)


def _transformed(geometries: ArrayLike, meridian: int, direction: TransformDirection) -> Geometries:
    transformer = _transformer(meridian)

    def move(xy: Floats) -> Floats:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1], direction=direction))

    return np.asarray(shapely.transform(np.asarray(geometries, object), move), object)
