"""Areas under the hand: single points, neighbours and snapping, on squares to check by eye."""

import numpy as np
import pytest
from shapely import Point, Polygon, box

from mapserver.domain.live_areas import LiveAreas, Snap
from mapserver.errors import InvalidRequest, NotFound

#  c c c     c lies on a and b, d only touches b's corner
#  a | b
#        d
A, B, C = box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 20, 20)
D = box(20, -10, 30, 0)


@pytest.fixture
def areas():
    return LiveAreas({"a": A, "b": B, "c": C, "d": D})


def test_a_point_is_covered_by_all_whose_boundary_it_lies_on(areas):
    assert areas.covering(5, 5) == ["a"]
    assert areas.covering(10, 10) == ["a", "b", "c"]
    assert areas.covering(25, 15) == []


def test_neighbours_share_an_edge_and_not_only_a_corner(areas):
    assert areas.neighbours("b") == ["a", "c"]
    assert areas.neighbours("d") == []
    areas.change({"e": box(15, 5, 25, 15)})
    assert areas.neighbours("e") == ["b", "c"]  # an overlap counts


def test_a_pointer_snaps_to_a_vertex_before_an_edge(areas):
    assert areas.snap(10.5, 9.9, 1) == Snap(
        10, 10, "vertex", ("a", "b"), pytest.approx(0.5099, abs=1e-4)
    )
    found = areas.snap(10.5, 5, 1)
    assert found == Snap(10, 5, "edge", ("a", "b"), 0.5)
    assert areas.snap(5, 5, 1) is None
    assert areas.snap(500, 5, 1) is None


def test_a_vertex_that_lies_on_a_neighbours_edge_belongs_to_those_that_have_it(areas):
    """C has no vertex at (10, 10): its edge runs on."""
    found = areas.snap(10, 10, 0.1)
    assert found is not None
    assert found.codes == ("a", "b")


def test_shapes_change_come_and_go(areas):
    areas.change({"a": box(0, 0, 5, 10), "b": None, "f": box(5, 0, 20, 10)})
    assert (len(areas), "b" in areas, "f" in areas) == (4, False, True)
    assert areas.covering(7, 5) == ["f"]
    assert areas.neighbours("f") == ["a", "c"]
    assert areas.get("b") is None
    with pytest.raises(NotFound, match="There is no area b"):
        areas["b"]


def test_an_empty_area_covers_nothing_and_may_be_drawn_later(areas):
    areas.change({"g": Polygon()})
    assert "g" in areas
    areas.change({"g": box(100, 100, 101, 101)})
    assert areas.covering(100.5, 100.5) == ["g"]


def test_a_point_is_no_area(areas):
    with pytest.raises(InvalidRequest, match="h is a Point"):
        areas.change({"a": box(0, 0, 1, 1), "h": Point(0, 0)})
    assert "h" not in areas
    assert areas["a"] == A


def test_a_shape_with_a_coordinate_that_is_no_number_changes_nothing(areas):
    torn = Polygon([(0, 0), (2, 0), (float("inf"), 1), (2, 2)])
    with pytest.raises(ValueError, match="not finite"):
        areas.change({"b": None, "a": torn})
    assert (areas["a"], "b" in areas) == (A, True)


def test_a_place_on_a_slanting_edge_belongs_to_both_sides():
    rng = np.random.default_rng(3)
    for _ in range(50):
        start, end, left, right = rng.uniform(0, 100, (4, 2))
        both = LiveAreas({"a": Polygon([start, end, left]), "b": Polygon([end, start, right])})
        at = start + (end - start) * rng.uniform(0.3, 0.7)
        found = both.snap(*at, 1e-3)
        assert found is not None
        assert found.codes == ("a", "b")
