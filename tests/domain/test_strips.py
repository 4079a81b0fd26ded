"""Points in boxes by strips, beside a look at every pair."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.strips import in_boxes

COORDINATES = st.integers(0, 6).map(float)
POINTS = st.lists(st.tuples(COORDINATES, COORDINATES), max_size=12)
BOXES = st.lists(
    st.tuples(*[COORDINATES] * 4).map(
        lambda at: (min(at[0], at[2]), min(at[1], at[3]), max(at[0], at[2]), max(at[1], at[3]))
    ),
    max_size=8,
)


def strips(points, boxes, most=10**9):
    at = np.array(points, float).reshape(-1, 2)
    return in_boxes(at[:, 0], at[:, 1], np.array(boxes, float).reshape(-1, 4), most)


@given(POINTS, BOXES)
def test_each_box_has_the_points_that_lie_in_it_or_on_its_border(points, boxes):
    found = strips(points, boxes)
    assert found is not None
    point, box = found
    assert sorted(zip(point.tolist(), box.tolist(), strict=True)) == [
        (p, b)
        for p, (x, y) in enumerate(points)
        for b, (west, south, east, north) in enumerate(boxes)
        if west <= x <= east and south <= y <= north
    ]
    assert box.tolist() == sorted(box.tolist())


def test_an_empty_area_has_no_points():
    boxes = shapely.bounds(np.array([shapely.Polygon(), None, shapely.box(0, 0, 1, 1)], object))
    found = strips([(0.5, 0.5)], boxes)
    assert found is not None
    assert [part.tolist() for part in found] == [[0], [2]]


def test_where_strips_hold_too_many_points_it_is_left_to_a_tree():
    assert strips([(0, 0), (1, 9)], [(0, 0, 1, 1)], most=1) is None
    assert strips([(0, 0), (1, 9)], [(0, 0, 1, 1)], most=2) is not None
