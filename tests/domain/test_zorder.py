"""Morton keys and the tiles they agree with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain import mercator, zorder

cells = st.integers(0, 2**zorder.BITS - 1)
lons, lats = st.floats(-180, 180), st.floats(-90, 90)


def naive_key(x, y):
    """Interleave bit by bit."""
    return sum((x >> i & 1) << 2 * i | (y >> i & 1) << 2 * i + 1 for i in range(zorder.BITS))


def test_the_first_keys_run_through_a_square_in_the_shape_of_a_z():
    x, y = zorder.decode(np.arange(4))
    assert list(zip(x.tolist(), y.tolist(), strict=True)) == [(0, 0), (1, 0), (0, 1), (1, 1)]


@given(cells, cells)
def test_a_key_interleaves_the_bits_of_its_cell(x, y):
    key = zorder.encode(x, y)
    assert key == naive_key(x, y)
    assert zorder.decode(key) == (x, y)


@given(lons, lats, st.integers(0, mercator.MAX_ZOOM))
def test_a_key_shifted_down_is_the_number_of_its_tile(lon, lat, z):
    key = int(zorder.zkeys([lon], [lat])[0])
    x, y = zorder.decode(key >> 2 * (zorder.BITS - z))
    assert (int(x), int(y)) == mercator.tile_at(z, lon, lat)
    low, high = zorder.tile_range(z, int(x), int(y))
    assert low <= key < high


def test_the_whole_world_is_one_range_that_fits_a_signed_column():
    assert zorder.tile_range(0, 0, 0) == (0, 2**62)
    corner = zorder.zkeys([180.0], [-90.0])
    assert corner.dtype == np.int64
    assert corner[0] == 2**62 - 1


@given(lons, st.floats(-85, 85))
def test_a_key_tells_the_place_to_a_few_centimetres(lon, lat):
    again = zorder.lonlat(zorder.zkeys([lon], [lat]))
    assert again[0][0] == pytest.approx(lon, abs=1.7e-7)
    assert again[1][0] == pytest.approx(lat, abs=1.7e-7)


@pytest.mark.parametrize("place", [(np.nan, 0), (0, np.nan), (np.inf, 0), (0, -np.inf)])
def test_a_place_that_is_not_known_has_no_key(place):
    with pytest.raises(ValueError, match="finite"):
        zorder.zkeys([place[0]], [place[1]])


def test_no_places_have_no_keys():
    assert zorder.zkeys([], []).tolist() == []


def squares(low, high):
    return [zorder.decode(one >> 2 * (zorder.BITS - 3)) for one in low.tolist()], high - low


def test_the_ring_around_a_tile_is_every_cell_that_touches_it():
    """At zoom 2, half a tile a cell: the tile's 2 x 2 cells have 12 around them."""
    low, high = zorder.ring_ranges(2, 1, 2, bits=1)
    places, sizes = squares(low, high)
    found = {(int(x), int(y)) for x, y in places}
    block = {(x, y) for x in range(1, 5) for y in range(3, 7)}
    assert found == block - {(2, 4), (3, 4), (2, 5), (3, 5)}
    assert len(low) == 12
    assert (sizes == 1 << 2 * (zorder.BITS - 3)).all()
    assert (np.diff(low) > 0).all()


def test_the_ring_ends_at_the_edge_of_the_world():
    low, _ = zorder.ring_ranges(1, 0, 0, bits=2)
    assert len(low) == 4 + 4 + 1
    assert len(zorder.ring_ranges(0, 0, 0, bits=2)[0]) == 0


@given(st.integers(0, 2**32 - 1))
def test_short_keys_are_decoded_like_long_ones(key):
    x, y = zorder.decode_short(np.array([key], np.uint32))
    assert (int(x[0]), int(y[0])) == tuple(map(int, zorder.decode(key)))
