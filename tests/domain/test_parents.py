"""A parent seen through small windows."""

import shapely
from shapely import box

from mapserver.domain.parents import Parent

VILLAGE = Parent("V", box(0, 0, 100, 100) - box(40, 40, 60, 60))


def test_window_far_inside_is_all_parent_and_one_outside_or_in_its_hole_is_nothing():
    window = (10, 10, 20, 20)
    assert VILLAGE.within(window).equals(box(*window))
    assert VILLAGE.within((200, 0, 210, 10)).is_empty
    assert VILLAGE.within((45, 45, 55, 55)).is_empty


def test_window_on_the_outline_shows_the_parent_itself():
    for window in ((-5, 10, 5, 20), (100, 100, 110, 110), (39, 45, 41, 46), (-1, -1, 101, 101)):
        assert VILLAGE.within(window) is VILLAGE.shape


def test_what_is_seen_covers_points_of_the_window_as_the_parent_does():
    for window in ((10, 10, 20, 20), (45, 45, 55, 55), (30, 30, 70, 70), (95, 95, 105, 105)):
        seen = VILLAGE.within(window)
        points = shapely.points(*shapely.box(*window).centroid.xy)
        assert (shapely.intersects(seen, points) == shapely.intersects(VILLAGE.shape, points)).all()
