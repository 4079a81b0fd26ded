"""Degrees and the metres of the nearest Gauss-Kruger zone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Point, box

from mapserver.domain import crs

SEAT = (112.945037, 27.087037)
GEOD = Geod(ellps="GRS80")


@pytest.mark.parametrize(
    ("lon", "meridian"),
    [(112.945, 114), (112.5, 114), (112.49, 111), (115.49, 114), (134.2, 135), (-104.9, -105)],
)
def test_the_zone_is_the_one_whose_meridian_is_nearest(lon, meridian):
    assert crs.meridian_of(lon) == meridian


@pytest.mark.parametrize(("meridian", "epsg"), [(75, 4534), (114, 4547), (135, 4554)])
def test_zones_of_china_have_their_epsg_code(meridian, epsg):
    assert crs.metric_crs(meridian).to_epsg() == epsg
    assert f"CM {meridian}E" in crs.metric_crs(meridian).name


def test_easting_comes_first_and_is_500_km_on_the_meridian():
    (x, y) = crs.metric_xy(114.0, 27.0, 114)
    assert x == pytest.approx(500_000)
    assert y == pytest.approx(2_987_726, abs=200)
    assert crs.metric_xy(*SEAT, 114)[0] < 500_000


def test_zones_elsewhere_are_the_same_projection():
    """Denver has no CGCS2000 zone; one metre is a metre there too."""
    (x, y) = crs.metric_xy([-104.99, -104.98], [39.74, 39.74], crs.meridian_of(-104.99))
    _, _, metres = GEOD.inv(-104.99, 39.74, -104.98, 39.74)
    assert np.hypot(np.diff(x), np.diff(y))[0] == pytest.approx(metres, rel=1e-5)


@given(st.floats(-1.5, 1.5), st.floats(3, 54), st.sampled_from([75, 114, 135, -105, 0]))
def test_there_and_back_is_the_same_place(offset, lat, meridian):
    lon = meridian + offset
    again = crs.degrees_xy(*crs.metric_xy(lon, lat, meridian), meridian)
    assert again == pytest.approx((lon, lat), abs=1e-9)


def test_geometries_are_moved_as_their_vertices_are():
    shapes = np.array([Point(SEAT), None, box(112.9, 27.0, 113.0, 27.1)], object)
    moved = crs.to_metric(shapes, 114)
    x, y = crs.metric_xy(*SEAT, 114)
    assert moved[0].coords[0] == pytest.approx((float(x), float(y)))
    assert moved[1] is None
    assert crs.to_degrees(moved, 114)[2].equals_exact(shapes[2], 1e-9)
    assert shapes[2].bounds == (112.9, 27.0, 113.0, 27.1)


def test_a_surface_is_that_on_the_ellipsoid_within_a_thousandth():
    area = box(112.89, 27.03, 113.01, 27.15)
    geodesic, _ = GEOD.geometry_area_perimeter(area)
    assert crs.area_m2([area])[0] == pytest.approx(geodesic, rel=1e-3)


def test_a_missing_or_empty_area_has_no_surface():
    empty = box(0, 0, 1, 1).intersection(box(2, 2, 3, 3))
    assert crs.area_m2([None, empty]).tolist() == [0, 0]
    assert crs.area_m2([]).tolist() == []
    assert (crs.area_m2([None, empty, box(112, 27, 113, 28)]) > 0).tolist() == [False, False, True]


def test_the_zone_of_several_is_that_of_their_middle():
    assert crs.meridian_for([box(112, 27, 112.2, 28), box(116, 27, 116.1, 28)]) == 114


def test_no_zone_is_guessed_without_a_place():
    with pytest.raises(ValueError, match="not empty"):
        crs.meridian_for([None])
    with pytest.raises(ValueError, match="finite"):
        crs.meridian_of(float("nan"))
