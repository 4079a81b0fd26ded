"""Points as columns of Arrow hold them: well-known binary, or GeoArrow's own pairs.

A column of well-known binary in which every point has a record of the same length is read
by numpy at once (OGC 06-103r4, clause 8.2: byte order, kind, x, y, in 21 bytes, and 8 more
for each of z and m); any other by GEOS, one shape after the other.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HEADER_BYTES = 5
_LITTLE_ENDIAN = 1
_RECORD_BYTES = {1: 21, 1001: 29, 2001: 29, 3001: 37, 0x80000001: 29, 0x40000001: 29}
"""Length of a point's record by its kind: plain, with z, m, z and m, and as PostGIS has z, m."""


_MISSING = shapely.GeometryType.MISSING


class Points(NamedTuple):
    """Coordinates, NaN where a point is missing or empty, and what is no point.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n,)
    others : ndarray of int64
        Positions of shapes of another kind.
    kind : str
        The kind of the first of those, empty if there is none.
    """

    x: Floats
    y: Floats
    others: NDArray[np.int64]
    kind: str


_NO_OTHERS = np.array([], np.int64)


def points_of(column: pa.Array) -> Points:
    """Return the points of a column: a struct of x and y, or well-known binary."""
    if pa.types.is_struct(column.type):
        x, y = (column.flatten()[column.type.get_field_index(name)] for name in "xy")
        return Points(_floats(x), _floats(y), _NO_OTHERS, "")
    binary = column.cast(pa.large_binary())
    there = np.asarray(pc.is_valid(binary).to_numpy(zero_copy_only=False), bool)
    records = _records(binary.drop_null() if binary.null_count else binary)
    if records is None:
        return _by_geos(binary)
    x, y = np.full(len(there), np.nan), np.full(len(there), np.nan)
    x[there], y[there] = records[:, 0], records[:, 1]
    return Points(x, y, _NO_OTHERS, "")


def as_binary(column: pa.Array) -> pa.Array:
    """Return a column of well-known binary, from whatever the column is."""
    if not pa.types.is_struct(column.type):
        return column
    parts = [_floats(one) for one in column.flatten()]
    shapes = np.array(shapely.points(np.column_stack(parts)), object)
    shapes[~np.asarray(pc.is_valid(column).to_numpy(zero_copy_only=False), bool)] = None
    return pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())


def _floats(column: pa.Array) -> Floats:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)


def _records(binary: pa.LargeBinaryArray) -> Floats | None:
    """Return x and y, shape (n, 2), of records all alike; None where they are not.

    `binary` has no nulls.
    """
    _, offsets_buffer, data = binary.buffers()
    if not len(binary):
        return np.empty((0, 2))
    offsets = np.frombuffer(offsets_buffer, np.int64)[
        binary.offset : binary.offset + len(binary) + 1
    ]
    whole = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    length = int(offsets[1] - offsets[0])
    if length < min(_RECORD_BYTES.values()) or (np.diff(offsets) != length).any():
        return None
    records = whole.reshape(-1, length)
    header = records[0, :_HEADER_BYTES]
    kind = int(header[1:].copy().view("<u4")[0])
    alike = header[0] == _LITTLE_ENDIAN and _RECORD_BYTES.get(kind) == length
    if not alike or (records[:, :_HEADER_BYTES] != header).any():
        return None
    return records[:, _HEADER_BYTES : _HEADER_BYTES + 16].copy().view("<f8")


def _by_geos(binary: pa.LargeBinaryArray) -> Points:
    shapes = np.asarray(shapely.from_wkb(binary.to_numpy(zero_copy_only=False)), object)
    kinds = shapely.get_type_id(shapes)
    located = (kinds == shapely.GeometryType.POINT) & ~shapely.is_empty(shapes)
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    x[located], y[located] = shapely.get_x(shapes[located]), shapely.get_y(shapes[located])
    others = np.flatnonzero(~np.isin(kinds, (shapely.GeometryType.POINT, _MISSING)))
    return Points(x, y, others, shapes[others[0]].geom_type if len(others) else "")
