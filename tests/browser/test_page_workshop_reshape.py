"""A piece that is drawn becomes the outline of a grid: its neighbours make room and fill up."""

from typing import Any

import pytest
import shapely
from playwright.sync_api import expect

from tests.browser.workshop import LAST, VILLAGE, Lonlat, Workshop, changed

THIRD, FOURTH = f"{VILLAGE}003", f"{VILLAGE}004"
BESIDE = 1e-4
"""How far outside the village the outline is drawn where the grid reaches its line, in degrees."""
SAME = 1e-9
"""What a surface may be off by, since a mouse has whole pixels, in square degrees: some 10 m²."""
NOTHING = 1e-13
"""What is left where nothing is: the digits of corners, some cm²."""


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened, where what is drawn stays where it is drawn."""
    workshop.open()
    workshop.tool("吸附到邻格")
    return workshop


def surfaces(workshop: Workshop) -> dict[str, shapely.Polygon]:
    """Return the grids as the map shows them, by code."""
    return {code: shapely.Polygon(ring, holes) for code, (ring, *holes) in workshop.grids().items()}


def another_outline(workshop: Workshop) -> list[Lonlat]:
    """Return corners around the last grid less its west, and some of the grid to its south."""
    west, south, east, north = surfaces(workshop)[LAST].bounds
    left, right = west + (east - west) / 4, east + BESIDE
    down, up = south - 8 * BESIDE, north + BESIDE
    return [(left, down), (right, down), (right, up), (left, up)]


def give_outline(workshop: Workshop, corners: list[Lonlat]) -> dict[str, Any]:
    """Draw a piece, make it the boundary of the last grid, and return what the server answers."""
    workshop.tool("画一块")
    for at in corners:
        workshop.click(at)
    workshop.map.page.keyboard.press("Enter")
    give = workshop.panel.get_by_role("button", name="作为第5网格的新边界")
    return workshop.answer(give.click)


def test_what_is_drawn_becomes_the_outline_of_the_chosen_grid(workshop: Workshop) -> None:
    before = surfaces(workshop)
    corners = another_outline(workshop)
    answer = give_outline(workshop, corners)
    assert answer["refused"] is None
    assert answer["faults"] == []
    (act,) = answer["acts"]
    assert (act["kind"], act["grids"]) == ("reshape", [LAST])
    village = shapely.union_all(list(before.values()))
    wanted = shapely.Polygon(corners).intersection(village)
    assert surfaces(workshop)[LAST].symmetric_difference(wanted).area < SAME
    expect(workshop.panel.locator(".give")).to_have_count(0)
    expect(workshop.map.title).to_have_text("第5网格的边界")
    expect(workshop.why).to_contain_text("可以提交")


def test_neighbours_fill_up_what_the_outline_leaves_and_give_what_it_takes(
    workshop: Workshop,
) -> None:
    before = surfaces(workshop)
    answer = give_outline(workshop, another_outline(workshop))
    after = surfaces(workshop)
    left, taken = before[LAST] - after[LAST], after[LAST] - before[LAST]
    assert min(left.area, taken.area) > 1e-6
    assert (left - after[THIRD]).area < NOTHING
    assert (taken - before[FOURTH]).area < NOTHING
    was, now = (shapely.union_all(list(grids.values())) for grids in (before, after))
    assert now.symmetric_difference(was).area < NOTHING, "no gap"
    assert sum(one.area for one in after.values()) - now.area < NOTHING, "no overlap"
    assert {(one["before"], one["after"]) for one in answer["moved"]} == {
        (LAST, THIRD),
        (FOURTH, LAST),
    }
    expect(workshop.panel.locator(".flow")).to_have_count(2)
    workshop.answer(lambda: workshop.map.page.keyboard.press("z"))
    assert surfaces(workshop) == before


def test_grids_that_the_outline_does_not_reach_are_left_alone(workshop: Workshop) -> None:
    before = workshop.grids()
    answer = give_outline(workshop, another_outline(workshop))
    after = workshop.grids()
    assert {code for code, rings in after.items() if rings != before[code]} == {LAST, THIRD, FOURTH}
    assert changed(answer) == {LAST, THIRD, FOURTH}
