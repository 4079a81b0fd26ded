"""Web Mercator as a unit square cut into tiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain import mercator


def test_the_middle_of_the_world_is_the_middle_of_the_square():
    assert mercator.to_unit(0, 0) == (0.5, 0.5)


def test_the_square_ends_at_the_date_line_and_near_the_poles():
    u, v = mercator.to_unit([-180, 180], [90, -90])
    assert u.tolist() == [0, 1]
    assert v == pytest.approx([0, 1], abs=1e-12)


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_there_and_back_is_the_same_place(lon, lat):
    assert mercator.to_lonlat(*mercator.to_unit(lon, lat)) == pytest.approx((lon, lat), abs=1e-9)


def test_tiles_of_zoom_one_are_the_quarters_of_the_world():
    limit = mercator.LATITUDE_LIMIT
    assert mercator.tile_bounds(1, 1, 0) == pytest.approx((0, 0, 180, limit))
    assert mercator.tile_bounds(1, 0, 1) == pytest.approx((-180, -limit, 0, 0))


def test_the_tile_at_a_place_holds_it():
    x, y = mercator.tile_at(14, 112.945037, 27.087037)
    west, south, east, north = mercator.tile_bounds(14, x, y)
    assert west <= 112.945037 < east
    assert south < 27.087037 <= north


def test_the_corner_of_the_world_is_in_its_last_tile():
    assert mercator.tile_at(3, 180, -90) == (7, 7)


@pytest.mark.parametrize("tile", [(-1, 0, 0), (2, 4, 0), (2, 0, -1), (25, 0, 0)])
def test_a_tile_that_does_not_exist_is_refused(tile):
    with pytest.raises(ValueError, match="no tile"):
        mercator.check_tile(*tile)


def test_one_degree_east_is_the_same_everywhere():
    u, _ = mercator.to_unit(np.array([1.0, 2.0]), np.array([0.0, 60.0]))
    assert np.diff(u) == pytest.approx(1 / 360)
