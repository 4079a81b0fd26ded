"""Single dots as bytes.

They are most of what a tile holds, and all of them are laid out alike: so a block of dots
is a table of bytes, a row for each and a place for every byte that any of them needs. The
numbers are written column by column, and the places in use are taken all at once. A loop
compiled by numba takes two fifths of the time for the same bytes, but half a second to load:
it is used where the compiler is in memory already, and no tile ever waits for that.

References
----------
Mapbox Vector Tile Specification 2.1, section 4.2 and 4.3
(https://github.com/mapbox/vector-tile-spec).
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapserver.domain.tiles import Bools, Dots, Ints
from mapserver.formats.mvt_wire import (
    FEATURE_GEOMETRY,
    FEATURE_ID,
    FEATURE_TAGS,
    FEATURE_TYPE,
    LAYER_FEATURE,
    ONE_MOVE,
    POINT,
    check_size,
    varint,
    zigzag,
)

Cell = tuple[NDArray[np.integer] | int, Bools | None]
"""A byte of every dot, or one for all; and which dots have it, None for all."""

BLOCK = 1 << 14
"""So many dots at a time stay in the processor's cache."""

COMPILED_FROM = 1 << 12
"""Fewer dots than this are not worth a look for the compiled loop."""

_MOST_BYTES = 48  # of a dot without its attributes


def encode_dots(dots: Dots, places: Ints) -> Iterable[bytes]:
    """Return the features, block by block; `places` as in `mvt_values.Tags`.

    Raises
    ------
    ValueError
        If an id has more than 56 bits.
    """
    if len(dots) >= COMPILED_FROM and "numba" in sys.modules:
        return [by_loop(dots, places)]
    return by_columns(dots, places)


def by_loop(dots: Dots, places: Ints) -> bytes:
    """Return what `by_columns` does, by the compiled loop."""
    from mapserver.formats.mvt_dots_kernel import put_dots  # noqa: PLC0415

    check_size(int(dots.ids.max(initial=0)))
    widest = sum(
        len(varint(key)) + len(varint(int(place.max(initial=0))))
        for key, place in enumerate(places)
    )
    out = np.empty(len(dots) * (_MOST_BYTES + widest), np.uint8)
    return out[: put_dots(out, dots.ids, places, dots.xy)].tobytes()


def by_columns(dots: Dots, places: Ints) -> Iterator[bytes]:
    """Yield the features, block by block, without compiled code."""
    for begin in range(0, len(dots), BLOCK):
        part = slice(begin, begin + BLOCK)
        yield _block(dots.ids[part], places[:, part], dots.xy[part])


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A number of every dot: the bytes that each takes, 0 where a dot has none, and the most."""

    values: NDArray[np.integer]
    taken: NDArray[np.uint8]
    most: int

    @classmethod
    def of(cls, values: Ints) -> "_Numbers":
        """Return `values`; a dot with -1 has none."""
        highest = int(values.max(initial=0))
        check_size(highest)
        short = highest < 1 << 32
        narrow: NDArray[np.integer] = values.astype(np.uint32 if short else np.uint64)
        taken = np.ones(len(values), np.uint8)
        most = max(1, -(-highest.bit_length() // 7))
        for place in range(1, most):
            taken += narrow >= 1 << 7 * place
        if values.min(initial=0) < 0:
            taken *= values >= 0
        return cls(narrow, taken, most)

    def present(self) -> Bools | None:
        """Return which dots have a number, None where all do."""
        return None if self.taken.all() else self.taken > 0

    def cells(self) -> Iterator[Cell]:
        """Yield the bytes, the lowest seven bits first."""
        for place in range(self.most):
            byte = (self.values >> 7 * place).astype(np.uint8) & 0x7F
            if place + 1 < self.most:
                # the top bit of a byte says that another follows
                byte |= (self.taken > place + 1).view(np.uint8) << 7
            yield byte, self.taken > place if place else self.present()


def _block(ids: Ints, places: Ints, xy: Ints) -> bytes:
    """Return the dots as bytes: tag and length; id; (key, value) pairs; kind; geometry."""
    number, across, down = (_Numbers.of(n) for n in (ids, zigzag(xy[:, 0]), zigzag(xy[:, 1])))
    pairs = [_Numbers.of(place) for place in places]
    tag_bytes = _tag_bytes(pairs, len(ids))
    geometry_bytes = 1 + across.taken + down.taken
    body_bytes = 4 + geometry_bytes + number.taken + (number.taken > 0) + tag_bytes
    tagged = _Numbers.of(np.where(tag_bytes > 0, tag_bytes, -1))
    body_bytes += tagged.taken + (tagged.taken > 0)
    return _packed(
        len(ids),
        [
            (LAYER_FEATURE, None),
            *_Numbers.of(body_bytes).cells(),
            *_after(FEATURE_ID, number),
            *_after(FEATURE_TAGS, tagged),
            *(cell for key, pair in enumerate(pairs) for cell in _after(key, pair)),
            *((byte, None) for byte in (FEATURE_TYPE, POINT, FEATURE_GEOMETRY)),
            (geometry_bytes, None),
            (ONE_MOVE, None),
            *across.cells(),
            *down.cells(),
        ],
    )


def _tag_bytes(pairs: list[_Numbers], dots: int) -> Ints:
    """Return how many bytes all keys and values of each dot take."""
    total = np.zeros(dots, np.int64)
    for key, pair in enumerate(pairs):
        total += pair.taken
        total += (pair.taken > 0) * len(varint(key))
    return total


def _after(tag: int, numbers: _Numbers) -> Iterator[Cell]:
    """Yield a tag or key and then its number, for the dots that have one."""
    if not numbers.taken.any():
        return
    present = numbers.present()
    yield from ((byte, present) for byte in varint(tag))
    yield from numbers.cells()


def _packed(dots: int, cells: Iterable[Cell]) -> bytes:
    """Return the bytes in use of each dot, one dot after the other."""
    laid = list(cells)
    table = np.empty((dots, len(laid)), np.uint8)
    used = np.ones(table.shape, bool)
    for at, (byte, present) in enumerate(laid):
        table[:, at] = byte
        if present is not None:
            used[:, at] = present
    return table[used].tobytes()
