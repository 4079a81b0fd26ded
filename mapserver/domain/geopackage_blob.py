"""A geometry as a GeoPackage keeps it (OGC 12-128r19, clause 2.1.3), written and read.

Longitude comes before latitude.
"""

import struct

import shapely
from shapely.geometry.base import BaseGeometry

SRID = 4490

_MAGIC = b"GP"
_HEADER = struct.Struct("<2sBBi")
_ENVELOPE = struct.Struct("<4d")
_POINT = struct.Struct("<2d")
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_LITTLE_ENDIAN, _EMPTY, _XY_ENVELOPE = 0b1, 0b10000, 0b10

Box = tuple[float, float, float, float]
"""West, south, east, north."""


def to_blob(geometry: BaseGeometry) -> bytes:
    """Return `geometry` as a GeoPackage blob; other kinds than points carry their envelope."""
    flags, envelope = _LITTLE_ENDIAN, b""
    if geometry.is_empty:
        flags |= _EMPTY
    elif geometry.geom_type != "Point":
        west, south, east, north = geometry.bounds
        flags |= _XY_ENVELOPE
        envelope = _ENVELOPE.pack(west, east, south, north)
    wkb = shapely.to_wkb(geometry, byte_order=1, flavor="iso")
    return _HEADER.pack(_MAGIC, 0, flags, SRID) + envelope + wkb


def from_blob(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage blob, whoever wrote it."""
    return shapely.from_wkb(wkb_of(blob))


def wkb_of(blob: bytes) -> bytes:
    """Return what of a GeoPackage blob is WKB."""
    return blob[_wkb_start(blob) :]


def bounds(blob: bytes) -> Box | None:
    """Return the bounding box of a GeoPackage blob, None where it is empty.

    Reads the envelope or the point in place; decodes only what has neither.
    """
    flags = blob[3]
    if flags & _EMPTY:
        return None
    start = _wkb_start(blob)
    if flags & _LITTLE_ENDIAN and start > _HEADER.size:
        west, east, south, north = _ENVELOPE.unpack_from(blob, _HEADER.size)
        return west, south, east, north
    if blob[start] == 1 and blob[start + 1 : start + 5] == b"\x01\0\0\0":
        x, y = _POINT.unpack_from(blob, start + 5)
        return x, y, x, y
    geometry = from_blob(blob)
    return None if geometry.is_empty else geometry.bounds


def _wkb_start(blob: bytes) -> int:
    return _HEADER.size + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111]
