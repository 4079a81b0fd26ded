"""The workshop holds in both languages, themes and sizes: axe-core, edges, fingers, words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.checks import faults
from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look
from tests.browser.test_page_everywhere import each_look
from tests.browser.workshop import HEAD, LAST, VILLAGE, Workshop, answering
from tests.support.server import Server


@pytest.fixture
def heads(demo_server: Server, page) -> MapPage:
    """Return the page of a grid head."""
    town = MapPage(page, demo_server.url)
    return signed_in(town, demo_server.log.parent / "data", HEAD)


# what is not wholly within the window, of all that one presses or reads
CUT = """() => [...document.querySelectorAll("#field *, #fieldtop *, #controls *")]
    .filter((one) => {
        const {left, right, top, bottom, width} = one.getBoundingClientRect();
        const beyond = left < 0 || right > innerWidth || top < 0 || bottom > innerHeight;
        return width && one.checkVisibility() && beyond;
    })
    .map((one) => one.outerHTML.slice(0, 160))"""
HANDS = ("cross", "walk", "drag")


def hold(page: Page, hand: str) -> None:
    """Choose how a phone draws."""
    radio = page.locator("#field .seg.full").get_by_role("radio").nth(HANDS.index(hand))
    radio.click()
    expect(radio).to_be_checked()


def states(workshop: Workshop, look: Look) -> Iterator[str]:
    """Go through the workshop, and yield the name of each state."""
    workshop.map.open("draw", lang=look.lang, theme=look.theme)
    yield "villages"
    workshop.open(LAST, lang=look.lang, theme=look.theme)
    yield "workshop"
    page = workshop.map.page
    if look.size == "phone":
        page.locator("#corner").click()
        workshop.map.settle()
        yield "corner"
        for hand in ("walk", "drag"):
            hold(page, hand)
            yield hand
        page.locator("#details").click()
        yield "details"
    else:
        workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (0, 60))
        yield "dragged"
        with page.expect_response(answering("groups")):
            workshop.panel.locator("#groups summary").click()
        workshop.map.settle()
        yield "groups"


@each_look(*LOOKS)
def test_the_workshop_is_without_fault(heads: MapPage, look: Look) -> None:
    assert faults(heads, states(Workshop(heads), look), look) == []


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_by_the_edge_of_a_phone(heads: MapPage, lang: str) -> None:
    page = heads.page
    page.context.grant_permissions(["geolocation"])
    Workshop(heads).open(LAST, lang=lang)
    for hand in HANDS:
        hold(page, hand)
        assert page.evaluate(CUT) == [], hand
    hold(page, "walk")
    page.locator("#walkpause").click()  # then it says to go on
    assert page.evaluate(CUT) == []
    page.locator("#details").click()
    expect(page.locator("#grab")).to_have_attribute("aria-expanded", "true")
    heads.settle()
    assert page.evaluate(CUT) == []


def test_one_of_each_is_told_in_the_singular(heads: MapPage) -> None:
    ones = dict.fromkeys(("houses", "households", "people", "schools", "organizations"), 1)

    def answer(route: Route) -> None:
        true = route.fetch()
        tried = true.json()
        grids = [one | {"counts": ones} for one in tried["grids"]]
        route.fulfill(response=true, json=tried | {"grids": grids})

    heads.page.route("**/tries*", answer)
    Workshop(heads).open(LAST, lang="en")
    expect(heads.panel).to_contain_text("1 house, 1 person, 1 school, 1 organization")
