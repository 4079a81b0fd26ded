"""Morton keys: one integer for a place, so that a tile is one range of a sorted column.

A key interleaves two 31-bit coordinates of the Web Mercator square (cells of 1.9 cm at
the equator), so it fits a signed 64-bit column, and `key >> 2 * (31 - z)` is the
quadkey number of the tile of zoom z that holds the place.

References
----------
G. M. Morton, "A computer oriented geodetic data base", IBM, 1966.
"""

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mapserver.domain import mercator

Ints = NDArray[np.int64]
Shorts = NDArray[np.integer]
"""Numbers of 32 bits without a sign."""

BITS = 31

Number = TypeVar("Number", Ints, int)

# _MASKS[i] keeps 2**i bits of every 2**(i + 1): .a.b.c.d, ..ab..cd, ....abcd
_MASKS = (
    0x5555555555555555,
    0x3333333333333333,
    0x0F0F0F0F0F0F0F0F,
    0x00FF00FF00FF00FF,
    0x0000FFFF0000FFFF,
    0x00000000FFFFFFFF,
)
_SHORT_MASKS = tuple(mask & 0xFFFFFFFF for mask in _MASKS)


def zkeys(lon: ArrayLike, lat: ArrayLike) -> Ints:
    """Return the key of every place, given in degrees.

    Raises
    ------
    ValueError
        If a coordinate is missing or infinite: a place that is not known has no key.
    """
    u, v = mercator.to_unit(lon, lat)
    if not (np.isfinite(u).all() and np.isfinite(v).all() and np.isfinite(lat).all()):
        raise ValueError("every place needs a finite longitude and latitude")
    return encode(_cells(u), _cells(v))


def lonlat(keys: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the degrees (lon, lat) of the middle of each key's cell."""
    x, y = decode(keys)
    return mercator.to_lonlat((x + 0.5) / 2**BITS, (y + 0.5) / 2**BITS)


def encode(x: ArrayLike, y: ArrayLike) -> Ints:
    """Interleave the bits of cell numbers: x in the even places, y in the odd ones."""
    across, down = np.asarray(x, np.int64), np.asarray(y, np.int64)
    return _spread(across) | (_spread(down) << 1)


def decode(keys: ArrayLike) -> tuple[Ints, Ints]:
    """Return the cell numbers (x, y) that `encode` made `keys` of."""
    keys = np.asarray(keys, np.int64)
    return _compact(keys), _compact(keys >> 1)


def decode_short(keys: Shorts) -> tuple[Shorts, Shorts]:
    """Return what `decode` does for keys of 32 bits, in half the time."""
    return _compact_short(keys), _compact_short(keys >> 1)


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Return [low, high): the keys of tile (z, x, y)."""
    mercator.check_tile(z, x, y)
    shift = 2 * (BITS - z)
    # plain integers: ten times as fast as arrays of one
    number = _spread(int(x)) | _spread(int(y)) << 1
    return number << shift, (number + 1) << shift


def ring_ranges(z: int, x: int, y: int, bits: int) -> tuple[Ints, Ints]:
    """Return [low, high) of the cells that surround tile (z, x, y), in key order.

    A cell is 2**-bits of the tile's side. Cells beyond the world's edge are left out.
    """
    last = (1 << z) - 1
    across, down = _spread_around(x, bits), _spread_around(y, bits) << 1
    beside = [across[end] for end, beyond in ((0, x == 0), (-1, x == last)) if not beyond]
    above = [down[end] for end, beyond in ((0, y == 0), (-1, y == last)) if not beyond]
    number = np.concatenate(
        [
            *(row | across[1:-1] for row in above),
            *(column | down[1:-1] for column in beside),
            np.array([row | column for row in above for column in beside], np.int64),
        ]
    )
    number.sort()
    shift = 2 * (BITS - z - bits)
    return number << shift, (number + 1) << shift


def _spread_around(tile: int, bits: int) -> Ints:
    """Return the cells along a side of a tile, and one beyond each end, with their bits spread.

    Beyond the world's edge the number means nothing.
    """
    first, after = tile << bits, (tile + 1) << bits
    along = _spread(first) | _spread_below(bits)
    return np.concatenate([[_spread(max(first - 1, 0))], along, [_spread(after)]])


@lru_cache
def _spread_below(bits: int) -> Ints:
    """Return the numbers of so many bits, spread."""
    return _spread(np.arange(1 << bits))


def _cells(unit: NDArray[np.float64]) -> Ints:
    cells: Ints = np.clip(unit * 2**BITS, 0, 2**BITS - 1).astype(np.int64)
    return cells


def _spread(spread: Number) -> Number:
    for step in reversed(range(5)):
        spread = (spread | (spread << (1 << step))) & _MASKS[step]
    return spread


def _compact(keys: Ints) -> Ints:
    compact = keys & _MASKS[0]
    for step in range(5):
        compact = (compact | (compact >> (1 << step))) & _MASKS[step + 1]
    return compact


def _compact_short(keys: Shorts) -> Shorts:
    compact = keys & _SHORT_MASKS[0]
    for step in range(4):
        compact = (compact | (compact >> (1 << step))) & _SHORT_MASKS[step + 1]
    return compact
