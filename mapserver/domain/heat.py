"""Heat maps: how many points lie in each cell of a tile.

A cell of any size is one run of the sorted Morton keys (see `zorder`), so counting is
finding where runs begin, and the counts of one level give those of the next coarser one.
A level is a zoom whose tiles are the cells: a heat tile of zoom z shows 256 x 256 cells of
level z + 8.
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
"""A heat tile has 2**8 cells a side: one for two pixels of the screen."""

HIDDEN = "hidden"
"""The attribute of cells whose count is not told."""

_BLOCK = 1 << 15  # so many keys at a time stay in the processor's cache
_SIDE = 1 << TILE_BITS
_CELL = EXTENT // _SIDE


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
    """The counts of points level by level, each made when it is first asked for.

    Threads may share it: at worst two of them make the same level.
    """

    __slots__ = ("_levels", "_zkeys")

    def __init__(self, zkeys: Ints) -> None:
        self._zkeys = zkeys
        self._levels: dict[int, Counts] = {}

    def level(self, level: int) -> Counts:
        """Return the counts of a level."""
        if level not in self._levels:
            finer = self._levels.get(level + 1)
            made = coarser(finer) if finer else counted(self._zkeys, level)
            self._levels[level] = made
        return self._levels[level]


def tile_slice(cells: Ints, z: int, x: int, y: int) -> slice:
    """Return where the cells of heat tile (z, x, y) stand among those of their level."""
    low, high = zorder.tile_range(z, x, y)
    shift = 2 * (zorder.BITS - z - TILE_BITS)
    first, last = np.searchsorted(cells, (low >> shift, high >> shift)).tolist()
    return slice(first, last)


def grid(cells: Ints, values: Ints) -> Ints:
    """Return the values of one tile's cells by row and column, row 0 in the north.

    Cells that are not named are 0.
    """
    column, row = _places(cells)
    laid = np.zeros((_SIDE, _SIDE), np.int64)
    laid[row, column] = values
    return laid


def _places(cells: Ints) -> tuple[Ints, Ints]:
    """Return column and row of each cell in its tile."""
    column, row = zorder.decode_short((cells & (_SIDE * _SIDE - 1)).astype(np.uint32))
    return column.astype(np.int64), row.astype(np.int64)


def tile_counts(heat: HeatLevels, z: int, x: int, y: int) -> Ints:
    """Return the counts of tile (z, x, y), shape (256, 256), row 0 in the north.

    Raises
    ------
    ValueError
        If there is no such tile, or its cells would be finer than the keys.
    """
    level = heat.level(z + TILE_BITS)
    inside = tile_slice(level.cells, z, x, y)
    return grid(level.cells[inside], level.counts[inside])


def heat_features(counts: Counts, shown: Bools, z: int, x: int, y: int) -> TileFeatures:
    """Return heat tile (z, x, y) as features: the middles of its cells, gathered by count.

    All cells of one count are one feature with that count as `n`; those that are not
    `shown` are one feature with `hidden` and no count.
    """
    inside = tile_slice(counts.cells, z, x, y)
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
        np.column_stack(_places(counts.cells[inside][order])) * _CELL + _CELL // 2,
        ends,
        np.arange(1, len(ends) + 1),
    )
