"""The record for auditors: what was done, by whom, and no value of anybody's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import Request

from mapserver.api import desk
from mapserver.roles import Role
from mapserver.services import record
from mapserver.services.context import Context
from mapserver.services.record import About
from mapserver.store.scope import Grant, Scope
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.test_api_imports import NEWCOMER, book, poll, send


@pytest.fixture(autouse=True)
def as_an_auditor(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the shared town, or the test's own, answer an auditor."""
    name = "own_town" if "own_town" in request.fixturenames else "town"
    town: Town = request.getfixturevalue(name)
    asked_by(town, Role.AUDITOR, small.TOWN)
    yield
    town.client.app.dependency_overrides.clear()


def entries(town: Town, query: str = "", path: str = "/record") -> list[dict]:
    return town.get(f"{path}?{query}").json()["entries"]


def test_the_town_was_filled_in_one_go(town: Town):
    answer = town.get("/record").json()
    houses = next(one for one in answer["entries"] if one["layer"] == "house")
    assert (houses["action"], houses["count"], houses["layer_title"]) == ("add", 6, "房屋")
    assert answer["next"] is None
    assert answer["events"] == answer["sequence"] == sum(one["count"] for one in answer["entries"])
    assert answer["since"] == houses["at"]


def test_layers_to_look_for_are_told_though_an_auditor_sees_none_of_them(town: Town):
    named = {one["id"]: one["title"] for one in town.get("/record/layers").json()["layers"]}
    assert named["house"] == {"zh": "房屋", "en": "Houses"}
    assert named["account"] == {"zh": "账号", "en": "Account"}
    assert {one["layer"] for one in entries(town) if one["layer"]} <= named.keys()


def test_events_one_by_one_name_their_fields_in_the_readers_language(town: Town):
    people = next(one for one in entries(town) if one["layer"] == "person")
    query = f"first={people['first']}&last={people['last']}"
    adult = next(
        one for one in entries(town, query, "/record/events") if one["item"] == small.ADULT
    )
    assert {"name": "phone", "title": "联系电话"} in adult["fields"]
    assert adult["details"] == {}
    english = entries(town, f"{query}&lang=en", "/record/events")
    titles = {field["title"] for one in english for field in one["fields"]}
    assert "Phone" in titles
    assert all(title.isascii() for title in titles)


@pytest.mark.parametrize("path", ["/record", "/record/events"])
def test_no_value_leaves(town: Town, path: str):
    text = town.get(f"{path}?limit=500").text
    for secret in (*small.SECRETS, "张三", "1990-05-03", "3组20号"):
        assert secret not in text


def test_what_is_looked_for_is_found(own_town: Town):
    record.note(own_town.context, "export", About("house"), rows=6)
    own_town.clock.push(days=1)
    item = About("person", small.ADULT)
    record.note(own_town.context, "open", item, actor="陈", field="phone", text="核对")
    for query, count in (
        ("action=open", 1),
        ("actor=%E9%99%88", 1),
        ("layer=person", 2),
        (f"item={small.ADULT}", 2),
        (f"item={small.ident(999)}", 0),
        ("datetime=2026-11-21", 1),
        ("datetime=2026-11-22/..", 0),
        ("datetime=../2026-11-20&action=export", 1),
        ("datetime=2026-11-21T16:00:00%2B08:00/2026-11-21T16:00:00%2B08:00", 1),
    ):
        assert len(entries(own_town, query)) == count, query
    (opened,) = entries(own_town, "action=open")
    assert opened["fields"] == [{"name": "phone", "title": "联系电话"}]
    assert opened["details"] == {"text": "核对"}


def test_pages_go_on_where_the_last_ended(own_town: Town):
    for day in range(5):
        own_town.clock.push(days=1)
        record.note(own_town.context, "backup", kind=str(day))
    seen, before = [], ""
    while before is not None:
        answer = own_town.get(f"/record?action=backup&limit=2{before}").json()
        seen += [one["details"]["kind"] for one in answer["entries"]]
        before = answer["next"] and f"&before={answer['next'].replace('+', '%2B')}"
    assert seen == ["4", "3", "2", "1", "0"]
    found = own_town.get("/record/events?limit=3").json()
    assert [one["first"] for one in found["entries"]][-1] == found["next"]
    rest = own_town.get(f"/record/events?limit=3&before={found['next']}").json()
    assert rest["entries"][0]["first"] == found["next"] - 1


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "action=DROP",
        "layer=A",
        "datetime=yesterday",
        "before=x",
        "actor=" + "a" * 81,
        "unknown=1",
        "first=1",
    ],
)
def test_what_cannot_be_read_is_told(town: Town, query: str):
    answer = town.get(f"/record?{query}", 400).json()
    assert answer["code"] == "invalid-request"


def test_an_item_that_is_no_id_is_not_found(town: Town):
    town.get("/record?item=x", 404)


@pytest.mark.parametrize("path", ["/record", "/record/events"])
def test_who_has_the_record_already_gets_nothing_again(town: Town, path: str):
    tag = town.get(path).headers["etag"]
    assert town.get(path, 304, if_none_match=tag).content == b""


def asked_by(town: Town, role: Role, area: str) -> None:
    """Let every request be that of somebody with one appointment."""

    async def caller(request: Request) -> Context:
        scope = Scope("li", small.TOWN, (Grant(role, area),))
        request.state.context = replace(town.context, scope=scope)
        return request.state.context

    town.client.app.dependency_overrides[desk.get_context] = caller


@pytest.mark.parametrize(
    ("role", "area"),
    [
        *((role, small.TOWN) for role in Role if role is not Role.AUDITOR),
        (Role.AUDITOR, small.XINWU),
        (Role.AUDITOR, "430424101"),
    ],
)
def test_only_auditors_of_the_whole_town_read_it(own_town: Town, role: Role, area: str):
    asked_by(own_town, role, area)
    for path in ("/record", "/record/events"):
        assert own_town.get(path, 403).json()["code"] == "not-allowed"


def test_a_refusal_is_told_to_the_auditor(own_town: Town):
    asked_by(own_town, Role.SUPERVISOR, small.TOWN)
    for _ in range(3):
        own_town.get("/record?actor=somebody", 403)
    asked_by(own_town, Role.AUDITOR, small.TOWN)
    (refusal,) = entries(own_town, "action=refused")
    assert (refusal["actor"], refusal["count"]) == ("li", 1)
    assert refusal["details"] == {"code": "not-allowed", "method": "GET", "route": "/record"}


def test_an_export_is_in_the_record(own_town: Town):
    asked_by(own_town, Role.INFORMATION_OFFICER, small.TOWN)
    one = send(own_town, book(NEWCOMER))
    poll(own_town, one["id"])
    own_town.get(f"/imports/{one['id']}/outcomes.xlsx")
    asked_by(own_town, Role.AUDITOR, small.TOWN)
    (export,) = entries(own_town, "action=export")
    assert (export["batch"], export["details"]["format"]) == (one["id"], "xlsx")
