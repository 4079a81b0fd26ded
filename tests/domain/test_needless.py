"""Vertices that nobody needs on a straight edge."""

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, box

from mapserver.domain.needless import without_needless

NOBODY = np.array([], object)
SQUARE = box(0, 0, 10, 10)
WITH_ONE_MORE = Polygon([(0, 0), (5, 0), (10, 0), (10, 10), (0, 10)])


def corners(after, before, parents=NOBODY) -> list[int]:
    """Return how many vertices are left of each."""
    left = without_needless(np.array(after, object), np.array(before, object), parents)
    assert shapely.area(left).tolist() == shapely.area(np.array(after, object)).tolist()
    return (shapely.get_num_coordinates(left) - 1).tolist()


def test_new_vertex_on_a_straight_edge_is_dropped():
    assert corners([WITH_ONE_MORE], [SQUARE]) == [4]


def test_vertex_that_a_member_had_before_is_kept_by_all_who_have_it():
    below = Polygon([(0, -5), (10, -5), (10, 0), (5, 0), (0, 0)])
    assert corners([WITH_ONE_MORE, below], [WITH_ONE_MORE, box(0, -5, 10, 0)]) == [5, 5]
    assert corners([WITH_ONE_MORE, below], [SQUARE, box(0, -5, 10, 0)]) == [4, 4]


def test_vertex_at_which_a_neighbour_turns_is_kept():
    below = Polygon([(0, 0), (2, -5), (5, 0)])
    assert corners([WITH_ONE_MORE, below], [SQUARE, below]) == [5, 3]


def test_vertex_of_the_parent_is_kept():
    assert corners([WITH_ONE_MORE], [SQUARE], np.array([WITH_ONE_MORE], object)) == [5]


def test_vertex_is_dropped_where_a_ring_begins_in_holes_and_in_parts():
    begins = Polygon([(5, 0), (10, 0), (10, 10), (0, 10), (0, 0)])
    holed = Polygon(SQUARE.exterior, [[(2, 2), (4, 2), (6, 2), (6, 6), (2, 6)]])
    parts = MultiPolygon([begins, box(20, 0, 30, 10)])
    before = [SQUARE, SQUARE - box(2, 2, 6, 6), MultiPolygon([SQUARE, box(20, 0, 30, 10)])]
    assert corners([begins, holed, parts], before) == [4, 9, 9]


def test_vertex_that_cutting_put_a_little_off_its_edge_is_dropped():
    #  cutting puts vertices on a grid of 1e-7
    (left,) = without_needless(
        np.array([Polygon([(0, 0), (5, 7e-8), (10, 0), (10, 10), (0, 10)])], object),
        np.array([SQUARE], object),
        NOBODY,
    )
    assert shapely.equals_exact(left, Polygon([(0, 0), (10, 0), (10, 10), (0, 10)]), 0)


def test_two_vertices_that_are_one_corner_are_kept():
    #  each lies within 1e-7 of the line of its neighbours, and without both the corner is gone
    corner = Polygon([(0, 0), (10, 0), (10 + 7e-8, 7e-8), (10, 10), (0, 10)])
    assert corners([corner], [box(50, 50, 60, 60)]) == [5]


def test_areas_without_one_are_the_very_same():
    given = np.array([SQUARE, box(10, 0, 20, 10)], object)
    assert without_needless(given, given, NOBODY) is given
