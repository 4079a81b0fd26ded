"""Six tints, neighbours never alike."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPoint, box

from mapserver.domain.tints import tints


def squares(columns, rows):
    """Return unit squares, row by row."""
    return [box(x, y, x + 1, y + 1) for y in range(rows) for x in range(columns)]


def cells(seed, count):
    """Return the Voronoi cells of random places: a coverage with irregular neighbours."""
    places = np.random.default_rng(seed).uniform(0, 10, (count, 2))
    return list(shapely.voronoi_polygons(MultiPoint(places)).geoms)


def pairs_in_contact(areas, pattern):
    left, right = np.triu_indices(len(areas), 1)
    shapes = np.array(areas, object)
    touch = shapely.relate_pattern(shapes[left], shapes[right], pattern)
    return left[touch], right[touch]


def test_two_neighbours_differ_and_use_the_first_tints():
    assert sorted(tints(squares(2, 1))) == [0, 1]


def test_areas_that_meet_only_at_a_corner_differ_too():
    """Of four squares around a middle, each touches the other three."""
    assert len(set(tints(squares(2, 2)))) == 4


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_areas_that_share_a_line_never_have_the_same_tint(seed, count):
    areas = cells(seed, count)
    colours = tints(areas)
    left, right = pairs_in_contact(areas, "****1****")
    assert (colours[left] != colours[right]).all()
    assert colours.min() >= 0
    assert colours.max() <= 5


def test_the_same_areas_always_have_the_same_tints():
    areas = cells(7, 50)
    assert tints(areas).tolist() == tints(list(areas)).tolist()


def test_a_hairline_gap_does_not_make_strangers_of_neighbours():
    """Ten metres are 0.0001 degrees; the map shows no gap."""
    a, b = tints([box(0, 0, 1, 1), box(1.00005, 0, 2, 1)])
    assert a != b


def test_the_tints_are_used_evenly():
    _, used = np.unique(tints(squares(12, 6)), return_counts=True)
    assert len(used) == 6
    assert used.min() >= 6


def test_with_too_few_colours_everything_still_has_one():
    colours = tints(squares(2, 2), colours=2)
    assert sorted(set(colours.tolist())) == [0, 1]


@pytest.mark.parametrize("areas", [[], [box(0, 0, 1, 1)], [None, box(0, 0, 1, 1)]])
def test_few_or_missing_areas_are_no_trouble(areas):
    assert len(tints(areas)) == len(areas)
