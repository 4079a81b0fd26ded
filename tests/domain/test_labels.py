"""Where a name stands."""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.labels import label_points


def label(shape):
    lon, lat = label_points([shape])
    return lon[0], lat[0]


def test_the_name_of_a_square_stands_in_its_middle():
    assert label(box(112, 0, 114, 2)) == pytest.approx((113, 1), abs=0.05)


def test_the_name_of_a_horseshoe_stands_inside_it_and_not_in_its_bay():
    horseshoe = box(0, 0, 10, 10).difference(box(2, 3, 8, 10))
    point = Point(label(horseshoe))
    assert not horseshoe.contains(horseshoe.centroid)
    assert horseshoe.contains(point)
    assert point.distance(horseshoe.boundary) > 1.2


def test_the_largest_part_has_the_name():
    parts = MultiPolygon([box(0, 0, 1, 1), box(10, 0, 14, 4)])
    assert box(11, 1, 13, 3).contains(Point(label(parts)))


def test_the_name_of_a_line_stands_halfway_along_it():
    assert label(LineString([(0, 0), (4, 0)])) == pytest.approx((2, 0))


def test_a_point_is_its_own_label():
    assert label(Point(112.9, 27.1)) == pytest.approx((112.9, 27.1))


def test_what_is_missing_or_empty_has_no_label():
    lon, lat = label_points([None, Polygon(), box(0, 0, 2, 2)])
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [True, True, False]
    assert label_points([])[0].tolist() == []


def test_an_invalid_area_still_has_its_name_inside():
    bow = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    assert shapely.make_valid(bow).covers(Point(label(bow)))
