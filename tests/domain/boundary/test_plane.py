"""Boundaries go to metres and come back as the very degrees they were."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon

from mapserver.domain import crs
from mapserver.domain.boundary.plane import Plane, degrees_of

near = st.tuples(st.floats(112.8, 113.1), st.floats(27.0, 27.3))


@given(st.lists(near, min_size=3, max_size=12))
def test_vertices_that_were_not_touched_keep_every_digit(places):
    area = Polygon(places)
    plane = Plane(114)
    assert plane.to_degrees(plane.to_metric([area]))[0].wkb == area.wkb


def test_new_vertices_come_from_the_projection():
    plane = Plane(114)
    (metres,) = plane.to_metric([Point(113.0, 27.0)])
    beside = Point(metres.x + 100, metres.y)
    lon, lat = degrees_of(plane, (beside.x, beside.y))
    (expected,) = crs.to_degrees(np.array([beside], object), 114)
    assert (lon, lat) == (expected.x, expected.y)
    assert lon > 113.0


def test_what_was_remembered_first_stays_when_more_comes():
    plane = Plane(114)
    first, second = Point(113.01, 27.02), Point(113.02, 27.03)
    made = [*plane.to_metric([first]), *plane.to_metric([second])]
    assert shapely.equals_exact(plane.to_degrees(made), [first, second], 0).all()


def test_nothing_is_no_trouble():
    plane = Plane(114)
    assert plane.to_degrees([Polygon()])[0].is_empty
    assert len(plane.to_metric([])) == 0
