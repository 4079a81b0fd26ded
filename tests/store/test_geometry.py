"""GeoPackage blobs, ours and other programs'."""

import struct

import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from mapserver.domain.geopackage_blob import bounds, from_blob, to_blob
from mapserver.store.geometry import column_kind, frame, intersects_box

SHAPES = [
    Point(113.5, 27.25),
    LineString([(113, 27), (114, 28)]),
    MultiPolygon([box(113, 27, 114, 28), box(115, 27, 116, 28)]),
    Polygon(),
    Point(),
]


def foreign(geometry: BaseGeometry, *, big: bool, envelope: bool) -> bytes:
    """Return a blob as another program may write it."""
    order, mark = ("big", ">") if big else ("little", "<")
    flags = (0 if big else 1) | (2 if envelope else 0) | (16 if geometry.is_empty else 0)
    west, south, east, north = geometry.bounds
    head = struct.pack(f"{mark}2sBBi", b"GP", 0, flags, 4490)
    sides = struct.pack(f"{mark}4d", west, east, south, north) if envelope else b""
    return head + sides + shapely.to_wkb(geometry, byte_order=0 if order == "big" else 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_blob_gives_back_its_geometry_and_its_box(shape: BaseGeometry):
    blob = to_blob(shape)
    assert from_blob(blob) == shape
    assert bounds(blob) == (None if shape.is_empty else shape.bounds)


@pytest.mark.parametrize("shape", SHAPES[:3])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("envelope", [False, True])
def test_blobs_of_other_programs_are_read(shape: BaseGeometry, big: bool, envelope: bool):
    blob = foreign(shape, big=big, envelope=envelope)
    assert from_blob(blob) == shape
    assert bounds(blob) == shape.bounds


def test_what_meets_a_box():
    diagonal = to_blob(LineString([(0, 0), (2, 2)]))
    assert intersects_box(diagonal, (0.5, 0.5, 1, 1))
    assert not intersects_box(diagonal, (1.5, 0, 2, 0.5))
    assert intersects_box(diagonal, (1, 1, 1, 1))
    assert not intersects_box(to_blob(Point()), (-180, -90, 180, 90))


def test_a_flat_box_is_a_line_or_a_point():
    assert frame((0, 0, 1, 1)) == box(0, 0, 1, 1)
    assert frame((0, 1, 2, 1)) == LineString([(0, 1), (2, 1)])
    assert frame((1, 1, 1, 1)) == Point(1, 1)


def test_the_kind_of_a_column():
    assert [column_kind([one]) for one in ("point", "line", "polygon")] == [
        "POINT", "LINESTRING", "MULTIPOLYGON"
    ]  # fmt: skip
    assert column_kind(["point", "line"]) == "GEOMETRY"
