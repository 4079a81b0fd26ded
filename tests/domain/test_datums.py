"""GCJ-02 and BD-09, there and back."""

import numpy as np
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


def test_a_missing_place_stays_missing():
    assert np.isnan(datums.to_cgcs2000(np.nan, np.nan, "bd09")).all()
