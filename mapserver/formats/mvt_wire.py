"""What a vector tile is written with: protobuf's tags, variable-length numbers and blocks.

References
----------
Protocol Buffers, "Encoding" (https://protobuf.dev/programming-guides/encoding), and the
schema of the Mapbox Vector Tile Specification 2.1, vector_tile.proto.
"""

import numpy as np
from numpy.typing import NDArray

from mapserver.domain.tiles import Ints

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7 | 1 << 3
"""Commands of a geometry; the number of times is shifted above the lowest three bits."""
ONE_MOVE = MOVE_TO | 1 << 3
POINT = 1
"""The kind of a feature's geometry."""

# a field's number << 3 | 0 for a number, 1 for eight bytes, 2 for a block
TILE_LAYER = 3 << 3 | 2
LAYER_NAME = 1 << 3 | 2
LAYER_FEATURE = 2 << 3 | 2
LAYER_KEY = 3 << 3 | 2
LAYER_VALUE = 4 << 3 | 2
LAYER_EXTENT = 5 << 3
LAYER_VERSION = 15 << 3
FEATURE_ID = 1 << 3
FEATURE_TAGS = 2 << 3 | 2
FEATURE_TYPE = 3 << 3
FEATURE_GEOMETRY = 4 << 3 | 2
VALUE_STRING = 1 << 3 | 2
VALUE_DOUBLE = 3 << 3 | 1
VALUE_UINT = 5 << 3
VALUE_SINT = 6 << 3
VALUE_BOOL = 7 << 3

_FIRST_BYTES = np.array([0x0101010101010101 & (1 << 8 * n) - 1 for n in range(9)], "<u8")
"""An integer whose first n bytes are true, for n from 0 to 8."""


def varint(value: int) -> bytes:
    """Return one number: seven bits to a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(tag: int, value: int) -> bytes:
    """Return a field that holds a number."""
    return varint(tag) + varint(value)


def block(tag: int, content: bytes) -> bytes:
    """Return a field that holds bytes."""
    return varint(tag) + varint(len(content)) + content


def sizes(words: NDArray[np.integer]) -> Ints:
    """Return how many bytes each number takes; -1 counts as one."""
    taken = np.ones(words.shape, np.int64)
    highest = int(words.max(initial=0))
    for shift in range(7, highest.bit_length(), 7):
        taken += words >= 1 << shift
    return taken


def zigzag(steps: Ints) -> Ints:
    """Return signed numbers as unsigned ones, small where they are near zero."""
    folded: Ints = (steps << 1) ^ (steps >> 63)
    return folded


def check_size(highest: int) -> None:
    """Raise ValueError if a number has more than 56 bits: an id is out of range."""
    if highest >> 56:
        raise ValueError(f"{highest} is too large for a vector tile")


def to_bytes(words: Ints) -> bytes:
    """Return the numbers as protobuf varints.

    Every number is spread over the bytes of one integer, and then those bytes in use are
    taken from all of them at once.

    Raises
    ------
    ValueError
        If a number has more than 56 bits: an id is out of range.
    """
    highest = int(words.max(initial=0))
    check_size(highest)
    narrow = words.astype("<u4") if highest < 1 << 28 else words.astype("<u8")
    taken = sizes(narrow)
    spread = narrow & 0x7F
    for place in range(1, int(taken.max(initial=1))):
        spread |= ((narrow >> 7 * place) & 0x7F) << 8 * place
        # the top bit of a byte says that another follows
        spread |= (taken > place).astype(narrow.dtype) << 8 * place - 1
    in_use = _FIRST_BYTES.astype(narrow.dtype)[taken].view(bool)
    return spread.view(np.uint8).compress(in_use).tobytes()
