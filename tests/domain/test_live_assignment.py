"""Areas that are reshaped, split and merged, and points that follow."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import split as split_by

from mapserver.domain.assign import GridIndex
from mapserver.domain.live_assignment import LiveAssignment


def whole(points: LiveAssignment, x, y) -> tuple[list[str | None], list[bool]]:
    """Return what assigning all points to all areas says."""
    codes = points.areas.near((-np.inf, -np.inf, np.inf, np.inf))
    found = GridIndex([points.areas[code] for code in codes], codes).assign(x, y)
    return found.code_list(), found.edge.tolist()


def assert_true(points: LiveAssignment, x, y) -> None:
    assert (points.code_list(), points.edge.tolist()) == whole(points, x, y)


#  a | b      the edge between a and b moves east by 2
A, B = box(0, 0, 10, 10), box(10, 0, 20, 10)
X, Y = np.array([5.0, 11, 12, 15, 30, np.nan]), np.array([5.0, 5, 5, 5, 5, 5])


def test_points_follow_a_shared_edge():
    points = LiveAssignment(X, Y, {"a": A, "b": B})
    assert points.code_list() == ["a", "b", "b", "b", None, None]
    moved = points.change({"a": box(0, 0, 12, 10), "b": box(12, 0, 20, 10)})
    assert points.code_list() == ["a", "a", "a", "b", None, None]
    assert points.edge.tolist() == [False, False, True, False, False, False]
    assert moved.points.tolist() == [1, 2]
    assert (moved.before, moved.after) == (("b", "b"), ("a", "a"))


def test_an_edge_that_comes_to_lie_on_a_point_is_told_though_the_point_stays():
    points = LiveAssignment([9.0], [5.0], {"a": A, "b": B})
    moved = points.change({"a": box(0, 0, 9, 10), "b": box(9, 0, 20, 10)})
    assert (points.code_list(), points.edge.tolist()) == (["a"], [True])
    assert not len(moved.points)


def test_a_split_and_a_merge_back():
    points = LiveAssignment(X, Y, {"a": A, "b": B})
    split = points.change({"b": box(10, 0, 12, 10), "c": box(12, 0, 20, 10)})
    assert points.code_list() == ["a", "b", "b", "c", None, None]
    assert split.points.tolist() == [3]
    merged = points.change({"b": B, "c": None})
    assert points.code_list() == ["a", "b", "b", "b", None, None]
    assert (merged.before, merged.after) == (("c",), ("b",))


def test_a_new_code_may_take_points_by_being_lower():
    points = LiveAssignment(X, Y, {"b": A, "c": B})
    points.change({"a": box(4, 4, 6, 6)})
    assert points.code_list()[0] == "a"
    assert points.edge.tolist()[0]


def test_the_last_area_may_go_and_come_back():
    points = LiveAssignment(X, Y, {"a": A})
    points.change({"a": None})
    assert points.code_list() == [None] * 6
    points.change({"a": A})
    assert points.code_list() == ["a", None, None, None, None, None]


def test_no_points_and_no_areas_are_no_trouble():
    points = LiveAssignment([], [], {})
    points.change({"a": A})
    assert points.code_list() == []


def chessboard(rng, side):
    """Return side x side skewed squares that share their corners."""
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    corners += rng.uniform(-0.2, 0.2, corners.shape)
    return {
        f"{r}{c}": Polygon(
            [corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]]
        )
        for r in range(side)
        for c in range(side)
    }


def reshape(rng, areas: dict[str, BaseGeometry]) -> dict[str, BaseGeometry | None]:
    """Move one vertex in all areas that have it."""
    code = rng.choice(sorted(areas))
    ring = shapely.get_coordinates(areas[code])
    old = ring[rng.integers(len(ring))]
    new = old + rng.uniform(-0.3, 0.3, 2)

    def follow(xy):
        return np.where((xy == old).all(axis=1)[:, None], new, xy)

    made = {c: shapely.transform(area, follow) for c, area in areas.items()}
    return {c: area for c, area in made.items() if area.is_valid and area != areas[c]}


def split(rng, areas: dict[str, BaseGeometry]) -> dict[str, BaseGeometry | None]:
    """Cut one area in two by a line through its middle."""
    code = rng.choice(sorted(areas))
    middle = np.array(areas[code].centroid.coords[0])
    way = rng.normal(size=2) * 10
    parts = split_by(areas[code], LineString([middle - way, middle + way])).geoms
    if len(parts) != 2 or not all(part.is_valid for part in parts):
        return {}
    return {code: parts[0], f"{code}{rng.integers(1000)}": parts[1]}


def merge(rng, areas: dict[str, BaseGeometry]) -> dict[str, BaseGeometry | None]:
    """Make one area of two neighbours, under either code."""
    code = rng.choice(sorted(areas))
    near = [c for c, area in areas.items() if c != code and area.intersects(areas[code])]
    if not near:
        return {}
    other = rng.choice(near)
    both = shapely.union(areas[code], areas[other])
    if both.geom_type != "Polygon" or not both.is_valid:
        return {}
    kept, gone = rng.permutation([code, other]).tolist()
    return {kept: both, gone: None}


def long_run(seed: int, steps: int) -> LiveAssignment:
    """Change at random, and hold every step against assigning everything anew."""
    rng = np.random.default_rng(seed)
    areas: dict[str, BaseGeometry] = dict(chessboard(rng, 5))
    loose = rng.uniform(-0.5, 5.5, (150, 2))
    corners = shapely.get_coordinates(list(areas.values()))
    x, y = np.concatenate([loose, corners]).T
    points = LiveAssignment(x, y, areas)
    for _ in range(steps):
        before = points.code_list()
        change = (reshape, split, merge)[rng.integers(3)](rng, areas)
        moved = points.change(change)
        for code, area in change.items():
            areas.pop(code, None)
            if area is not None:
                areas[code] = area
        assert_true(points, x, y)
        after = points.code_list()
        differ = [k for k in range(len(x)) if before[k] != after[k]]
        assert moved.points.tolist() == differ
        assert list(moved.after) == [after[k] for k in differ]
    return points


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 2**32))
def test_after_any_changes_the_points_are_where_a_full_run_puts_them(seed):
    long_run(seed, 25)


@pytest.mark.torture
def test_after_thousands_of_changes_too():
    for seed in range(20):
        long_run(seed, 400)


def test_memory_does_not_grow_with_the_number_of_changes():
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 20, (2, 500))
    points = LiveAssignment(x, y, {"a": A, "b": B})
    for turn in range(300):
        at = float(rng.uniform(5, 15))
        points.change({"a": box(0, 0, at, 10), f"c{turn}": box(at, 0, 20, 10), "b": None})
        points.change({"a": A, f"c{turn}": None, "b": B})
    # the place of a code that goes is the next one's
    assert len(points._codes) == 2
    assert len(points.areas._boxes) <= 3
