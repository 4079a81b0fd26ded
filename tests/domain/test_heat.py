"""Counts of a heat tile's cells, beside counting one by one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain import heat, mercator, zorder
from mapserver.domain.heat import (
    Counts,
    HeatLevels,
    coarser,
    counted,
    heat_features,
    tile_counts,
)
from mapserver.domain.tiles import EXTENT, Kind, starts

Z, X, Y = 12, 3333, 1726
SIDE = 1 << zorder.BITS - Z
CELL = SIDE // 256

inside = st.integers(-CELL, SIDE + CELL)
border = st.integers(-1, 257).map(lambda cell: cell * CELL)
near_border = st.tuples(border, st.sampled_from([-1, 0, 1])).map(sum)
place = st.one_of(inside, border, near_border)
places = st.lists(st.tuples(place, place), max_size=60)


def heat_of(points):
    """Return the levels of points given in the finest units from the tile's corner."""
    x, y = np.array(points, np.int64).reshape(-1, 2).T
    return HeatLevels(np.sort(zorder.encode(X * SIDE + x, Y * SIDE + y)))


def by_hand(points):
    """Return {(row, column): count}, one point after the other."""
    cells = [(y // CELL, x // CELL) for x, y in points]
    return Counter(cell for cell in cells if min(cell) >= 0 and max(cell) < 256)


def as_dict(counts):
    rows, columns = np.nonzero(counts)
    return dict(
        zip(
            zip(rows.tolist(), columns.tolist(), strict=True),
            counts[rows, columns].tolist(),
            strict=True,
        )
    )


@settings(max_examples=60)
@given(places)
def test_counts_are_those_of_counting_one_by_one_also_on_the_borders_of_cells(points):
    assert as_dict(tile_counts(heat_of(points), Z, X, Y)) == by_hand(points)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(-180, 179.99), st.floats(-85, 85)), min_size=1, max_size=20))
def test_a_place_in_degrees_counts_in_the_cell_that_its_position_falls_in(degrees):
    lon, lat = np.array(degrees).T
    counts = tile_counts(HeatLevels(np.sort(zorder.zkeys(lon, lat))), 0, 0, 0)
    u, v = mercator.to_unit(lon, lat)
    cells = zip((v * 256).astype(int).tolist(), (u * 256).astype(int).tolist(), strict=True)
    assert as_dict(counts) == Counter(cells)


@settings(max_examples=30)
@given(places, st.integers(1, zorder.BITS))
def test_a_coarser_level_is_what_counting_it_gives(points, level):
    zkeys = np.sort([key for key in keys_of(points) if key >= 0]).astype(np.int64)
    from_finer, from_keys = coarser(counted(zkeys, level)), counted(zkeys, level - 1)
    assert from_finer.level == from_keys.level
    assert from_finer.cells.tolist() == from_keys.cells.tolist()
    assert from_finer.counts.tolist() == from_keys.counts.tolist()


def keys_of(points):
    return [int(zorder.encode(X * SIDE + x, Y * SIDE + y)) for x, y in points]


def test_a_level_is_the_same_whatever_was_asked_for_before():
    points = [(i * i % SIDE, 7 * i % SIDE) for i in range(500)]
    one, other = heat_of(points), heat_of(points)
    other.level(Z + 9)
    assert one.level(Z + 8).counts.tolist() == other.level(Z + 8).counts.tolist()
    assert one.level(Z + 8).counts.sum() == 500


@pytest.mark.parametrize("each", [1, 3, 50])
def test_counts_are_the_same_where_levels_were_counted_ahead(each):
    """Of 50 points at every place each level is counted ahead, of single ones hardly any."""
    points = [(i * 977 % SIDE, i * 5381 % SIDE) for i in range(300)] * each
    heat = heat_of(points)
    for level in (zorder.BITS, Z + 8, Z + 3, 0):
        found, expected = heat.level(level), counted(np.sort(keys_of(points)), level)
        assert (found.cells.tolist(), found.counts.tolist()) == (
            expected.cells.tolist(),
            expected.counts.tolist(),
        )
    assert as_dict(tile_counts(heat, Z, X, Y)) == by_hand(points)


def test_the_counts_of_four_tiles_are_those_of_the_tile_above():
    heat = heat_of([(i * 977 % SIDE, i * 5381 % SIDE) for i in range(3000)])
    four = [[tile_counts(heat, Z + 1, 2 * X + i, 2 * Y + j) for i in (0, 1)] for j in (0, 1)]
    together = np.block(four).reshape(256, 2, 256, 2).sum(axis=(1, 3))
    assert (together == tile_counts(heat, Z, X, Y)).all()


def test_a_tile_of_fewer_cells_counts_the_same_points():
    heat = heat_of([(i * 977 % SIDE, i * 5381 % SIDE) for i in range(3000)])
    fine, coarse = tile_counts(heat, Z, X, Y), tile_counts(heat, Z, X, Y, bits=4)
    assert (coarse == fine.reshape(16, 16, 16, 16).sum(axis=(1, 3))).all()
    one = heat_features(heat.level(Z), np.ones(1, bool), Z, X, Y)
    assert one.xy.tolist() == [[EXTENT // 2, EXTENT // 2]]
    assert one.columns[0].values == (3000,)


def test_cells_finer_than_the_keys_are_refused():
    with pytest.raises(ValueError, match="no level 32"):
        tile_counts(heat_of([(0, 0)]), 24, 0, 0)


def test_a_tile_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no tile"):
        tile_counts(heat_of([]), 3, 8, 0)


def features(points, hidden=()):
    """Return {place in units: (n, hidden)} of the tile; `hidden` are counts not to be shown."""
    level = heat_of(points).level(Z + 8)
    shown = ~np.isin(level.counts, hidden)
    found = heat_features(level, shown, Z, X, Y)
    assert (found.kinds == Kind.POINT).all()
    assert len(found.path_ends) == len(found)
    values = [[None if k < 0 else c.values[k] for k in c.codes] for c in found.columns]
    runs = zip(starts(found.path_ends), found.path_ends, *values, strict=True)
    return {tuple(xy): (n, no) for a, b, n, no in runs for xy in found.xy[a:b].tolist()}


def test_a_cell_is_a_dot_in_its_middle_with_its_count():
    """Three points in the north-western cell, one in the south-eastern, two east of it."""
    corner = SIDE - 1
    points = [(0, 0), (1, 1), (CELL - 1, 5), (corner, corner), (CELL, 0), (CELL, 0)]
    last = EXTENT - 8
    assert features(points) == {(8, 8): (3, None), (24, 8): (2, None), (last, last): (1, None)}


def test_a_hidden_cell_has_no_count():
    points = [(0, 0), (1, 1), (CELL, 0), (2 * CELL, 0)]
    hidden = {(24, 8): (None, True), (40, 8): (None, True)}
    assert features(points, hidden=[1]) == {(8, 8): (2, None), **hidden}


def test_cells_with_the_same_count_are_one_feature():
    level = heat_of([(0, 0), (CELL, 0), (9 * CELL, 9 * CELL)]).level(Z + 8)
    assert len(heat_features(level, np.ones(3, bool), Z, X, Y)) == 1


def test_a_tile_without_points_has_no_features():
    nothing = Counts(Z + 8, np.empty(0, np.int64), np.empty(0, np.int64))
    assert len(heat_features(nothing, np.empty(0, bool), Z, X, Y)) == 0


def test_runs_that_cross_from_block_to_block_are_counted_whole(monkeypatch):
    monkeypatch.setattr(heat, "_BLOCK", 4)
    zkeys = np.array([0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 7], np.int64)
    found = counted(zkeys, zorder.BITS)
    assert found.cells.tolist() == [0, 1, 2, 7]
    assert found.counts.tolist() == [2, 3, 5, 1]
