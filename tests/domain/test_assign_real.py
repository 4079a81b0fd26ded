"""Census areas of Tottori and precincts of Denver: the exact predicate beside the index."""

from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from mapserver.domain import assign as module
from mapserver.domain.assign import GridIndex

DATA = Path(__file__).parents[1] / "data"
FILES = {
    "Tottori": ("tottori/small_areas.parquet", "KEY_CODE"),
    "Denver 2016": ("denver/precincts_2016_orig.parquet", "name"),
    "Denver 2018": ("denver/precincts_2018_orig.parquet", "name"),
}


def valid_areas(file, code):
    frame = geopandas.read_parquet(DATA / file)
    return frame.assign(code=frame[code].astype(str))[frame.is_valid]


@pytest.fixture(scope="module", params=FILES.values(), ids=FILES)
def areas(request):
    return valid_areas(*request.param)


@pytest.fixture(scope="module")
def tottori():
    return valid_areas(*FILES["Tottori"])


@pytest.fixture(autouse=True)
def cells_at_once(monkeypatch):
    for name in ("_WORTH_CELLS", "_WORTH_THE_COMPILER", "_WORTH_PARTS"):
        monkeypatch.setattr(module, name, 0)
    monkeypatch.setattr(module, "_VERTICES_PER_POINT", 10**9)


def assert_as_the_predicate_says(areas, x, y):
    codes = areas["code"].tolist()
    found = GridIndex(areas.geometry.values, codes).assign(x, y)
    point, area = shapely.STRtree(areas.geometry.values).query(
        shapely.points(x, y), predicate="intersects"
    )
    lowest: list[str | None] = [None] * len(x)
    several: list[set[str]] = [set() for _ in x]
    for p, a in zip(point.tolist(), area.tolist(), strict=True):
        several[p].add(codes[a])
        lowest[p] = min(several[p])
    assert found.code_list() == lowest
    assert found.edge.tolist() == [len(codes) > 1 for codes in several]
    return found


def test_every_address_of_the_prefecture_is_in_the_area_that_covers_it_or_in_none(tottori):
    places = geopandas.read_parquet(DATA / "tottori" / "addresses.parquet").geometry
    found = assert_as_the_predicate_says(tottori, places.x.to_numpy(), places.y.to_numpy())
    assert (found.index >= 0).sum() == 234


def test_every_vertex_and_its_neighbours_in_the_last_digit(areas):
    xy = shapely.get_coordinates(areas.geometry.values)
    x, y = xy[:, 0], xy[:, 1]
    beside = np.nextafter(x, np.inf), np.nextafter(y, -np.inf)
    found = assert_as_the_predicate_says(areas, x, y)
    assert (found.index >= 0).all()
    assert found.edge.mean() > 0.8  # most are a neighbour's too
    assert_as_the_predicate_says(areas, *beside)


def test_the_middle_of_every_edge(areas):
    xy = shapely.get_coordinates(areas.geometry.values)
    middle = (xy[1:] + xy[:-1]) / 2
    assert_as_the_predicate_says(areas, middle[:, 0], middle[:, 1])
