"""Vertices that lie on another's edge, and a line that is straight both ways."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from mapserver.domain.boundary.fitting import TOUCH_DEG, fitted
from mapserver.domain.boundary.line import Line
from mapserver.domain.crs import to_degrees, to_metric


def test_an_edge_gets_the_vertices_of_others_that_lie_on_it_in_their_order():
    #  above: one long edge; below: two squares that meet at 4 and end at 7
    above, one, two = box(0, 1, 10, 2), box(0, 0, 4, 1), box(4, 0, 7, 1)
    first, second, third = fitted(np.array([above, one, two], object), 1e-9)
    bottom = [at for at in shapely.get_coordinates(first).tolist() if at[1] == 1]
    assert sorted(at[0] for at in bottom[:-1]) == [0, 4, 7, 10]
    assert second is one
    assert third is two
    assert first.area == above.area


def test_holes_and_parts_are_fitted_too():
    ring = Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior])
    inner = [box(3, 3, 4.5, 6), box(4.5, 3, 6, 6)]
    apart = MultiPolygon([ring, box(20, 0, 21, 1)])
    after, *_ = fitted(np.array([apart, *inner], object), 1e-9)
    assert [4.5, 3] in shapely.get_coordinates(after).tolist()
    assert after.geom_type == "MultiPolygon"
    assert shapely.equals(after, apart)


def test_what_lies_beside_an_edge_is_left_there():
    above, below = box(0, 1.001, 10, 2), box(4, 0, 7, 1)
    first, _ = fitted(np.array([above, below], object), 1e-6)
    assert first is above
    assert len(fitted(np.zeros(0, object), 1e-6)) == 0


def test_a_place_on_the_line_is_on_it_in_degrees_and_in_metres():
    """The middle of an edge of 4 km lies some centimetres beside the chord on the plane."""
    village = box(112.90, 27.08, 112.94, 27.10)
    (metres,) = to_metric(np.array([village], object), 114)
    line = Line.around(village, metres)
    half = np.array([box(112.91, 27.09, 112.92, 27.10)], object)
    plain = to_metric(half, 114)
    on = line.to_metres(half, plain)
    edge = shapely.boundary(metres)
    corner = shapely.Point(
        shapely.get_coordinates(plain)[np.argmax(shapely.get_coordinates(plain)[:, 1])]
    )
    assert edge.distance(corner) > 0.001
    tops = [at for at in shapely.get_coordinates(on[0]) if edge.distance(shapely.Point(at)) < 1e-6]
    assert len({tuple(at) for at in tops}) == 2
    back = line.to_degrees(on, to_degrees(on, 114))
    lats = shapely.get_coordinates(back[0])[:, 1]
    assert lats.max() == pytest.approx(27.10, abs=TOUCH_DEG)


def test_a_corner_of_the_line_stays_and_what_is_off_it_too():
    village = box(112.90, 27.08, 112.94, 27.10)
    (metres,) = to_metric(np.array([village], object), 114)
    line = Line.around(village, metres)
    inside = np.array([box(112.905, 27.085, 112.91, 27.09)], object)
    plain = to_metric(inside, 114)
    assert line.to_metres(inside, plain) is plain
    whole = np.array([village], object)
    assert line.to_metres(whole, to_metric(whole, 114))[0].equals_exact(metres, 0)
