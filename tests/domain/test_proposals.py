"""Who might get the place of a defect, and the areas that come of it.

::

    10 +-----+-----+
       |  A  |  B  |
     0 +-----+-----+
       0    10    20
"""

import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from mapserver.domain.coverage import Coverage, audited
from mapserver.domain.proposals import Keeps, Proposal, proposals
from mapserver.domain.recut import recut

A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
TOWN = shapely.coverage_union_all([A, B])


def town(*areas, parent=TOWN) -> Coverage:
    """Return areas named A, B, C... of one parent."""
    return Coverage.of(list(areas), "ABCDEFG"[: len(areas)], [parent], ["town"])


def proposed(coverage: Coverage, keeps: Keeps = Keeps.LOWEST_CODE) -> list[Proposal]:
    """Return what is proposed after an audit."""
    return proposals(coverage, audited(coverage), keeps)


def after(coverage: Coverage, keeps: Keeps = Keeps.LOWEST_CODE) -> list:
    """Return the areas when everything is accepted."""
    return list(recut(coverage, proposed(coverage, keeps)))


def test_gap_goes_to_the_neighbour_with_the_longest_shared_edge():
    """The triangle has 10 m in common with A, and 2 x 5.4 m with B."""
    dented = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (12, 5)])
    (one,) = proposed(town(A, dented))
    assert (one.to, one.taken_from) == ("B", ())
    assert after(town(A, dented))[1].equals(B)


def test_hole_goes_to_the_member_around_it():
    (one,) = proposed(town(A - box(4, 4, 6, 6), B))
    assert (one.to, one.defect.kind) == ("A", "hole")


def test_gap_that_touches_nobody_by_an_edge_is_left():
    assert proposed(town(None, None)) == []


@pytest.mark.parametrize(
    ("keeps", "keeper"),
    [(Keeps.LOWEST_CODE, "A"), (Keeps.LONGEST_EDGE, "square"), (Keeps.SMALLEST_AREA, "tongue")],
)
@pytest.mark.parametrize("order", [("square", "tongue"), ("tongue", "square")])
def test_overlap_is_kept_by_the_rule_that_is_chosen(keeps, keeper, order):
    """The tongue lies 4 m deep in the square and is 6 m wide.

    It hangs on the rest of the square by three sides, 14 m, and on its own by one::

        +---------+--+
        |     +---+  |
        |     |   .  |
        |     +---+  |
        +---------+--+
    """
    shapes = {"square": A, "tongue": shapely.union_all([box(10, 0, 14, 10), box(6, 2, 10, 8)])}
    coverage = town(*(shapes[one] for one in order), parent=box(0, 0, 14, 10))
    (one,) = (one for one in proposed(coverage, keeps) if one.defect.kind == "overlap")
    expected = "AB"[order.index(keeper)] if keeper in order else keeper
    assert (one.to, {one.to, *one.taken_from}) == (expected, {"A", "B"})


def test_what_lies_outside_goes_to_nobody():
    coverage = town(A, box(10, 0, 23, 10))
    (one,) = proposed(coverage)
    assert (one.to, one.taken_from) == (None, ("B",))
    assert after(coverage)[1].equals(B)


def test_overlap_outside_is_taken_from_all_even_where_one_is_to_keep_it():
    coverage = town(A, box(10, 0, 23, 10), box(20, 0, 22, 10) | box(15, 0, 20, 2))
    assert {(one.defect.kind, one.to) for one in proposed(coverage)} >= {("outside", None)}
    result = after(coverage)
    assert shapely.union_all(result).equals(TOWN)


def test_member_within_another_keeps_its_place_against_the_rule():
    """By the rule of the lowest code B would lose all that it has."""
    coverage = town(A, box(2, 2, 4, 4), B)
    (one,) = proposed(coverage)
    assert (one.to, one.taken_from) == ("B", ("A",))
    assert after(coverage)[0].equals(A - box(2, 2, 4, 4))


def test_member_that_several_would_take_whole_keeps_the_last_of_it():
    """C lies half in A and half in B."""
    coverage = town(A, B, box(8, 2, 12, 4))
    result = after(coverage)
    assert result[2].area == 4
    assert audited(Coverage.of(result, "ABC", [TOWN], ["town"])).of_kind("overlap") == []


def test_members_of_the_same_shape_are_left_to_people():
    assert proposed(town(A, A, B)) == []


def test_member_all_outside_is_left_to_people():
    assert [one.defect.kind for one in proposed(town(A, B, box(30, 0, 31, 1)))] == []


def test_vertices_that_cutting_makes_are_those_of_all_neighbours():
    """The edges of A and B cross at (10, 5), which neither has."""
    left = Polygon([(0, 0), (9, 0), (11, 10), (0, 10)])
    right = Polygon([(11, 0), (20, 0), (20, 10), (9, 10)])
    parent = shapely.union_all([left, right, TOWN])
    coverage = town(left, right, parent=parent)
    one, other = after(coverage)
    assert {(10.0, 5.0)} <= set(one.exterior.coords) & set(other.exterior.coords)
    assert audited(Coverage.of([one, other], "AB", [parent], ["town"])).defects == ()


def test_vertex_of_a_member_that_was_trimmed_is_not_left_on_a_straight_edge():
    """B began at x = 8: A and the parent have no vertex there, and need none."""
    result = after(town(A, box(8, 0, 20, 10)))
    assert shapely.get_num_coordinates(result).tolist() == [5, 5]
    assert audited(Coverage.of(result, "AB", [TOWN], ["town"])).defects == ()


def test_vertex_where_members_meet_on_a_straight_edge_is_kept():
    """C ends at (10, 4), on the edge of A that has no vertex there."""
    upper, lower = box(10, 4, 20, 10), box(8, 0, 20, 4)
    result = after(town(A, upper, lower))
    assert (10.0, 4.0) in result[0].exterior.coords


def test_areas_that_nothing_is_done_to_are_the_very_same():
    far = box(20, 0, 30, 10)
    coverage = town(A, B - box(14, 4, 16, 6), far, parent=shapely.coverage_union_all([A, B, far]))
    result = after(coverage)
    assert result[0] is coverage.areas[0]
    assert result[2] is coverage.areas[2]
    assert coverage.areas[1].area == 96


def test_two_areas_of_one_code_are_refused():
    coverage = Coverage.of(np.array([A, B]), ["A", "A"])
    with pytest.raises(ValueError, match="one code"):
        proposals(coverage, audited(coverage))
