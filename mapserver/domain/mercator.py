"""Web Mercator as the unit square that web maps cut into tiles.

u grows eastward and v southward, both from 0 to 1; tile (z, x, y) is the square of
side 2**-z at (x, y) * 2**-z. Latitudes beyond 85.0511° fall on the square's edge.
No wrapping: what lies west of 180° stays west of it.

References
----------
OGC Two Dimensional Tile Matrix Set 2.0 (17-083r4), Annex D.1, WebMercatorQuad.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MAX_ZOOM = 24
"""Deep enough for a tile of two metres; keys still tell its parts from each other."""

LATITUDE_LIMIT = float(np.degrees(np.arctan(np.sinh(np.pi))))


def to_unit(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return the unit-square position (u, v) of degrees `lon`, `lat`."""
    sine = np.sin(np.radians(np.clip(lat, -LATITUDE_LIMIT, LATITUDE_LIMIT)))
    u = np.asarray(lon, np.float64) / 360 + 0.5
    v = 0.5 - np.arctanh(sine) / (2 * np.pi)
    return u, v


def to_lonlat(u: ArrayLike, v: ArrayLike) -> tuple[Floats, Floats]:
    """Return the degrees (lon, lat) of unit-square positions `u`, `v`."""
    lon = (np.asarray(u, np.float64) - 0.5) * 360
    lat = np.degrees(np.arctan(np.sinh((0.5 - np.asarray(v, np.float64)) * 2 * np.pi)))
    return lon, lat


def tile_bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return (west, south, east, north) of tile (z, x, y) in degrees."""
    check_tile(z, x, y)
    lon, lat = to_lonlat(np.array([x, x + 1]) / 2**z, np.array([y, y + 1]) / 2**z)
    return float(lon[0]), float(lat[1]), float(lon[1]), float(lat[0])


def tile_at(z: int, lon: float, lat: float) -> tuple[int, int]:
    """Return (x, y) of the tile of zoom `z` that holds the point."""
    u, v = to_unit(lon, lat)
    last = 2**z - 1
    return min(max(int(u * 2**z), 0), last), min(max(int(v * 2**z), 0), last)


def check_tile(z: int, x: int, y: int) -> None:
    """Raise ValueError unless tile (z, x, y) exists."""
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise ValueError(f"no tile {z}/{x}/{y}")
