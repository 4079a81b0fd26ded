"""Grids divided by fingers: corners under a phone's cross split one, two taps merge two."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.fingers import Fingers
from tests.browser.workshop import LAST, VILLAGE, Lonlat, Workshop, changed

FOURTH, SIXTH = f"{VILLAGE}004", f"{VILLAGE}006"
CLOSE = 17.5
"""So near that the cross is on no corner where a line begins beside the grid."""
BESIDE = 2e-4

phone = pytest.mark.parametrize("viewport", ["phone"], indirect=True)
tablet = pytest.mark.parametrize("viewport", ["tablet"], indirect=True)


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def line_across(workshop: Workshop) -> tuple[Lonlat, Lonlat]:
    """Return places south and north of the last grid, between which a line cuts it."""
    ring = workshop.grids()[LAST][0]
    lats = [lat for _, lat in ring]
    lon = sum(lon for lon, _ in ring) / len(ring)
    return (lon, min(lats) - BESIDE), (lon, max(lats) + BESIDE)


def set_corner(workshop: Workshop, at: Lonlat) -> None:
    """Bring a place under the cross, and set a corner there."""
    page = workshop.map.page
    workshop.map.look_at(at, CLOSE)
    cross = page.locator("#cross").bounding_box()
    assert cross is not None
    x, y = workshop.map.on_screen(at)
    off = (x - cross["x"] - cross["width"] / 2, y - cross["y"] - cross["height"] / 2)
    page.evaluate("by => window.mapserver.map.panBy(by, {animate: false})", off)
    workshop.map.settle()
    page.locator("#corner").tap()


def middles(workshop: Workshop) -> dict[str, Lonlat]:
    """Return the middles of the grids in force, by code."""
    grids: list[dict[str, Any]] = workshop.map.api(f"/boundaries/{VILLAGE}")["grids"]
    return {one["code"]: (one["middle"][0], one["middle"][1]) for one in grids}


@phone
def test_corners_under_the_cross_split_a_grid(workshop: Workshop) -> None:
    page = workshop.map.page
    done = page.locator("#cornersdone")
    line = line_across(workshop)
    page.get_by_role("radio", name="分界线").tap()
    expect(page.get_by_role("radio", name="分界线")).to_be_checked()
    set_corner(workshop, line[0])
    expect(done).to_have_count(0)
    set_corner(workshop, line[1])
    answer = workshop.answer(done.tap)
    assert answer["refused"] is None
    assert answer["faults"] == []
    (act,) = answer["acts"]
    assert (act["kind"], act["grids"], act["codes"]) == ("split", [LAST], [SIXTH])
    assert act["capture"] == {"how": "cross", "datum": "cgcs2000"}
    assert act["shape"]["coordinates"] == [pytest.approx(at, abs=1e-6) for at in line]
    assert SIXTH in workshop.grids()
    expect(done).to_have_count(0)
    expect(page.get_by_role("button", name="退回上一个角点")).to_be_disabled()


@phone
def test_a_line_that_splits_nothing_says_so_on_the_phone_and_is_drawn_on(
    workshop: Workshop,
) -> None:
    page = workshop.map.page
    (lon, south), north = line_across(workshop)
    page.get_by_role("radio", name="分界线").tap()
    set_corner(workshop, (lon, south))
    set_corner(workshop, (lon, south + 10 * BESIDE))
    answer = workshop.answer(page.locator("#cornersdone").tap)
    assert answer["refused"] is not None
    assert SIXTH not in workshop.grids()
    said = page.locator("#field").get_by_text("没有把第5网格切成两块")
    expect(said).to_be_visible()
    set_corner(workshop, north)
    expect(said).to_have_count(0)
    answer = workshop.answer(page.locator("#cornersdone").tap)
    assert answer["refused"] is None
    assert len(answer["acts"][0]["shape"]["coordinates"]) == 3
    assert SIXTH in workshop.grids()


@tablet
def test_two_taps_merge_grids_and_the_first_stays(workshop: Workshop, fingers: Fingers) -> None:
    page, at = workshop.map.page, middles(workshop)
    workshop.map.look_at(workshop.meeting(LAST, FOURTH), 14)
    page.locator("#tools").get_by_role("button", name="合并网格").tap()
    hint = page.locator("#hint")
    expect(hint).to_have_text("点要留下的网格")
    fingers.tap(workshop.map.on_screen(at[LAST]))
    expect(hint).to_have_text("再点要并进来的网格")
    answer = workshop.answer(lambda: fingers.tap(workshop.map.on_screen(at[FOURTH])))
    assert answer["refused"] is None
    assert answer["faults"] == []
    (act,) = answer["acts"]
    assert (act["kind"], act["grids"]) == ("merge", [LAST, FOURTH])
    assert answer["gone"] == [FOURTH]
    assert LAST in changed(answer)
    assert FOURTH not in workshop.grids()
    expect(hint).to_contain_text("点要留下的网格")


@phone
def test_a_phone_merges_the_two_grids_that_are_tapped(workshop: Workshop, fingers: Fingers) -> None:
    page, at = workshop.map.page, middles(workshop)
    page.get_by_role("radio", name="合并").tap()
    expect(page.locator("#corner")).to_have_count(0)
    expect(page.locator("#cross")).to_be_hidden()
    field = page.locator("#field")
    expect(field).to_contain_text("点要留下的网格")
    workshop.map.look_at(workshop.meeting(LAST, FOURTH), 13)
    fingers.tap(workshop.map.on_screen(at[LAST]))
    expect(field).to_contain_text("再点要并进来的网格")
    answer = workshop.answer(lambda: fingers.tap(workshop.map.on_screen(at[FOURTH])))
    assert answer["refused"] is None
    assert answer["acts"][0]["grids"] == [LAST, FOURTH]
    expect(field).to_contain_text("没有缺口")


@tablet
def test_a_pinch_or_a_drag_between_two_taps_merges_nothing(
    workshop: Workshop, fingers: Fingers
) -> None:
    page, at = workshop.map.page, middles(workshop)
    workshop.map.look_at(workshop.meeting(LAST, FOURTH), 14)
    before = workshop.grids()
    page.locator("#tools").get_by_role("button", name="合并网格").tap()
    fingers.tap(workshop.map.on_screen(at[LAST]))
    hint = page.locator("#hint")
    expect(hint).to_have_text("再点要并进来的网格")
    x, y = workshop.map.on_screen(at[FOURTH])
    fingers.drag((x, y), (40, -30))
    workshop.map.settle()
    x, y = workshop.map.on_screen(at[FOURTH])
    fingers.pinch((x, y), (-20, -20), (x + 60, y + 40), (30, 30))
    workshop.map.settle()
    assert workshop.grids() == before
    expect(hint).to_have_text("再点要并进来的网格")
    answer = workshop.answer(lambda: fingers.tap(workshop.map.on_screen(at[FOURTH])))
    assert [act["kind"] for act in answer["acts"]] == ["merge"]
