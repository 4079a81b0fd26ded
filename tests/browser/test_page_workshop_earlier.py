"""An earlier version comes back: from the history into a draft, and by approval into force."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import comes_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE, Workshop, answering, changed

FOURTH = f"{VILLAGE}004"


@pytest.fixture
def workshop(own_workshop: Workshop) -> Workshop:
    """Return the workshop of a town of its own, opened."""
    own_workshop.open()
    return own_workshop


def move_a_corner(workshop: Workshop) -> None:
    """Drag a corner of the last two grids so far that houses are in the other grid."""
    answer = workshop.drag(workshop.meeting(LAST, FOURTH), (-20, -60))
    assert answer["refused"] is None
    assert answer["moved"] != []


def merge(workshop: Workshop) -> None:
    """Merge the last grid into the one before it."""
    answer = workshop.map.api(f"/boundaries/{VILLAGE}")
    middles = {one["code"]: tuple(one["middle"]) for one in answer["grids"]}
    workshop.map.look_at(workshop.meeting(LAST, FOURTH), 14)
    workshop.tool("合并网格")
    workshop.click(middles[FOURTH])
    merged = workshop.answer(lambda: workshop.click(middles[LAST]))
    assert merged["refused"] is None
    assert LAST not in workshop.grids()


def put_in_force(workshop: Workshop, folder: Path) -> dict[str, Any]:
    """Hand the draft in, approve it as the supervisor, and return what the server answers."""
    town = workshop.map
    with town.page.expect_response(answering("submission")):
        workshop.panel.get_by_role("button", name="提交审核").click()
    expect(workshop.panel).to_contain_text("等督导员审核")
    comes_in(workshop, folder, SUPERVISOR, FOURTH)
    with town.page.expect_response(answering("approval")) as told:
        workshop.panel.get_by_role("button", name="通过").click()
    done: dict[str, Any] = told.value.json()
    expect(workshop.panel.locator("#outcome")).to_contain_text(f"第 {done['number']} 版已生效")
    return done


def version(workshop: Workshop, number: int) -> Locator:
    """Return the line of a version in the history."""
    return workshop.panel.get_by_role("listitem").filter(has_text=f"第 {number} 版")


def bringing_back(within: Workshop) -> Locator:
    """Return the buttons that bring a version back."""
    return within.panel.get_by_role("button", name="恢复这一版")


def bring_back(workshop: Workshop, number: int) -> dict[str, Any]:
    """Bring a version back, and return what the server answers."""
    return workshop.answer(version(workshop, number).get_by_role("button", name="恢复这一版").click)


def in_force(town: MapPage) -> dict[str, str]:
    """Return the grids in force by code: name and outline, each as it is written."""
    grids = town.api(f"/boundaries/{VILLAGE}")["grids"]
    return {one["code"]: json.dumps([one["name"], one["geometry"]]) for one in grids}


def homes(town: MapPage, houses: list[str]) -> set[str]:
    """Return the grids that some houses are in."""
    found = [town.api(f"/collections/house/items/{one}")["properties"] for one in houses]
    return {one["grid"] for one in found}


def test_an_earlier_version_is_brought_back_approved_and_in_force_to_the_digit(
    workshop: Workshop, own_folder: Path
) -> None:
    town = workshop.map
    first = in_force(town)
    expect(bringing_back(workshop)).to_have_count(0)
    move_a_corner(workshop)
    away = put_in_force(workshop, own_folder)["moved"]
    assert in_force(town) != first
    comes_in(workshop, own_folder, HEAD, FOURTH)
    expect(bringing_back(workshop)).to_have_count(1)  # there is none to the version in force
    answer = bring_back(workshop, 1)
    assert [act["kind"] for act in answer["acts"]] == ["load"]
    assert answer["faults"] == []
    assert changed(answer) == {LAST, FOURTH}
    done = put_in_force(workshop, own_folder)
    assert done["number"] == 3
    assert in_force(town) == first
    back = {(one["id"], one["after"]) for one in done["moved"]}
    assert back == {(one["id"], one["before"]) for one in away} != set()
    numbers = [one["number"] for one in town.api(f"/boundaries/{VILLAGE}")["versions"]]
    assert sorted(numbers) == [1, 2, 3], "what was undone stays in the history"


def test_a_grid_that_was_merged_comes_back_under_its_code_with_its_houses(
    workshop: Workshop, own_folder: Path
) -> None:
    town = workshop.map
    first = in_force(town)
    merge(workshop)
    put_in_force(workshop, own_folder)
    assert LAST not in in_force(town)
    comes_in(workshop, own_folder, HEAD, FOURTH)
    assert bring_back(workshop, 1)["faults"] == []
    done = put_in_force(workshop, own_folder)
    now = in_force(town)
    assert now.keys() == first.keys()
    assert [now[code] for code in (FOURTH, LAST)] == [first[code] for code in (FOURTH, LAST)]
    assert {(one["before"], one["after"]) for one in done["moved"]} == {(FOURTH, LAST)}
    assert homes(town, [one["id"] for one in done["moved"][:5]]) == {LAST}


def test_what_is_brought_back_is_a_draft_until_it_is_approved(
    workshop: Workshop, own_folder: Path
) -> None:
    drawn = workshop.grids()
    move_a_corner(workshop)
    moved = workshop.grids()
    put_in_force(workshop, own_folder)
    told = in_force(workshop.map)
    comes_in(workshop, own_folder, HEAD, FOURTH)
    bring_back(workshop, 1)
    assert workshop.grids() == drawn
    expect(workshop.why).to_contain_text("可以提交")
    assert in_force(workshop.map) == told
    workshop.answer(lambda: workshop.map.page.keyboard.press("z"))
    assert workshop.grids() == moved
    expect(workshop.why).to_contain_text("还没有画什么")
    workshop.answer(lambda: workshop.map.page.keyboard.press("y"))
    workshop.panel.get_by_role("button", name="存草稿").click()
    expect(workshop.panel.get_by_role("button", name="已存", exact=True)).to_be_visible()
    workshop.map.page.reload()
    workshop.map.settle()
    assert workshop.grids() == drawn
    assert in_force(workshop.map) == told
