"""Points of one layer, sorted by their Morton key, and the tiles cut from them.

A tile is one range of the keys, and so is every cell of it: cutting and thinning are
searches and shifts, with no geometry at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mapserver.domain import zorder
from mapserver.domain.tiles import (
    COUNT,
    EXTENT,
    EXTENT_BITS,
    NO_ID,
    THINNING,
    Column,
    Dots,
    Ints,
    Kind,
    Thinning,
    TileFeatures,
    ranges,
    shared_codes,
    starts,
)

BUFFER_BITS = 6
"""Points up to 2**-6 of a tile (64 units, 8 px) beyond its edge come with it."""

_IN_TILE = EXTENT * EXTENT - 1
_BLOCK = 1 << 14  # so many keys at a time stay in the processor's cache

_FEW = 1 << 11  # so many keys are decoded in one go: the calls for each kind would take longer

_ROOM = 1 << 62

FEW_VALUES = 256
"""A column with more values than this holds names, not kinds."""


@dataclass(frozen=True, slots=True)
class PointColumns:
    """Points in key order: `zkeys`, an `ids` number of 0 or more for each, and attributes."""

    zkeys: Ints
    ids: Ints
    columns: tuple[Column, ...] = ()

    @classmethod
    def of(
        cls, zkeys: ArrayLike, ids: ArrayLike, columns: tuple[Column, ...] = ()
    ) -> "PointColumns":
        """Sort by key; points with the same key by id."""
        keys, numbers = np.asarray(zkeys, np.int64), np.asarray(ids, np.int64)
        order = np.lexsort((numbers, keys))
        return cls(keys[order], numbers[order], tuple(column.take(order) for column in columns))

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.zkeys)


def point_drafts(
    points: PointColumns, z: int, x: int, y: int, thinning: Thinning = THINNING
) -> Iterator[TileFeatures | Dots]:
    """Yield tile (z, x, y), each draft coarser than the one before.

    The caller takes the first that is small enough. The first is whole where `thinning`
    says so.
    """
    low, high = np.searchsorted(points.zkeys, zorder.tile_range(z, x, y))
    for cell in thinning.cells(z, int(high - low)):
        yield thinned_tile(points, z, x, y, cell) if cell else whole_tile(points, z, x, y)


def whole_tile(points: PointColumns, z: int, x: int, y: int) -> Dots:
    """Return every point of tile (z, x, y) and of the strip around it, each by itself."""
    cut = _Cut.of(points.zkeys, z, x, y)
    return Dots(
        cut.take(points.ids),
        tuple(Column(c.name, cut.take(c.codes), c.values) for c in points.columns),
        _cut_units(points.zkeys, cut, z, x, y),
    )


def _cut_units(zkeys: Ints, cut: "_Cut", z: int, x: int, y: int) -> Ints:
    """Return the positions of what was cut for tile (z, x, y); those inside take half as long."""
    if cut.inside.stop - cut.inside.start <= _FEW:
        return _units(cut.take(zkeys), z, x, y)
    strip = _units(zkeys[np.concatenate([cut.before, cut.after])], z, x, y)
    before, after = np.split(strip, [len(cut.before)])
    return np.concatenate([before, _units_inside(zkeys[cut.inside], z), after])


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the points of a tile and of the strip around it stand in key order.

    Those in the tile are one run; those in the strip stand `before` and `after` it.
    """

    before: Ints
    inside: slice
    after: Ints

    @classmethod
    def of(cls, zkeys: Ints, z: int, x: int, y: int) -> "_Cut":
        low, high = np.searchsorted(zkeys, zorder.tile_range(z, x, y)).tolist()
        lows, highs = np.searchsorted(zkeys, zorder.ring_ranges(z, x, y, BUFFER_BITS))
        strip = ranges(lows, highs)
        first_after = np.searchsorted(strip, low)
        return cls(strip[:first_after], slice(low, high), strip[first_after:])

    def take(self, values: Ints) -> Ints:
        return np.concatenate([values[self.before], values[self.inside], values[self.after]])


def thinned_tile(points: PointColumns, z: int, x: int, y: int, cell: int) -> TileFeatures:
    """Return tile (z, x, y) with one dot for all the points in each cell of `cell` units.

    Dots are gathered into features by what they have in common: `n`, the number of
    points each dot stands for, and the attributes with few values that all its points
    share. Such a feature has no id. The sum of n over the dots is the number of points.
    """
    low, high = np.searchsorted(points.zkeys, zorder.tile_range(z, x, y))
    shift = 2 * max(0, zorder.BITS - z - EXTENT_BITS + cell.bit_length() - 1)
    cells = points.zkeys[low:high] >> shift
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    counts = np.diff(first, append=len(cells))
    few = [
        column
        for column in points.columns
        if len(column.values) <= FEW_VALUES and column.name != COUNT
    ]
    shared = [shared_codes(column.codes[low:high], first) for column in few]
    order, ends = _groups([*shared, counts])
    heads = order[starts(ends)]
    return TileFeatures(
        np.full(len(ends), Kind.POINT, np.int64),
        np.full(len(ends), NO_ID, np.int64),
        (
            *(Column(c.name, s[heads], c.values) for c, s in zip(few, shared, strict=True)),
            Column.of(COUNT, counts[heads].tolist()),
        ),
        _units(cells[first][order] << shift, z, x, y) + cell // 2,
        ends,
        np.arange(1, len(ends) + 1),
    )


def _units(zkeys: Ints, z: int, x: int, y: int) -> Ints:
    """Return the position of each key in tile units, which may lie outside the tile."""
    shift = zorder.BITS - z
    places = zip(zorder.decode(zkeys), (x, y), strict=True)
    return np.stack([((place - (c << shift)) * EXTENT) >> shift for place, c in places]).T


def _units_inside(zkeys: Ints, z: int) -> Ints:
    """Return the position of each key in units of the tile of zoom `z` that it lies in."""
    finer = zorder.BITS - z - EXTENT_BITS
    units = np.empty((2, len(zkeys)), np.int64)
    for begin in range(0, len(zkeys), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        place = zkeys[part] >> 2 * finer if finer >= 0 else zkeys[part] << -2 * finer
        units[:, part] = zorder.decode_short((place & _IN_TILE).astype(np.uint32))
    return units.T


def _groups(keys: list[Ints]) -> tuple[Ints, Ints]:
    """Return the order that puts dots with equal `keys` together, and where each group ends.

    Keys are -1 or more. They are written into one number as its digits, which is numbered
    anew where there is no room for the next: a sort or three instead of one for each key.
    """
    number, room = np.zeros(len(keys[0]), np.int64), 1
    for key in reversed(keys):
        digits = int(key.max(initial=0)) + 2
        if room * digits > _ROOM:
            number = np.unique(number, return_inverse=True)[1]
            room = len(number)
        number = number * digits + key + 1
        room *= digits
    order = np.argsort(number, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(number[order])) + 1, len(order))
    return order, ends[ends > 0]
