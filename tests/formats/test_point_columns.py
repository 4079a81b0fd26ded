"""Points in columns of Arrow, read as GEOS reads them one by one."""

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point

from mapserver.formats.point_columns import as_binary, points_of

coordinates = st.floats(allow_infinity=False, allow_nan=False, width=64)
flat = st.none() | st.builds(Point, coordinates, coordinates) | st.just(Point())
high = st.none() | st.builds(Point, coordinates, coordinates, coordinates)


def column(shapes, **how):
    """Return shapes as a column of well-known binary."""
    return pa.array(shapely.to_wkb(np.array(shapes, object), **how), pa.binary())


def same(points, shapes):
    """Return whether the coordinates are those that the shapes themselves give."""
    nowhere = (np.nan, np.nan)
    pairs = [nowhere if one is None or one.is_empty else (one.x, one.y) for one in shapes]
    expected = np.array(pairs).reshape(-1, 2)
    return np.array_equal(np.column_stack([points.x, points.y]), expected, equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(flat) | st.lists(high) | st.lists(flat | high),
    st.sampled_from(["iso", "extended"]),
    st.sampled_from([0, 1]),
)
def test_coordinates_are_those_of_geos_in_every_flavour(shapes, flavor, byte_order):
    points = points_of(column(shapes, flavor=flavor, byte_order=byte_order))
    assert same(points, shapes)
    assert not len(points.others)


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()])
def test_a_slice_of_a_column_is_read_from_where_it_begins(kind):
    shapes = [Point(n, -n) for n in range(9)]
    shapes[4] = None
    part = column(shapes).cast(kind).slice(2, 5)
    assert same(points_of(part), shapes[2:7])


def test_what_is_no_point_is_told_with_its_place_and_kind():
    shapes = [Point(1, 2), None, MultiPoint([(0, 0)]), LineString([(0, 0), (1, 1)]), Point(3, 4)]
    points = points_of(column(shapes))
    assert (points.others.tolist(), points.kind) == ([2, 3], "MultiPoint")
    assert points.x[[0, 4]].tolist() == [1, 3]


def test_records_of_one_length_are_not_taken_for_points_by_their_length():
    """A polygon without rings has 9 bytes, as has any other empty shape."""
    points = points_of(column([shapely.Polygon(), LineString()]))
    assert points.others.tolist() == [0, 1]
    swapped = [Point(1, 2), Point(3, 4)]
    mixed = pa.array([shapely.to_wkb(swapped[0]), shapely.to_wkb(swapped[1], byte_order=0)])
    assert same(points_of(mixed), swapped)


def test_geoarrow_points_are_read_and_become_binary():
    shapes = [Point(1, 2), None, Point(3, 4)]
    pairs = pa.array(
        [None if one is None else {"x": one.x, "y": one.y} for one in shapes],
        pa.struct([("x", pa.float64()), ("y", pa.float64())]),
    )
    assert same(points_of(pairs), shapes)
    assert same(points_of(as_binary(pairs)), shapes)
    assert as_binary(pairs)[1].as_py() is None
    assert as_binary(column(shapes)).equals(column(shapes))
