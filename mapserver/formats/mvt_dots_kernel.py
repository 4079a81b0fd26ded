"""The loops of `mvt_dots`, compiled: one pass over the dots, byte by byte.

Every function that writes returns the place where the next byte goes.
"""

import numpy as np
from numpy.typing import NDArray

from mapserver.compiled import compiled
from mapserver.domain.tiles import Ints
from mapserver.formats import mvt_wire as wire

Bytes = NDArray[np.uint8]

_FEATURE, _ID, _TAGS = wire.LAYER_FEATURE, wire.FEATURE_ID, wire.FEATURE_TAGS
_TYPE, _GEOMETRY = wire.FEATURE_TYPE, wire.FEATURE_GEOMETRY
_POINT, _ONE_MOVE = wire.POINT, wire.ONE_MOVE
_MORE = 0x7F


@compiled
def put_dots(out: Bytes, ids: Ints, places: Ints, xy: Ints) -> int:
    """Write dots with these `ids`, `places` in the table of values, and positions."""
    at = 0
    for dot in range(len(ids)):
        tag_bytes = _tag_bytes(places, dot)
        across, down = _zigzag(xy[dot, 0]), _zigzag(xy[dot, 1])
        geometry_bytes = 1 + _size(across) + _size(down)
        body_bytes = 4 + geometry_bytes
        body_bytes += 1 + _size(ids[dot]) if ids[dot] >= 0 else 0
        body_bytes += 1 + _size(tag_bytes) + tag_bytes if tag_bytes else 0
        at = _put_field(out, at, _FEATURE, body_bytes)
        if ids[dot] >= 0:
            at = _put_field(out, at, _ID, ids[dot])
        if tag_bytes:
            at = _put_field(out, at, _TAGS, tag_bytes)
            at = _put_tags(out, at, places, dot)
        at = _put_field(out, at, _TYPE, _POINT)
        at = _put_field(out, at, _GEOMETRY, geometry_bytes)
        out[at] = _ONE_MOVE
        at = _put(out, _put(out, at + 1, across), down)
    return at


@compiled
def _put_field(out: Bytes, at: int, tag: int, number: int) -> int:
    out[at] = tag
    return _put(out, at + 1, number)


@compiled
def _put_tags(out: Bytes, at: int, places: Ints, dot: int) -> int:
    for key in range(len(places)):
        if places[key, dot] >= 0:
            at = _put(out, _put(out, at, key), places[key, dot])
    return at


@compiled
def _tag_bytes(places: Ints, dot: int) -> int:
    taken = 0
    for key in range(len(places)):
        if places[key, dot] >= 0:
            taken += _size(key) + _size(places[key, dot])
    return taken


@compiled
def _put(out: Bytes, at: int, number: int) -> int:
    while number > _MORE:
        out[at] = number & _MORE | 0x80
        number >>= 7
        at += 1
    out[at] = number
    return at + 1


@compiled
def _size(number: int) -> int:
    taken = 1
    while number > _MORE:
        number >>= 7
        taken += 1
    return taken


@compiled
def _zigzag(step: int) -> int:
    return step << 1 ^ step >> 63
