"""What does not cancel when rings are walked: the boundary of a sum of areas."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from mapserver.domain import boundary_sum
from mapserver.domain.boundary_sum import Segments, boundary_segments, net_segments

LEFT, RIGHT = box(0, 0, 10, 10), box(10, 0, 20, 10)


def summed(*areas, groups=None, sign=1) -> Segments:
    """Return what is left of the areas' rings."""
    group = np.zeros(len(areas), np.int64) if groups is None else np.array(groups, np.int64)
    return net_segments([boundary_segments(np.array(areas, object), group, sign)])


def test_edge_that_neighbours_share_cancels():
    left = summed(LEFT, RIGHT)
    lines = shapely.linestrings(np.stack([left.start, left.end], axis=1))
    outline = shapely.line_merge(shapely.multilinestrings(lines))
    assert shapely.polygons(shapely.get_coordinates(outline)).equals(LEFT | RIGHT)
    assert len(left) == 6


def test_sums_of_different_groups_do_not_cancel():
    apart = summed(LEFT, RIGHT, groups=[0, 1])
    assert len(apart) == 8
    assert [apart.of_group(one).signed_areas().sum() for one in (0, 1)] == [100, 100]


def test_area_that_is_subtracted_leaves_nothing_of_itself():
    parts = [
        boundary_segments(np.array([LEFT], object), np.zeros(1, np.int64), sign) for sign in (1, -1)
    ]
    assert len(net_segments(parts)) == 0
    assert net_segments(parts).signed_areas().sum() == 0


def test_winding_numbers_count_how_often_a_place_is_covered():
    holed = box(0, 0, 30, 30) - box(10, 10, 20, 20)
    all_of_it = summed(holed, box(5, 5, 25, 25), MultiPolygon([box(40, 0, 50, 10)]))
    places = np.array([[2, 2], [7, 7], [15, 15], [45, 5], [35, 5]], float)
    around = [int(all_of_it.turns_round(*place).sum()) for place in places]
    assert around == [1, 2, 1, 1, 0]


def test_minus_zero_is_zero_and_repeated_vertices_are_one():
    left = Polygon([(-5, 0), (-0.0, -0.0), (-0.0, 5), (-0.0, 5), (-5, 5)])
    right = Polygon([(0.0, 0.0), (5, 0), (5, 5), (0.0, 5)])
    assert len(summed(left, right)) == 6


def test_one_hash_for_all_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(7)
    corners = rng.integers(0, 6, (40, 2)) * 10.0
    areas = [box(x, y, x + 10, y + 10) for x, y in corners]
    rightly = _as_set(summed(*areas))
    monkeypatch.setattr(boundary_sum, "_hashed", lambda at: np.zeros(len(at), np.uint64))
    assert _as_set(summed(*areas)) == rightly


def _as_set(segments: Segments) -> set[tuple[float, ...]]:
    """Return the segments, each walked so that its weight is positive."""
    weight = segments.weight
    turned = (weight < 0)[:, None]
    start = np.where(turned, segments.end, segments.start)
    end = np.where(turned, segments.start, segments.end)
    return set(map(tuple, np.column_stack([start, end, np.abs(weight)]).tolist()))


def test_order_and_direction_of_what_is_left_depend_on_nothing_but_itself():
    areas = [box(x, 0, x + 1.5, 1) for x in range(20)]
    one, other = summed(*areas), summed(*map(shapely.reverse, areas[::-1]))
    assert (one.weight > 0).all()
    for name in ("start", "end", "weight"):
        assert (getattr(one, name) == getattr(other, name)).all()
