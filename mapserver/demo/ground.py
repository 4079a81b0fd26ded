"""Metres to longitude and latitude and back, for the demo's drawing board.

The board is the Gauss-Kruger zone of the town (EPSG:4547, metres); records carry CGCS2000
longitude and latitude (EPSG:4490), rounded to 7 decimals, about a centimetre. Rounding the
same vertex gives the same vertex, so that shared edges stay shared.
"""

from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

DECIMALS = 7

Floats = NDArray[np.float64]


@cache
def _to_degrees() -> Transformer:
    return Transformer.from_crs(4547, 4490, always_xy=True)


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(4490, 4547, always_xy=True)


def degrees(metres: Floats) -> Floats:
    """Return rounded longitudes and latitudes of (n, 2) metres."""
    lon, lat = _to_degrees().transform(metres[:, 0], metres[:, 1])
    return np.round(np.column_stack([lon, lat]), DECIMALS)


def metres(lonlat: Floats) -> Floats:
    """Return the metres of (n, 2) longitudes and latitudes."""
    return np.column_stack(_to_metres().transform(lonlat[:, 0], lonlat[:, 1]))


def place(x: float, y: float) -> shapely.Point:
    """Return one point of the board as longitude and latitude."""
    return places(np.array([[x, y]]))[0]


def places(board: Floats) -> list[shapely.Point]:
    """Return points of the board, (n, 2), as longitudes and latitudes."""
    return [shapely.Point(lon, lat) for lon, lat in degrees(board)]
