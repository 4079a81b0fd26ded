"""The API's description: valid as OpenAPI 3.0 by another's reading, and true."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from mapserver.api.statuses import OF_OPERATION
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.walk import routes

# what stands for {name} in an address that answers
GIVEN = {
    "collection": "house",
    "item": small.FIRST_DOOR,
    "code": small.SOUTH,
    "kind": "unplaced",
    "tile_matrix_set": "WebMercatorQuad",
    "tile_matrix": "14",
    "tile_row": "6914",
    "tile_col": "13330",
    "village": small.XINWU,
    "form": "gpkg",
}

OF_PEOPLE = ("session", "accounts")
"""What is for people who are signed in, and not for tokens: asked in test_api_accounts."""


@pytest.fixture(scope="module")
def document(town: Town) -> dict:
    """Return the description that the server gives."""
    answer = town.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    body: dict = answer.json()
    return body


def operations(document: dict) -> Iterator[tuple[str, str, dict]]:
    """Yield (path, verb, operation) of each."""
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def holds(document: dict, operation: dict, answer: httpx2.Response) -> None:
    """Check that an operation foresees the status and the media type of an answer."""
    status = str(answer.status_code)
    known = operation["responses"]
    told = known.get(status) or known.get(f"{status[0]}XX")
    assert told, f"{answer.request.url}: {status} is not foreseen"
    if "$ref" in told:
        told = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
    if "content" in told:
        sent = answer.headers["content-type"].removesuffix("; charset=utf-8")
        assert sent in told["content"], f"{answer.request.url}: {sent}"
    else:
        assert answer.content == b""


def test_description_is_valid_openapi_3_0(document: dict):
    assert document["openapi"] == "3.0.3"
    assert [error.message for error in OpenAPIV30SpecValidator(document).iter_errors()] == []


def test_description_foresees_what_the_standard_asks_for(document: dict):
    """OGC 17-069r4, clause 9: the resources of core, with their parameters as written there."""
    paths = document["paths"]
    for path in ("/", "/api", "/conformance", "/collections", "/collections/{collection}"):
        assert "200" in paths[path]["get"]["responses"]
    given = paths["/collections/{collection}/items"]["get"]["parameters"]
    named = {one["name"]: one for one in given if "name" in one}
    assert named["limit"]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 10000,
        "default": 10,
    }
    assert (named["bbox"]["style"], named["bbox"]["explode"]) == ("form", False)
    assert named["datetime"]["schema"] == {"type": "string"}
    assert len(named) == len([one for one in given if "name" in one])


def test_every_operation_says_what_it_is_for(document: dict):
    for path, verb, operation in operations(document):
        assert operation["summary"], (path, verb)
        assert operation["tags"], (path, verb)
        in_path = {one["name"] for one in operation["parameters"] if one.get("in") == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))


def test_every_address_that_can_be_read_answers_as_described(town: Town, document: dict):
    tried = 0
    for path, verb, operation in operations(document):
        # imports, drafts and earlier versions are not there yet
        made = any(f"{{{name}}}" in path for name in ("import_id", "draft", "number"))
        if verb != "get" or made or operation["tags"][0] in (*OF_PEOPLE, "record"):
            continue
        address = path.format(**GIVEN)
        answer = town.get(address)
        holds(document, operation, answer)
        if "etag" in answer.headers:
            again = town.get(address, 304, if_none_match=answer.headers["etag"])
            holds(document, operation, again)
        holds(document, operation, town.client.get(f"{address}?lang=en"))
        tried += 1
    assert tried >= 15


def test_what_is_refused_is_refused_as_described(town: Town, document: dict):
    for path, verb, operation in operations(document):
        wrong = re.sub(r"{\w+}", "wrong", path)
        answer = town.client.request(verb, wrong, params={"colour": "red"})
        if path == "/":
            assert answer.status_code == 200
            continue
        assert answer.status_code in (400, 403, 404), (verb, wrong)
        holds(document, operation, answer)
        schema = document["components"]["schemas"]["Problem"]
        assert set(schema["required"]) <= set(answer.json())


def test_every_route_of_the_server_but_the_pages_files_is_described(town: Town, document: dict):
    """A route that nobody described would escape the walks above."""
    described = {path for path, _, _ in operations(document)}
    for path in ("/health", "/town", "/layers", "/search", "/imports", "/audits", "/grids/{code}"):
        assert path in described
    undescribed = {"/docs", "/static/{name}"}
    for route in routes(town.client.app):
        assert route.path.replace(":path}", "}") in described | undescribed


def test_statuses_are_those_of_each_operation_and_no_class_of_them(document: dict):
    """4XX would foresee anything: then an answer that nobody foresaw could not be told."""
    for path, verb, operation in operations(document):
        assert all(status.isdecimal() for status in operation["responses"]), (verb, path)
        assert {"400", "403", "500"} <= set(operation["responses"])


def test_what_is_told_of_one_operation_is_told_of_one_that_there_is(document: dict):
    known = {(verb, path) for path, verb, _ in operations(document)}
    assert set(OF_OPERATION) <= known
