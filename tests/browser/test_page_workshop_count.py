"""How many acts it takes to draw a village of six grids from nothing, as the documents say."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Locator, Page, expect

from mapserver.services.context import Context
from mapserver.services.opening import now, open_store, town_of
from mapserver.settings import Settings
from mapserver.store import columns, writing
from mapserver.store.scope import Scope
from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, VILLAGE, Lonlat, Workshop, answering
from tests.support.server import Server

TOLD = Path(__file__).parents[2] / "docs" / "boundaries.md"
GRIDS = 6
BESIDE = 0.0004
"""How far outside the village its corners are set, in degrees."""


@dataclass
class Hands:
    """Somebody who counts: a click, a key, and a text typed into a field are an act each."""

    page: Page
    acts: list[str] = field(default_factory=list)

    def press(self, what: Locator) -> None:
        """Press a button or go into a field."""
        self.acts.append("click")
        what.click()

    def press_map(self, workshop: Workshop, at: Lonlat) -> None:
        """Press a place on the map."""
        self.acts.append("click")
        workshop.click(at)

    def key(self, name: str) -> None:
        """Press a key."""
        self.acts.append(name)
        self.page.keyboard.press(name)

    def type_into(self, what: Locator, text: str) -> None:
        """Go into a field and type over what stands there."""
        self.press(what)
        self.acts.append(text)
        what.fill(text)


@pytest.fixture
def bare_folder(own_folder: Path) -> Path:
    """Return the data folder of a town whose village has no grids."""
    settings = Settings(data=str(own_folder))
    store = open_store(settings)
    context = Context(store, Scope.of_town("test", town_of(settings, store)), now)
    with context.write() as session:
        grids = columns.shapes(session, "grid", ("id", "village")).values
        pairs = zip(grids["id"], grids["village"], strict=True)
        writing.remove(session, "grid", [one for one, village in pairs if village == VILLAGE])
    store.close()
    return own_folder


@pytest.fixture
def workshop(bare_folder: Path, serve: Callable[[Path], Server], page) -> Workshop:
    """Return the workshop of that village, opened."""
    town = signed_in(MapPage(page, serve(bare_folder).url), bare_folder, HEAD)
    town.open(f"draw={VILLAGE}")
    workshop = Workshop(town)
    expect(workshop.why).to_contain_text("还没有画什么")
    assert workshop.grids() == {}
    return workshop


@pytest.fixture
def hands(workshop: Workshop) -> Hands:
    """Return hands on its page."""
    return Hands(workshop.map.page)


def told() -> dict[str, int]:
    """Return the acts that the documents tell, by way."""
    rows = re.findall(r"^\| (here, [^|]+?|QGIS|geojson\.io) \| (\d+) \|", TOLD.read_text(), re.M)
    return {way: int(acts) for way, acts in rows}


def steps(way: str) -> int:
    """Return the sum of the steps that the documents list for another program."""
    _, _, after = TOLD.read_text().partition(f"\n{way}:\n")
    rows, _, _ = after.strip().partition("\n\n")
    return sum(int(n) for n in re.findall(r": (\d+)$", rows, re.M))


def outline(workshop: Workshop) -> shapely.Polygon:
    """Return the box around the village."""
    (bounds,) = (
        one["bounds"] for one in workshop.map.api("/town")["villages"] if one["code"] == VILLAGE
    )
    return shapely.box(*bounds)


def submitted(workshop: Workshop, hands: Hands) -> None:
    """Hand the draft in, and see that it waits."""
    with workshop.map.page.expect_response(answering("submission")) as sent:
        hands.press(workshop.panel.get_by_role("button", name="提交审核"))
    assert sent.value.json()["state"] == "submitted"
    expect(workshop.panel).to_contain_text("等督导员审核")


def test_six_grids_drawn_by_hand_take_as_many_acts_as_told(
    workshop: Workshop, hands: Hands
) -> None:
    west, south, east, north = outline(workshop).buffer(BESIDE, join_style="mitre").bounds
    # the tool that draws a piece is in hand where a village has no grids
    for at in ((west, south), (east, south), (east, north), (west, north)):
        hands.press_map(workshop, at)
    hands.key("Enter")
    free = workshop.panel.get_by_role("button", name="新网格，只占还没划的地")
    answer = workshop.answer(lambda: hands.press(free))
    assert answer["faults"] == []
    hands.press(workshop.map.page.locator("#tools").get_by_role("button", name="分成两个网格"))
    for n in range(1, GRIDS):
        lon = west + (east - west) * n / GRIDS
        hands.press_map(workshop, (lon, south))
        hands.press_map(workshop, (lon, north))
        answer = workshop.answer(lambda: hands.key("Enter"))
        assert answer["refused"] is None
        assert len(answer["grids"]) == n + 1
    assert answer["faults"] == []
    submitted(workshop, hands)
    assert len(hands.acts) == told()["here, by hand"], hands.acts


def test_six_grids_from_a_proposal_take_as_many_acts_as_told(
    workshop: Workshop, hands: Hands
) -> None:
    hands.type_into(workshop.map.page.locator("#proposed"), str(GRIDS))
    propose = workshop.panel.get_by_role("button", name="放到图上").first
    answer = workshop.answer(lambda: hands.press(propose))
    assert len(answer["grids"]) == GRIDS
    assert answer["faults"] == []
    submitted(workshop, hands)
    assert len(hands.acts) == told()["here, from a proposal"], hands.acts


@pytest.mark.parametrize("way", ["QGIS", "geojson.io"])
def test_the_steps_told_of_other_programs_add_up(way: str) -> None:
    assert steps(way) == told()[way] > 0
