"""Heat maps: how many points lie in each cell of a tile.

A cell of any size is one run of the sorted Morton keys (see `zorder`), so counting is
finding where runs begin, and the counts of one level give those of the next coarser one.
A level is a zoom whose tiles are the cells: a heat tile of zoom z with 256 x 256 cells shows
those of level z + 8.
"""

from dataclasses import dataclass

import numpy as np

from mapserver.domain import zorder
from mapserver.domain.tiles import (
    COUNT,
    EXTENT,
    NO_ID,
    Bools,
    Column,
    Ints,
    Kind,
    TileFeatures,
    starts,
)

TILE_BITS = 8
"""A heat tile has 2**8 cells a side: one for two pixels of the screen; fewer if asked."""

HIDDEN = "hidden"
"""The attribute of cells whose count is not told."""

_BLOCK = 1 << 15  # so many keys at a time stay in the processor's cache
_SAMPLE = 1 << 12
_SEVERAL = 4


@dataclass(frozen=True, slots=True)
class Counts:
    """The cells of a level that hold points, in Morton order, and how many each holds.

    Attributes
    ----------
    level : int
    cells : ndarray of int64, shape (n,)
        Ascending; `zorder.decode` gives column and row.
    counts : ndarray of int64, shape (n,)
        1 or more.
    """

    level: int
    cells: Ints
    counts: Ints

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.cells)


def counted(zkeys: Ints, level: int) -> Counts:
    """Return how many of the sorted keys lie in each cell of a level.

    Raises
    ------
    ValueError
        If there is no such level: cells finer than the keys cannot be told apart.
    """
    if not 0 <= level <= zorder.BITS:
        raise ValueError(f"no level {level}")
    shift = 2 * (zorder.BITS - level)
    first = _beginnings(zkeys, shift)
    return Counts(level, zkeys[first] >> shift, np.diff(first, append=len(zkeys)))


def coarser(fine: Counts) -> Counts:
    """Return the counts of the level above: four cells of it are one."""
    first = _beginnings(fine.cells, 2)
    sums = np.add.reduceat(fine.counts, first) if len(first) else fine.counts
    return Counts(fine.level - 1, fine.cells[first] >> 2, sums)


def _beginnings(numbers: Ints, shift: int) -> Ints:
    """Return where each run of numbers begins that are equal but for their last bits."""
    fresh = np.ones(len(numbers), bool)
    for begin in range(0, len(numbers), _BLOCK):
        part = numbers[begin : begin + _BLOCK + 1] >> shift
        np.not_equal(part[1:], part[:-1], out=fresh[begin + 1 : begin + len(part)])
    return np.flatnonzero(fresh)


class HeatLevels:
    """The counts of points level by level; threads may share it.

    The levels whose cells hold several points are counted ahead, each from the one below it:
    together they take about as long as the finest of them, and less room than the keys. Those
    below are counted when they are asked for, or for a tile alone, which has few points there.

    Parameters
    ----------
    zkeys : ndarray of int64, shape (n,)
        Ascending.
    """

    __slots__ = ("_levels", "_zkeys")

    def __init__(self, zkeys: Ints) -> None:
        self._zkeys = zkeys
        finest = counted(zkeys, _finest_ahead(zkeys))
        self._levels = {finest.level: finest}
        while finest.level:
            finest = coarser(finest)
            self._levels[finest.level] = finest

    def level(self, level: int) -> Counts:
        """Return the counts of a level.

        Raises
        ------
        ValueError
            If there is no such level.
        """
        if level not in self._levels:
            self._levels[level] = counted(self._zkeys, level)
        return self._levels[level]

    def in_tile(self, z: int, x: int, y: int, level: int) -> Counts:
        """Return the counts of the cells of a level that lie in tile (z, x, y).

        Raises
        ------
        ValueError
            If there is no such tile or level.
        """
        known = self._levels.get(level)
        if known is None:
            low, high = np.searchsorted(self._zkeys, zorder.tile_range(z, x, y)).tolist()
            return counted(self._zkeys[low:high], level)
        inside = _tile_slice(known, z, x, y)
        return Counts(level, known.cells[inside], known.counts[inside])


def _finest_ahead(zkeys: Ints) -> int:
    """Return the finest level whose cells hold several points each, told from some of them."""
    some = np.linspace(0, max(len(zkeys) - 2, 0), _SAMPLE, dtype=np.int64)
    parted = zkeys[some] ^ zkeys[some + 1] if len(zkeys) > 1 else np.zeros(1, np.int64)
    level = 0
    while level < zorder.BITS and _share_parted(parted, level + 1) <= 1 / _SEVERAL:
        level += 1
    return level


def _share_parted(parted: Ints, level: int) -> float:
    """Return how many neighbours, whose keys differ in the bits `parted`, part at a level."""
    return float((parted >> 2 * (zorder.BITS - level) != 0).mean())


def _tile_slice(counts: Counts, z: int, x: int, y: int) -> slice:
    """Return where the cells of tile (z, x, y) stand among those of their level."""
    low, high = zorder.tile_range(z, x, y)
    shift = 2 * (zorder.BITS - counts.level)
    first, last = np.searchsorted(counts.cells, (low >> shift, high >> shift)).tolist()
    return slice(first, last)


def _places(cells: Ints, side: int) -> tuple[Ints, Ints]:
    """Return column and row of each cell in its tile of `side` cells."""
    column, row = zorder.decode_short((cells & (side * side - 1)).astype(np.uint32))
    return column.astype(np.int64), row.astype(np.int64)


def tile_counts(heat: HeatLevels, z: int, x: int, y: int, bits: int = TILE_BITS) -> Ints:
    """Return the counts of tile (z, x, y), shape (2**bits, 2**bits), row 0 in the north.

    Raises
    ------
    ValueError
        If there is no such tile, or its cells would be finer than the keys.
    """
    inside, side = heat.in_tile(z, x, y, z + bits), 1 << bits
    laid = np.zeros((side, side), np.int64)
    column, row = _places(inside.cells, side)
    laid[row, column] = inside.counts
    return laid


def heat_features(counts: Counts, shown: Bools, z: int, x: int, y: int) -> TileFeatures:
    """Return heat tile (z, x, y) as features: the middles of its cells, gathered by count.

    It has as many cells as the level of `counts` has in that tile: at most 2**`TILE_BITS` a
    side. All cells of one count are one feature with that count as `n`; those that are not
    `shown` are one feature with `hidden` and no count.
    """
    side = 1 << counts.level - z
    size = EXTENT // side
    inside = _tile_slice(counts, z, x, y)
    told = np.where(shown[inside], counts.counts[inside], 0)
    order = np.argsort(told, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(told[order])) + 1, len(order))[: len(order)]
    count = told[order][starts(ends)]
    return TileFeatures(
        np.full(len(ends), Kind.POINT, np.int64),
        np.full(len(ends), NO_ID, np.int64),
        (
            Column.of(COUNT, [one or None for one in count.tolist()]),
            Column.of(HIDDEN, [None if one else True for one in count.tolist()]),
        ),
        np.column_stack(_places(counts.cells[inside][order], side)) * size + size // 2,
        ends,
        np.arange(1, len(ends) + 1),
    )
