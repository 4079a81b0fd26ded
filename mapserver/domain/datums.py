"""The shifted datums of Chinese web maps and phones, there and back.

GCJ-02 moves every place in China by some 300 to 700 m; BD-09 moves it once more.
Outside the rectangle where the shift applies both are left as they are. Coordinates are
degrees, longitude first; CGCS2000 and WGS 84 are within centimetres of each other and
count as one here. The formulas were never published by those who use them; these are the
ones that every open implementation has, to the last constant.

The ways back have no closed form: each is found by fixed-point iteration of the smooth
formula, as if it held everywhere. The shift changes by under 3 % of any step, so an
iteration wins a digit and a half. Along the rectangle's edge a place inside and one outside
may be shifted to the same spot; the way back leads to the one inside.
"""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]
Formula = Callable[[Floats, Floats], Pair]
Datum = Literal["cgcs2000", "wgs84", "gcj02", "bd09"]

DATUMS: tuple[Datum, ...] = get_args(Datum)

CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the rectangle in which GCJ-02 shifts."""

# the Krasovsky 1940 ellipsoid, on which GCJ-02 turns metres into degrees
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD_TURN = np.pi * 3000 / 180
_ITERATIONS = 8


def to_cgcs2000(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Return CGCS2000 degrees of places given in `datum`, exact to a micrometre.

    Parameters
    ----------
    lon, lat : array_like of float, of one shape, degrees
        What is not finite stays as it is.
    datum : {"cgcs2000", "wgs84", "gcj02", "bd09"}

    Raises
    ------
    ValueError
        If the datum is none of these.
    """
    place = _pair(lon, lat)
    formula = _formula(datum)
    return _inverse(formula, place) if formula else place


def from_cgcs2000(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Return the degrees in `datum` of CGCS2000 places; see `to_cgcs2000`."""
    place = _pair(lon, lat)
    formula = _formula(datum)
    return _forward(formula, place) if formula else place


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Return where the shift applies."""
    lon, lat = _pair(lon, lat)
    west, south, east, north = CHINA
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _pair(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, np.float64), np.asarray(lat, np.float64)


def _formula(datum: str) -> Formula | None:
    """Return what shifts a place into `datum`, None where nothing does."""
    if datum not in DATUMS:
        raise ValueError(f"unknown datum {datum!r}: one of {', '.join(DATUMS)}")
    return {"gcj02": _gcj02, "bd09": _bd09}.get(datum)


def _forward(formula: Formula, place: Pair) -> Pair:
    """Return `place` by `formula` where the shift applies, else as it is."""
    with np.errstate(all="ignore"):
        moved = formula(*place)
    return _where(in_china(*place), moved, place)


def _inverse(formula: Formula, shifted: Pair) -> Pair:
    """Return the place that `formula` brings to `shifted`, if the shift applies there."""
    lon, lat = shifted
    with np.errstate(all="ignore"):
        for _ in range(_ITERATIONS):
            again = formula(lon, lat)
            lon, lat = lon + (shifted[0] - again[0]), lat + (shifted[1] - again[1])
        # far from China, above all at a pole, the iteration may lead anywhere
        near = np.hypot(lon - shifted[0], lat - shifted[1]) < 1
    return _where(in_china(lon, lat) & near, (lon, lat), shifted)


def _where(inside: NDArray[np.bool_], one: Pair, other: Pair) -> Pair:
    return np.where(inside, one[0], other[0]), np.where(inside, one[1], other[1])


def _gcj02(lon: Floats, lat: Floats) -> Pair:
    east_m, north_m = _shift_m(lon - 105, lat - 35)
    latitude = np.radians(lat)
    root = np.sqrt(1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2)
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / root**3
    parallel_m = _SEMI_MAJOR_M / root * np.cos(latitude)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _shift_m(x: Floats, y: Floats) -> Pair:
    """Return the published shift, metres east and north, at (x, y) degrees from 105 E 35 N."""
    root = np.sqrt(np.abs(x))
    ripple = _waves(x, (20, 6), (20, 2))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    east += ripple + _waves(x, (20, 1), (40, 1 / 3)) + _waves(x, (150, 1 / 12), (300, 1 / 30))
    north += ripple + _waves(y, (20, 1), (40, 1 / 3)) + _waves(y, (160, 1 / 12), (320, 1 / 30))
    return east, north


def _waves(at: Floats, *waves: tuple[float, float]) -> Floats:
    total = np.zeros_like(at)
    for height, turns in waves:
        total = total + height * np.sin(at * np.pi * turns)
    return total * 2 / 3


def _bd09(lon: Floats, lat: Floats) -> Pair:
    lon, lat = _gcj02(lon, lat)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
