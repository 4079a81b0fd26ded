"""What may be published of counts, and what somebody who has all of it can work out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain import zorder
from mapserver.domain.heat import HeatLevels
from mapserver.domain.suppression import LEAST, published

LEAST_HERE = 3
DEEPEST = 4


def heat_of(cells, level=DEEPEST):
    """Return the levels of points that lie in these cells of a level."""
    return HeatLevels(np.sort(np.array(cells, np.int64)) << 2 * (zorder.BITS - level))


def told(cells, level, least=LEAST):
    """Return {cell: count, None where it is hidden} of a level."""
    found = published(heat_of(cells, level=2), level, least)
    rows = zip(found.counts.cells, found.counts.counts, found.shown, strict=True)
    return {int(cell): int(count) if shown else None for cell, count, shown in rows}


def test_a_cell_of_fewer_than_ten_is_hidden():
    """Two cells of 9 in one quarter, 10 in another, 9 each in the last two."""
    cells = [0] * 9 + [1] * 9 + [4] * 10 + [8] * 9 + [12] * 9
    assert told(cells, 2) == {0: None, 1: None, 4: 10, 8: None, 12: None}


def test_the_smallest_neighbour_of_a_lone_hidden_cell_is_hidden_with_it():
    """30 in the quarter, which is shown: with 12 and 15 told, 3 would be what is left."""
    cells = [0] * 12 + [1] * 15 + [2] * 3
    assert told(cells, 1) == {0: 30}
    assert told(cells, 2) == {0: None, 1: 15, 2: None}


def test_several_hidden_cells_of_together_fewer_than_ten_need_another():
    assert told([0] * 12 + [1] * 4 + [2] * 3, 2) == {0: None, 1: None, 2: None}


def test_of_two_neighbours_alike_the_first_is_hidden():
    assert told([1] * 12 + [2] * 12 + [3], 2) == {1: None, 2: 12, 3: None}


def test_below_a_cell_that_hides_another_something_stays_hidden():
    """Level 1: 20 beside 2, both hidden. Level 2: 11 and 9 must not add up to 20 for all."""
    cells = [0] * 11 + [1] * 9 + [4] * 2
    assert told(cells, 1) == {0: None, 1: None}
    assert told(cells, 2) == {0: 11, 1: None, 4: None}
    cells = [0] * 10 + [1] * 12 + [4] * 2
    assert told(cells, 2) == {0: None, 1: 12, 4: None}


def test_fewer_than_ten_altogether_are_never_told():
    assert all(set(told([0, 5, 9, 9], level).values()) == {None} for level in (0, 1, 2))


def test_no_points_give_no_cells():
    assert told([], 2) == {}


crowds = st.lists(
    st.tuples(st.integers(0, 4**DEEPEST - 1), st.integers(1, 8)), min_size=1, max_size=25
).map(lambda crowd: [cell for cell, many in crowd for _ in range(many)])
close = crowds.map(lambda cells: [cell % 16 for cell in cells])


@settings(max_examples=100)
@given(st.one_of(crowds, close))
def test_no_hidden_count_can_be_worked_out_from_all_levels_together(cells):
    """Everything told is a sum of finest cells; nothing hidden is a combination of such sums."""
    heat = heat_of(cells)
    levels = [published(heat, level, LEAST_HERE) for level in range(DEEPEST + 1)]
    finest = levels[-1].counts.cells
    known, secret = [], []
    for one in levels:
        sums = one.counts.cells[:, None] == finest >> 2 * (DEEPEST - one.counts.level)
        known += list(sums[one.shown])
        secret += list(sums[~one.shown])
    told = np.array(known, float).reshape(-1, len(finest))
    rank = np.linalg.matrix_rank(told) if len(told) else 0
    for one in secret:
        assert np.linalg.matrix_rank(np.vstack([told, one])) == rank + 1


@settings(max_examples=100)
@given(st.one_of(crowds, close))
def test_what_is_told_is_true_and_of_no_fewer_than_the_least(cells):
    heat = heat_of(cells)
    for level in range(DEEPEST + 1):
        one = published(heat, level, LEAST_HERE)
        assert one.counts.counts.tolist() == heat.level(level).counts.tolist()
        assert (one.counts.counts[one.shown] >= LEAST_HERE).all()
        sums = np.bincount(one.groups, weights=one.counts.counts)
        alone = np.bincount(one.groups) == 1
        assert alone[one.groups[one.shown]].all()
        if len(cells) >= LEAST_HERE:
            assert (sums >= LEAST_HERE).all()
            assert not alone[one.groups[~one.shown]].any()
        else:
            assert not one.shown.any()


@settings(max_examples=50)
@given(crowds)
def test_no_more_is_hidden_than_one_cell_for_each_group_that_needs_it(cells):
    one = published(heat_of(cells), DEEPEST, LEAST_HERE)
    protecting = ~one.shown & (one.counts.counts >= LEAST_HERE)
    assert np.bincount(one.groups[protecting], minlength=1).max() <= 1
