"""What lies in a piece is told while it is drawn, before anybody has it."""

from typing import Any

import pytest
import shapely
from playwright.sync_api import Locator, expect

from tests.browser.workshop import LAST, Lonlat, Workshop, answering


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def around(workshop: Workshop) -> list[Lonlat]:
    """Return the corners of a rectangle around the last grid."""
    west, south, east, north = shapely.Polygon(workshop.grids()[LAST][0]).bounds
    return [(west, south), (east, south), (east, north), (west, north)]


def set_corner(workshop: Workshop, at: Lonlat) -> dict[str, Any]:
    """Press a corner, and return what is answered of the piece."""
    with workshop.map.page.expect_response(answering("pieces")) as told:
        workshop.click(at)
    found: dict[str, Any] = told.value.json()
    return found


def inside(workshop: Workshop) -> Locator:
    """Return what the panel says of the piece."""
    return workshop.panel.locator("#insidepiece")


def begin(workshop: Workshop) -> dict[str, Any]:
    """Set three corners of the rectangle, and return what is answered of the half of it."""
    first, second, third, _ = around(workshop)
    workshop.tool("画一块")
    workshop.click(first)
    workshop.click(second)
    expect(inside(workshop)).to_have_count(0)
    return set_corner(workshop, third)


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_each_corner_tells_who_lives_inside_and_in_which_grids(workshop: Workshop) -> None:
    here = workshop.panel.locator(".huge").inner_text()
    half = begin(workshop)
    expect(inside(workshop)).to_contain_text(f"{half['counts']['households']} 户")
    whole = set_corner(workshop, around(workshop)[3])
    assert whole["counts"]["households"] > half["counts"]["households"]
    held = {one["grid"]: one["households"] for one in whole["holders"]}
    assert str(held[LAST]) == here, "the grid lies in it as a whole"
    assert sum(held.values()) == whole["counts"]["households"]
    expect(inside(workshop)).to_contain_text("第5网格")
    workshop.map.page.keyboard.press("Escape")
    expect(inside(workshop)).to_have_count(0)


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_who_takes_another_tool_has_no_piece_in_hand(workshop: Workshop) -> None:
    begin(workshop)
    expect(inside(workshop)).to_have_count(1)
    workshop.map.page.keyboard.press("n")
    expect(inside(workshop)).to_have_count(0)


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_what_lies_in_a_piece_stands_until_somebody_has_it(workshop: Workshop) -> None:
    half = begin(workshop)
    workshop.map.page.keyboard.press("Enter")
    expect(inside(workshop)).to_contain_text(f"{half['counts']['households']} 户")
    workshop.answer(workshop.panel.get_by_role("button", name="单独成一个网格").click)
    expect(inside(workshop)).to_have_count(0)


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_a_phone_tells_the_households_within_the_corners_that_are_set(workshop: Workshop) -> None:
    page = workshop.map.page
    for by in ([0, 0], [140, 0], [0, 140]):
        page.evaluate("by => window.mapserver.map.panBy(by, {animate: false})", by)
        workshop.map.settle()
        page.locator("#corner").click()
    field = page.locator("#field .minirow")
    expect(field).to_contain_text("户在圈里")
    page.locator("#field").get_by_role("button", name="全部不要").click()
    expect(field).not_to_contain_text("户在圈里")
