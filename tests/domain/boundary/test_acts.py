"""Drawing, cutting and joining grids, on drawings small enough to check by eye."""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.boundary import (
    Version,
    cut_out,
    load,
    merge,
    move_node,
    reshape,
    split,
    transfer,
)
from mapserver.domain.boundary.codes import next_codes
from mapserver.errors import ActRefused, InvalidRequest
from tests.domain.boundary.drawings import OUTLINE, SQUARES, VILLAGE, A, B, C, D, defects


@pytest.fixture
def four() -> Version:
    return Version.of(VILLAGE, OUTLINE, SQUARES)


def same(one, other) -> bool:
    return bool(shapely.equals(one, other))


def test_a_piece_of_a_neighbour_is_taken_and_both_share_the_new_edge(four: Version):
    after = transfer(four, box(10, 0, 12, 5), to=A)
    assert same(after.grids[A], SQUARES[A].union(box(10, 0, 12, 5)))
    assert same(after.grids[B], SQUARES[B].difference(box(10, 0, 12, 5)))
    assert after.grids[C] is four.grids[C]
    assert defects(after) == []
    assert after.lineage[-1].before == (B,)
    assert after.lineage[-1].after == (A, B)


def test_a_gap_goes_to_the_neighbour_that_is_named():
    gap = box(8, 4, 10, 6)
    version = Version.of(VILLAGE, OUTLINE, {**SQUARES, A: SQUARES[A].difference(gap)})
    assert defects(version) == ["gap"]
    assert defects(transfer(version, gap, to=B)) == []


def test_what_lies_outside_the_village_is_nobodys(four: Version):
    after = transfer(four, box(10, -5, 12, 5), to=A)
    assert after.grids[A].area == pytest.approx(110)
    assert defects(after) == []


def test_an_enclave_is_cut_out_of_all_it_lies_in_and_gets_the_next_code(four: Version):
    after, code = cut_out(four, box(8, 8, 12, 12))
    assert code == f"{VILLAGE}005"
    assert same(after.grids[code], box(8, 8, 12, 12))
    assert [after.grids[one].area for one in (A, B, C, D)] == [96] * 4
    assert defects(after) == []
    assert after.lineage[-1].after == (A, B, C, D, code)


def test_a_code_that_was_given_once_is_not_given_again():
    version = Version.of(VILLAGE, OUTLINE, SQUARES, used=[f"{VILLAGE}017"])
    _, code = cut_out(version, box(8, 8, 12, 12))
    assert code == f"{VILLAGE}018"
    with pytest.raises(ActRefused, match="999"):
        next_codes(VILLAGE, [f"{VILLAGE}999"], 1)


def test_what_a_grid_gives_up_goes_to_the_neighbour_with_the_longest_edge(four: Version):
    #  A shrinks from 10 to 9 wide: the strip of 1 x 10 touches B along 10 and C along 1
    after = reshape(four, A, box(0, 0, 9, 10))
    assert same(after.grids[B], box(9, 0, 20, 10))
    assert defects(after) == []


def test_a_bulge_is_gained_on_one_side_and_lost_on_the_other(four: Version):
    drawn = Polygon([(0, 0), (10, 0), (12, 5), (10, 10), (5, 8), (0, 10)])
    after = reshape(four, A, drawn)
    assert same(after.grids[A], drawn)
    assert after.grids[B].area == pytest.approx(90)
    assert after.grids[C].area == pytest.approx(110)
    assert defects(after) == []


def test_what_is_gained_from_one_neighbour_and_given_to_the_same_is_not_had_twice(four: Version):
    #  A leans over B above and gives way to it below
    drawn = Polygon([(0, 0), (9, 0), (9, 5), (11, 5), (11, 10), (0, 10)])
    after = reshape(four, A, drawn)
    assert same(after.grids[A], drawn)
    assert defects(after) == []


def test_a_line_cuts_a_grid_and_its_neighbours_get_the_vertices(four: Version):
    #  from the village's edge to the edge that A shares with C
    after, codes = split(four, A, LineString([(4, -1), (4, 11)]))
    assert codes == (A, f"{VILLAGE}005")
    assert same(after.grids[A], box(4, 0, 10, 10))
    assert same(after.grids[codes[1]], box(0, 0, 4, 10))
    assert [4, 10] in shapely.get_coordinates(after.grids[C]).tolist()
    assert defects(after) == []
    assert (after.lineage[-1].before, after.lineage[-1].after) == ((A,), (A, C, codes[1]))


def test_the_part_that_goes_on_as_the_old_grid_can_be_named(four: Version):
    after, (kept, _) = split(four, A, LineString([(4, -1), (4, 11)]), keeps=(1, 1))
    assert kept == A
    assert same(after.grids[A], box(0, 0, 4, 10))


def test_a_line_that_winds_cuts_more_than_once_and_codes_run_from_west_to_east(four: Version):
    winding = LineString([(2, -1), (2, 11), (8, 11), (8, -1)])
    after, codes = split(four, A, winding)
    assert [after.grids[code].bounds[0] for code in codes] == [2, 0, 8]
    assert defects(after) == []


def test_a_merge_keeps_one_code_and_the_other_is_gone(four: Version):
    after = merge(four, [B, A])
    assert list(after.grids) == [A, C, D]
    assert same(after.grids[A], box(0, 0, 20, 10))
    assert B in after.used
    assert defects(after) == []
    assert (after.lineage[-1].before, after.lineage[-1].after) == ((A, B), (A,))


def test_a_split_undone_by_a_merge_is_the_very_shape(four: Version):
    after, codes = split(four, A, LineString([(4, -1), (4, 11)]))
    back = merge(after, codes)
    assert all(same(back.grids[code], four.grids[code]) for code in four.grids)
    assert defects(back) == []


def test_a_node_that_four_share_moves_in_all_of_them(four: Version):
    after = move_node(four, (10, 10), (11, 12))
    assert all([11, 12] in shapely.get_coordinates(one).tolist() for one in after.grids.values())
    assert defects(after) == []


@pytest.mark.parametrize(
    ("to", "lies"), [((25, 1), (19.9, 0)), ((18, 14), (18, 0)), ((-9, 3), (0.1, 0))]
)
def test_a_node_on_the_villages_edge_stops_before_its_next_corner(four: Version, to, lies):
    #  past the corner the edge would cut it off, and leave a gap between grids and village
    after = move_node(four, (10, 0), to)
    assert shapely.contains_xy(shapely.boundary(after.grids[A]), 0, 0)
    assert any(np.allclose(at, lies) for at in shapely.get_coordinates(after.grids[A]))
    assert defects(after) == []


def test_a_node_on_the_villages_edge_slides_along_it():
    outline = Polygon([(0, 0), (10, 0), (20, 0), (20, 10), (10, 10), (0, 10)])
    version = Version.of(VILLAGE, outline, {A: SQUARES[A], B: SQUARES[B]})
    after = move_node(split(version, B, LineString([(15, -1), (15, 11)]))[0], (15, 0), (12, 3))
    assert [12, 0] in shapely.get_coordinates(after.outline).tolist()
    assert [12, 0] in shapely.get_coordinates(after.grids[B]).tolist()
    assert defects(after) == []


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda v: transfer(v, box(30, 30, 31, 31), A), "以外"),
        (lambda v: transfer(v, box(1, 1, 2, 2), A), "没有变"),
        (lambda v: transfer(v, box(0, 0, 10, 10), B), "没有地方了"),
        (lambda v: transfer(v, Polygon([(1, 1), (2, 2), (3, 3)]), B), "没有面积"),
        (lambda v: reshape(v, A, SQUARES[A]), "没有变"),
        (lambda v: reshape(v, A, SQUARES[A].difference(box(4, 4, 6, 6))), "不挨着别的网格"),
        (lambda v: reshape(v, f"{VILLAGE}099", SQUARES[A]), "没有网格"),
        (lambda v: split(v, A, LineString([(4, -1), (4, 5)])), "没有把网格"),
        (lambda v: split(v, A, LineString([(30, 30), (40, 40)])), "没有把网格"),
        (lambda v: merge(v, [A, D]), "不相邻"),
        (lambda v: merge(v, [A]), "两个以上"),
        (lambda v: merge(v, [A, "430424100205001"]), "两个村"),
        (lambda v: move_node(v, (5, 5), (6, 6)), "没有角点"),
        (lambda v: move_node(v, (0, 0), (1, 1)), "村界的角点"),
        (lambda v: move_node(v, (10, 10), (25, 10)), "互相交叉"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(four: Version, act, says: str):
    with pytest.raises(ActRefused) as refused:
        act(four)
    assert says in refused.value.zh
    assert refused.value.en.isascii()


def test_a_ring_that_crosses_itself_is_refused_with_its_place(four: Version):
    with pytest.raises(InvalidRequest, match=r"crosses itself \(5, 5\)"):
        reshape(four, A, Polygon([(1, 1), (9, 9), (9, 1), (1, 9)]))


def test_a_hole_outside_its_shell_is_refused(four: Version):
    with pytest.raises(InvalidRequest, match="hole lies outside"):
        reshape(four, A, Polygon(box(0, 0, 5, 5).exterior, [box(6, 6, 7, 7).exterior]))


def test_the_refusal_of_a_split_says_which_end_lies_inside(four: Version):
    with pytest.raises(ActRefused) as refused:
        split(four, A, LineString([(4, -1), (4, 5)]))
    assert refused.value.details["at"] == [4, 5]


def test_a_village_in_two_parts_is_drawn_like_any_other():
    outline = MultiPolygon([box(0, 0, 20, 10), box(100, 0, 110, 10)])
    version = Version.of(
        VILLAGE, outline, {A: MultiPolygon([SQUARES[A], box(100, 0, 110, 10)]), B: SQUARES[B]}
    )
    after = transfer(version, box(99, -1, 111, 11), to=B)
    assert same(after.grids[A], SQUARES[A])
    assert after.grids[B].area == pytest.approx(200)
    assert defects(after) == []


def test_versions_are_never_changed_by_an_act(four: Version):
    before = {code: one.wkb for code, one in four.grids.items()}
    move_node(four, (10, 10), (11, 12))
    split(four, A, LineString([(4, -1), (4, 11)]))
    assert {code: one.wkb for code, one in four.grids.items()} == before
    with pytest.raises(TypeError):
        four.grids[A] = Point(0, 0)  # type: ignore[index]


def test_grids_in_place_of_all_take_with_them_what_the_others_gave_the_outline():
    """Two proposals one after the other: the first has an edge that ends at the south, at 7."""
    west = Polygon([(0, 0), (7, 0), (7, 20), (0, 20), (0, 10)])
    seven = {"a": west, "b": OUTLINE.difference(west)}
    ten = {
        "a": Polygon([(0, 0), (10, 0), (10, 20), (0, 20), (0, 10)]),
        "b": Polygon([(10, 0), (20, 0), (20, 10), (20, 20), (10, 20)]),
    }
    version = Version.of(VILLAGE, OUTLINE, SQUARES)
    first, _ = load(version, seven, list(seven))
    assert (7.0, 0.0) in first.outline.exterior.coords
    second, _ = load(first, ten, list(ten))
    assert second.outline.equals_exact(OUTLINE, 0, normalize=True)
    assert defects(second) == []
