"""Cells give exactly what asking every area about every point gives, wherever they are sure."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from mapserver.domain import assign as module
from mapserver.domain.assign import GridIndex
from mapserver.domain.raster_index import RasterIndex
from mapserver.domain.raster_kernel import EMPTY, anchor_of

PLACES = [
    (1.0, 0.0, 0.0),  # a drawing
    (1e-5, 112.9, 27.1),  # degrees, about a metre to the unit
    (1e-9, 112.9, 27.1),  # a tenth of a millimetre: cells of few floating-point numbers
    (0.37, 38_400_000.0, 2_980_000.0),  # metres in a zone with its number in front
    (1e7, -3e7, 1e7),  # as large as the earth
    (1e-140, 0.0, 0.0),  # products of differences underflow
    (1e140, 0.0, 0.0),  # and here they almost overflow
]


def by_asking(areas, x, y):
    """Return the first area that covers each point, and whether there is another."""
    covers = shapely.intersects_xy(np.asarray(areas, object)[:, None], x, y)
    first = np.where(covers.any(axis=0), covers.argmax(axis=0), -1)
    return first, covers.sum(axis=0) > 1


def assert_exact(areas, x, y):
    """Compare the index, plain and refined, with asking; return how many points were unsure."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    first, several = by_asking(areas, x, y)
    plain = RasterIndex.of(np.asarray(areas, object), np.arange(len(areas)))
    assert plain is not None
    unsure = 0
    for index in (plain, plain.refined()):
        found = index.place(x, y)
        sure = np.ones(len(x), bool)
        sure[found.unsure] = False
        np.testing.assert_array_equal(found.index[sure], first[sure])
        np.testing.assert_array_equal(found.edge[sure], several[sure])
        unsure = int((~sure).sum())
    return unsure


def near(values):
    """Return values with their neighbours one floating-point number below and above."""
    values = np.asarray(values, float)
    return np.concatenate([values, np.nextafter(values, -np.inf), np.nextafter(values, np.inf)])


def awkward_points(areas):
    """Return points on vertices, on and beside edges, and level with both."""
    xy = shapely.get_coordinates(areas)
    middles = (xy[1:] + xy[:-1]) / 2
    at = np.concatenate([xy, middles])
    x, y = near(at[:, 0]), near(at[:, 1])
    return np.concatenate([x, np.roll(x, 1)]), np.concatenate([y, y])


lattice = st.integers(0, 8)
corners = st.lists(st.tuples(lattice, lattice), min_size=3, max_size=7, unique=True)
rings = corners.map(Polygon).filter(lambda ring: ring.is_valid and ring.area > 0)
boxes = st.tuples(lattice, lattice, st.integers(1, 5), st.integers(1, 5)).map(
    lambda b: box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)
shapes = st.one_of(rings, boxes)


@st.composite
def pierced(draw):
    """Draw what is left of a shape without another: holes, several parts, touching corners."""
    return draw(shapes).difference(draw(shapes))


def only_polygons(drawn):
    return [
        part for shape in drawn for part in shapely.get_parts(shape) if part.geom_type == "Polygon"
    ]


some_areas = (
    st.lists(st.one_of(shapes, pierced()), min_size=1, max_size=6).map(only_polygons).filter(len)
)


@settings(deadline=None)
@given(some_areas, st.sampled_from(PLACES), st.randoms(use_true_random=False))
def test_the_answer_is_that_of_the_exact_predicate_at_any_scale(areas, place, chance):
    scale, east, north = place
    areas = shapely.transform(areas, lambda xy: xy * scale + [east, north])
    areas = [area for area in areas if area.is_valid and area.area > 0]
    if not areas:
        return
    x, y = awkward_points(areas)
    low, high = shapely.total_bounds(areas)[:2], shapely.total_bounds(areas)[2:]
    loose = np.array([[chance.uniform(-0.1, 1.1) for _ in range(2)] for _ in range(50)])
    loose = low + loose * (high - low)
    assert_exact(areas, np.append(x, loose[:, 0]), np.append(y, loose[:, 1]))


def star(rng, middle, spikes, size):
    """Return a polygon whose corners lie around `middle` at any distance up to `size`."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, spikes))
    far = rng.uniform(0.05, 1, spikes) * size
    return Polygon(middle + np.column_stack([np.cos(angles) * far, np.sin(angles) * far]))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", range(3))
def test_overlapping_stars_with_needles_for_spikes(place, seed):
    scale, east, north = place
    rng = np.random.default_rng(seed)
    areas = [star(rng, rng.uniform(0, 100, 2), 40, 30) for _ in range(25)]
    areas = shapely.transform(areas, lambda xy: xy * scale + [east, north])
    areas = [area for area in areas if area.is_valid]
    low, high = shapely.total_bounds(areas)[:2], shapely.total_bounds(areas)[2:]
    loose = rng.uniform(low - (high - low) * 0.05, high, (4000, 2))
    x, y = awkward_points(areas)
    assert_exact(areas, np.append(x, loose[:, 0]), np.append(y, loose[:, 1]))


def test_edges_that_lie_on_the_borders_of_cells():
    """A chessboard of 32 x 32: its lines are among those of any raster of 2**n cells."""
    areas = [box(c, r, c + 1, r + 1) for r in range(8, 40) for c in range(8, 40)]
    steps = near(np.arange(8, 41, 0.25))
    x, y = (side.ravel() for side in np.meshgrid(steps, steps))
    assert assert_exact(areas, x, y) == 0  # nothing slants: everything can be told


def test_most_points_are_sure():
    rng = np.random.default_rng(7)
    areas = [star(rng, rng.uniform(0, 100, 2), 60, 20) for _ in range(60)]
    assert assert_exact(areas, *rng.uniform(0, 100, (2, 5000))) == 0


def test_a_needle_through_many_cells_and_areas_within_one():
    far = box(-1e6, -1e6, -1e6 + 1, -1e6 + 1)
    needle = Polygon([(0, 0), (1e6, 1e-3), (1e6, 2e-3)])
    crumbs = [box(k * 1e-2, 1, k * 1e-2 + 5e-3, 1 + 5e-3) for k in range(20)]
    areas = [far, needle, *crumbs]
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(0, 1e6, 500), rng.uniform(0, 0.2, 500)])
    y = np.concatenate([rng.uniform(0, 2e-3, 500), rng.uniform(1, 1.005, 500)])
    ax, ay = awkward_points(areas)
    assert_exact(areas, np.append(x, ax), np.append(y, ay))


def test_a_cell_with_too_many_areas_is_left_to_the_tree():
    areas = [box(0, 0, 1 + k * 1e-9, 1) for k in range(100)] + [box(1e6, 1e6, 1e6 + 1, 1e6 + 1)]
    assert assert_exact(areas, [0.5, 2.0, 1e6 + 0.5], [0.5, 0.5, 1e6 + 0.5]) == 2


@pytest.mark.parametrize("turned", [False, True])
def test_edges_through_the_anchors_of_cells(turned):
    """Two halves meet exactly where the index has an anchor: nothing may rest on that one."""
    whole = RasterIndex.of(np.array([box(0, 0, 100, 100)], object), np.arange(1))
    rng = np.random.default_rng(2)
    touched = np.flatnonzero(whole.cells.labels < EMPTY)[::7].tolist()
    columns = whole.cells.raster.columns
    anchors = [anchor_of(whole.cells.raster, cell // columns, cell % columns) for cell in touched]
    for x, y in anchors:
        for areas in (
            [box(0, 0, x, 100), box(x, 0, 100, 100)],
            [box(0, 0, 100, y), box(0, y, 100, 100)],
        ):
            halves = np.array([shapely.reverse(half) if turned else half for half in areas], object)
            made = RasterIndex.of(halves, np.arange(2))
            assert made.cells.raster == whole.cells.raster
            ax, ay = awkward_points(halves)
            loose = rng.uniform(0, 100, (2, 200))
            near_x, near_y = x + rng.uniform(-3, 3, 50), y + rng.uniform(-3, 3, 50)
            assert_exact(
                halves,
                np.concatenate([ax, loose[0], near_x]),
                np.concatenate([ay, loose[1], near_y]),
            )


def test_areas_piled_on_each_other_get_fewer_cells():
    """100 areas over the same ground: a cell each for every one would be 100 times the work."""
    rng = np.random.default_rng(3)
    pile = [star(rng, np.array([50.0, 50.0]), 60, 50) for _ in range(100)]
    spread = [star(rng, rng.uniform(0, 500, 2), 60, 50) for _ in range(100)]
    piled, apart = (RasterIndex.of(np.array(a, object), np.arange(100)) for a in (pile, spread))
    assert len(piled.cells.labels) < len(apart.cells.labels) / 10


def test_a_hole_outside_its_shell_spoils_only_its_own_area():
    """GEOS bounds a polygon by its shell: rows must be counted by what is there."""
    turn = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    for height in (80, -80):
        hole = np.column_stack([0.5 + 0.3 * np.cos(turn), height + 0.3 * np.sin(turn)]).tolist()
        broken = Polygon([(0, 0), (1, 0), (1, 1), (0, 1)], [hole])
        areas = np.array([broken, box(0, 90, 1, 91)], object)
        index = RasterIndex.of(areas, np.arange(2))
        assert index is not None
        assert index.place(np.array([0.5, 0.5]), np.array([0.5, 90.5])).index[1] == 1


@pytest.mark.parametrize("wide", [1, 100, 1e6])
def test_long_edges_get_fewer_cells(wide):
    """5,000 strips: an edge in every column of a fine raster would be gigabytes."""
    strips = [box(0, k / 5000, wide, (k + 1) / 5000) for k in range(5000)]
    index = RasterIndex.of(np.array(strips, object), np.arange(5000))
    assert index is not None
    assert index.nbytes < 60e6
    rng = np.random.default_rng(1)
    assert_exact(strips, rng.uniform(0, wide, 300), rng.uniform(0, 1, 300))


def test_a_stray_area_far_away_leaves_the_others_to_the_tree():
    """All of a town in one cell: its points are not held against every edge of it."""
    rng = np.random.default_rng(1)
    town = [star(rng, rng.uniform(0, 1000, 2), 500, 300) for _ in range(20)]
    stray = box(-1e7, -1e7, -1e7 + 1, -1e7 + 1)
    x, y = rng.uniform(0, 1000, (2, 400))
    covered = (by_asking([*town, stray], x, y)[0] >= 0).sum()
    assert assert_exact([*town, stray], x, y) >= covered


@pytest.mark.parametrize("upright", [True, False])
def test_a_comb_with_many_teeth(upright):
    teeth = np.arange(2000)
    ring = np.column_stack([np.repeat(teeth, 2), np.tile([1, 100, 100, 1], 1000)]).astype(float)
    ring = np.vstack([ring, [[1999, 0], [0, 0]]])
    comb = Polygon(ring if upright else ring[:, ::-1])
    rng = np.random.default_rng(1)
    x, y = rng.uniform(0, 2000, 500), rng.uniform(0, 100, 500)
    ax, ay = awkward_points([comb])
    x, y = (x, y) if upright else (y, x)
    assert_exact([comb], np.append(x, ax[::37]), np.append(y, ay[::37]))


@pytest.mark.parametrize(
    "area", [box(0, 0, 0, 1), Polygon([(0, 0), (1, 0), (np.inf, 1)]), box(0, 0, 1e-160, 1e-160)]
)
def test_areas_that_cells_do_not_suit_are_left_to_the_tree(area):
    assert RasterIndex.of(np.array([area], object), np.arange(1)) is None


def test_points_that_are_not_finite_lie_nowhere():
    index = RasterIndex.of(np.array([box(0, 0, 1, 1)], object), np.array([7]))
    found = index.place(
        np.array([np.nan, np.inf, -np.inf, 0.5, 0.5]), np.array([0.5, 0.5, np.nan, np.inf, 0.5])
    )
    assert found.index.tolist() == [-1, -1, -1, -1, 7]


def test_parts_of_one_area_are_one_answer():
    areas = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)], object)
    found = RasterIndex.of(areas, np.array([4, 4, 9])).place(
        np.array([1.0, 2.0]), np.array([0.5, 0.5])
    )
    assert found.index.tolist() == [4, 4]
    assert found.edge.tolist() == [False, True]


@pytest.fixture
def cells_at_once(monkeypatch):
    """Make cells for the first point, and refine them."""
    for name in ("_WORTH_CELLS", "_WORTH_THE_COMPILER", "_WORTH_PARTS"):
        monkeypatch.setattr(module, name, 0)
    monkeypatch.setattr(module, "_VERTICES_PER_POINT", 10**9)


def test_an_index_answers_alike_with_a_tree_and_with_cells(cells_at_once, monkeypatch):
    rng = np.random.default_rng(5)
    stars = [star(rng, rng.uniform(0, 100, 2), 30, 20) for _ in range(30)]
    twins = [MultiPolygon([box(k, 0, k + 1, 1), box(k, 2, k + 1, 3)]) for k in range(10)]
    areas = [None, Polygon(), *stars, *twins]
    codes = [f"{int(code):03d}" for code in rng.permutation(len(areas))]
    x, y = rng.uniform(0, 100, (2, 3000))
    ax, ay = awkward_points(stars)
    x, y = np.concatenate([x, ax, [np.nan, np.inf]]), np.concatenate([y, ay, [1, 1]])
    with_cells = GridIndex(areas, codes).assign(x, y)
    monkeypatch.setattr(module, "_WORTH_CELLS", 10**12)
    with_tree = GridIndex(areas, codes).assign(x, y)
    for name in ("index", "edge", "unplaced"):
        np.testing.assert_array_equal(getattr(with_cells, name), getattr(with_tree, name))


def test_an_index_of_nothing_answers_none_with_cells_too(cells_at_once):
    assert GridIndex([None, Polygon()], ["a", "b"]).assign([1.0], [1.0]).code_list() == [None]


def test_threads_that_share_an_index_make_its_cells_once(cells_at_once, monkeypatch):
    made = []
    make = module.GridIndex._made_cells

    def counted(index):
        made.append(index)
        return make(index)

    monkeypatch.setattr(module.GridIndex, "_made_cells", counted)
    rng = np.random.default_rng(5)
    areas = [star(rng, rng.uniform(0, 100, 2), 30, 20) for _ in range(30)]
    index = GridIndex(areas, [f"{k:02d}" for k in range(30)])
    x, y = rng.uniform(0, 100, (2, 2000))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: index.assign(x, y).index, range(16)))
    for one in found:
        np.testing.assert_array_equal(one, found[0])
    assert len(made) == 1
