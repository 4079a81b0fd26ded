"""The shifted datums of Chinese maps, beside a library that is independent of this one.

prcoords converts one place at a time, by the formulas as they are commonly published; its own
ways back iterate until they no longer move.
"""

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from benchmarks.measure import Row, cpu_in_turn
from mapserver.domain import datums
from mapserver.domain.datums import Datum

PLACES, BESIDE = 1_000_000, 10_000
WEST, SOUTH, EAST, NORTH = 73.0, 2.0, 137.0, 55.0

Pair = tuple[Any, Any]
Floats = NDArray[np.float64]


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield how exact and how fast the conversions are."""
    chance = np.random.default_rng(5)
    lon, lat = chance.uniform(WEST, EAST, PLACES), chance.uniform(SOUTH, NORTH, PLACES)
    for datum, name in (("gcj02", "GCJ-02"), ("bd09", "BD-09")):
        yield _there_and_back(datum, name, lon, lat)  # type: ignore[arg-type]
        yield from _beside(datum, name, lon[:BESIDE], lat[:BESIDE], times)  # type: ignore[arg-type]


def _there_and_back(datum: Datum, name: str, lon: Floats, lat: Floats) -> Row:
    again = datums.to_cgcs2000(*datums.from_cgcs2000(lon, lat, datum), datum)
    return Row(
        f"{name} and back, {PLACES:,} places in China, farthest from where they were",
        f"{_metres((lon, lat), again).max():.1e} m",
        "",
        "",
        "under 0.000001 m",
    )


def _beside(datum: Datum, name: str, lon: Floats, lat: Floats, times: int) -> Iterator[Row]:
    try:
        oracle = import_module("prcoords")
    except ImportError:
        yield Row(f"{name}, {len(lon):,} places", "", "prcoords is not installed", "", "")
        return
    convert = {"gcj02": oracle.wgs_gcj, "bd09": oracle.wgs_bd}[datum]
    there = partial(_each, convert, lon, lat)
    ours = partial(datums.from_cgcs2000, lon, lat, datum)
    mine, theirs, ratio = cpu_in_turn(ours, there, times)
    apart = _metres(ours(), there()).max()
    yield Row(
        f"{name}, {len(lon):,} places, CPU",
        f"{mine * 1000:.1f} ms",
        f"prcoords: {theirs * 1000:.0f} ms, {apart:.1e} m apart at most",
        f"{ratio:.0f} times faster",
        "the same place",
    )


def _each(convert: Callable[[tuple[float, float]], Any], lon: Floats, lat: Floats) -> Pair:
    """Return what the other library makes of each place; it takes latitude first."""
    made = np.array([convert((y, x)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)])
    return made[:, 1], made[:, 0]


def _metres(one: Pair, other: Pair) -> Floats:
    return np.asarray(Geod(ellps="GRS80").inv(*one, *other)[2])
