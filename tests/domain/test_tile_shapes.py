"""Tiles of lines and areas."""

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from mapserver.domain.tile_geometry import BUFFER, cut_out, rounded, to_features
from mapserver.domain.tile_shapes import ShapeColumns, ShapePyramid
from mapserver.domain.tiles import EXTENT, NO_ID, Column, Kind, Thinning, starts
from tests.domain.coverages import X, Y, Z, cells, in_degrees

EVERYTHING = Thinning(whole_up_to=10**9, whole_at_most=10**9)


def pyramid(*shapes, coverage=False, columns=()):
    degrees = [in_degrees(shape) for shape in shapes]
    return ShapePyramid(
        ShapeColumns.of(np.array(degrees, object), range(len(shapes)), columns, coverage=coverage)
    )


def tile(*shapes, coverage=False, z=Z, x=X, y=Y):
    return next(pyramid(*shapes, coverage=coverage).drafts(z, x, y, EVERYTHING))


def paths(features):
    """Return the paths of each feature, by id."""
    ends = features.path_ends.tolist()
    runs = [features.xy[a:b].tolist() for a, b in itertools.pairwise([0, *ends])]
    first = starts(features.feature_ends).tolist()
    return {
        number: runs[a:b]
        for number, a, b in zip(
            features.ids.tolist(), first, features.feature_ends.tolist(), strict=True
        )
    }


def surveyors_area(ring):
    """Return the sum of the specification's formula: positive is clockwise with y down."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def as_polygons(rings):
    """Build polygons the way a reader must: a positive ring starts one, negatives are holes."""
    found = []
    for ring in rings:
        if surveyors_area(ring) > 0:
            found.append((ring, []))
        else:
            found[-1][1].append(ring)
    return [Polygon(shell, holes) for shell, holes in found]


def test_a_square_is_wound_clockwise_and_not_closed():
    (ring,) = paths(tile(box(100, 200, 300, 400)))[0]
    assert sorted(map(tuple, ring)) == [(100, 200), (100, 400), (300, 200), (300, 400)]
    assert surveyors_area(ring) == 2 * 200 * 200


@pytest.mark.parametrize("reverse", [False, True])
def test_a_hole_follows_its_exterior_and_is_wound_the_other_way(reverse):
    ring = box(0, 0, 1000, 1000).difference(box(400, 400, 600, 600))
    exterior, hole = paths(tile(ring.reverse() if reverse else ring))[0]
    assert surveyors_area(exterior) == 2 * 1000 * 1000
    assert surveyors_area(hole) == -2 * 200 * 200


def test_the_parts_of_an_area_stay_together_each_with_its_holes():
    one = box(0, 0, 100, 100).difference(box(40, 40, 60, 60))
    two = box(200, 0, 300, 100)
    features = tile(MultiPolygon([one, two]), box(0, 500, 50, 600))
    areas = [[surveyors_area(ring) // 2 for ring in rings] for rings in paths(features).values()]
    assert areas == [[10000, -400, 10000], [5000]]
    assert features.kinds.tolist() == [Kind.POLYGON, Kind.POLYGON]


def test_a_line_keeps_its_direction():
    features = tile(LineString([(0, 0), (500, 0), (500, 500)]))
    assert paths(features) == {0: [[[0, 0], [500, 0], [500, 500]]]}
    assert features.kinds.tolist() == [Kind.LINE]


def test_a_closed_line_keeps_its_last_vertex():
    corners = [(0, 0), (500, 0), (500, 500), (0, 0)]
    assert paths(tile(LineString(corners)))[0] == [[list(corner) for corner in corners]]


def test_shapes_are_cut_at_the_buffer():
    features = tile(box(-9999, -9999, 9999, 9999), LineString([(-9999, 50), (9999, 50)]))
    low, high = -BUFFER, EXTENT + BUFFER
    found = paths(features)
    assert sorted(map(tuple, found[0][0])) == [(low, low), (low, high), (high, low), (high, high)]
    assert found[1] == [[[low, 50], [high, 50]]]


def test_a_line_that_leaves_and_returns_is_two_paths():
    bend = LineString([(100, 100), (9000, 100), (9000, 200), (100, 200)])
    assert paths(tile(bend))[0] == [
        [[100, 100], [EXTENT + BUFFER, 100]],
        [[EXTENT + BUFFER, 200], [100, 200]],
    ]


def test_what_only_touches_the_buffer_is_left_out():
    features = tile(box(EXTENT + BUFFER, 0, 9000, 100), box(0, 0, 10, 10))
    assert features.ids.tolist() == [1]


def test_what_has_no_place_is_left_out():
    columns = ShapeColumns.of(
        np.array([None, Polygon(), Point(1, 1), box(0, 0, 1, 1)], object),
        [1, 2, 3, 4],
        (Column.of("name", ["a", "b", "c", "d"]),),
    )
    assert columns.ids.tolist() == [4]
    assert columns.columns[0].codes.tolist() == [3]
    assert columns.labels().ids.tolist() == [4]


def test_a_shape_smaller_than_a_unit_leaves_no_degenerate_ring():
    features = tile(box(10.1, 10.1, 10.3, 10.3), LineString([(5.1, 5.1), (5.2, 5.2)]))
    assert len(features) == 0
    assert len(features.xy) == 0


def test_a_neck_that_rounding_closes_leaves_two_valid_parts():
    """Two squares joined by a strip a fifth of a unit wide."""
    dumbbell = shapely.union_all([box(0, 0, 10, 10), box(30, 0, 40, 10), box(10, 5.1, 30, 5.3)])
    (found,) = rounded(np.array([dumbbell], object))
    assert found.is_valid
    assert found.area == 200
    assert found.geom_type == "MultiPolygon"


def test_a_bow_tie_is_drawn_as_its_two_halves():
    bow = Polygon([(0, 0), (400, 400), (400, 0), (0, 400)])
    halves = as_polygons(paths(tile(bow))[0])
    assert sum(half.area for half in halves) == pytest.approx(80000)


def edges(features):
    """Return the directed edges of every ring."""
    found = []
    for number, rings in paths(features).items():
        for ring in rings:
            found += [
                (number, tuple(a), tuple(b))
                for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
            ]
    return found


@settings(max_examples=30)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(2, 25),
    st.sampled_from([(Z, X, Y), (Z - 2, X // 4, Y // 4), (16, 4 * X + 1, 4 * Y + 2)]),
)
def test_a_shared_edge_has_the_same_vertices_on_both_sides(seed, count, place):
    """Every edge inside the coverage is met once in each direction, at every zoom."""
    z, x, y = place
    areas = cells(seed, count)
    features = tile(*areas, coverage=True, z=z, x=x, y=y)
    directed = edges(features)
    backward = {(b, a) for _, a, b in directed}
    # the coverage's own outline and the cut at the buffer have one side only
    outline = shapely.union_all(areas).boundary
    outline = shapely.transform(outline, lambda xy: in_units(xy, z) - np.array([x, y]) * EXTENT)
    for _, a, b in directed:
        if (a, b) not in backward:
            middle = Point((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
            on_cut = any(a[i] == b[i] and a[i] in (-BUFFER, EXTENT + BUFFER) for i in (0, 1))
            assert on_cut or outline.distance(middle) < 8


def in_units(xy, z):
    """Return units of the test tile as units of the world at zoom `z`."""
    return (xy + np.array([X, Y]) * EXTENT) * 2.0 ** (z - Z)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(2, 25), st.integers(8, 16))
def test_every_area_of_every_zoom_is_valid_and_none_overlap(seed, count, z):
    shapes, _ = pyramid(*cells(seed, count), coverage=True).zoom(z)
    whole = shapes[~shapely.is_empty(shapes)]
    assert shapely.is_valid(whole).all()
    coordinates = shapely.get_coordinates(whole)
    assert (coordinates == np.floor(coordinates)).all()
    total = shapely.area(whole).sum()
    assert shapely.union_all(whole).area == pytest.approx(total, abs=len(whole))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, 3))
def test_every_ring_of_every_tile_makes_a_valid_polygon(seed, dx, dy):
    features = tile(*cells(seed, 12), coverage=True, z=16, x=4 * X + dx, y=4 * Y + dy)
    for rings in paths(features).values():
        polygons = as_polygons(rings)
        assert all(polygon.is_valid and polygon.area > 0 for polygon in polygons)
        assert all(len(set(map(tuple, ring))) == len(ring) for ring in rings)


def test_neighbouring_tiles_agree_on_what_they_both_hold():
    """The strip on either side of the edge between two tiles is the same in both."""
    areas = cells(3, 20)
    found = []
    for step in (1, 2):
        features = tile(*areas, coverage=True, z=16, x=4 * X + step, y=4 * Y + 1)
        strip = box(-BUFFER, 0, BUFFER, EXTENT)
        shift = (step - 2) * EXTENT
        found.append(
            {
                number: shapely.union_all(
                    [
                        shapely.transform(p, lambda xy, s=shift: xy + np.array([s, 0]))
                        for p in as_polygons(r)
                    ]
                ).intersection(strip)
                for number, r in paths(features).items()
            }
        )
    left, right = ({k: v for k, v in one.items() if v.area > 0} for one in found)
    assert left.keys() == right.keys()
    assert len(left) > 2
    # only where an edge is cut at one tile's buffer may its last stretch differ, by a unit
    assert all(left[k].hausdorff_distance(right[k]) <= 1.5 for k in left)


def test_simplifying_leaves_out_what_no_screen_shows():
    """A wavy edge of 401 vertices, a tenth of a unit high."""
    x = np.linspace(0, 4000, 401)
    wavy = Polygon([*zip(x, np.sin(x) / 10, strict=True), (4000, 500), (0, 500)])
    (ring,) = paths(tile(wavy))[0]
    assert len(ring) <= 8
    assert len(paths(tile(wavy, z=16, x=4 * X, y=4 * Y))[0][0]) > 50


def little_houses(*corners, size=2):
    return [box(x, y, x + size, y + size) for x, y in corners]


def test_small_shapes_share_a_cell_and_large_ones_never_do():
    """Three houses in one cell of 16 units, one elsewhere, and a field over all of them."""
    kinds = Column.of("kind", ["a", "a", "b", "c", "field"])
    shapes = [*little_houses((0, 0), (4, 4)), box(8, 8, 11, 11), box(64, 64, 66, 66)]
    whole = pyramid(*shapes, box(0, 0, 500, 500), columns=(kinds,))
    thinned = next(whole.drafts(Z, X, Y, Thinning(whole_from=20, whole_up_to=0, cell=16)))
    assert thinned.ids.tolist() == [NO_ID, 3, 4]
    kind, count = thinned.columns
    assert [count.values[code] for code in count.codes] == [3, 1, 1]
    assert [None if c < 0 else kind.values[c] for c in kind.codes] == [None, "c", "field"]
    # the largest of the three stands for them
    assert surveyors_area(thinned.xy[:4].tolist()) == 2 * 9


def test_every_draft_of_shapes_is_no_finer_than_the_one_before():
    houses = little_houses(*((i % 60 * 9, i // 60 * 9) for i in range(1500)))
    sizes = [len(draft) for draft in pyramid(*houses).drafts(Z, X, Y)]
    assert sizes[0] == 1500
    assert all(a >= b for a, b in itertools.pairwise(sizes))
    assert sizes[-1] < 5


def test_a_tile_without_shapes_is_empty():
    assert len(tile(box(0, 0, 10, 10), x=X + 7)) == 0
    assert len(next(ShapePyramid(ShapeColumns.of([], [])).drafts(3, 0, 0))) == 0


def test_a_tile_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no tile"):
        next(pyramid(box(0, 0, 1, 1)).drafts(3, 8, 0))


def test_labels_carry_the_ids_and_attributes_of_their_areas():
    names = (Column.of("name", ["left", "right"]),)
    whole = pyramid(box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), columns=names)
    labels = whole.columns.labels()
    assert sorted(labels.ids.tolist()) == [0, 1]
    named = dict(zip(labels.ids.tolist(), labels.columns[0].codes.tolist(), strict=True))
    assert [names[0].values[named[i]] for i in (0, 1)] == ["left", "right"]


def test_cutting_changes_no_geometry_it_was_given():
    shapes = np.array([box(-9000, 0, 10, 10)], object)
    cut = cut_out(shapes, shapely.bounds(shapes), np.array([0, 0]))
    assert shapes[0].bounds[0] == -9000
    assert cut[0].bounds == (-BUFFER, 0, 10, 10)


def test_a_coverage_may_hold_what_is_no_area():
    mixed = shapely.GeometryCollection([box(0, 0, 10, 10), LineString([(20, 0), (30, 0)])])
    features = tile(mixed, box(10, 0, 20, 10), LineString([(0, 50), (90, 50)]), coverage=True)
    assert features.kinds.tolist() == [Kind.POLYGON, Kind.POLYGON, Kind.LINE]


def test_parts_of_a_lower_dimension_are_left_out():
    mixed = shapely.GeometryCollection([box(0, 0, 10, 10), LineString([(20, 0), (30, 0)])])
    features = to_features(np.array([mixed], object), np.array([2]), np.array([7]), ())
    assert len(features) == 1
    assert len(features.path_ends) == 1
