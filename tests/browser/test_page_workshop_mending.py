"""What is at fault is shown where it is: gaps with what mends them, and shapes that cannot be."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.workshop import LAST, VILLAGE, Lonlat, Workshop
from tests.support.browser import Watch

FOURTH = f"{VILLAGE}004"
DRAWN = """kind => window.mapserver.map.getStyle().sources.draft.data.features
    .filter(({properties}) => properties.t === kind)
    .map(({geometry}) => geometry.coordinates)"""
MEMORY = """change => {
    const [name] = Object.keys(localStorage).filter((one) => one.startsWith("draw:"));
    const memory = JSON.parse(localStorage.getItem(name));
    localStorage.setItem(name, JSON.stringify({...memory, ...change}));
}"""

pytestmark = pytest.mark.parametrize("viewport", ["desktop"], indirect=True)


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def drawn(workshop: Workshop, kind: str) -> list[Any]:
    """Return where the map shows what is of a kind."""
    workshop.map.settle()
    found: list[Any] = workshop.map.page.evaluate(DRAWN, kind)
    return found


def test_a_gap_is_shown_with_who_lives_inside_and_closed_by_a_button(workshop: Workshop) -> None:
    grids = workshop.grids()
    shapes = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for code, rings in grids.items()
        if code != LAST
    ]
    workshop.bring({"type": "FeatureCollection", "features": shapes})
    gap = workshop.panel.locator(".defect.gap")
    expect(gap).to_contain_text("户")
    expect(workshop.why).to_contain_text("1 处")
    assert len(drawn(workshop, "fault")) == 1
    answer = workshop.answer(gap.get_by_role("button", name="补上").click)
    assert answer["faults"] == []
    assert drawn(workshop, "fault") == []
    expect(workshop.why).to_contain_text("可以提交")


def test_a_corner_is_taken_away_by_the_button_and_by_the_key(workshop: Workshop) -> None:
    def shared() -> set[Lonlat]:
        here, beside = (set(workshop.grids()[code][0]) for code in (LAST, FOURTH))
        return here & beside

    before = shared()
    page = workshop.map.page
    workshop.click(workshop.meeting(LAST, FOURTH))
    workshop.answer(page.locator("#tools").get_by_role("button", name="删角点").click)
    assert len(shared()) == len(before) - 1
    workshop.click(workshop.meeting(LAST, FOURTH))
    answer = workshop.answer(lambda: page.keyboard.press("Delete"))
    assert len(shared()) == len(before) - 2
    assert answer["faults"] == []


def test_what_is_drawn_snaps_unless_it_is_told_not_to(workshop: Workshop) -> None:
    west, south = min(workshop.grids()[LAST][0])
    corners = [(west + 0.001, south), (west + 0.003, south), (west + 0.002, south + 0.002)]
    reaches = []
    for _ in range(2):
        workshop.tool("画一块")
        for at in corners:
            workshop.click(at)
        workshop.map.page.keyboard.press("Enter")
        give = workshop.panel.get_by_role("button", name="单独成一个网格")
        (act,) = workshop.answer(give.click)["acts"]
        reaches.append(act.get("reach_m", 0))
        workshop.answer(lambda: workshop.map.page.keyboard.press("z"))
        workshop.tool("吸附到邻格")
    near, none = reaches
    assert 0 < near <= 50
    assert none == 0


def test_a_corner_dragged_near_the_next_one_lies_on_it_unless_it_is_told_not_to(
    workshop: Workshop,
) -> None:
    at = workshop.meeting(LAST, FOURTH)
    ring = workshop.grids()[LAST][0]
    beside = ring[ring.index(at) + 1]
    workshop.map.look_at(at, 16)
    (x, y), (to_x, to_y) = (workshop.map.on_screen(one) for one in (at, beside))
    near = (to_x - x + 4, to_y - y + 3)
    workshop.tool("吸附到邻格")
    workshop.drag(at, near)
    assert len(workshop.grids()[LAST][0]) == len(ring)
    workshop.answer(workshop.map.page.get_by_role("button", name="撤销").first.click)
    workshop.tool("吸附到邻格")
    one = workshop.drag(at, near)
    assert one["refused"] is None
    assert len(workshop.grids()[LAST][0]) == len(ring) - 1
    assert one["faults"] == []


def test_a_ring_that_crosses_itself_is_refused_where_it_does(
    workshop: Workshop, watch: Watch
) -> None:
    watch.allow("422")
    at = workshop.meeting(LAST, FOURTH)
    workshop.drag(at, (6, -6))
    lon, lat = workshop.meeting(LAST, FOURTH)
    bow = [[lon, lat], [lon + 2e-3, lat + 2e-3], [lon + 2e-3, lat], [lon, lat + 2e-3], [lon, lat]]
    shape = {"type": "Polygon", "coordinates": [bow]}
    act = {"kind": "transfer", "grids": [LAST], "shape": shape}
    workshop.map.page.evaluate(MEMORY, {"acts": [act], "at": 1})
    workshop.map.page.reload()
    notes = workshop.panel.locator(".notes")
    expect(notes.locator(".bad")).to_be_visible()
    (pin,) = drawn(workshop, "pin")
    assert pin == pytest.approx([lon + 1e-3, lat + 1e-3], abs=1e-5)


def test_a_grid_of_the_next_village_is_not_merged_and_that_is_said(workshop: Workshop) -> None:
    workshop.tool("合并网格")
    rings = workshop.grids()
    lon, lat = (sum(at[k] for at in rings[LAST][0]) / len(rings[LAST][0]) for k in (0, 1))
    workshop.click((lon, lat))
    north = max(at[1] for ring in rings.values() for part in ring for at in part)
    beyond = (lon, north + 0.002)
    workshop.map.look_at(beyond, 15)
    workshop.click(beyond)
    expect(workshop.panel.locator(".notes")).to_contain_text("这里不是本村的网格")
    (pin,) = drawn(workshop, "pin")
    assert pin == pytest.approx(list(beyond), abs=1e-5)
