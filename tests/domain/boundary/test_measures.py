"""The numbers on a grid's card."""

import numpy as np
import pytest
from pyproj import Geod
from shapely import MultiPolygon, Polygon, box

from mapserver.domain import crs
from mapserver.domain.boundary.measures import Norm, Norms, measured

MERIDIAN = 114


def in_zone(area):
    """Return an area given in metres of the zone, in degrees."""
    return crs.to_degrees(np.array([area], object), MERIDIAN)[0]


E, N = 400_000.0, 2_990_000.0
HECTARE = box(E, N, E + 100, N + 100)


def test_a_hectare_has_ten_thousand_square_metres_and_a_little_less_on_the_ellipsoid():
    found = measured(in_zone(HECTARE))
    assert found.zone_area_m2 == pytest.approx(10_000, rel=1e-9)
    # 100 km from the central meridian the plane shows surfaces 0.025 % too large
    assert found.area_m2 == pytest.approx(10_000 * (1 - 2.46e-4), rel=1e-5)
    assert found.perimeter_m == pytest.approx(400 * (1 - 1.23e-4), rel=1e-5)
    assert found.zone_meridian == MERIDIAN
    assert found.compactness == pytest.approx(np.pi / 4)


def test_a_hole_is_no_surface_and_its_edge_is_perimeter():
    hole = Polygon(HECTARE.exterior, [box(E + 40, N + 40, E + 60, N + 60).exterior])
    found = measured(in_zone(hole))
    assert found.zone_area_m2 == pytest.approx(9_600, rel=1e-9)
    assert found.area_m2 == pytest.approx(9_600, rel=1e-3)
    assert found.perimeter_m == pytest.approx(480, rel=1e-3)


def test_two_parts_are_measured_together_whichever_way_their_rings_run():
    two = MultiPolygon([HECTARE.reverse(), box(E + 200, N, E + 300, N + 100)])
    assert measured(in_zone(two)).area_m2 == pytest.approx(20_000, rel=1e-3)


def test_the_middle_is_the_centroid():
    found = measured(in_zone(HECTARE))
    (middle,) = crs.to_degrees(np.array([HECTARE.centroid], object), MERIDIAN)
    assert Geod(ellps="GRS80").inv(*found.middle, middle.x, middle.y)[2] < 1e-3


def test_a_circle_is_most_compact_and_a_thread_least():
    circle = HECTARE.centroid.buffer(50, quad_segs=64)
    thread = box(E, N, E + 1000, N + 1)
    assert measured(in_zone(circle)).compactness == pytest.approx(1, abs=1e-3)
    assert measured(in_zone(thread)).compactness < 0.01


def test_an_empty_area_has_no_numbers():
    with pytest.raises(ValueError, match="empty"):
        measured(Polygon())


@pytest.mark.parametrize(
    ("households", "told"), [(299, "few"), (300, "right"), (500, "right"), (501, "many")]
)
def test_the_norm_of_households_has_both_its_ends(households: int, told: str):
    assert Norm(300, 500).of(households) == told


def test_streets_have_a_norm_and_villages_where_one_is_set():
    assert Norms().of("community") == Norm(300, 500)
    assert Norms().of("village") is None
    assert Norms(villages=Norm(150, 300)).of("village") == Norm(150, 300)
