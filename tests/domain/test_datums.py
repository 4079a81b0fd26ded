"""GCJ-02 and BD-09, there and back, beside a library that is independent of this one."""

import numpy as np
import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from mapserver.domain import datums

PUBLISHED_GCJ02 = [
    # Shanghai, Shenzhen, Beijing: values that independent implementations agree on
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]
SEAT = (112.945037, 27.087037)

lons, lats = st.floats(73, 137), st.floats(2, 55)


def metres(one, other):
    return Geod(ellps="GRS80").inv(*one, *other)[2]


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED_GCJ02)
def test_gcj02_agrees_with_published_values(wgs84, gcj02):
    assert datums.from_cgcs2000(*wgs84, "gcj02") == pytest.approx(gcj02, abs=1e-11)


def test_bd09_agrees_with_a_published_value():
    gcj02 = (116.404, 39.915)
    bd09 = datums.from_cgcs2000(*datums.to_cgcs2000(*gcj02, "gcj02"), "bd09")
    assert bd09 == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-11)


def test_the_shift_at_the_county_seat_is_about_660_metres():
    assert metres(SEAT, datums.from_cgcs2000(*SEAT, "gcj02")) == pytest.approx(660, abs=40)


@given(lons, lats, st.sampled_from(["gcj02", "bd09"]))
def test_there_and_back_is_the_same_place_to_a_micrometre(lon, lat, datum):
    shifted = datums.from_cgcs2000(lon, lat, datum)
    again = datums.to_cgcs2000(*shifted, datum)
    assert shifted != (lon, lat)
    assert metres(again, (lon, lat)) < 1e-6


# ---------------------------------------------------------------- the oracle

SHIFTS = {"gcj02": prcoords.wgs_gcj, "bd09": prcoords.wgs_bd}
"""One place at a time, latitude first."""
WAYS_BACK = {"gcj02": prcoords.gcj_wgs_bored, "bd09": prcoords.bd_wgs_bored}


def each(convert, lon, lat):
    """Return what the oracle makes of each place, as longitudes and latitudes."""
    return np.array([convert((y, x)) for x, y in zip(lon, lat, strict=True)]).T[::-1]


@pytest.fixture
def everywhere():
    """Places all over the rectangle, and along the meridian where the formula has a cusp."""
    random = np.random.default_rng(20261123)
    west, south, east, north = datums.CHINA
    lon, lat = random.uniform(west, east, 2000), random.uniform(south, north, 2000)
    lon[:100] = 105 + np.geomspace(1e-15, 1e-3, 100)
    # on the edge itself rounding decides on which side the way back ends
    lon[100:102], lat[102:104] = (west + 1e-9, east - 1e-9), (south + 1e-9, north - 1e-9)
    return lon, lat


def furthest(one, other):
    """Return the largest distance between places, in metres."""
    return np.max(Geod(ellps="GRS80").inv(*one, *other)[2])


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_shift_is_that_of_an_independent_library_to_a_micrometre(everywhere, datum):
    expected = each(SHIFTS[datum], *everywhere)
    assert furthest(datums.from_cgcs2000(*everywhere, datum), expected) < 1e-6


# of places inside that are shifted out; it goes on all the same
@pytest.mark.filterwarnings("ignore:Non-Chinese coords found")
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_way_back_is_that_of_an_independent_library(everywhere, datum, monkeypatch):
    """It stops at 1e-5 degrees unless it is told to go on; then both are as exact."""
    monkeypatch.setattr(prcoords, "PRC_EPS", 1e-13)
    shifted = each(SHIFTS[datum], *everywhere)
    expected = each(lambda at: WAYS_BACK[datum](at, False), *shifted)
    back = datums.to_cgcs2000(*shifted, datum)
    assert furthest(back, expected) < 1e-6
    assert furthest(back, everywhere) < 1e-6


@given(
    st.floats(-180, 180) | st.floats(-0.02, 0.02).map(lambda by: 137.8347 + by),
    st.floats(-90, 90) | st.floats(-0.02, 0.02).map(lambda by: 55.8271 + by),
    st.sampled_from(["gcj02", "bd09"]),
)
def test_what_comes_back_is_shifted_to_the_same_spot_anywhere_on_earth(lon, lat, datum):
    """At the rectangle's edge two places are shifted to one; either is right."""
    shifted = datums.from_cgcs2000(lon, lat, datum)
    if not datums.in_china(lon, lat):
        assert shifted == (lon, lat)
    again = datums.from_cgcs2000(*datums.to_cgcs2000(*shifted, datum), datum)
    assert np.hypot(again[0] - shifted[0], again[1] - shifted[1]) < 1e-12


# ---------------------------------------------------------------- the rest


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_many_places_are_the_same_as_one_at_a_time(datum):
    lon, lat = np.linspace(104, 121, 50), np.linspace(22, 45, 50)
    together = datums.from_cgcs2000(lon, lat, datum)
    single = [datums.from_cgcs2000(x, y, datum) for x, y in zip(lon, lat, strict=True)]
    assert np.column_stack(together) == pytest.approx(np.array(single), abs=0)


@pytest.mark.parametrize("datum", datums.DATUMS)
@pytest.mark.parametrize("place", [(-104.99, 39.74), (0.0, 0.0), (151.2, -33.9)])
def test_nothing_is_shifted_outside_china(place, datum):
    assert datums.from_cgcs2000(*place, datum) == place
    assert datums.to_cgcs2000(*place, datum) == place


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
def test_true_datums_are_left_as_they_are(datum):
    assert datums.to_cgcs2000(*SEAT, datum) == SEAT


@pytest.mark.parametrize("convert", [datums.to_cgcs2000, datums.from_cgcs2000])
def test_an_unknown_datum_is_refused_with_those_that_are_known(convert):
    with pytest.raises(ValueError, match="gcj02, bd09"):
        convert(*SEAT, "beijing54")


@pytest.mark.parametrize("convert", [datums.to_cgcs2000, datums.from_cgcs2000])
@pytest.mark.parametrize("datum", datums.DATUMS)
def test_a_place_that_is_not_finite_stays_as_it_is(convert, datum):
    lon, lat = np.array([np.nan, np.inf, 113.0, 1e300]), np.array([27.0, 27.0, -np.inf, 1e300])
    assert np.array_equal(convert(lon, lat, datum), (lon, lat), equal_nan=True)
