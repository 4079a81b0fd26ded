"""What became of grids, told from their shapes before and after."""

import pytest
from shapely import LineString, box

from mapserver.domain.boundary import Version, cut_out, merge, split, transfer
from mapserver.domain.boundary.descent import Bequest, descent
from tests.domain.boundary.drawings import OUTLINE, SQUARES, VILLAGE, A, B, C, D

FIFTH = f"{VILLAGE}005"


@pytest.fixture
def four() -> Version:
    """Return the four squares."""
    return Version.of(VILLAGE, OUTLINE, SQUARES)


def told(before: Version, after: Version) -> list[tuple[str, str, float]]:
    """Return who handed how much on to whom."""
    return [(one.before, one.after, one.share) for one in descent(before.grids, after.grids)]


def test_a_split_hands_on_to_both_parts(four: Version):
    after, _ = split(four, A, LineString([(4, -1), (4, 11)]))
    assert told(four, after) == [(A, A, 0.6), (A, FIFTH, 0.4)]


def test_a_merge_hands_all_on_to_who_stays(four: Version):
    assert told(four, merge(four, [A, B])) == [(B, A, 1.0)]


def test_who_gave_a_piece_is_told_with_what_it_kept(four: Version):
    assert told(four, transfer(four, box(5, 5, 10, 10), C)) == [(A, A, 0.75), (A, C, 0.25)]


def test_a_grid_of_pieces_of_all_descends_from_all(four: Version):
    after, code = cut_out(four, box(9, 9, 11, 11))
    assert told(four, after) == [
        pair for one in (A, B, C, D) for pair in ((one, one, 0.99), (one, code, 0.01))
    ]


def test_nothing_is_told_of_grids_that_kept_their_own(four: Version):
    assert descent(four.grids, four.grids) == ()
    assert descent({}, four.grids) == ()
    assert descent({A: SQUARES[A]}, {A: box(0, 0, 20, 10)}) == ()
    assert descent({A: SQUARES[A]}, {}) == ()
    assert descent({A: SQUARES[A]}, {B: SQUARES[A]}) == (Bequest(A, B, 1.0),)
