"""Secrets at the door: opened for a purpose, kept by nobody on the way."""

import pytest

from tests.api import town as small
from tests.api.conftest import Town, opened

PERSON = f"/collections/person/items/{small.ADULT}"

PHONE = {"field": "phone", "purpose": "visit", "text": "核实住址"}


def ask(town: Town, path: str, status: int = 200, **body: object) -> dict:
    answer = town.client.post(path, json={"text": "核实住址", **body})
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def test_a_secret_is_opened_for_a_purpose(own_town: Town):
    told = ask(own_town, f"{PERSON}/openings", field="id_number", purpose="visit")
    assert told == {
        "collection": "person",
        "id": small.ADULT,
        "values": {"id_number": small.ADULT_ID},
        "shown_s": 60,
    }
    assert own_town.get(PERSON).json()["properties"]["id_number"] == "430499********001X"


def test_a_childs_record_is_opened_whole(own_town: Town):
    path = f"/collections/person/items/{small.CHILD}/openings"
    assert ask(own_town, path, 400, purpose="visit")["parameter"] == "purpose"
    told = ask(own_town, path, purpose="guardianship", text="入学")
    assert (told["values"]["name"], told["values"]["born"]) == ("张小宝", "2015-03-09")


@pytest.mark.parametrize(
    ("path", "body", "status", "parameter"),
    [
        (PERSON, {"field": "id_number"}, 400, "purpose"),
        (PERSON, {"field": "id_number", "purpose": ""}, 400, "purpose"),
        (PERSON, {"field": "id_number", "purpose": "other", "text": "  "}, 400, "text"),
        (PERSON, {"field": "id_number", "purpose": "visit", "text": ""}, 400, "text"),
        (PERSON, {"field": "id_number", "purpose": "errand", "text": " 　"}, 400, "text"),
        (PERSON, {"field": "name", "purpose": "visit"}, 400, "field"),
        (PERSON, {"purpose": "visit"}, 400, "field"),
        (PERSON, {"field": "phone", "purpose": "visit", "more": 1}, 400, "more"),
        (f"{PERSON}x", {"field": "phone", "purpose": "visit"}, 404, None),
        (f"/collections/person/items/{small.ident(9)}", {"field": "phone", "purpose": "visit"},
         404, None),
        (f"/collections/ghost/items/{small.ADULT}", {"field": "phone", "purpose": "visit"},
         404, None),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_is_said(
    own_town: Town, path: str, body: dict, status: int, parameter: str | None
):
    told = ask(own_town, f"{path}/openings", status, **body)
    assert told.get("parameter") == parameter
    assert not any(secret in str(told) for secret in small.SECRETS)


def test_too_many_openings_are_refused_with_the_time_to_wait(own_folder):
    with opened(own_folder, openings_per_hour=1) as town:
        ask(town, f"{PERSON}/openings", field="phone", purpose="errand")
        answer = town.client.post(f"{PERSON}/openings", json=PHONE)
        assert (answer.status_code, answer.json()["code"]) == (429, "too-many-openings")
        assert answer.headers["retry-after"] == str(answer.json()["retry_after_s"])
        town.clock.push(hours=1)
        ask(town, f"{PERSON}/openings", field="phone", purpose="visit")


def test_who_has_a_number_is_told_masked(own_town: Town):
    told = ask(own_town, "/lookups", number=small.OWNER_PHONE, purpose="errand")
    (house,) = told["results"]
    assert (house["collection"], house["id"]) == ("house", small.FIRST_DOOR)
    assert house["values"]["owner_phone"] == "199****2222"
    assert ask(own_town, "/lookups", number=small.CHILD_ID, purpose="errand") == {"results": []}
    assert ask(own_town, "/lookups", 400, number="199", purpose="visit")["parameter"] == "number"


def test_another_sites_page_opens_nothing(own_town: Town):
    answer = own_town.client.post(
        f"{PERSON}/openings",
        json=PHONE,
        headers={"origin": "https://elsewhere.example"},
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")
