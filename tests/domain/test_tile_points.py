"""Tiles of points, cut from sorted keys."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain import mercator, zorder
from mapserver.domain.tile_points import (
    FEW_VALUES,
    PointColumns,
    point_drafts,
    thinned_tile,
    whole_tile,
)
from mapserver.domain.tiles import EXTENT, NO_ID, Column, Thinning, starts

Z, X, Y = 14, 13333, 6906
BUFFER = 64


def at(*units, columns=()):
    """Return points at these units of the test tile, numbered from 0."""
    x, y = np.array(units, float).reshape(-1, 2).T
    u, v = (X + (x + 0.5) / EXTENT) / 2**Z, (Y + (y + 0.5) / EXTENT) / 2**Z
    keys = zorder.zkeys(*mercator.to_lonlat(u, v))
    return PointColumns.of(keys, np.arange(len(keys)), columns)


def by_id(tile):
    return dict(zip(tile.ids.tolist(), map(tuple, tile.xy.tolist()), strict=True))


def dots(tile):
    """Return (place, n, attributes) of every dot of a thinned tile."""
    columns = {c.name: [None if k < 0 else c.values[k] for k in c.codes] for c in tile.columns}
    found = []
    for feature, (a, b) in enumerate(zip(starts(tile.path_ends), tile.path_ends, strict=True)):
        attributes = {name: values[feature] for name, values in columns.items()}
        n = attributes.pop("n")
        found += [(tuple(place), n, attributes) for place in tile.xy[a:b].tolist()]
    return sorted(found, key=lambda dot: dot[0])


units = st.tuples(st.integers(-200, EXTENT + 200), st.integers(-200, EXTENT + 200))


@given(st.lists(units, max_size=30))
def test_a_whole_tile_holds_every_point_in_it_and_its_buffer(places):
    inside = {
        number: place
        for number, place in enumerate(places)
        if all(-BUFFER <= c < EXTENT + BUFFER for c in place)
    }
    assert by_id(whole_tile(at(*places), Z, X, Y)) == inside


def test_points_are_sorted_by_key_and_then_by_id():
    column = Column.of("a", ["x", "y", "z"])
    points = PointColumns.of([5, 3, 5], [9, 8, 7], (column,))
    assert points.zkeys.tolist() == [3, 5, 5]
    assert points.ids.tolist() == [8, 7, 9]
    assert points.columns[0].codes.tolist() == [1, 2, 0]


@given(st.lists(units, max_size=60), st.sampled_from([4, 16, 512]))
def test_the_counts_of_a_thinned_tile_sum_to_its_points(places, cell):
    inside = [p for p in places if all(0 <= c < EXTENT for c in p)]
    tile = thinned_tile(at(*places), Z, X, Y, cell)
    found = dots(tile)
    assert sum(n for _, n, _ in found) == len(inside)
    cells = {(x // cell, y // cell) for x, y in inside}
    assert {(x // cell, y // cell) for (x, y), _, _ in found} == cells
    assert len(found) == len(cells)
    assert (tile.ids == NO_ID).all()


def test_a_dot_keeps_what_all_its_points_share():
    """Two houses of village v in one cell, of different grids; one house alone."""
    columns = (Column.of("village", ["v", "v", "w"]), Column.of("grid", ["g", "h", "i"]))
    tile = thinned_tile(at((0, 0), (3, 3), (100, 100), columns=columns), Z, X, Y, 4)
    assert dots(tile) == [
        ((2, 2), 2, {"village": "v", "grid": None}),
        ((102, 102), 1, {"village": "w", "grid": "i"}),
    ]


def test_dots_with_everything_in_common_are_one_feature():
    columns = (Column.of("village", ["v"] * 3),)
    tile = thinned_tile(at((0, 0), (50, 0), (900, 900), columns=columns), Z, X, Y, 4)
    assert len(tile) == 1
    assert tile.path_ends.tolist() == [3]


def test_names_are_left_out_of_a_thinned_tile():
    count = FEW_VALUES + 1
    places = [(7 * i, 0) for i in range(count)]
    columns = (Column.of("door", [f"{i}号" for i in range(count)]),)
    tile = thinned_tile(at(*places, columns=columns), Z, X, Y, 4)
    assert [column.name for column in tile.columns] == ["n"]


def test_the_count_replaces_an_attribute_of_its_name():
    columns = (Column.of("n", ["nine", "ten"]),)
    tile = thinned_tile(at((0, 0), (1, 1), columns=columns), Z, X, Y, 4)
    assert dots(tile) == [((2, 2), 2, {})]
    assert [column.name for column in tile.columns] == ["n"]


def test_a_point_is_in_one_tile_only_when_thinned():
    places = [(-1, 5), (0, 5), (EXTENT - 1, 5), (EXTENT, 5)]
    neighbours = [thinned_tile(at(*places), Z, X + step, Y, 4) for step in (-1, 0, 1)]
    assert [len(tile.xy) for tile in neighbours] == [1, 2, 1]


def test_drafts_start_whole_where_the_zoom_or_the_number_allows():
    places = [(10 * i, 10 * i) for i in range(20)]
    thinning = Thinning(whole_from=14, whole_up_to=5, cell=4)
    first = next(point_drafts(at(*places), Z, X, Y, thinning))
    assert sorted(first.ids.tolist()) == list(range(20))
    first = next(point_drafts(at(*places), 12, X // 4, Y // 4, thinning))
    assert set(first.ids.tolist()) == {NO_ID}
    first = next(point_drafts(at(*places[:5]), 12, X // 4, Y // 4, thinning))
    assert sorted(first.ids.tolist()) == list(range(5))


def test_every_draft_is_coarser_than_the_one_before_and_the_last_is_one_dot():
    places = [(3 * i % EXTENT, 7 * i % EXTENT) for i in range(2000)]
    sizes = [len(draft.xy) for draft in point_drafts(at(*places), Z, X, Y)]
    assert sizes[0] == 2000
    assert all(a >= b for a, b in itertools.pairwise(sizes))
    assert sizes[-1] == 1


@pytest.mark.parametrize("z", [0, 1, 9, 19, 20, 24])
def test_tiles_of_every_zoom_place_a_point_where_it_is(z):
    lon, lat = 112.945037, 27.087037
    points = PointColumns.of(zorder.zkeys([lon], [lat]), [5])
    x, y = mercator.tile_at(z, lon, lat)
    u, v = mercator.to_unit(lon, lat)
    expected = np.array([u * 2**z - x, v * 2**z - y]) * EXTENT
    assert whole_tile(points, z, x, y).xy[0] == pytest.approx(expected, abs=2 ** max(0, z - 19) + 1)
    cell = thinned_tile(points, z, x, y, 8).xy[0]
    assert cell == pytest.approx(expected, abs=2 ** max(0, z - 19) + 5)


def test_an_empty_tile_has_no_features():
    assert len(whole_tile(at(), Z, X, Y)) == 0
    assert len(thinned_tile(at(), Z, X, Y, 4)) == 0
    assert len(thinned_tile(at((0, 0)), Z, X + 5, Y, 4)) == 0


def test_a_tile_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no tile"):
        next(point_drafts(at(), 3, 8, 0))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 12]), st.sampled_from([2, 250]))
def test_no_two_features_have_everything_in_common(seed, columns, values):
    """Twelve columns of 250 values have more combinations than a number has bits for."""
    random = np.random.default_rng(seed)
    places = random.integers(0, EXTENT, (40, 2))
    attributes = [random.integers(-1, values, 2)[random.integers(0, 2, 40)] for _ in range(columns)]
    points = at(
        *places,
        columns=tuple(
            Column(f"c{n}", codes, tuple(range(values))) for n, codes in enumerate(attributes)
        ),
    )
    tile = thinned_tile(points, Z, X, Y, 4)
    table = np.column_stack([column.codes for column in tile.columns])
    assert len(np.unique(table, axis=0)) == len(table)
    found = {place: told for place, n, told in dots(tile) if n == 1}
    for number, (x, y) in enumerate(places.tolist()):
        if (told := found.get((x // 4 * 4 + 2, y // 4 * 4 + 2))) is not None:
            codes = [int(column[number]) for column in attributes]
            assert list(told.values()) == [None if code < 0 else code for code in codes]
