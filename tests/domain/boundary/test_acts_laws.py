"""Whatever is drawn, in whatever order, the grids of a village stay a coverage of it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon

from benchmarks.plots import plots
from mapserver.domain.boundary import (
    Version,
    add,
    bend,
    cut_out,
    drop_node,
    load,
    merge,
    move_node,
    reshape,
    snap,
    split,
    transfer,
)
from mapserver.domain.boundary.snapping import snapped
from mapserver.domain.coverage import audit
from mapserver.errors import ActRefused, InvalidRequest

VILLAGE = "430424100204"
SIDE_M = 300.0


def village(rng: np.random.Generator) -> Version:
    """Return nine grids whose winding edges are shared, far from the origin."""
    whole = plots(9, seed=int(rng.integers(2**31)), side_m=SIDE_M)
    codes = [f"{VILLAGE}{n:03d}" for n in range(1, len(whole.areas) + 1)]
    return Version.of(VILLAGE, whole.outline, dict(zip(codes, whole.areas, strict=True)))


def any_code(rng, version: Version) -> str:
    return str(rng.choice(list(version.grids)))


def any_place(rng, version: Version) -> np.ndarray:
    west, south, east, north = version.outline.bounds
    return rng.uniform([west, south], [east, north])


def blot(rng, version: Version) -> Polygon:
    """Return a shape of some corners around a place, now small and now large."""
    around = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(3, 9))))
    far = rng.uniform(0.2, 1.0, len(around)) * rng.choice([1.0, 30.0, 200.0])
    spots = (
        any_place(rng, version) + np.column_stack([np.cos(around), np.sin(around)]) * far[:, None]
    )
    return Polygon(spots)


def drawn_anew(rng, version: Version) -> Version:
    code = any_code(rng, version)
    spot = blot(rng, version).convex_hull
    area = version.grids[code]
    return reshape(version, code, area.union(spot) if rng.random() < 0.5 else area.difference(spot))


def cut_by_a_line(rng, version: Version) -> Version:
    code = any_code(rng, version)
    middle = np.array(version.grids[code].representative_point().coords[0])
    way = rng.normal(size=2) * 2 * SIDE_M
    bend = middle + rng.normal(0, 20, 2)
    return split(version, code, LineString([middle - way, bend, middle + way]))[0]


def joined_with_a_neighbour(rng, version: Version) -> Version:
    code = any_code(rng, version)
    area = version.grids[code]
    near = [c for c, one in version.grids.items() if c != code and one.intersects(area)]
    return merge(version, [code, str(rng.choice(near or [code]))])


def node_moved(rng, version: Version) -> Version:
    spots = shapely.get_coordinates(version.grids[any_code(rng, version)])
    at = spots[rng.integers(len(spots))]
    snap_m = float(rng.choice([0.0, 2.0, 20.0]))
    return move_node(version, tuple(at), tuple(at + rng.normal(0, 3, 2)), snap=snap_m)


def edge_bent(rng, version: Version) -> Version:
    spots = shapely.get_coordinates(version.grids[any_code(rng, version)])
    index = int(rng.integers(len(spots) - 1))
    at = spots[index : index + 2].mean(axis=0)
    return bend(version, tuple(at), tuple(at + rng.normal(0, 3, 2)), 1.0, float(rng.choice([0, 2])))


def node_dropped(rng, version: Version) -> Version:
    spots = shapely.get_coordinates(version.grids[any_code(rng, version)])
    return drop_node(version, tuple(spots[rng.integers(len(spots))]))


def given_as_snapped(rng, version: Version) -> Version:
    place = snapped(version, blot(rng, version), reach_m=float(rng.choice([0.5, 5.0])))
    return transfer(version, place, any_code(rng, version))


def without(version: Version, code: str, place: Polygon) -> Version:
    """Return grids one of which has lost a place to nobody, as a file may have them."""
    left = {key: one for key, one in version.grids.items() if key != code}
    rest = version.grids[code].difference(place)
    return load(version, left if rest.is_empty else {**left, code: rest})[0]


def taken_away_and_given_anew(rng, version: Version) -> Version:
    code = any_code(rng, version)
    area = version.grids[code]
    return add(without(version, code, area), area)[0]


def snapped_shut(rng, version: Version) -> Version:
    code = any_code(rng, version)
    return snap(without(version, code, blot(rng, version).convex_hull), reach_m=1e4)


def planned_anew(rng, version: Version) -> Version:
    whose = rng.integers(3, size=len(version.grids))
    shapes = np.array(list(version.grids.values()), object)
    parts = {str(k): shapely.coverage_union_all(shapes[whose == k]) for k in np.unique(whose)}
    return load(version, parts, tuple(parts))[0]


ACTS = (
    taken_away_and_given_anew,
    snapped_shut,
    planned_anew,
    drawn_anew,
    cut_by_a_line,
    joined_with_a_neighbour,
    node_moved,
    edge_bent,
    node_dropped,
    given_as_snapped,
    lambda rng, version: transfer(version, blot(rng, version), any_code(rng, version)),
    lambda rng, version: cut_out(version, blot(rng, version))[0],
)


def assert_whole(version: Version, first: Version, rng) -> None:
    """Hold a version to what every version must be."""
    shapes = np.array(list(version.grids.values()), object)
    assert shapely.is_valid(shapes).all()
    found = audit(shapes, list(version.grids), np.array([version.outline]), [VILLAGE])
    assert [(one.kind, one.area_m2) for one in found.defects] == []
    whole = float(shapely.area(shapes).sum())
    assert whole == pytest.approx(first.outline.area, rel=1e-6)
    spots = np.array([any_place(rng, first) for _ in range(40)])
    inside = shapely.contains_xy(first.outline, *spots.T)
    held = np.array([[one.contains(Point(at)) for one in shapes] for at in spots[inside]])
    assert (held.sum(axis=1) == 1).all()


def assert_descent(version: Version, first: Version) -> None:
    """Hold the lineage to a graph without loops that leads from the first codes to the last."""
    alive, ever = set(first.grids), set(first.used)
    for one in version.lineage:
        assert set(one.before) <= alive
        born = set(one.after) - alive
        assert not born & ever, "a code is given once, so no grid descends from itself"
        alive, ever = alive - set(one.before) | set(one.after), ever | born
    assert alive == set(version.grids)
    assert version.used >= ever


def long_day(seed: int, acts: int) -> int:
    """Draw at random, hold every version to the laws, and return how many acts went through."""
    rng = np.random.default_rng(seed)
    first = version = village(rng)
    done = [first]
    for _ in range(acts):
        act = ACTS[rng.integers(len(ACTS))]
        kept = {code: one.wkb for code, one in version.grids.items()}
        try:
            after = act(rng, version)
        except (ActRefused, InvalidRequest):
            after = version
        # the version before is the undo, to the last digit
        assert {code: one.wkb for code, one in version.grids.items()} == kept
        if after is not version:
            assert_whole(after, first, rng)
            done.append(after)
        version = after
    assert_descent(version, first)
    return len(done) - 1


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32))
def test_any_day_of_drawing_leaves_a_coverage(seed: int):
    long_day(seed, 6)


@pytest.mark.torture
def test_a_thousand_days_of_drawing_leave_coverages():
    acts = sum(long_day(seed, 12) for seed in range(1000))
    assert acts > 5000
