"""How much lies in each of several shapes."""

import numpy as np
from shapely import Point, box

from mapserver.domain.inside import sums_inside

POINTS = np.array([Point(1, 1), Point(2, 1), Point(5, 5), Point(9, 9)], object)


def test_points_count_in_every_shape_that_holds_them_boundary_included():
    shapes = np.array([box(0, 0, 2, 2), box(1, 0, 6, 6), box(20, 20, 21, 21), None], object)
    houses, people = sums_inside(shapes, POINTS, np.ones(4), [3, 0, 4, 9])
    assert houses == [2, 3, 0, 0]
    assert people == [3, 7, 0, 0]


def test_no_shapes_and_no_points_hold_nothing():
    none = np.array([], object)
    assert sums_inside(none, POINTS, np.ones(4)) == [[]]
    assert sums_inside(np.array([box(0, 0, 1, 1)], object), none, []) == [[0]]
