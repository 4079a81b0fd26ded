"""What a vector tile holds, before it is bytes.

Coordinates are tile units: `EXTENT` across a tile, from its north-west corner, y down.
On a screen a tile is 512 px wide, so 8 units are a CSS pixel and 4 are a pixel of a
screen with twice the density.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
TileValue = str | int | float | bool

EXTENT_BITS = 12
EXTENT = 1 << EXTENT_BITS
NO_ID = -1


class Kind(IntEnum):
    """The kind of a feature's geometry, numbered as in the vector tile format."""

    POINT = 1
    LINE = 2
    POLYGON = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of many features: a number per feature, and what the numbers mean.

    `codes` are positions in `values`; -1 where a feature has no value.
    """

    name: str
    codes: Ints
    values: tuple[TileValue, ...]

    @classmethod
    def of(cls, name: str, values: Iterable[TileValue | None]) -> "Column":
        """Return the column of `values`; None and NaN mean no value."""
        # 1, 1.0 and True are equal but not the same value
        seen: dict[tuple[type, TileValue | None], int] = {}
        codes = [
            seen.setdefault((type(value), value), len(seen)) if _is_value(value) else -1
            for value in values
        ]
        return cls(
            name, np.array(codes, np.int64), tuple(value for _, value in seen if value is not None)
        )

    def take(self, index: Ints) -> "Column":
        """Return the column of the features at `index`."""
        return Column(self.name, self.codes[index], self.values)


def _is_value(value: TileValue | None) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


@dataclass(frozen=True, slots=True)
class TileFeatures:
    """Features of one layer in one tile.

    A path is a run of vertices: one ring (without the repeated last vertex), one line,
    or all the dots of a point feature. A polygon's rings stand exterior first, each
    followed by its holes.

    Attributes
    ----------
    kinds : ndarray of int64, shape (n,)
        A `Kind` per feature.
    ids : ndarray of int64, shape (n,)
        0 or more, or `NO_ID`.
    columns : tuple of Column
    xy : ndarray of int64, shape (m, 2)
        All vertices.
    path_ends : ndarray of int64, shape (p,)
        Where each path ends in `xy`; it starts where the one before ends.
    feature_ends : ndarray of int64, shape (n,)
        Where each feature ends in `path_ends`.
    """

    kinds: Ints
    ids: Ints
    columns: tuple[Column, ...]
    xy: Ints
    path_ends: Ints
    feature_ends: Ints

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.kinds)


@dataclass(frozen=True, slots=True)
class Dots:
    """Features of one layer in one tile, each a single dot.

    Attributes
    ----------
    ids : ndarray of int64, shape (n,)
        0 or more, or `NO_ID`.
    columns : tuple of Column
    xy : ndarray of int64, shape (n, 2)
    """

    ids: Ints
    columns: tuple[Column, ...]
    xy: Ints

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.ids)

    def features(self) -> TileFeatures:
        """Return the same as features of any kind."""
        ends = np.arange(1, len(self) + 1)
        kinds = np.full(len(self), Kind.POINT, np.int64)
        return TileFeatures(kinds, self.ids, self.columns, self.xy, ends, ends)


@dataclass(frozen=True, slots=True)
class Thinning:
    """When and how a tile shows one feature for several.

    From zoom `whole_from` on, and wherever a tile holds no more than `whole_up_to`
    features, each stands for itself unless the tile would grow too large, as one with more
    than `whole_at_most` must. Otherwise features share a cell of `cell` units: by default
    what a dense screen can show.
    """

    whole_from: int = 13
    whole_up_to: int = 1000
    whole_at_most: int = 50_000
    cell: int = 4

    def cells(self, zoom: int, features: int) -> Iterable[int]:
        """Return the cell sizes to try, from fine to coarse; 0 thins nothing."""
        most = self.whole_at_most if zoom >= self.whole_from else self.whole_up_to
        whole = features <= most
        first = self.cell.bit_length() - 1
        return (*([0] if whole else []), *(1 << bits for bits in range(first, EXTENT_BITS + 1)))


THINNING = Thinning()

COUNT = "n"
"""The attribute of a thinned tile that says how many features one stands for.

A layer's own attribute of that name gives way to it there.
"""


def starts(ends: Ints) -> Ints:
    """Return where each run starts, given where each ends."""
    return ends - lengths(ends)


def lengths(ends: Ints) -> Ints:
    """Return the length of each run, given where each ends."""
    return np.diff(ends, prepend=0)


def ranges(low: Ints, high: Ints) -> Ints:
    """Return the numbers of all the ranges [low, high), one range after the other."""
    sizes = high - low
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    numbers: Ints = np.arange(total) + np.repeat(low - (ends - sizes), sizes)
    return numbers


def shared_codes(codes: Ints, first: Ints) -> Ints:
    """Return, for each run of `codes`, the code all of it has, or -1."""
    if not len(first):
        return codes
    least = np.minimum.reduceat(codes, first)
    shared: Ints = np.where(least == np.maximum.reduceat(codes, first), least, -1)
    return shared


def merge(mixed: Sequence[TileFeatures | Dots]) -> TileFeatures:
    """Return the features of all parts, in order, as one."""
    parts = [part.features() if isinstance(part, Dots) else part for part in mixed]
    names = dict.fromkeys(column.name for part in parts for column in part.columns)
    vertices = np.cumsum([len(part.xy) for part in parts]) - [len(part.xy) for part in parts]
    paths = np.cumsum([len(p.path_ends) for p in parts]) - [len(p.path_ends) for p in parts]
    return TileFeatures(
        np.concatenate([part.kinds for part in parts]),
        np.concatenate([part.ids for part in parts]),
        tuple(_merged_column(name, parts) for name in names),
        np.concatenate([part.xy for part in parts]),
        np.concatenate([p.path_ends + n for p, n in zip(parts, vertices, strict=True)]),
        np.concatenate([p.feature_ends + n for p, n in zip(parts, paths, strict=True)]),
    )


def _merged_column(name: str, parts: Sequence[TileFeatures]) -> Column:
    codes: list[Ints] = []
    values: tuple[TileValue, ...] = ()
    for part in parts:
        column = next((one for one in part.columns if one.name == name), None)
        if column is None:
            codes.append(np.full(len(part), -1, np.int64))
        else:
            codes.append(np.where(column.codes < 0, -1, column.codes + len(values)))
            values += column.values
    return Column(name, np.concatenate(codes), values)
