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
) -> Iterator[TileFeatures]:
    """Yield tile (z, x, y), each draft coarser than the one before.

    The caller takes the first that is small enough. The first is whole where `thinning`
    says so.
    """
    low, high = np.searchsorted(points.zkeys, zorder.tile_range(z, x, y))
    for cell in thinning.cells(z, int(high - low)):
        yield thinned_tile(points, z, x, y, cell) if cell else whole_tile(points, z, x, y)


def whole_tile(points: PointColumns, z: int, x: int, y: int) -> TileFeatures:
    """Return every point of tile (z, x, y) and of the strip around it, each by itself."""
    low, high = zorder.tile_range(z, x, y)
    around = zorder.ring_ranges(z, x, y, BUFFER_BITS)
    lows = np.append(around[0], low)
    highs = np.append(around[1], high)
    index = np.sort(ranges(*np.searchsorted(points.zkeys, [lows, highs])))
    return TileFeatures(
        np.full(len(index), Kind.POINT, np.int64),
        points.ids[index],
        tuple(column.take(index) for column in points.columns),
        _units(points.zkeys[index], z, x, y),
        np.arange(1, len(index) + 1),
        np.arange(1, len(index) + 1),
    )


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
    across, down = zorder.decode(zkeys)
    shift = zorder.BITS - z
    corner = np.array([x, y]) << shift
    return ((np.column_stack([across, down]) - corner) * EXTENT) >> shift


def _groups(keys: list[Ints]) -> tuple[Ints, Ints]:
    """Return the order that puts dots with equal `keys` together, and where each group ends."""
    order = np.lexsort(keys)
    table = np.column_stack(keys)[order]
    differs = (table[1:] != table[:-1]).any(axis=1)
    ends = np.append(np.flatnonzero(differs) + 1, len(table))
    return order, ends[ends > 0]
