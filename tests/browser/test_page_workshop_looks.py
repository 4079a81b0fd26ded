"""The workshop holds in both languages, themes and sizes: axe-core, edges, fingers, words."""

from collections.abc import Iterator

import pytest

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
