"""Adding and dropping nodes, snapping, and drawing where nobody is yet."""

import pytest
import shapely
from shapely import LineString, Polygon, box

from mapserver.domain.boundary import Act, Version, add, bend, drop_node, move_node, replayed, snap
from mapserver.domain.boundary.snapping import snapped
from mapserver.errors import ActRefused
from tests.domain.boundary.drawings import OUTLINE, SQUARES, VILLAGE, A, B, C, D, defects


@pytest.fixture
def four() -> Version:
    return Version.of(VILLAGE, OUTLINE, SQUARES)


def test_an_edge_is_bent_in_both_grids_that_share_it(four: Version):
    #  A and B share x = 10 from 0 to 10; its middle goes 2 to the east
    after = bend(four, at=(10, 5), to=(12, 5), reach=0.1)
    assert after.grids[A].area == pytest.approx(110)
    assert after.grids[B].area == pytest.approx(90)
    assert after.grids[C] is four.grids[C]
    assert defects(after) == []


def test_an_edge_is_bent_beside_a_neighbour_that_has_no_node_on_it():
    #  C and D as one: A and B meet in the middle of its lower edge, where it has no node
    wide = Version.of(VILLAGE, OUTLINE, {A: SQUARES[A], B: SQUARES[B], C: box(0, 10, 20, 20)})
    after = bend(wide, at=(5, 10), to=(5, 12), reach=0.1)
    assert after.grids[A].area == pytest.approx(110)
    assert defects(after) == []


def test_the_villages_own_edge_is_not_bent(four: Version):
    with pytest.raises(ActRefused, match="own edge"):
        bend(four, at=(5, 0), to=(5, 2), reach=0.1)


def test_an_edge_is_not_bent_across_another(four: Version):
    with pytest.raises(ActRefused, match="cross"):
        bend(four, at=(10, 5), to=(21, 15), reach=0.1)


def test_a_node_that_was_added_is_taken_away_again(four: Version):
    bent = bend(four, at=(10, 5), to=(12, 5), reach=0.1)
    after = drop_node(bent, at=(12, 5))
    assert all(shapely.equals(after.grids[code], SQUARES[code]) for code in SQUARES)


@pytest.mark.parametrize(
    ("at", "why"),
    [((10, 10), "Three edges"), ((0, 0), "corner of the village"), ((3, 3), "no corner")],
)
def test_a_node_where_edges_meet_stays(four: Version, at: tuple[float, float], why: str):
    with pytest.raises(ActRefused, match=why):
        drop_node(four, at)


def test_a_node_beside_a_gap_may_be_moved_and_the_gap_with_it():
    open_ = Version.of(VILLAGE, OUTLINE, {A: SQUARES[A]})
    after = move_node(open_, at=(10, 10), to=(12, 12))
    assert after.grids[A].area == pytest.approx(120)


def test_a_node_beside_a_gap_is_not_moved_over_a_grid_on_its_other_side():
    apart = Version.of(VILLAGE, OUTLINE, {A: SQUARES[A], D: SQUARES[D]})
    with pytest.raises(ActRefused, match="cross"):
        bend(apart, at=(10, 5), to=(19, 19), reach=0.1)


def test_two_nodes_that_an_edge_joins_become_one_where_they_meet(four: Version):
    #  | C | D        | C | D
    #  +---+--   to   +   +--
    #  |  _n_         |  \\ |
    bent = bend(four, at=(5, 10), to=(5, 8), reach=0.1)
    after = move_node(bent, at=(5, 8), to=(9.8, 9.9), snap=0.5)
    assert all(shapely.equals(after.grids[code], SQUARES[code]) for code in SQUARES)
    assert shapely.get_num_coordinates(after.grids[A]) == 5
    assert defects(after) == []


def test_a_node_dragged_near_an_edge_lies_on_it_and_the_neighbour_has_it_too():
    #  10 +-------+-+     the gap between A's dent and B is closed by its node
    #     |   n  ( )|
    #   0 +-------+-+
    dented = Polygon([(0, 0), (10, 0), (10, 3), (8, 5), (10, 7), (10, 10), (0, 10)])
    apart = Version.of(VILLAGE, box(0, 0, 20, 10), {A: dented, B: SQUARES[B]})
    assert "gap" in defects(apart)
    after = move_node(apart, at=(8, 5), to=(9.9, 5.2), snap=0.5)
    assert (10.0, 5.2) in set(after.grids[B].exterior.coords)
    assert (10.0, 5.2) in set(after.grids[A].exterior.coords)
    assert "gap" not in defects(after)


def test_a_grid_is_not_pinched_by_an_edge_that_snaps_to_its_other_side(four: Version):
    assert defects(bend(four, at=(10, 5), to=(19.9, 5), reach=0.1)) == []
    with pytest.raises(ActRefused, match="cross"):
        bend(four, at=(10, 5), to=(19.9, 5), reach=0.1, snap=0.5)


def test_a_node_that_comes_back_near_where_it_was_does_not_stick_there(four: Version):
    after = move_node(four, at=(10, 10), to=(10.2, 10.1), snap=0.5)
    assert (10.2, 10.1) in set(after.grids[A].exterior.coords)


def test_a_new_grid_has_what_is_nobodys_yet():
    begun = Version.of(VILLAGE, OUTLINE, {A: SQUARES[A]})
    after, code = add(begun, box(5, 0, 20, 10))
    assert code == B
    assert shapely.equals(after.grids[B], SQUARES[B])
    assert after.grids[A] is begun.grids[A] or after.grids[A].area == 100
    assert defects(after) == ["gap"]


def test_nothing_is_new_where_all_is_taken(four: Version):
    with pytest.raises(ActRefused, match="cut it out"):
        add(four, box(1, 1, 3, 3))


def test_what_is_drawn_within_reach_of_a_node_or_an_edge_lies_on_it(four: Version):
    drawn = Polygon([(10.2, 0.1), (19.9, -0.2), (20.1, 10.1), (10.1, 5), (14, 4)])
    on = snapped(four, drawn, 0.5)
    assert shapely.get_coordinates(on).tolist()[:-1] == [
        [10, 0],
        [20, 0],
        [20, 10],
        [10, 5],
        [14, 4],
    ]
    assert snapped(four, drawn, 0) is drawn


def test_what_would_be_nothing_when_snapped_stays_as_drawn(four: Version):
    thin = box(10.01, 2, 10.03, 8)
    assert snapped(four, thin, 0.5) is thin
    # all its corners fall on one node, or on two
    (x, y), *_ = shapely.get_coordinates(four.outline)
    speck = Polygon([(x, y), (x + 0.1, y), (x, y + 0.1)])
    assert snapped(four, speck, 0.5) is speck


def test_grids_are_brought_to_the_villages_line_and_thin_gaps_closed():
    #  A stops 0.2 short of B, and hangs 0.5 over the village's west edge
    loose = Version.of(VILLAGE, OUTLINE, {**SQUARES, A: box(-0.5, 0, 9.8, 10)})
    assert sorted(defects(loose)) == ["gap", "outside"]
    after = snap(loose, reach_m=0.5)
    assert defects(after) == []
    assert shapely.equals(after.grids[C], SQUARES[C])


def test_a_wide_gap_is_left_for_a_person_to_decide():
    loose = Version.of(VILLAGE, OUTLINE, {**SQUARES, A: box(-0.5, 0, 6, 10)})
    assert defects(snap(loose, reach_m=0.5)) == ["gap"]


def test_acts_are_done_again_on_a_later_version_with_the_codes_it_gives(four: Version):
    first = Act("split", (A,), LineString([(5, -1), (5, 11)]))
    then = replayed(four, [first])
    (code,) = then.done[0].codes
    assert code == f"{VILLAGE}005"
    acts = [*then.done, Act("merge", (B, code))]
    later = Version.of(VILLAGE, OUTLINE, SQUARES, used=[f"{VILLAGE}005"])
    again = replayed(later, [then.done[0], Act("transfer", (code,), box(10, 0, 11, 10))])
    assert again.refused is None
    assert again.done[0].codes == (f"{VILLAGE}006",)
    assert again.done[1].grids == (f"{VILLAGE}006",)
    assert defects(again.version) == []
    # 005 and B touch only where A's eastern part is between them
    assert replayed(four, acts).refused is not None


def test_what_cannot_be_done_again_stops_there_and_what_was_before_it_stands(four: Version):
    replay = replayed(four, [Act("merge", (A, B)), Act("reshape", (B,), box(10, 0, 19, 10))])
    assert len(replay.done) == 1
    assert replay.refused is not None
    assert list(replay.version.grids) == [A, C, D]


@pytest.mark.parametrize(
    "act", [Act("split", (A,)), Act("move"), Act("reshape", (), box(0, 0, 1, 1)), Act("merge")]
)
def test_an_act_that_lacks_something_is_refused(four: Version, act: Act):
    replay = replayed(four, [act])
    assert replay.refused is not None
