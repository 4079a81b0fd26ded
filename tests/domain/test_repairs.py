"""What repairs change, and that they mend what they are for and nothing else."""

from collections.abc import Sequence

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from benchmarks.plots import damaged, plots
from mapserver.domain.coverage import Coverage, audited
from mapserver.domain.proposals import Keeps, Proposal, proposals
from mapserver.domain.repairs import Move, Repair, cleaned, made, repaired

A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
TOWN = shapely.coverage_union_all([A, B])
SURFACE = ("gap", "hole", "overlap", "outside")


def town(*areas, parent=TOWN) -> Coverage:
    """Return areas named A, B, C... of one parent."""
    return Coverage.of(list(areas), "ABCDEFG"[: len(areas)], [parent], ["town"])


def all_repaired(coverage: Coverage, keeps: Keeps = Keeps.LOWEST_CODE) -> Repair:
    """Return the coverage when everything that is proposed is accepted."""
    return repaired(coverage, proposals(coverage, audited(coverage), keeps))


def told(repair: Repair) -> list[tuple[str, float, float]]:
    """Return code, gain and loss of each member that changes."""
    return [(one.code, one.gained_m2, one.lost_m2) for one in repair.changes]


def test_repair_tells_what_each_member_gains_and_loses():
    repair = all_repaired(town(A - box(4, 4, 6, 6), box(8, 0, 20, 10)))
    assert told(repair) == [("A", 4, 0), ("B", 0, 20)]
    assert repair.moved_m2 == 24
    assert repair.left.defects == ()


def test_repair_changes_nothing_until_its_areas_are_taken():
    coverage = town(A, box(8, 0, 20, 10))
    repair = all_repaired(coverage)
    assert repair.before is coverage
    assert coverage.areas[1].area == 120
    assert repair.after.areas[1].equals(B)


def test_repair_names_the_points_that_change_hands_and_what_is_left():
    """One house in the gap, one in the overlap (it was A's), one where nothing changes."""
    gap = Polygon([(10, 0), (11, 1), (10, 2)])
    coverage = town(box(0, 0, 12, 10) - gap, B - gap)
    found = proposals(coverage, audited(coverage), Keeps.SMALLEST_AREA)
    repair = repaired(coverage, found)
    assert repair.moves([10.5, 11.5, 5], [1, 5, 5]) == [Move(0, None, "A"), Move(1, "A", "B")]
    only_gap = [one for one in found if one.defect.kind == "gap"]
    assert {one.kind for one in repaired(coverage, only_gap).left.defects} == {"overlap"}


def test_nothing_accepted_changes_nothing():
    coverage = town(A, box(8, 0, 20, 10))
    repair = repaired(coverage, [])
    assert (repair.changes, repair.moved_m2) == ((), 0)
    assert repair.left == audited(coverage)


def test_defect_where_there_was_none_is_told():
    before, after = audited(town(A, box(12, 0, 20, 10))), audited(town(A, box(11, 0, 20, 10)))
    assert made(before, after) == []
    assert [one.kind for one in made(after, before)] == ["gap"]
    never = audited(town(A, None))
    assert {one.kind for one in made(audited(town(A)), never)} == {"missing"}


# ---------------------------------------------------------------- the coverage cleaner


def test_cleaner_trims_overlaps_and_fills_gaps_up_to_a_width():
    narrow = A - Polygon([(10, 4), (9.5, 5), (10, 6)])
    repair = cleaned(town(narrow, box(9.8, 0, 20, 10) - box(9.8, 3, 10, 7)), gap_width_m=1)
    assert repair.left.of_kind(*SURFACE) == []


def test_cleaner_is_not_followed_where_it_makes_a_defect():
    """It knows no parent: the overlap beyond it would be left as a part outside of one alone."""
    areas = [A, B - box(14, 4, 16, 6), box(22, 0, 30, 10)]
    coverage = town(*areas, parent=box(0, 0, 30, 10))
    repair = cleaned(coverage, gap_width_m=50)
    assert made(audited(coverage), repair.left) == []


# ---------------------------------------------------------------- any damage


def villages(count: int, seed: int) -> tuple[np.ndarray, list[Polygon], list[int]]:
    """Return plots, and the outlines of the two villages that they belong to."""
    areas = plots(count, seed).areas
    half = len(areas) // 2
    outlines = [shapely.coverage_union_all(areas[:half]), shapely.coverage_union_all(areas[half:])]
    return areas, outlines, [int(index >= half) for index in range(len(areas))]


def broken(seed: int, holes: Sequence[float]) -> Coverage:
    """Return a coverage with moved vertices, and members blown up, shrunk or punched."""
    areas, outlines, parent_of = villages(16, 3)
    rng = np.random.default_rng(seed)
    areas = damaged(areas, seed, share=0.6)
    for size in holes:
        index = rng.integers(len(areas))
        match rng.integers(3):
            case 0:
                areas[index] = areas[index] - areas[index].representative_point().buffer(abs(size))
            case 1:
                areas[index] = areas[index].buffer(size, join_style="mitre")
            case 2:
                west, south = shapely.bounds(areas[index])[:2]
                areas[index] = areas[index] | box(west, south, west + abs(size), south + abs(size))
    codes = [f"{index:02d}" for index in range(len(areas))]
    return Coverage.of(areas, codes, outlines, ["east", "west"], parent_of)


damage = st.lists(
    st.sampled_from([-40.0, -3.0, -0.01, -1e-4, 1e-4, 0.01, 0.7, 3.0, 40.0]), max_size=3
)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), damage, st.sampled_from(Keeps))
def test_all_repairs_leave_a_coverage_of_the_parents(seed, holes, keeps):
    coverage = broken(seed, holes)
    repair = all_repaired(coverage, keeps)
    after = repair.after.areas
    assert repair.left.of_kind(*SURFACE) == []
    assert shapely.is_valid(after).all()
    assert shapely.area(after).sum() == pytest.approx(
        shapely.area(coverage.parents).sum(), abs=1e-3
    )
    outside = shapely.difference(shapely.union_all(after), shapely.union_all(coverage.parents))
    assert outside.area < 1e-3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), damage, st.randoms(use_true_random=False))
def test_any_of_the_repairs_mend_their_own_defects_and_make_no_new_one(seed, holes, choose):
    coverage = broken(seed, holes)
    before = audited(coverage)
    every = proposals(coverage, before)
    accepted: list[Proposal] = [one for one in every if choose.random() < 0.5]
    left = repaired(coverage, accepted).left
    assert made(before, left) == []
    for one in accepted:
        same = [other.geometry for other in left.of_kind(one.defect.kind)]
        again = shapely.intersection(one.defect.geometry, np.array(same, object))
        assert shapely.area(again).sum() < 1e-6
