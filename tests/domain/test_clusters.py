"""What belongs together of the segments that are left."""

import numpy as np
import pytest
from shapely import box

from mapserver.domain.boundary_sum import boundary_segments, net_segments
from mapserver.domain.clusters import clusters


def boxes_of(*areas, groups=None, apart_m=1e-6) -> list[tuple[float, ...]]:
    """Return the boxes of the clusters of the areas' rings, in order."""
    group = np.zeros(len(areas), np.int64) if groups is None else np.array(groups)
    net = net_segments([boundary_segments(np.array(areas, object), group)])
    return sorted(one.box for one in clusters(net, apart_m))


def test_nothing_has_no_clusters():
    assert boxes_of() == []


def test_areas_far_apart_are_clusters_of_their_own():
    assert boxes_of(box(0, 0, 1, 1), box(2, 0, 3, 1)) == [(0, 0, 1, 1), (2, 0, 3, 1)]


def test_areas_that_cross_or_lie_within_each_other_are_one_cluster():
    assert boxes_of(box(0, 0, 4, 4), box(3, 3, 5, 5)) == [(0, 0, 5, 5)]
    assert boxes_of(box(0, 0, 4, 4), box(1, 1, 2, 2)) == [(0, 0, 4, 4)]


def test_box_that_grew_takes_in_what_it_now_meets():
    """The corner of an L meets nothing, but its box holds the third square."""
    areas = [box(0, 0, 10, 1), box(9, 0.5, 10, 10), box(3, 5, 4, 6), box(20, 0, 21, 1)]
    assert boxes_of(*areas) == [(0, 0, 10, 10), (20, 0, 21, 1)]


@pytest.mark.parametrize(("between", "count"), [(0.9, 1), (1.1, 2)])
def test_what_is_nearer_than_the_limit_is_one(between, count):
    assert len(boxes_of(box(0, 0, 1, 1), box(1 + between, 0, 3, 1), apart_m=1)) == count


def test_groups_have_nothing_to_do_with_each_other():
    assert len(boxes_of(box(0, 0, 4, 4), box(3, 3, 5, 5), groups=[0, 1])) == 2


def test_long_chain_in_any_order_is_one_cluster():
    order = np.random.default_rng(3).permutation(500)
    assert boxes_of(*(box(x, 0, x + 1, 1) for x in order.tolist())) == [(0, 0, 500, 1)]
    apart = boxes_of(*(box(2 * x, 0, 2 * x + 1, 1) for x in order.tolist()))
    assert len(apart) == 500


def test_segments_of_a_cluster_stand_in_one_order_whatever_else_there_is():
    alone, others = box(0, 0, 1, 1), [box(5, 5, 6, 6), box(8, 8, 9, 9)]

    def walked(areas):
        group = np.zeros(len(areas), np.int64)
        net = net_segments([boundary_segments(np.array(areas, object), group)])
        (found,) = (one.net for one in clusters(net, 1e-6) if one.box == (0, 0, 1, 1))
        return np.column_stack([found.start, found.end, found.weight]).tolist()

    assert walked([alone]) == walked([*others, alone])
