"""OGC API - Features, part 1 core, with GeoJSON (OGC 17-069r4), and queryables of part 3."""

import re

import jsonschema
import pytest
import shapely
from shapely.geometry import shape

from mapserver.api.features import CONFORMANCE, CRS84
from tests.api import town as small
from tests.api.conftest import Town

GEOJSON = "application/geo+json"
EVERY = {
    "town",
    "village",
    "grid",
    "house",
    "person",
    "organization",
    "premises",
    "school",
    "facility",
    "dispute",
    "footprint",
    "control_total",
}


def links(body: dict) -> dict[str, dict]:
    """Return the links of a body by what they stand for."""
    return {link["rel"]: link for link in body["links"]}


def ids(town: Town, query: str, collection: str = "house") -> list[str]:
    """Return the ids of the features that `query` finds."""
    body = town.get(f"/collections/{collection}/items?{query}").json()
    assert body["numberReturned"] == len(body["features"])
    return [feature["id"] for feature in body["features"]]


# ---------------------------------------------------------------- landing page, conformance


def test_landing_page_links_to_everything_and_every_link_answers_as_its_type(town: Town):
    body = town.get("/", accept="application/json").json()
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(
        links(body)
    )
    for link in body["links"]:
        answer = town.get(link["href"])
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("application/json", "application/json"),
        ("application/json, */*;q=0.1", "application/json"),
        ("application/json;q=0.5, text/html", "text/html"),
    ],
)
def test_browser_gets_the_map_and_a_program_the_landing_page(
    town: Town, accept: str, media_type: str
):
    answer = town.get("/", accept=accept)
    assert answer.headers["content-type"].startswith(media_type)
    # else a cache would show one of them to the other
    assert "Accept" in answer.headers["vary"].split(", ")


def test_form_parameter_asks_for_the_landing_page_whatever_is_accepted(town: Town):
    assert town.get("/?f=json", accept="text/html").json()["title"] == "网格一张图"


def test_conformance_lists_core_geojson_and_openapi(town: Town):
    classes = town.get("/conformance").json()["conformsTo"]
    assert classes == list(CONFORMANCE)
    for part in ("core", "geojson", "oas30"):
        assert f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{part}" in classes


# ---------------------------------------------------------------- collections


def test_every_layer_file_is_a_collection_with_its_title_in_the_readers_language(town: Town):
    body = town.get("/collections").json()
    assert {one["id"] for one in body["collections"]} == EVERY
    titles = {one["id"]: one["title"] for one in body["collections"]}
    assert titles["house"] == "房屋"
    english = town.get("/collections?lang=en").json()["collections"]
    assert {one["id"]: one["title"] for one in english}["house"] == "Houses"


@pytest.mark.parametrize("collection", sorted(EVERY))
def test_collection_alone_is_the_collection_in_the_list_and_its_links_answer(
    town: Town, collection: str
):
    listed = {one["id"]: one for one in town.get("/collections").json()["collections"]}
    body = town.get(f"/collections/{collection}").json()
    assert body == listed[collection]
    assert links(body)["items"]["type"] == GEOJSON
    for link in body["links"]:
        assert town.get(link["href"]).headers["content-type"] == link["type"]


def test_extent_is_the_towns_for_what_lies_somewhere_and_absent_for_what_does_not(town: Town):
    spatial = town.get("/collections/person").json()["extent"]["spatial"]
    assert spatial["bbox"] == [[112.9, 27.0, 112.94, 27.04]]
    assert spatial["crs"] == CRS84
    assert "extent" not in town.get("/collections/control_total").json()


# ---------------------------------------------------------------- queryables


@pytest.mark.parametrize("collection", sorted(EVERY))
def test_queryables_are_a_json_schema_and_each_may_be_asked_for(town: Town, collection: str):
    answer = town.get(f"/collections/{collection}/queryables")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"http://127.0.0.1:8000/collections/{collection}/queryables"
    tried = {"integer": "1", "number": "1.5", "boolean": "true", "string": "x"}
    formats = {"date": "2026-11-01", "uuid": small.FIRST_DOOR}
    for name, one in schema["properties"].items():
        value = formats.get(one.get("format"), tried[one["type"]])
        town.get(f"/collections/{collection}/items?{name}={value}")


def test_queryables_name_codes_and_titles_and_no_secret(town: Town):
    house = town.get("/collections/house/queryables?lang=en").json()["properties"]
    assert "dwelling" in house["use"]["enum"]
    assert house["owner_name"]["title"] == "Owner"
    assert not {"owner_id", "owner_phone"} & set(house)
    assert not {"id_number", "phone"} & set(
        town.get("/collections/person/queryables").json()["properties"]
    )


# ---------------------------------------------------------------- items


def test_feature_is_geojson_with_its_fields_and_place(town: Town):
    answer = town.get(f"/collections/house/items/{small.FIRST_DOOR}")
    assert answer.headers["content-type"] == GEOJSON
    body = answer.json()
    assert (body["type"], body["id"]) == ("Feature", small.FIRST_DOOR)
    assert body["geometry"] == {"type": "Point", "coordinates": [112.905, 27.005]}
    told = body["properties"]
    assert (told["door"], told["village"], told["grid"]) == ("3组20号", small.XINWU, small.SOUTH)
    assert (told["assigned_how"], told["revision"]) == ("covers", 1)
    assert (told["let"], told["storeys"], told["confirmed_on"]) == (False, 2, "2026-05-01")
    assert told["updated_at"] == "2026-11-20T08:00:00.000Z"
    assert {"self", "collection"} <= set(links(body))
    assert town.get(links(body)["self"]["href"]).json() == body


def test_person_has_the_point_of_the_house_and_an_unplaced_house_has_none(town: Town):
    person = town.get(f"/collections/person/items/{small.ADULT}").json()
    assert person["geometry"]["coordinates"] == [112.905, 27.005]
    assert person["properties"]["grid"] == small.SOUTH
    assert town.get(f"/collections/house/items/{small.UNPLACED}").json()["geometry"] is None


@pytest.mark.parametrize("collection", ["town", "village", "grid"])
def test_rings_follow_the_right_hand_rule(town: Town, collection: str):
    """RFC 7946, section 3.1.6: exteriors counterclockwise."""
    features = town.get(f"/collections/{collection}/items?limit=100").json()["features"]
    assert features
    for feature in features:
        for part in shapely.get_parts(shape(feature["geometry"])):
            assert part.exterior.is_ccw


def test_page_tells_how_many_match_and_how_many_it_has(town: Town):
    body = town.get("/collections/house/items?limit=4").json()
    assert (body["type"], body["numberMatched"], body["numberReturned"]) == (
        "FeatureCollection",
        6,
        4,
    )
    assert body["timeStamp"] == "2026-11-20T08:00:00Z"
    assert {"self", "collection", "next"} <= set(links(body))
    assert town.get(links(body)["self"]["href"]).json() == body


def test_page_holds_ten_unless_asked_and_more_than_the_most_counts_as_the_most(own_town: Town):
    from mapserver.domain.records import Record
    from mapserver.store import writing

    more = [Record(small.ident(9000 + k), None, None, {"address": f"{k}"}) for k in range(20)]
    with own_town.context.write() as session:
        writing.add(session, "house", more)
    assert own_town.get("/collections/house/items").json()["numberReturned"] == 10
    assert own_town.get("/collections/house/items?limit=10001").json()["numberReturned"] == 26


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bbox=112.90,27.00,112.91,27.01", [small.FIRST_DOOR]),
        ("bbox=112.90,27.00,-50,112.91,27.01,9000", [small.FIRST_DOOR]),
        ("bbox=112.905,27.005,112.905,27.005", [small.FIRST_DOOR]),
        (
            "bbox=112.95,27.0,112.92,27.04",
            [small.FIRST_DOOR, small.OTHER_DOOR, small.OUTSIDE, small.ON_EDGE],
        ),
        ("bbox=0,0,1,1", []),
        ("bbox=112.90,27.00,112.96,27.04&village=" + small.DONGFENG, [small.OUTSIDE, small.SHOP]),
        ("storeys=2", [small.FIRST_DOOR, small.SHOP]),
        ("storeys=2&use=business", [small.SHOP]),
        ("let=true", [small.OTHER_DOOR]),
        ("let=false", [small.FIRST_DOOR]),
        ("area_m2=120.5", [small.FIRST_DOOR]),
        ("confirmed_on=2026-05-01", [small.FIRST_DOOR]),
        ("door=3组20号", [small.FIRST_DOOR]),
        (f"grid={small.SOUTH}", [small.FIRST_DOOR]),
        ("assigned_how=edge", [small.ON_EDGE]),
        ("fid=2", [small.OTHER_DOOR]),
        ("door=' OR 1=1 --", []),
    ],
)
def test_houses_are_found_by_box_and_value(town: Town, query: str, found: list[str]):
    assert ids(town, query) == found


def test_people_are_found_by_house_and_by_the_box_that_their_house_lies_in(town: Town):
    assert ids(town, f"house={small.FIRST_DOOR}", "person") == [small.ADULT, small.CHILD]
    assert ids(town, f"house={small.FIRST_DOOR.upper()}", "person") == [small.ADULT, small.CHILD]
    assert ids(town, "bbox=112.92,27.00,112.94,27.02", "person") == [small.GUEST]
    assert ids(town, f"grid={small.SOUTH}", "person") == [small.ADULT, small.CHILD]


def test_areas_that_only_touch_a_box_with_their_own_box_are_left_out(own_town: Town):
    """A diagonal strip's box covers the corner that the strip itself does not reach."""
    from shapely import Polygon

    from mapserver.domain.records import Record
    from mapserver.store import writing

    strip = Polygon([(112.90, 27.00), (112.901, 27.00), (112.94, 27.04), (112.939, 27.04)])
    with own_town.context.write() as session:
        writing.add(session, "footprint", [Record(small.ident(8000), strip, None, {})])
    assert ids(own_town, "bbox=112.935,27.00,112.94,27.005", "footprint") == []
    assert ids(own_town, "bbox=112.91,27.00,112.92,27.04", "footprint") == [small.ident(8000)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-11-02", [small.NEW_DISPUTE]),
        ("2026-11-02T00:00:00Z", [small.NEW_DISPUTE]),
        ("2026-11-02T23:30:00%2B08:00", [small.NEW_DISPUTE]),
        ("2026-11-03", []),
        ("2025-01-01/2026-01-01", [small.OLD_DISPUTE]),
        ("2025-03-01/2026-11-02", [small.OLD_DISPUTE, small.NEW_DISPUTE]),
        ("2025-03-02/..", [small.NEW_DISPUTE]),
        ("2025-03-02/", [small.NEW_DISPUTE]),
        ("../2025-03-01", [small.OLD_DISPUTE]),
        ("/2025-03-01T12:00:00Z", [small.OLD_DISPUTE]),
        ("../..", [small.OLD_DISPUTE, small.NEW_DISPUTE]),
    ],
)
def test_disputes_are_found_by_when_they_happened(town: Town, asked: str, found: list[str]):
    assert ids(town, f"datetime={asked}", "dispute") == found


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("2026-11-20", 6),
        ("2026-11-20T08:00:00Z", 6),
        ("2026-11-20t16:00:00.0%2B08:00", 6),
        ("2026-11-20T08:00:01Z/..", 0),
        ("../2026-11-19", 0),
        ("2026-11-19/2026-11-20", 6),
    ],
)
def test_layer_without_a_date_of_its_own_is_found_by_its_last_change(
    town: Town, asked: str, count: int
):
    assert len(ids(town, f"datetime={asked}")) == count


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "after=-1",
        "after=x",
        "after=99999999999999999999",
        "bbox=1,2,3",
        "bbox=1,2,3,4,5",
        "bbox=1,2,3,4,5,6,7",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=inf,0,1,1",
        "bbox=",
        "bbox=0,2,1,1",
        "bbox=0,0,999,1",
        "datetime=yesterday",
        "datetime=2026-13-01",
        "datetime=20261101",
        "datetime=2026-W45-1",
        "datetime=2026-11-01T00:00:00",
        "datetime=2026-11-01%2000:00",
        "datetime=0001-01-01T00:00:00%2B08:00",
        "datetime=2026-11-02/2026-11-01",
        "datetime=2026-11-01/2026-11-02/2026-11-03",
        "datetime=..",
        "datetime=",
        "storeys=two",
        "storeys=99999999999999999999",
        "area_m2=inf",
        "let=maybe",
        "confirmed_on=2026-02-30",
        "fid=1e3",
        "owner_id=" + small.OWNER_ID,
        "owner_phone=x",
        "colour=red",
        "f=html",
        "door=%00",
    ],
)
def test_parameter_that_cannot_be_read_is_refused_and_named(town: Town, query: str):
    answer = town.get(f"/collections/house/items?{query}", 400)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["code"] == "invalid-request"
    if "%00" not in query:
        name = query.partition("=")[0]
        assert body["parameter"] == name
        assert name in body["detail"]


def test_reference_that_is_no_identifier_is_refused(town: Town):
    town.get("/collections/person/items?house=abc", 400)


@pytest.mark.parametrize(
    "path",
    [
        "/conformance",
        "/collections",
        "/collections/house",
        "/collections/house/queryables",
        "/collections/house/tiles",
        "/collections/house/tiles/WebMercatorQuad",
        f"/collections/house/items/{small.FIRST_DOOR}",
        "/town",
        "/layers",
        "/imports",
        "/api",
    ],
)
def test_unknown_parameter_is_refused_everywhere(town: Town, path: str):
    """OGC 17-069r4, 7.6: a parameter that the definition does not know is an error."""
    assert town.get(f"{path}?colour=red", 400).json()["parameter"] == "colour"
    town.get(f"{path}?lang=en")


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
@pytest.mark.parametrize("system", ["EPSG:4490", "http://www.opengis.net/def/crs/EPSG/0/4547"])
def test_another_reference_system_is_refused_and_never_taken_for_crs84(
    town: Town, parameter: str, system: str
):
    """Part 2 (OGC 18-058r1) is not conformed to: everything is CRS84, and says so."""
    query = f"?{parameter}={system}&bbox=112.90,27.00,112.94,27.04"
    assert parameter in town.get(f"/collections/house/items{query}", 400).json()["detail"]
    assert town.get("/collections/house").json()["crs"] == [CRS84]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", f"/{small.FIRST_DOOR}"])
def test_no_coordinates_come_in_by_writing_features(town: Town, method: str, path: str):
    """Registers come in by /imports, which asks for their datum."""
    answer = town.client.request(method, f"/collections/house/items{path}", json={})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"


# ---------------------------------------------------------------- paging


def walk(town: Town, path: str, between) -> list[str]:
    """Return the ids of all pages from `path` on; `between(n)` is called after page n."""
    seen: list[str] = []
    number = 0
    href: str | None = path
    while href is not None:
        body = town.get(href).json()
        seen += [feature["id"] for feature in body["features"]]
        number += 1
        between(number)
        href = links(body).get("next", {}).get("href")
    return seen


def test_next_links_lead_through_all_and_keep_the_filter(town: Town):
    pages = []
    found = walk(town, "/collections/house/items?limit=2&lang=en", pages.append)
    assert found == list(small.DOORS)
    assert pages == [1, 2, 3]
    filtered = walk(town, f"/collections/house/items?limit=1&village={small.XINWU}", lambda _: None)
    assert filtered == [small.FIRST_DOOR, small.OTHER_DOOR, small.UNPLACED, small.ON_EDGE]


def test_pages_survive_what_others_write_between_them(own_town: Town):
    """What stays is shown once: nothing skipped, nothing twice."""
    from mapserver.domain.records import Change, Record
    from mapserver.store import writing

    def write(page: int) -> None:
        own_town.clock.push(minutes=1)
        with own_town.context.write() as session:
            match page:
                case 1:  # seen already: removed and changed; not seen yet: changed
                    writing.remove(session, "house", [small.FIRST_DOOR])
                    changes = [
                        Change(small.OTHER_DOOR, {"door": "改"}),
                        Change(small.SHOP, {"storeys": 9}),
                    ]
                    writing.change(session, "house", changes)
                case 2:  # not seen yet: removed; and one comes new
                    writing.remove(session, "house", [small.ON_EDGE])
                    new = Record(small.ident(50), None, small.XINWU, {"address": "新来"})
                    writing.add(session, "house", [new])

    seen = walk(own_town, "/collections/house/items?limit=2", write)
    stayed = [small.OTHER_DOOR, small.UNPLACED, small.OUTSIDE, small.SHOP]
    assert [one for one in seen if one in stayed] == stayed
    assert len(seen) == len(set(seen))
    assert small.ON_EDGE not in seen
    # its id sorts before all others, yet it comes last and is not missed
    assert seen[-1] == small.ident(50)


# ---------------------------------------------------------------- not found


@pytest.mark.parametrize(
    "path",
    [
        "/collections/pond",
        "/collections/pond/items",
        "/collections/pond/items/1",
        "/collections/pond/queryables",
        "/collections/pond/tiles",
        "/collections/pond/template.xlsx",
        "/collections/house/items/abc",
        f"/collections/house/items/{small.ADULT}",
        "/collections/house' --/items",
        "/grids/999",
        "/imports/abc",
        f"/imports/{small.ADULT}",
        f"/imports/{small.ADULT}/rows",
        f"/imports/{small.ADULT}/points",
        f"/imports/{small.ADULT}/outcomes.xlsx",
        "/static/missing.js",
        "/static/../pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/static/" + "a" * 3000,
        "/nowhere",
    ],
)
@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "没|不在"), ("en-GB,en;q=0.9,zh;q=0.1", "(?i)no |only|gone")],
)
def test_what_is_not_there_is_a_problem_in_the_readers_language(
    town: Town, path: str, language: str, words: str
):
    answer = town.get(path, 404, accept_language=language)
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (404, "not-found", "/problems/not-found")
    assert re.search(words, body["detail"])
    assert {"title", "instance"} <= set(body)


def test_language_parameter_goes_before_the_header(town: Town):
    path = "/collections/pond?lang=zh"
    assert "没有" in town.get(path, 404, accept_language="en").json()["detail"]


def test_address_that_does_not_take_a_method_says_so(town: Town):
    answer = town.client.post("/town?lang=en")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"
    assert answer.headers["allow"] == "GET"
