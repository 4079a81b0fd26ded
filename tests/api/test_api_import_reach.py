"""An import tells its sender of nobody out of their sight, and nobody else of what they sent."""

import io
from typing import Any

import openpyxl
import pytest

from mapserver.roles import Role
from mapserver.services import accounts
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.people import Person, person
from tests.api.test_api_imports import OTHER_ID, book

ELSEWHERE = {
    "somebody of another village": ("张三", small.ADULT_ID),
    "a child of another village": ("张小宝", small.CHILD_ID),
    "nobody": ("某人", OTHER_ID),
}


def officer(town: Town, name: str, area: str) -> Person:
    found = person(town, name, (Role.INFORMATION_OFFICER, area))
    found.signs_in()
    return found


def sent(who: Person, *rows: list[Any], sheet: str = "东风社区") -> str:
    """Send a register of rows and return the import once it is read."""
    files = {"file": ("登记表.xlsx", book(*rows, sheet=sheet))}
    answer = who.client.post("/imports", files=files, data={"layer": "person"})
    assert answer.status_code == 202, answer.text
    who.town.client.app.state.desk.imports.wait()
    return str(answer.json()["id"])


def committed(who: Person, identifier: str) -> dict[str, Any]:
    """Commit an import and return it once it is written."""
    who.asks("POST", f"/imports/{identifier}/commit", status=202)
    who.town.client.app.state.desk.imports.wait()
    body: dict[str, Any] = who.asks("GET", f"/imports/{identifier}").json()
    return body


def in_dongfeng(name: str, number: str) -> list[Any]:
    return [name, "户主", number, None, "东风社区6号", None]


def told(who: Person, identifier: str) -> list[Any]:
    """Return what the sender is told of the rows."""
    rows = who.asks("GET", f"/imports/{identifier}/rows?show=all").json()["rows"]
    return [(row["outcome"], [one["code"] for one in row["problems"]]) for row in rows]


def cells(who: Person, identifier: str) -> str:
    """Return all that the file of outcomes says."""
    answer = who.asks("GET", f"/imports/{identifier}/outcomes.xlsx")
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content))
    return str([row for sheet in sheets for row in sheet.iter_rows(values_only=True)])


def test_a_number_says_nothing_of_who_has_it_in_another_village(own_town: Town):
    answers = {}
    for known, (name, number) in ELSEWHERE.items():
        dong = officer(own_town, f"dong{len(answers)}", small.DONGFENG)
        identifier = sent(dong, in_dongfeng(name, number))
        before = told(dong, identifier)
        body = committed(dong, identifier)
        answers[known] = (before, body["state"], body["problem"], body["counts"])
    assert len({str(answer) for answer in answers.values()}) == 1
    assert answers["nobody"][1:3] == ("committed", None)


def test_rows_of_a_village_that_is_not_the_senders_are_refused_and_the_others_written(
    own_town: Town,
):
    dong = officer(own_town, "dong", small.DONGFENG)
    there = ["李四", "户主", OTHER_ID, None, "新屋村1组3号", None]
    identifier = sent(dong, there, in_dongfeng("张三", small.ADULT_ID))
    (outcome, codes), other = told(dong, identifier)
    assert (outcome, codes[0], other) == ("refused", "village-beyond-reach", ("added", []))
    body = committed(dong, identifier)
    assert (body["state"], body["problem"]) == ("committed", None)
    assert (body["counts"]["added"], body["counts"]["refused"]) == (1, 1)


def test_who_moved_is_decided_by_somebody_who_sees_both_villages(own_town: Town):
    dong = officer(own_town, "dong", small.DONGFENG)
    committed(dong, sent(dong, in_dongfeng("张三", small.ADULT_ID)))
    assert dong.asks("GET", "/worklists/doubles").json()["total"] == 0
    (moved,) = dong.asks("GET", "/collections/person/items?name=张三").json()["features"]
    dong.asks("POST", "/worklists/doubles/decisions", {"lives": moved["id"]}, 404)
    town = officer(own_town, "zhen", small.TOWN)
    doubles = town.asks("GET", "/worklists/doubles").json()["items"]
    assert {(one["id"], one["title"]) for one in doubles} == {
        (small.ADULT, "张三"),
        (moved["id"], "张三"),
    }
    assert town.asks("GET", "/town").json()["counts"]["doubles"] == 2
    told_of = town.asks("POST", "/worklists/doubles/decisions", {"lives": moved["id"]}).json()
    assert told_of == {"moved_out": 1}
    left = town.asks("GET", f"/collections/person/items/{small.ADULT}").json()["properties"]
    assert left["moved_out"] is True
    assert town.asks("GET", "/worklists/doubles").json()["total"] == 0


def test_a_child_in_two_villages_is_called_nothing(own_town: Town):
    dong = officer(own_town, "dong", small.DONGFENG)
    committed(dong, sent(dong, in_dongfeng("张小宝", small.CHILD_ID)))
    town = officer(own_town, "zhen", small.TOWN)
    answer = town.asks("GET", "/worklists/doubles")
    assert answer.json()["total"] == 2
    assert "张小宝" not in answer.text


@pytest.mark.parametrize("village", [small.XINWU, small.DONGFENG])
def test_a_row_of_the_whole_town_means_who_lives_in_its_village(own_town: Town, village: str):
    dong = officer(own_town, "dong", small.DONGFENG)
    committed(dong, sent(dong, in_dongfeng("张三", small.ADULT_ID)))
    town = officer(own_town, "zhen", small.TOWN)
    at = {small.XINWU: ("新屋村", "新屋村3组20号"), small.DONGFENG: ("东风社区", "东风社区6号")}
    sheet, address = at[village]
    row = ["张三", "户主", small.ADULT_ID, "19912345678", address, None]
    body = committed(town, sent(town, row, sheet=sheet))
    assert body["counts"]["updated"] == 1
    found = town.asks("GET", "/collections/person/items?name=张三").json()["features"]
    phones = {one["properties"]["village"]: one["properties"]["phone"] for one in found}
    assert phones[village].endswith("5678")
    assert sum(phone is not None and phone.endswith("5678") for phone in phones.values()) == 1


def test_outcomes_hold_the_cells_for_their_sender_alone(own_town: Town):
    dong, town = (
        officer(own_town, name, area)
        for name, area in (("dong", small.DONGFENG), ("zhen", small.TOWN))
    )
    identifier = sent(dong, in_dongfeng("某人", OTHER_ID))
    assert OTHER_ID in cells(dong, identifier)
    assert OTHER_ID not in cells(town, identifier)
    assert "某人" not in cells(town, identifier)
    committed(dong, identifier)
    assert OTHER_ID in cells(dong, identifier)
    assert OTHER_ID not in cells(town, identifier)


def test_only_the_sender_decides_and_commits(own_town: Town):
    """What somebody who sees more makes of a file would tell its sender of what they see."""
    dong, town = (
        officer(own_town, name, area)
        for name, area in (("dong", small.DONGFENG), ("zhen", small.TOWN))
    )
    identifier = sent(dong, in_dongfeng("某人", OTHER_ID))
    town.asks("POST", f"/imports/{identifier}/commit", status=403)
    decision = {"code": "two-heads", "choice": "0"}
    town.asks("POST", f"/imports/{identifier}/decisions", decision, 403)
    assert committed(dong, identifier)["state"] == "committed"


@pytest.mark.parametrize("written", [False, True], ids=["read", "written"])
def test_what_was_planned_goes_when_its_sender_moves_to_another_village(
    own_town: Town, written: bool
):
    xin = officer(own_town, "xin", small.XINWU)
    row = ["张三", "户主", small.ADULT_ID, "19912345678", "新屋村3组20号", None]
    identifier = sent(xin, row, sheet="新屋村")
    if written:
        committed(xin, identifier)
    (held,) = accounts.get(own_town.context, xin.account).appointments
    accounts.end(own_town.context, held.id)
    accounts.appoint(own_town.context, xin.account, Role.INFORMATION_OFFICER, small.DONGFENG)
    xin.asks("GET", f"/imports/{identifier}/rows", status=409 if written else 404)
    if written:
        assert small.ADULT_ID not in cells(xin, identifier)
    else:
        xin.asks("POST", f"/imports/{identifier}/commit", status=404)
        assert xin.asks("GET", "/imports").json()["imports"] == []
