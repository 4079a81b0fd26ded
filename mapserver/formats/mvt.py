"""Vector tiles as bytes.

In a tile's features everything is a variable-length number: tags, lengths, ids,
attributes and vertices. So all features of a layer are laid out as one array of numbers,
and that array becomes bytes in one go.

References
----------
Mapbox Vector Tile Specification 2.1 (https://github.com/mapbox/vector-tile-spec), and
Protocol Buffers, "Encoding" (https://protobuf.dev/programming-guides/encoding).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapserver.domain.tiles import (
    EXTENT,
    Column,
    Ints,
    Kind,
    TileFeatures,
    TileValue,
    lengths,
    merge,
    ranges,
    starts,
)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_BYTES = 500_000
"""A layer in a tile grows no larger than this; the next coarser draft is taken instead."""

_VERSION = 2
_MOVE_TO, _LINE_TO, _CLOSE_PATH = 1, 2, 7 | 1 << 3

# protobuf tags: a field's number << 3 | 0 for a number, 1 for eight bytes, 2 for a block
_TILE_LAYER = 3 << 3 | 2
_LAYER_NAME = 1 << 3 | 2
_LAYER_FEATURE = 2 << 3 | 2
_LAYER_KEY = 3 << 3 | 2
_LAYER_VALUE = 4 << 3 | 2
_LAYER_EXTENT = 5 << 3
_LAYER_VERSION = 15 << 3
_FEATURE_ID = 1 << 3
_FEATURE_TAGS = 2 << 3 | 2
_FEATURE_TYPE = 3 << 3
_FEATURE_GEOMETRY = 4 << 3 | 2
_VALUE_STRING = 1 << 3 | 2
_VALUE_DOUBLE = 3 << 3 | 1
_VALUE_UINT = 5 << 3
_VALUE_SINT = 6 << 3
_VALUE_BOOL = 7 << 3


def encode_within(name: str, *drafts: Iterable[TileFeatures], max_bytes: int = MAX_BYTES) -> bytes:
    """Return the layer made of the first of `drafts`, fine to coarse, that is small enough.

    Several drafts are the parts of one layer (its points, and its lines and areas) and
    are taken step by step together. If even the coarsest is too large, it is returned.
    """
    layer = b""
    for parts in zip(*drafts, strict=False):
        layer = encode_layer(name, *parts)
        if len(layer) <= max_bytes:
            break
    return layer


def encode_layer(name: str, *parts: TileFeatures) -> bytes:
    """Return one layer with the features of all `parts`; nothing where there are none.

    A tile is its layers' bytes one after the other; no two layers may share a name.
    """
    features = parts[0] if len(parts) == 1 else merge(parts)
    if not len(features):
        return b""
    tags = _Tags.of(features.columns, len(features))
    layer = (
        _number(_LAYER_VERSION, _VERSION),
        _block(_LAYER_NAME, name.encode()),
        _to_bytes(_feature_words(features, tags)),
        *(_block(_LAYER_KEY, column.name.encode()) for column in features.columns),
        *tags.values,
        _number(_LAYER_EXTENT, EXTENT),
    )
    return _block(_TILE_LAYER, b"".join(layer))


@dataclass(frozen=True, slots=True)
class _Tags:
    """The layer's table of values, encoded, and each feature's place in it per column.

    `places` has shape (features, columns); -1 where a feature has no value.
    """

    values: tuple[bytes, ...]
    places: Ints

    @classmethod
    def of(cls, columns: Sequence[Column], features: int) -> "_Tags":
        used = [_used(column.codes, len(column.values)) for column in columns]
        table: dict[bytes, int] = {}
        places = np.empty((features, len(columns)), np.int64)
        # the largest column first: its values need no comparing with a table still empty
        for at in sorted(range(len(columns)), key=lambda at: (-len(used[at]), at)):
            values = columns[at].values
            encoded = [_value(values[code]) for code in used[at].tolist()]
            # the last entry is what -1, no value, looks up
            lookup = np.full(len(values) + 1, -1)
            lookup[used[at]] = _enter(table, encoded)
            places[:, at] = lookup[columns[at].codes]
        return cls(tuple(table), places)


def _used(codes: Ints, values: int) -> Ints:
    """Return the codes that occur, ascending."""
    return np.flatnonzero(np.bincount(codes[codes >= 0], minlength=values))


def _enter(table: dict[bytes, int], values: list[bytes]) -> Ints:
    """Add to `table` what it does not hold yet, and return the place of each of `values`."""
    if not table and len(set(values)) == len(values):
        table.update(zip(values, range(len(values)), strict=True))
        return np.arange(len(values))
    return np.array([table.setdefault(value, len(table)) for value in values], np.int64)


def _feature_words(features: TileFeatures, tags: _Tags) -> Ints:
    """Return all features of a layer as the numbers that protobuf writes, in order.

    Each is: its tag and length; id; attributes as (key, value) pairs; kind; geometry.
    """
    geometry, ends = _geometry_words(features)
    geometry_bytes = _sums(_sizes(geometry), ends)
    has = tags.places >= 0
    keys = np.arange(len(features.columns))
    tag_bytes = ((_sizes(keys) + _sizes(tags.places)) * has).sum(axis=1)
    identified, tagged = features.ids >= 0, tag_bytes > 0
    body_bytes = identified * (1 + _sizes(features.ids)) + 2
    body_bytes += tagged * (1 + _sizes(tag_bytes) + tag_bytes)
    body_bytes += 1 + _sizes(geometry_bytes) + geometry_bytes

    id_at = 2
    tags_at = id_at + 2 * identified
    kind_at = tags_at + 2 * tagged + 2 * has.sum(axis=1)
    geometry_at = kind_at + 2
    word_ends = np.cumsum(geometry_at + 2 + lengths(ends))
    begin = starts(word_ends)
    words = np.empty(int(word_ends[-1]), np.int64)
    _put(words, begin, _LAYER_FEATURE, body_bytes)
    _put(words, (begin + id_at)[identified], _FEATURE_ID, features.ids[identified])
    _put(words, (begin + tags_at)[tagged], _FEATURE_TAGS, tag_bytes[tagged])
    feature, column = np.nonzero(has)
    earlier: Ints = (np.cumsum(has, axis=1) - has)[feature, column]
    pair_at = (begin + tags_at)[feature] + 2 + 2 * earlier
    _put(words, pair_at, column, tags.places[feature, column])
    _put(words, begin + kind_at, _FEATURE_TYPE, features.kinds)
    _put(words, begin + geometry_at, _FEATURE_GEOMETRY, geometry_bytes)
    words[ranges(begin + geometry_at + 2, word_ends)] = geometry
    return words


def _geometry_words(features: TileFeatures) -> tuple[Ints, Ints]:
    """Return the commands and steps of all geometries, and where each feature's end.

    A path is MoveTo and its first vertex, LineTo and the others, and for a ring ClosePath;
    a point feature is one MoveTo with all its dots. Every vertex is written as the step
    from the one before it in the feature, the first as the step from the tile's corner.
    """
    kind = np.repeat(features.kinds, lengths(features.feature_ends))
    drawn, ring = kind != Kind.POINT, kind == Kind.POLYGON
    size = lengths(features.path_ends)
    word_ends = np.cumsum(1 + 2 * size + drawn + ring)
    begin = starts(word_ends)
    words = np.empty(int(word_ends[-1]), np.int64)
    words[begin] = _MOVE_TO | np.where(drawn, 1, size) << 3
    words[begin[drawn] + 3] = _LINE_TO | (size[drawn] - 1) << 3
    words[word_ends[ring] - 1] = _CLOSE_PATH

    path_start = starts(features.path_ends)
    within = np.arange(len(features.xy)) - np.repeat(path_start, size)
    at = np.repeat(begin + 1, size) + 2 * within + (np.repeat(drawn, size) & (within > 0))
    step = np.diff(features.xy, axis=0, prepend=0)
    first = path_start[starts(features.feature_ends)]
    step[first] = features.xy[first]
    zigzag = (step << 1) ^ (step >> 63)
    _put(words, at, zigzag[:, 0], zigzag[:, 1])
    return words, word_ends[features.feature_ends - 1]


def _put(words: Ints, at: Ints, first: Ints | int, second: Ints) -> None:
    words[at] = first
    words[at + 1] = second


def _sums(values: Ints, ends: Ints) -> Ints:
    """Return the sum of each run of `values`."""
    return np.diff(np.cumsum(values)[ends - 1], prepend=0)


def _sizes(words: NDArray[np.integer]) -> Ints:
    """Return how many bytes each number takes: seven bits to a byte; -1 counts as one."""
    sizes = np.ones(words.shape, np.int64)
    highest = int(words.max(initial=0))
    for shift in range(7, highest.bit_length(), 7):
        sizes += words >= 1 << shift
    return sizes


_FIRST_BYTES = np.array([0x0101010101010101 & (1 << 8 * n) - 1 for n in range(9)], "<u8")
"""An integer whose first n bytes are true, for n from 0 to 8."""


def _to_bytes(words: Ints) -> bytes:
    """Return the numbers as protobuf varints: seven bits to a byte, the lowest first.

    Every number is spread over the bytes of one integer, and then those bytes in use are
    taken from all of them at once.

    Raises
    ------
    ValueError
        If a number has more than 56 bits: an id is out of range.
    """
    highest = int(words.max(initial=0))
    if highest >> 56:
        raise ValueError(f"{highest} is too large for a vector tile")
    narrow = words.astype("<u4") if highest < 1 << 28 else words.astype("<u8")
    sizes = _sizes(narrow)
    spread = narrow & 0x7F
    for place in range(1, int(sizes.max(initial=1))):
        spread |= ((narrow >> 7 * place) & 0x7F) << 8 * place
        # the top bit of a byte says that another follows
        spread |= (sizes > place).astype(narrow.dtype) << 8 * place - 1
    in_use = _FIRST_BYTES.astype(narrow.dtype)[sizes].view(bool)
    return spread.view(np.uint8).compress(in_use).tobytes()


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(tag: int, value: int) -> bytes:
    return _varint(tag) + _varint(value)


def _block(tag: int, content: bytes) -> bytes:
    return _varint(tag) + _varint(len(content)) + content


_SHORT = 120
# most values are short strings: what stands before them, by their length in bytes
_SHORT_STRING = tuple(
    bytes((_LAYER_VALUE, length + 2, _VALUE_STRING, length)) for length in range(_SHORT)
)


def _value(value: TileValue) -> bytes:
    if not isinstance(value, str):
        return _scalar(value)
    text = value.encode()
    if len(text) < _SHORT:
        return _SHORT_STRING[len(text)] + text
    return _block(_LAYER_VALUE, _block(_VALUE_STRING, text))


def _scalar(value: float) -> bytes:
    if isinstance(value, bool):
        content = _number(_VALUE_BOOL, int(value))
    elif isinstance(value, float):
        content = bytes((_VALUE_DOUBLE,)) + struct.pack("<d", value)
    elif value >= 0:
        content = _number(_VALUE_UINT, value)
    else:
        content = _number(_VALUE_SINT, -2 * value - 1)
    return _block(_LAYER_VALUE, content)
