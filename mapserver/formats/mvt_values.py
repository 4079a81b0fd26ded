"""A tile layer's table of values, and each feature's places in it."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mapserver.domain.tiles import Column, Ints, TileValue
from mapserver.formats.mvt_wire import (
    LAYER_VALUE,
    VALUE_BOOL,
    VALUE_DOUBLE,
    VALUE_SINT,
    VALUE_STRING,
    VALUE_UINT,
    block,
    number,
)


@dataclass(frozen=True, slots=True)
class Tags:
    """The layer's table of values, encoded, and each feature's place in it per column.

    `places` has shape (columns, features); -1 where a feature has no value.
    """

    values: tuple[bytes, ...]
    places: Ints

    @classmethod
    def of(cls, columns: Sequence[Column], features: int) -> "Tags":
        """Return the table of the values that occur in `columns`, none of them twice."""
        used = [_used(column) for column in columns]
        table: dict[bytes, int] = {}
        places = np.empty((len(columns), features), np.int64)
        # the largest column first: its values need no comparing with a table still empty
        for at in sorted(range(len(columns)), key=lambda at: (-len(used[at]), at)):
            values = columns[at].values
            encoded = [_value(values[code]) for code in used[at].tolist()]
            # the last place is where -1, no value, looks up
            lookup = np.full(len(values) + 1, -1)
            lookup[used[at]] = _enter(table, encoded)
            places[at] = lookup[columns[at].codes]
        return cls(tuple(table), places)


def _used(column: Column) -> Ints:
    """Return the codes that occur, ascending."""
    return np.flatnonzero(np.bincount(column.codes + 1, minlength=len(column.values) + 1)[1:])


def _enter(table: dict[bytes, int], values: list[bytes]) -> Ints:
    """Add to `table` what it does not hold yet, and return the place of each of `values`."""
    if not table and len(set(values)) == len(values):
        table.update(zip(values, range(len(values)), strict=True))
        return np.arange(len(values))
    return np.array([table.setdefault(value, len(table)) for value in values], np.int64)


_REMEMBERED = 1 << 14
_SHORT = 120
# most values are short strings: what stands before them, by their length in bytes
_SHORT_STRING = tuple(
    bytes((LAYER_VALUE, length + 2, VALUE_STRING, length)) for length in range(_SHORT)
)


@lru_cache(_REMEMBERED, typed=True)  # 1, 1.0 and True are equal but not the same value
def _value(value: TileValue) -> bytes:
    if not isinstance(value, str):
        return _scalar(value)
    text = value.encode()
    if len(text) < _SHORT:
        return _SHORT_STRING[len(text)] + text
    return block(LAYER_VALUE, block(VALUE_STRING, text))


def _scalar(value: float) -> bytes:
    if isinstance(value, bool):
        content = number(VALUE_BOOL, int(value))
    elif isinstance(value, float):
        content = bytes((VALUE_DOUBLE,)) + struct.pack("<d", value)
    elif value >= 0:
        content = number(VALUE_UINT, value)
    else:
        content = number(VALUE_SINT, -2 * value - 1)
    return block(LAYER_VALUE, content)
