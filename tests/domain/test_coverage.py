"""What keeps areas from being a coverage: drawn small enough to check by eye.

The town is a square of 20 m, four grids of 10 m::

    20 +-----+-----+
       |  C  |  D  |
    10 +-----+-----+
       |  A  |  B  |
     0 +-----+-----+
       0    10    20
"""

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.coverage import Coverage, Defect, Limits, audit, audited
from mapserver.errors import InvalidRequest
from tests.support.defect_pictures import PICTURE, drawn

A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
C, D = box(0, 10, 10, 20), box(10, 10, 20, 20)
TOWN = [shapely.coverage_union_all([A, B, C, D])]


def polygon(*corners: tuple[float, float]) -> Polygon:
    """Return the polygon with these corners."""
    return Polygon(corners)


def square(*areas, parents=TOWN, **more):
    """Audit areas named A, B, C... in the town."""
    codes = "ABCDEFGH"[: len(areas)]
    return audit(list(areas), codes, parents, ["town"] * len(parents), **more)


def told(defects) -> list[tuple[str, tuple[str, ...], float]]:
    """Return kind, members and surface of each."""
    return [(one.kind, one.members, round(one.area_m2, 6)) for one in defects]


# ---------------------------------------------------------------- sound coverages


def test_four_squares_are_a_coverage():
    found = square(A, B, C, D)
    assert found.defects == ()
    assert found.residual_m2 == 0


def test_the_way_a_ring_runs_and_where_it_starts_say_nothing():
    turned = polygon((10, 10), (20, 10), (20, 0), (10, 0))
    assert square(A, turned, shapely.reverse(C), D).defects == ()


def test_an_enclave_in_a_hole_of_its_neighbour_is_a_coverage():
    around = box(0, 0, 20, 20) - box(5, 5, 15, 15)
    assert square(around, box(5, 5, 15, 15), parents=[box(0, 0, 20, 20)]).defects == ()


def test_parts_that_touch_at_a_corner_are_one_member():
    assert square(MultiPolygon([A, D]), B, C).defects == ()


def test_without_a_parent_the_outline_of_all_is_taken_for_right():
    assert audit([A, B], "AB").defects == ()
    ring = box(0, 0, 30, 30) - box(10, 10, 20, 20)
    assert told(audit([ring], "A").defects) == [("hole", ("A",), 100)]


def test_no_areas_and_no_parents_are_no_defect():
    assert audit([], []).defects == ()


# ---------------------------------------------------------------- each kind of defect


def test_gap_that_opens_on_a_shared_edge_is_found():
    """GEOS reports this 1 m gap at gap_width=1 and misses it at gap_width=2."""
    dented = polygon((10, 10), (20, 10), (20, 0), (10, 0), (10, 3), (11, 5), (10, 7))
    (gap,) = square(A, dented, C, D).defects
    assert told([gap]) == [("gap", ("A", "B"), 2)]
    assert gap.parent == "town"
    assert gap.geometry.equals(polygon((10, 3), (11, 5), (10, 7)))


def test_gap_at_the_outline_is_no_hole():
    dented = polygon((0, 0), (10, 0), (10, 10), (0, 10), (0, 7), (1, 5), (0, 3))
    assert told(square(dented, B, C, D).defects) == [("gap", ("A",), 2)]


def test_hole_within_one_member_is_told_from_a_gap_between_two():
    holed = A - box(4, 4, 6, 6)
    assert told(square(holed, B, C, D).defects) == [("hole", ("A",), 4)]


def test_place_of_a_member_that_was_never_drawn_is_a_gap():
    found = square(A, B, C, None)
    assert told(found.of_kind("missing")) == [("missing", ("D",), 0)]
    (gap,) = found.of_kind("gap")
    assert told([gap]) == [("gap", ("A", "B", "C"), 100)]
    assert gap.width_m == pytest.approx(10, rel=0.02)


def test_overlap_names_the_members_that_cover_it():
    wide = box(8, 0, 20, 10)
    assert told(square(A, wide, C, D).of_kind("overlap")) == [("overlap", ("A", "B"), 20)]


def test_three_members_on_one_place_are_told_apart_from_two():
    found = square(box(0, 0, 12, 10), box(8, 0, 20, 10), C, D, box(11, 0, 14, 10))
    assert sorted(told(found.of_kind("overlap"))) == [
        ("overlap", ("A", "B"), 30),
        ("overlap", ("A", "B", "E"), 10),
        ("overlap", ("B", "E"), 20),
    ]


def test_part_beyond_the_parent_is_outside():
    assert told(square(A, box(10, 0, 23, 10), C, D).of_kind("outside")) == [("outside", ("B",), 30)]


def test_member_that_strays_into_the_next_village_is_outside_there_and_a_gap_here():
    villages = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
    found = audit([box(0, 0, 12, 10), box(10, 0, 20, 10)], "AB", villages, ["west", "east"], [0, 1])
    assert [(one.kind, one.parent, one.members) for one in found.defects] == [
        ("outside", "west", ("A",))
    ]


def test_members_of_the_same_shape_are_duplicates_and_no_overlap():
    again = polygon((10, 10), (0, 10), (0, 0), (10, 0))
    assert told(square(A, B, C, D, again).defects) == [("duplicate", ("A", "E"), 100)]


def test_vertex_that_the_neighbour_has_not_is_unmatched():
    finer = polygon((10, 0), (20, 0), (20, 10), (10, 10), (10, 5))
    (defect,) = square(A, finer, C, D).defects
    assert told([defect]) == [("unmatched", ("A", "B"), 0)]
    assert defect.geometry.equals(Point(10, 5))


def test_vertex_of_the_outline_that_a_member_has_not_is_unmatched():
    outline = [polygon((0, 0), (5, 0), (20, 0), (20, 20), (0, 20))]
    found = square(A, B, C, D, parents=outline)
    assert Point(5, 0) in [one.geometry for one in found.of_kind("unmatched")]
    assert found.of_kind("gap", "overlap", "outside") == []


# ---------------------------------------------------------------- size and name


@pytest.mark.parametrize(
    ("depth", "sliver"), [(0.0001, True), (0.5, True), (1.9, True), (2.1, False)]
)
def test_sliver_is_narrower_than_the_limit(depth, sliver):
    found = square(A, box(10 + depth, 0, 20, 10), C, D)
    (gap,) = found.of_kind("gap")
    assert gap.area_m2 == pytest.approx(10 * depth)
    assert gap.width_m == pytest.approx(depth, rel=0.02)
    assert gap.sliver == sliver


def test_limits_say_what_a_sliver_is():
    found = square(A, box(13, 0, 20, 10), C, D, limits=Limits(sliver_width_m=4))
    assert found.of_kind("gap")[0].sliver


def test_progress_is_told_stage_by_stage_to_the_end():
    told_so: list[tuple[str, int, int]] = []
    areas = [box(0, 0, 9, 10), B, C, box(10, 10, 19, 20)]
    town = Coverage.of(areas, "ABCD", TOWN, ["town"])
    found = audited(town, progress=lambda *one: told_so.append(one))
    assert found == square(*areas)
    assert told_so[:2] == [("edges", 0, 1), ("edges", 1, 1)]
    places = [one[1:] for one in told_so[2:]]
    assert places == [(done + 1, len(places)) for done in range(len(places))] != []


def test_id_of_a_defect_is_the_same_in_any_order_and_at_any_time():
    dented = polygon((10, 10), (20, 10), (20, 0), (10, 0), (10, 3), (11, 5), (10, 7))
    one = audit([A, dented, C, D], "ABCD", TOWN, ["town"]).defects[0]
    other = audit([D, C, dented, A], "DCBA", TOWN, ["town"]).defects[0]
    assert one.id == other.id
    assert len(one.id) == 12


def test_defects_of_one_audit_have_ids_of_their_own():
    found = square(A, box(10.5, 0.5, 19.5, 9.5), C, box(11, 10, 21, 20))
    ids = [one.id for one in found.defects]
    assert len(set(ids)) == len(ids) > 1


# ---------------------------------------------------------------- what cannot be audited


def test_areas_and_codes_must_be_as_many():
    with pytest.raises(ValueError, match="codes"):
        audit([A, B], ["A"])


def test_line_is_no_area_and_is_named():
    with pytest.raises(InvalidRequest) as refused:
        audit([A, LineString([(0, 0), (1, 1)])], "AB")
    assert "B" in refused.value.zh
    assert "LineString" in refused.value.en


def test_self_crossing_boundary_is_named_with_its_place():
    bow = polygon((10, 0), (20, 10), (20, 0), (10, 10))
    with pytest.raises(InvalidRequest) as refused:
        square(A, bow, C, D)
    assert "B" in refused.value.zh
    assert "B: its boundary crosses itself (15, 5)" in refused.value.en


# ---------------------------------------------------------------- against union and difference


def test_every_injected_defect_is_found_and_surfaces_are_those_of_union_and_difference():
    rng = np.random.default_rng(20261123)
    for _ in range(40):
        cells = _plots(rng)
        moved = [_moved(cell, rng) for cell in cells]
        outline = shapely.union_all(cells)
        found = audit(moved, [f"{n:03d}" for n in range(len(moved))], [outline], ["town"])
        union = shapely.union_all(moved)
        gaps = found.of_kind("gap", "hole")
        assert _surface(gaps) == pytest.approx(outline.difference(union).area, abs=1e-3)
        strays = found.of_kind("outside")
        assert _surface(strays) == pytest.approx(union.difference(outline).area, abs=1e-3)
        twice = sum((len(one.members) - 1) * one.area_m2 for one in found.of_kind("overlap"))
        assert twice == pytest.approx(shapely.area(moved).sum() - union.area, abs=1e-3)
        assert found.residual_m2 < 1e-3


def _surface(defects: list[Defect]) -> float:
    return sum(one.area_m2 for one in defects)


def _plots(rng: np.random.Generator) -> list[Polygon]:
    """Return a coverage of skewed quadrangles far from the origin."""
    lines = 5
    x, y = np.meshgrid(np.arange(lines) * 100.0, np.arange(lines) * 100.0)
    x += rng.uniform(-30, 30, x.shape) + 38_400_000
    y += rng.uniform(-30, 30, y.shape) + 2_990_000
    corner = np.stack([x, y], axis=-1)
    return [
        Polygon([corner[i, j], corner[i, j + 1], corner[i + 1, j + 1], corner[i + 1, j]])
        for i in range(lines - 1)
        for j in range(lines - 1)
    ]


def _moved(cell: Polygon, rng: np.random.Generator) -> Polygon:
    """Return the cell, half the time with one corner moved by 0.1 mm to 20 m."""
    corners = np.array(cell.exterior.coords)[:-1]
    if rng.random() < 0.5:
        corners[rng.integers(len(corners))] += rng.normal(size=2) * rng.choice([1e-4, 0.01, 1, 20])
    moved = Polygon(corners)
    return moved if moved.is_valid else cell


def test_picture_in_the_docs_shows_what_the_audit_finds():
    assert PICTURE.read_text("utf-8") == drawn()
