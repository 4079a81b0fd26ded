"""The defects of the boundaries, as GeoJSON.

Projecting the small town opens slivers: its villages have no vertex where their grids meet.
"""

import pytest
import shapely

from tests.api import town as small
from tests.api.conftest import Town

PROPERTIES = {
    "kind",
    "title",
    "village",
    "village_name",
    "grids",
    "grid_names",
    "area_m2",
    "width_m",
    "sliver",
    "houses",
    "people",
}


def test_defects_are_a_feature_collection(town: Town):
    answer = town.get("/audits")
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    assert found["type"] == "FeatureCollection"
    assert (found["villages"], found["grids"], found["leftOut"]) == (2, 4, [])
    assert found["numberMatched"] == found["numberReturned"] == len(found["features"]) > 0
    assert found["residual_m2"] < 1e-3
    for one in found["features"]:
        assert (one["type"], one["properties"].keys()) == ("Feature", PROPERTIES)
        assert len(one["id"]) == 12
        assert 112.89 < shapely.geometry.shape(one["geometry"]).centroid.x < 112.95


def test_defects_can_be_asked_for_by_kind_and_village(town: Town):
    every = town.get("/audits").json()["features"]
    gaps = town.get("/audits?kind=gap").json()["features"]
    assert gaps == [one for one in every if one["properties"]["kind"] == "gap"] != []
    mine = town.get(f"/audits?village={small.XINWU}").json()["features"]
    assert mine == [one for one in every if one["properties"]["village"] == small.XINWU] != []
    both = town.get(f"/audits?kind=gap&village={small.XINWU}").json()["features"]
    assert both == [one for one in mine if one in gaps]


def test_titles_are_in_the_readers_language(town: Town):
    def title(query: str) -> set[str]:
        features = town.get(f"/audits?kind=gap{query}").json()["features"]
        return {one["properties"]["title"] for one in features}

    assert (title(""), title("&lang=en")) == ({"空白"}, {"gap"})


@pytest.mark.parametrize("query", ["kind=crack", "village=1", "town=430424100", "f=html"])
def test_what_cannot_be_read_is_refused(town: Town, query: str):
    answer = town.get(f"/audits?{query}", 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid-request"


def test_reader_who_has_it_gets_nothing_again(town: Town):
    tag = town.get("/audits").headers["etag"]
    assert town.get("/audits", 304, if_none_match=tag).content == b""
