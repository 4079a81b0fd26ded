"""What may be an area, what is wrong with it, and what is left when it is mended."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.polygons import invalid_areas, not_polygonal, repaired


def unfinished(value):
    """Return a triangle with one coordinate that is no finite number."""
    with np.errstate(invalid="ignore"):
        return shapely.from_wkt(f"POLYGON ((0 0, {value} 1, 1 1, 0 0))")


def square(x, y, side):
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


# name: area, GEOS's reason, where, what it is called, surface once mended
FAULTS = {
    "bow tie": (Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), (1, 1), "自相交", 2),
    "two squares at a corner": (
        Polygon([(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)]),
        (2, 2),
        "碰到自己",
        8,
    ),
    "hole outside": (Polygon(square(0, 0, 2), [square(5, 5, 1)]), (5, 5), "外圈之外", 5),
    "hole in a hole": (
        Polygon(square(0, 0, 10), [square(1, 1, 6), square(2, 2, 2)]),
        (2, 2),
        "洞里套洞",
        64,
    ),
    "hole from side to side": (
        Polygon(square(0, 0, 4), [[(0, 2), (2, 0), (4, 2), (2, 4)]]),
        (2, 0),
        "断成",
        8,
    ),
    "part in a part": (MultiPolygon([box(0, 0, 10, 10), box(2, 2, 4, 4)]), (4, 2), "套在", 100),
    "parts that overlap": (MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]), (1, 2), "自相交", 7),
    "spike": (Polygon([(0, 0), (4, 0), (4, 4), (4, 0), (0, 4)]), (4, 0), "碰到自己", 8),
}
HOPELESS = {
    "a point's worth": (Polygon([(1, 1)] * 4), (1, 1), "不到三个点"),
    "not a number": (unfinished("nan"), None, "有限"),
    "infinite": (unfinished("inf"), None, "有限"),
    "flat": (Polygon([(0, 0), (1, 0), (2, 0)]), (1, 0), "自相交"),
}


def areas_of(cases):
    return np.array([one[0] for one in cases.values()], object)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place_in_both_languages(name):
    area, where, zh, _ = FAULTS[name]
    (fault,) = invalid_areas(np.array([box(0, 0, 1, 1), None, area], object), ["A", "B", "C"])
    assert (fault.index, fault.code, fault.where) == (2, "C", where)
    assert zh in fault.text("zh")
    assert fault.text("en").startswith("C: ")
    assert all(f"({where[0]}, {where[1]})" in fault.text(language) for language in ("zh", "en"))


@pytest.mark.parametrize("name", {**FAULTS, **HOPELESS})
def test_no_reason_of_geos_is_left_untranslated(name):
    area = {**FAULTS, **HOPELESS}[name][0]
    (fault,) = invalid_areas(np.array([area], object), ["A"])
    assert not any(letter.isascii() and letter.isalpha() for letter in fault.zh)
    assert fault.en.isascii()
    assert fault.en not in shapely.is_valid_reason(area)


def test_areas_that_are_valid_missing_or_empty_have_no_fault():
    sound = [box(0, 0, 1, 1), None, Polygon(), MultiPolygon([box(0, 0, 1, 1), box(1, 1, 2, 2)])]
    assert invalid_areas(np.array(sound, object), list("ABCD")) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_mended_area_has_the_surface_that_is_drawn(name):
    area, *_, surface = FAULTS[name]
    (after,) = repaired(np.array([area], object))
    assert after.is_valid
    assert after.geom_type in ("Polygon", "MultiPolygon")
    assert after.area == surface


def test_what_has_no_surface_or_no_place_cannot_be_mended_and_stays():
    before = areas_of(HOPELESS)
    assert [one is other for one, other in zip(before, repaired(before), strict=True)] == [True] * 4


def test_mending_leaves_what_is_valid_and_its_own_argument_alone():
    before = np.array([box(0, 0, 1, 1), FAULTS["bow tie"][0], None], object)
    after = repaired(before)
    assert after[0] is before[0]
    assert after[2] is None
    assert not before[1].is_valid
    assert after[1].is_valid


@settings(max_examples=150, deadline=None)
@example([(0, 0), (1, 0), (1, 1), (0, 0), (0, 1), (1, 1)])  # GEOS leaves two parts that touch
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=9))
def test_any_ring_at_all_is_sound_or_named_or_mended(ring):
    area = np.array([Polygon(ring)], object)
    faults = invalid_areas(area, ["A"])
    assert bool(faults) != area[0].is_valid
    (after,) = repaired(area)
    assert after.is_valid or shapely.make_valid(area[0], method="structure").area == 0
    if after.is_valid:
        assert after.difference(area[0].convex_hull).area == 0


def test_only_polygons_and_nothing_may_be_areas():
    shapes = [None, box(0, 0, 1, 1), Point(0, 0), LineString([(0, 0), (1, 1)]), MultiPolygon()]
    assert not_polygonal(np.array(shapes, object)) == [2, 3]
