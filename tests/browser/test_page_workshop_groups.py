"""A whole 组 is given to a grid, and becomes a grid of its own."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.workshop import LAST, VILLAGE, Workshop, answering, changed
from tests.support.browser import Watch


def opened(workshop: Workshop) -> tuple[Locator, list[dict]]:
    """Open the section of groups, and return it and the groups that it tells."""
    section = workshop.panel.locator("#groups")
    with workshop.map.page.expect_response(answering("groups")) as told:
        section.locator("summary").click()
    return section, told.value.json()["groups"]


def test_a_group_of_the_neighbour_comes_over_with_all_its_houses(workshop: Workshop) -> None:
    workshop.open()
    section, groups = opened(workshop)
    name, source, n = next(
        (one["name"], code, n)
        for one in groups
        for code, n in one["grids"].items()
        if len(one["grids"]) == 1 and code != LAST
    )
    expect(section.get_by_role("button", name="划过去")).to_be_disabled()
    which = section.get_by_label("哪个组")
    expect(which.locator("option", has_text=f"{name}组，").first).to_be_attached()
    which.select_option(name)
    section.get_by_label("划给").select_option(LAST)
    answer = workshop.answer(section.get_by_role("button", name="划过去").click)
    assert answer["refused"] is None
    assert answer["faults"] == []
    assert changed(answer) >= {source, LAST}
    (flow,) = answer["moved"]
    assert (flow["before"], flow["after"], flow["households"]) == (source, LAST, n)
    expect(section).to_have_attribute("open", "")
    expect(which.locator(f"option[value='{name}']")).to_have_text(re.compile("第5网格"))


def test_a_group_becomes_a_grid_of_its_own(workshop: Workshop) -> None:
    workshop.open()
    section, groups = opened(workshop)
    section.get_by_label("哪个组").select_option(groups[0]["name"])
    section.get_by_label("划给").select_option("单独成一个网格")
    answer = workshop.answer(section.get_by_role("button", name="划过去").click)
    assert answer["acts"][0]["codes"] == [f"{VILLAGE}006"]
    new = next(one for one in answer["grids"] if one["code"] == f"{VILLAGE}006")
    assert new["counts"]["households"] == sum(groups[0]["grids"].values())


def test_a_group_that_is_where_it_shall_go_is_said_to_be(workshop: Workshop, watch: Watch) -> None:
    watch.allow("422")
    workshop.open()
    section, groups = opened(workshop)
    one = next(one for one in groups if list(one["grids"]) == [LAST])
    section.get_by_label("哪个组").select_option(one["name"])
    section.get_by_label("划给").select_option(LAST)
    section.get_by_role("button", name="划过去").click()
    expect(workshop.panel.locator(".notes")).to_contain_text("已经全在网格")
