"""Grids to begin with: as many as asked for, alike in households, each of one piece."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from mapserver.domain.boundary.proposing import proposed
from mapserver.domain.coverage import audit
from mapserver.errors import ActRefused

EAST, NORTH = 38_400_000.0, 2_990_000.0
ORIGIN = np.array([EAST, NORTH])


def moved(shape):
    """Return a shape as far from the origin as a zone with its number has it."""
    return shapely.transform(shape, lambda at: at + ORIGIN)


#  a village with a bay in it
BAY = moved(Polygon([(0, 0), (900, 0), (900, 600), (500, 600), (450, 200), (400, 600), (0, 600)]))


def houses(rng, outline, many):
    """Return places of houses in hamlets, and the households in each."""
    west, south, east, north = outline.bounds
    hamlets = rng.uniform([west, south], [east, north], (12, 2))
    at = hamlets[rng.integers(0, 12, 40 * many)] + rng.normal(0, 40, (40 * many, 2))
    at = at[shapely.contains_xy(outline, at)][:many]
    return at, rng.integers(1, 4, len(at)).astype(float)


def defects(outline, grids):
    codes = [f"{k:03d}" for k in range(len(grids))]
    shapes = np.array([one.shape for one in grids], object)
    return [one.kind for one in audit(shapes, codes, np.array([outline]), ["all"]).defects]


def unevenness(grids):
    """Return by how much of an equal share the grid that is farthest from it differs."""
    share = sum(one.households for one in grids) / len(grids)
    return max(abs(one.households - share) for one in grids) / share


def test_households_are_shared_out_to_a_few_in_a_hundred():
    off, compact = [], []
    for seed in range(8):
        at, households = houses(np.random.default_rng(seed), BAY, 400)
        grids = proposed(BAY, at, households, 2 + seed)
        off.append(unevenness(grids))
        compact += [4 * np.pi * one.shape.area / one.shape.length**2 for one in grids]
    assert np.mean(off) < 0.05
    assert np.mean(compact) > 0.5


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 2**32), st.integers(1, 9))
@example(2_097_153, 3)
def test_any_village_is_filled_by_grids_of_equal_households_in_one_piece(seed, count):
    rng = np.random.default_rng(seed)
    at, households = houses(rng, BAY, 400)
    grids = proposed(BAY, at, households, count)
    assert len(grids) == count
    assert "gap" not in (kinds := defects(BAY, grids))
    assert "overlap" not in kinds
    assert sum(one.shape.area for one in grids) == pytest.approx(BAY.area, rel=1e-9)
    assert all(one.shape.geom_type == "Polygon" for one in grids)
    assert sum(one.households for one in grids) == households.sum()
    assert unevenness(grids) <= 0.5


def test_the_same_houses_make_the_same_grids():
    at, households = houses(np.random.default_rng(1), BAY, 200)
    first, second = (proposed(BAY, at, households, 5) for _ in range(2))
    assert [one.shape.wkb for one in first] == [one.shape.wkb for one in second]


def test_grids_are_told_from_west_to_east():
    at, households = houses(np.random.default_rng(2), BAY, 200)
    west = [one.shape.representative_point().x for one in proposed(BAY, at, households, 4)]
    assert west == sorted(west)


def test_grids_follow_the_lines_that_are_given():
    #  a river cuts the village in two: no grid lies on both banks
    village = moved(box(0, 0, 900, 600))
    river = moved(LineString([(-10, 250), (300, 280), (600, 240), (910, 330)]))
    at, households = houses(np.random.default_rng(3), village, 300)
    grids = proposed(village, at, households, 4, [river])
    assert len(grids) == 4
    for one in grids:
        (bank, *others) = shapely.get_parts(shapely.difference(one.shape, river.buffer(1e-3)))
        assert not others
        assert bank.area > 0


#  12 blocks of 225 by 200, as the lands of 12 groups
BLOCKS = [
    moved(box(225 * x, 200 * y, 225 * x + 225, 200 * y + 200)) for x in range(4) for y in range(3)
]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 11])
def test_blocks_stay_whole_and_are_shared_out_evenly(count):
    village = moved(box(0, 0, 900, 600))
    at, households = houses(np.random.default_rng(6), village, 300)
    grids = proposed(village, at, households, count, blocks=BLOCKS)
    assert len(grids) == count
    assert not {"gap", "overlap"} & set(defects(village, grids))
    for block in BLOCKS:
        shares = [one.shape.intersection(block).area / block.area for one in grids]
        assert sorted(shares)[-1] == pytest.approx(1)
    assert all(one.shape.geom_type == "Polygon" for one in grids)
    assert sum(one.households for one in grids) == households.sum()


def test_two_faces_are_exchanged_where_no_single_one_can_be_given():
    #  +---+---+
    #  | 5 | 3 |   the halves west and east hold 5 + 5 and 3 + 3; 8 and 8 is reached only when
    #  +---+---+   one of the west goes east and one of the east west
    #  | 5 | 3 |
    #  +---+---+
    four = [moved(box(x, y, x + 100, y + 100)) for x in (0, 100) for y in (0, 100)]
    at = np.array([[50, 50], [50, 150], [150, 50], [150, 150]]) + ORIGIN
    village = moved(box(0, 0, 200, 200))
    grids = proposed(village, at, np.array([5.0, 5, 3, 3]), 2, blocks=four)
    assert [one.households for one in grids] == [8, 8]


def test_more_grids_than_blocks_are_refused():
    village = moved(box(0, 0, 900, 600))
    at, households = houses(np.random.default_rng(6), village, 300)
    with pytest.raises(ActRefused, match="there are 2 grids at most"):
        proposed(
            village,
            at,
            households,
            3,
            blocks=[moved(box(0, 0, 450, 600)), moved(box(450, 0, 900, 600))],
        )


def test_a_part_between_lines_is_due_no_more_grids_than_people_live_in_places_there():
    #  60 households in one block of flats west of the road, 25 in five houses east of it
    village, road = moved(box(0, 0, 1000, 1000)), moved(LineString([(500, -10), (500, 1010)]))
    at = np.array([[100, 500], *([600 + 70 * k, 500] for k in range(5))]) + ORIGIN
    grids = proposed(village, at, np.array([60.0, 5, 5, 5, 5, 5]), 4, [road])
    assert sorted(one.households for one in grids)[-1] == 60
    assert len(grids) == 4


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_a_house_on_a_line_is_counted_once(count):
    village, road = moved(box(0, 0, 1000, 1000)), moved(LineString([(500, -10), (500, 1010)]))
    places = [[100, 100], [200, 500], [300, 900], [800, 500], [500, 250], [500, 750]]
    grids = proposed(village, np.array(places) + ORIGIN, np.full(6, 5.0), count, [road])
    assert sum(one.households for one in grids) == 30
    assert len(grids) == count


def test_lines_that_cross_too_often_are_refused():
    village = moved(box(0, 0, 1000, 1000))
    at, households = houses(np.random.default_rng(6), village, 50)
    tangle = moved(LineString(np.random.default_rng(1).uniform(0, 1000, (400, 2))))
    with pytest.raises(ActRefused, match="crossings are the most"):
        proposed(village, at, households, 3, [tangle])


def test_a_line_parts_a_block_that_it_crosses():
    village = moved(box(0, 0, 900, 600))
    river = moved(LineString([(-10, 300), (910, 300)]))
    at, households = houses(np.random.default_rng(3), village, 300)
    grids = proposed(village, at, households, 4, [river], BLOCKS)
    assert len(grids) == 4
    assert not any(shapely.crosses(river, one.shape) for one in grids)


def test_a_village_in_two_parts_is_filled_too():
    village = MultiPolygon([moved(box(0, 0, 400, 400)), moved(box(600, 0, 900, 400))])
    at, households = houses(np.random.default_rng(4), village, 200)
    grids = proposed(village, at, households, 4)
    assert sum(one.shape.area for one in grids) == pytest.approx(village.area)


def test_one_grid_is_the_village_itself():
    at, households = houses(np.random.default_rng(5), BAY, 50)
    (grid,) = proposed(BAY, at, households, 1)
    assert shapely.equals(grid.shape, BAY)


@pytest.mark.parametrize("count", [0, 3, 100])
def test_more_grids_than_inhabited_places_are_refused(count):
    at = np.array([[EAST + 10, NORTH + 10], [EAST + 20, NORTH + 20], [EAST - 99, NORTH]])
    with pytest.raises(ActRefused, match="2 places"):
        proposed(BAY, at, np.ones(3), count)
