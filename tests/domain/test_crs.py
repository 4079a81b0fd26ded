"""Degrees and the metres of the nearest Gauss-Kruger zone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from shapely import Point, box, get_coordinates, points

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


BORDERS = [lon for lon in np.arange(73.5, 136.6, 3.0)] + [-106.5, -103.5, -1.5, 1.5, 178.5]


@pytest.mark.parametrize("border", BORDERS)
def test_a_step_over_a_border_is_a_step_into_the_next_zone(border):
    """The border itself belongs to the zone in the east."""
    west, east = crs.meridian_of(np.nextafter(border, -999)), crs.meridian_of(border)
    assert (west, east) == (border - 1.5, border + 1.5)
    assert crs.meridian_of(np.nextafter(border, 999)) == east


def proj_string(meridian):
    """Return the zone as its parameters, which pyproj takes without a table of codes."""
    return f"+proj=tmerc +lon_0={meridian} +x_0=500000 +ellps=GRS80 +units=m +type=crs"


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("side", [-1e-9, 1e-9])
def test_metres_at_a_border_are_those_of_pyproj_on_either_side(border, side):
    lon, lat = border + side, np.array([4.0, 27.1, 53.5])
    meridian = crs.meridian_of(lon)
    moved = crs.to_metric(points(np.full(3, lon), lat), meridian)
    geographic = "+proj=longlat +ellps=GRS80 +type=crs"
    expected = Transformer.from_crs(geographic, proj_string(meridian), always_xy=True).transform(
        np.full(3, lon), lat
    )
    assert get_coordinates(moved) == pytest.approx(np.column_stack(expected), abs=1e-6)
    assert get_coordinates(crs.to_degrees(moved, meridian)) == pytest.approx(
        np.column_stack([np.full(3, lon), lat]), abs=1e-11
    )


def test_easting_comes_first_and_is_500_km_on_the_meridian():
    """The zone's own axis order is northing first; that of EPSG:4490 is latitude first."""
    assert [axis.direction for axis in crs.metric_crs(114).axis_info] == ["north", "east"]
    (on, west) = crs.to_metric([Point(114.0, 27.0), Point(SEAT)], 114)
    assert on.x == pytest.approx(500_000)
    assert on.y == pytest.approx(2_987_726, abs=200)
    assert west.x < 500_000


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:4490", "OGC:CRS84"])
def test_wgs84_and_cgcs2000_are_the_same_degrees(system):
    to_4490 = Transformer.from_crs(system, crs.GEOGRAPHIC, always_xy=True)
    assert to_4490.transform(*SEAT) == pytest.approx(SEAT, abs=1e-12)


def test_zones_elsewhere_are_the_same_projection():
    """Denver has no CGCS2000 zone; one metre is a metre there too."""
    meridian = crs.meridian_of(-104.99)
    (one, other) = crs.to_metric([Point(-104.99, 39.74), Point(-104.98, 39.74)], meridian)
    _, _, metres = GEOD.inv(-104.99, 39.74, -104.98, 39.74)
    assert one.distance(other) == pytest.approx(metres, rel=1e-5)


@given(st.floats(-1.5, 1.5), st.floats(3, 54), st.sampled_from([75, 114, 135, -105, 0]))
def test_there_and_back_is_the_same_place(offset, lat, meridian):
    there = crs.to_metric([Point(meridian + offset, lat)], meridian)
    (again,) = crs.to_degrees(there, meridian)
    assert (again.x, again.y) == pytest.approx((meridian + offset, lat), abs=1e-9)


def test_geometries_are_moved_as_their_vertices_are():
    shapes = np.array([Point(SEAT), None, box(112.9, 27.0, 113.0, 27.1)], object)
    moved = crs.to_metric(shapes, 114)
    assert moved[0].distance(moved[2]) == 0
    assert moved[2].area == pytest.approx(9_910 * 11_080, rel=0.01)
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


@pytest.mark.parametrize(
    ("epsg", "lat", "scale"),
    [(4547, 27.0, 1.0), (3857, 27.0, 1.26), (3857, 0.0, 1.0), (3857, 60.0, 4.0), (6933, 50.0, 1.0)],
)
def test_how_much_too_large_a_projection_shows_a_surface(epsg, lat, scale):
    """A web map by 1 over the squared cosine of the latitude; an equal-area one not at all."""
    system = CRS.from_epsg(epsg)
    x, y = Transformer.from_crs("OGC:CRS84", system, always_xy=True).transform(114.5, lat)
    assert crs.surface_scale(system, x, y) == pytest.approx(scale, rel=0.01)
