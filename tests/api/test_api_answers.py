"""Validators, compression, and what never leaves the server."""

import gzip
import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from mapserver.api.problems import install
from mapserver.domain.records import Change
from mapserver.store import writing
from tests.api import town as small
from tests.api.conftest import Town

READABLE = [
    "/town",
    "/layers",
    "/collections",
    "/collections/house",
    "/collections/house/items",
    f"/collections/house/items/{small.FIRST_DOOR}",
    "/collections/house/tiles/WebMercatorQuad",
    "/search?q=3组20号",
    "/worklists/unplaced",
    f"/grids/{small.SOUTH}",
]

# ---------------------------------------------------------------- validators and caches


@pytest.mark.parametrize("path", READABLE)
def test_reader_who_has_the_answer_gets_304(town: Town, path: str):
    first = town.get(path)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]+"', tag)
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = town.get(path, 304, if_none_match=known)
        assert (again.content, again.headers["etag"]) == (b"", tag)
    town.get(path, if_none_match='"other"')


def test_validators_change_when_something_is_written(own_town: Town):
    before = {path: own_town.get(path).headers["etag"] for path in READABLE}
    with own_town.context.write() as session:
        writing.change(session, "house", [Change(small.FIRST_DOOR, {"door": "新门牌"})])
    for path, tag in before.items():
        assert own_town.get(path, if_none_match=tag).headers["etag"] != tag


def test_validator_differs_by_address_and_language(town: Town):
    paths = [*READABLE, "/town?lang=en", "/collections/house/items?limit=1"]
    tags = [town.get(path).headers["etag"] for path in paths]
    tags.append(town.get("/town", accept_language="en").headers["etag"])
    assert len(set(tags)) == len(tags)
    assert "Accept-Language" in town.get("/collections").headers["vary"]


def test_validator_changes_with_the_day_on_which_ages_are_counted(own_town: Town):
    """The child turns 14 at midnight, and nothing was written."""
    path = f"/collections/person/items/{small.CHILD}"
    own_town.clock.push(days=839)
    own_town.sign_in()  # the day before; a token is not good for years
    before = own_town.get(path)
    assert before.json()["properties"]["secret"] is True
    own_town.clock.push(days=1)
    after = own_town.get(path, if_none_match=before.headers["etag"])
    assert after.json()["properties"]["name"] == "张小宝"


@pytest.mark.parametrize("path", ["/layers", "/static/css/tokens.css", "/"])
def test_answers_are_compressed_for_those_who_read_gzip(town: Town, path: str):
    packed = town.get(path, accept_encoding="gzip")
    plain = town.get(path, accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["vary"]


def test_pages_files_have_validators_and_types_that_browsers_take(town: Town):
    for path, kind in {
        "/": "text/html; charset=utf-8",
        "/docs": "text/html; charset=utf-8",
        "/static/js/main.js": "text/javascript; charset=utf-8",
        "/static/vendor/maplibre-gl/maplibre-gl.mjs": "text/javascript; charset=utf-8",
        "/static/css/base.css": "text/css; charset=utf-8",
        "/static/icons.svg": "image/svg+xml",
    }.items():
        answer = town.get(path)
        assert answer.headers["content-type"] == kind
        town.get(path, 304, if_none_match=answer.headers["etag"])


def test_imports_and_problems_are_kept_by_nobody(town: Town):
    assert town.get("/imports").headers["cache-control"] == "no-store"
    assert town.get("/nowhere", 404).headers["cache-control"] == "no-store"
    assert town.get("/health").headers["cache-control"] == "no-store"
    assert town.get("/health").json() == {"status": "ok"}


# ---------------------------------------------------------------- what never leaves


def bodies(town: Town) -> Iterator[tuple[str, str]]:
    """Yield every address that can be read with its body, links followed, as text."""
    document = town.get("/api").json()
    given = {
        "code": small.SOUTH,
        "village": small.XINWU,
        "number": 1,
        "form": "geojson",
        "tile_matrix_set": "WebMercatorQuad",
        "tile_matrix": "14",
        "tile_row": "6914",
        "tile_col": "13330",
    }
    collections = [one["id"] for one in town.get("/collections").json()["collections"]]
    paths = set()
    for template in document["paths"]:
        for collection in collections if "{collection}" in template else [""]:
            for kind in ("unplaced", "unassigned", "contradictions", "doubles"):
                for item in (small.ADULT, small.CHILD, small.FIRST_DOOR, small.SCHOOL):
                    values = {
                        "collection": collection,
                        "kind": kind,
                        "item": item,
                        "import_id": item,
                        **dict.fromkeys(
                            ("session", "token", "account", "appointment", "draft"), item
                        ),
                    }
                    paths.add(template.format(**values, **given))
    words = [*small.SECRETS, "张三", "张小宝", "3组20号", "房主", "新屋小学"]
    paths |= {f"/search?q={word}&limit=50" for word in words}
    paths |= {f"/collections/{one}/items?limit=10000" for one in collections}
    for path in sorted(paths):
        for language in ("zh", "en"):
            answer = town.client.get(path, params={"lang": language} if "?" not in path else None)
            yield path, answer.content.decode("utf-8", "replace")


def test_no_answer_holds_a_secret_value_in_full(town: Town):
    seen = 0
    for path, body in bodies(town):
        asked = path.partition("?q=")[2].partition("&")[0]
        for secret in small.SECRETS:
            # a problem may repeat what was asked for
            assert secret not in body or secret == asked, f"{secret} in {path}"
        seen += 1
    assert seen > 100


def test_secret_leaves_masked(town: Town):
    person = town.get(f"/collections/person/items/{small.ADULT}").json()["properties"]
    assert person["id_number"] == "430499********001X"
    assert person["phone"] == "199****1111"
    house = town.get(f"/collections/house/items/{small.FIRST_DOOR}").json()["properties"]
    assert house["owner_id"] == "430499********0026"
    assert house["owner_phone"] == "199****2222"


def test_child_under_14_leaves_as_its_house_alone(town: Town):
    told = town.get(f"/collections/person/items/{small.CHILD}").json()["properties"]
    assert told["secret"] is True
    assert told["house"] == small.FIRST_DOOR
    assert not {"name", "born", "sex", "relation", "id_number", "note"} & set(told)


@pytest.mark.parametrize("query", ["name=张小宝", "sex=1", "relation=20"])
def test_child_cannot_be_found_by_what_is_kept_secret(town: Town, query: str):
    """Else a guess that is right would tell it."""
    found = town.get(f"/collections/person/items?{query}").json()
    assert small.CHILD not in {feature["id"] for feature in found["features"]}
    assert found["numberMatched"] == found["numberReturned"]


def test_a_date_of_birth_leaves_as_an_age_and_cannot_be_asked_for(town: Town):
    """With it the masked ID number would be a whole one."""
    told = town.get(f"/collections/person/items/{small.ADULT}").json()["properties"]
    assert "born" not in told and told["age"] == 36
    town.get("/collections/person/items?born=1990-05-03", 400)


def test_secret_cannot_be_searched_for(town: Town):
    for secret in small.SECRETS:
        assert town.get(f"/search?q={secret}").json()["results"] == []


def test_refusal_says_nothing_of_the_secret_that_was_asked_with(town: Town):
    answer = town.get(f"/collections/person/items?id_number={small.ADULT_ID}", 400)
    assert small.ADULT_ID not in answer.text


# ---------------------------------------------------------------- failures


def test_failure_of_the_program_is_a_problem_without_a_trace(capfd):
    app = FastAPI()
    install(app)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError(f"row with {small.ADULT_ID}")

    client = TestClient(app, raise_server_exceptions=False)
    for language, words in {"zh": "程序出错", "en": "The program failed"}.items():
        answer = client.get("/broken", params={"lang": language})
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["code"], body["status"]) == ("error", 500)
        assert words in body["detail"]
        for leak in ("Traceback", "RuntimeError", small.ADULT_ID, ".py"):
            assert leak not in answer.text


def test_every_kind_of_error_has_a_status_and_both_languages():
    from mapserver import errors
    from mapserver.api.problems import kind_of, problem

    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.MapserverError)
    ]
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        error = kind("怎么了", "what")
        for language, detail in {"zh": "怎么了", "en": "what"}.items():
            body = problem(error, language, "/somewhere")
            assert body["status"] == kind_of(error).status >= 400
            told = detail if not kind_of(error).inward else body["detail"]
            assert (body["detail"], body["code"]) == (told, kind.code)
            assert kind_of(error).inward == (body["detail"] != detail)
            assert body["type"] == f"/problems/{kind.code}"
        assert json.dumps(body)


def test_compression_is_the_same_bytes_each_time(town: Town):
    """A file's packed form carries no time, so caches and tests can compare it."""
    file = town.client.app.state.desk.files.get("css/base.css")
    assert file.packed is not None
    assert gzip.decompress(file.packed) == file.body
    assert file.packed[4:8] == b"\0\0\0\0"
