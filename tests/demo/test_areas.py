"""Town, villages and grids are an exact coverage, whatever the seed."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import Point

from mapserver.demo.areas import SEAT, Areas, draw, read_county, read_villages
from mapserver.demo.seeds import Seed
from mapserver.demo.township import SEED

# about a square metre, in square degrees
TINY = 1e-10


@pytest.fixture(scope="module", params=[SEED, "another", "third"])
def areas(request) -> Areas:
    return draw(Seed(request.param))


def shapes(areas: Areas) -> np.ndarray:
    return np.array([grid.area for grid in areas.grids], dtype=object)


def test_the_public_list_has_28_villages_nine_of_them_communities():
    villages = read_villages()
    assert len(villages) == len({village.code for village in villages}) == 28
    assert sum(village.urban for village in villages) == 9
    assert all(village.code.startswith("430424100") for village in villages)
    assert {v.name: v.name_en for v in villages}["金峨村"] == "Jin'e"


def test_grids_and_villages_are_valid_coverages(areas):
    assert shapely.is_valid(shapes(areas)).all()
    assert shapely.coverage_is_valid(shapes(areas))
    assert shapely.coverage_is_valid(np.array(areas.shapes, dtype=object))


def test_grids_fill_their_village_and_villages_the_town(areas):
    for village, shape in zip(areas.villages, areas.shapes, strict=True):
        own = [grid.area for grid in areas.grids if grid.village is village]
        assert shapely.union_all(own).symmetric_difference(shape).area < TINY
        assert sum(part.area for part in own) == pytest.approx(shape.area, abs=TINY)
    assert sum(grid.area.area for grid in areas.grids) == pytest.approx(areas.town.area, abs=TINY)


def test_every_area_is_one_piece_without_holes_and_runs_counterclockwise(areas):
    for shape in [areas.town, *areas.shapes, *shapes(areas)]:
        assert shape.geom_type == "Polygon"
        assert len(shape.interiors) == 0
        assert shape.exterior.is_ccw


def test_every_vertex_of_a_village_is_a_vertex_of_its_grids(areas):
    for village, shape in zip(areas.villages, areas.shapes, strict=True):
        own = [grid.area for grid in areas.grids if grid.village is village]
        corners = {tuple(corner) for corner in shapely.get_coordinates(own)}
        assert {tuple(corner) for corner in shapely.get_coordinates(shape)} <= corners


def test_coordinates_have_seven_decimals(areas):
    corners = shapely.get_coordinates(shapes(areas))
    assert np.array_equal(corners, np.round(corners, 7))


def test_the_town_lies_in_the_real_county_around_the_real_seat(areas):
    outside = shapely.union_all([grid.ground for grid in areas.grids]).difference(read_county())
    assert outside.area < 100
    assert areas.town.contains(Point(SEAT))
    (home,) = (grid for grid in areas.grids if grid.area.contains(Point(SEAT)))
    assert home.village.urban


def test_grids_are_numbered_from_west_to_east(areas):
    codes = [grid.code for grid in areas.grids]
    assert codes == sorted(codes)
    for village in areas.villages:
        own = [grid for grid in areas.grids if grid.village is village]
        assert [grid.code for grid in own] == [
            f"{village.code}{n:03d}" for n in range(1, len(own) + 1)
        ]
        middles = [grid.area.centroid.x for grid in own]
        # grids within a hundred metres count as one column
        assert all(later > earlier - 0.0011 for earlier, later in pairwise(middles))


def test_every_village_has_three_to_eight_grids(areas):
    counts = [sum(g.village is village for g in areas.grids) for village in areas.villages]
    assert 3 <= min(counts) <= max(counts) <= 8


def test_the_shipped_town_is_of_the_real_size():
    square_metres = sum(grid.ground.area for grid in draw(Seed(SEED)).grids)
    assert square_metres / 1e6 == pytest.approx(110, abs=2)


def test_another_seed_draws_other_borders_around_the_same_villages(areas):
    shipped = draw(Seed(SEED))
    other = draw(Seed("fourth"))
    assert other.villages == areas.villages == shipped.villages
    assert other.town != shipped.town
