"""Points and the areas that cover them, on squares small enough to check by eye."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain import assign as module
from mapserver.domain.assign import GridIndex, assign
from mapserver.errors import InvalidRequest

#   "1" | "2"     two squares side by side, 10 wide
AREAS, CODES = [box(0, 0, 10, 10), box(10, 0, 20, 10)], ["1", "2"]


def one(x, y, areas=AREAS, codes=CODES):
    found = GridIndex(areas, codes).assign([x], [y])
    return found.code_list()[0], found.how_list()[0]


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (5, 5, ("1", "covers")),
        (15, 5, ("2", "covers")),
        (0, 0, ("1", "covers")),  # a corner that no neighbour shares
        (20, 5, ("2", "covers")),
        (10, 5, ("1", "edge")),  # the shared edge
        (10, 10, ("1", "edge")),  # its end
        (20.0001, 5, (None, None)),
        (-1, 5, (None, None)),
    ],
)
def test_a_point_belongs_to_the_area_that_covers_it(x, y, expected):
    assert one(x, y) == expected


def test_the_lowest_code_wins_whatever_the_order_of_the_areas():
    assert one(10, 5, AREAS[::-1], ["2", "1"]) == ("1", "edge")
    assert one(10, 5, AREAS, ["2", "1"]) == ("1", "edge")


def test_codes_are_text_and_compared_as_text():
    assert one(10, 5, AREAS, ["9", "10"]) == ("10", "edge")
    assert one(10, 5, AREAS, ["012", "12"]) == ("012", "edge")


def test_where_areas_overlap_the_same_rule_decides():
    assert one(5, 5, [box(0, 0, 10, 10), box(4, 4, 6, 6)], ["b", "a"]) == ("a", "edge")


def test_parts_with_one_code_are_one_area():
    assert one(10, 5, AREAS, ["a", "a"]) == ("a", "covers")


def test_a_point_in_a_hole_is_in_no_area():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    assert one(5, 5, [ring], ["a"]) == (None, None)
    assert one(4, 5, [ring], ["a"]) == ("a", "covers")


def test_points_without_coordinates_are_reported_apart_and_never_guessed():
    x = [5, np.nan, 5, np.inf, 99]
    y = [5, 5, np.nan, -np.inf, 99]
    found = GridIndex(AREAS, CODES).assign(x, y)
    assert found.unplaced.tolist() == [False, True, True, True, False]
    assert found.unassigned.tolist() == [False, False, False, False, True]
    assert found.index.tolist() == [0, -1, -1, -1, -1]


def test_geometries_that_are_no_point_are_unplaced():
    points = [Point(15, 5), Point(), None, LineString([(1, 1), (2, 2)])]
    found = assign(points, AREAS, CODES)
    assert found.code_list() == ["2", None, None, None]
    assert found.unplaced.tolist() == [False, True, True, True]


def test_missing_and_empty_areas_cover_nothing():
    assert one(5, 5, [None, Polygon(), *AREAS], ["0", "00", *CODES]) == ("1", "covers")


def test_no_areas_and_no_points_are_no_trouble():
    assert one(5, 5, [], []) == (None, None)
    assert GridIndex(AREAS, CODES).assign([], []).code_list() == []


def test_one_code_per_area_is_needed():
    with pytest.raises(ValueError, match="1 codes for 2 areas"):
        GridIndex(AREAS, ["1"])


def test_lines_are_no_areas():
    with pytest.raises(InvalidRequest, match="2 is a LineString") as caught:
        GridIndex([AREAS[0], LineString([(0, 0), (1, 1)])], CODES)
    assert "2 是 LineString" in caught.value.zh


lattice = st.integers(0, 8)
triangles = st.lists(st.tuples(lattice, lattice), min_size=3, max_size=3).map(Polygon)
boxes = st.tuples(lattice, lattice, st.integers(1, 5), st.integers(1, 5)).map(
    lambda b: box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)
twins = st.tuples(boxes, boxes).map(
    lambda pair: MultiPolygon([pair[0], box(20, 20, 21, 21)]).difference(pair[1])
)
polygons = st.one_of(boxes, twins, triangles.filter(lambda t: t.is_valid and t.area > 0))
polygons = polygons.filter(lambda area: area.geom_type.endswith("Polygon"))
labelled = st.lists(
    st.tuples(polygons, st.text("0129ab", min_size=1, max_size=3)),
    max_size=6,
    unique_by=lambda item: item[1],
)
coordinates = st.one_of(lattice.map(float), st.floats(-1, 22), st.just(float("nan")))
places = st.lists(st.tuples(coordinates, coordinates), max_size=12)


@given(labelled, places)
def test_the_answer_is_that_of_asking_every_area_about_every_point(areas, points):
    """Whole-number corners put many points on edges and corners."""
    index = GridIndex([area for area, _ in areas], [code for _, code in areas])
    found = index.assign([x for x, _ in points], [y for _, y in points])
    for position, (x, y) in enumerate(points):
        covering = []
        if not np.isnan([x, y]).any():
            covering = sorted(code for area, code in areas if area.covers(Point(x, y)))
        expected = (covering or [None])[0]
        how = {0: None, 1: "covers"}.get(len(covering), "edge")
        assert (found.code_list()[position], found.how_list()[position]) == (expected, how)


@given(labelled, places)
def test_the_answer_is_the_same_where_a_tree_finds_the_areas(areas, points):
    shapes, codes = [shape for shape, _ in areas], [code for _, code in areas]
    x, y = [x for x, _ in points], [y for _, y in points]
    by_strips = GridIndex(shapes, codes).assign(x, y)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_WORTH_A_TREE", -1)
        by_tree = GridIndex(shapes, codes).assign(x, y)
    assert by_tree.code_list() == by_strips.code_list()
    assert by_tree.how_list() == by_strips.how_list()


def test_many_points_are_assigned_in_parts_with_the_same_answer(monkeypatch):
    x, y = np.meshgrid(np.arange(-1, 22), np.arange(-1, 12))
    whole = GridIndex(AREAS, CODES).assign(x.ravel(), y.ravel())
    monkeypatch.setattr("mapserver.domain.assign._CHUNK", 7)
    parts = GridIndex(AREAS, CODES).assign(x.ravel(), y.ravel())
    assert whole.code_list() == parts.code_list()
    assert whole.edge.tolist() == parts.edge.tolist()
    assert whole.edge.sum() == 11


@pytest.mark.parametrize(("x", "y"), [([1, 2], [1]), ([1], [1, 2]), ([[1, 2]], [[1, 2]])])
def test_a_point_has_both_coordinates(x, y):
    with pytest.raises(ValueError, match="are no points"):
        GridIndex(AREAS, CODES).assign(x, y)


def test_invalid_areas_are_named_and_refused_or_repaired_when_asked():
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    with pytest.raises(InvalidRequest, match=r"bow: its boundary crosses itself \(5, 5\)"):
        assign([Point(2, 5)], [bow], ["bow"])
    found = assign([Point(2, 5), Point(5, 2)], [bow], ["bow"], repair=True)
    assert found.code_list() == ["bow", None]
