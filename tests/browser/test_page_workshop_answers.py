"""What is kept stands once and is one's own, whatever of the answers is lost on the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from mapserver.domain.days import day_of
from tests.browser.conftest import comes_in
from tests.browser.workshop import CALLED, LAST, SUPERVISOR, VILLAGE, Workshop
from tests.support.browser import Watch

FOURTH = f"{VILLAGE}004"
DRAFTS = f"/boundaries/{VILLAGE}/drafts"

pytestmark = pytest.mark.parametrize("viewport", ["desktop"], indirect=True)


@pytest.fixture
def workshop(own_workshop: Workshop) -> Workshop:
    """Return the workshop of a town of its own, opened."""
    own_workshop.open()
    return own_workshop


def lose_the_answer(route: Route) -> None:
    """Let the server do what is asked, and nobody hear of it."""
    if route.request.method in ("POST", "PUT"):
        route.fetch()
        route.abort("connectionreset")
    else:
        route.continue_()


def kept_without_an_answer(workshop: Workshop) -> None:
    """Keep the draft, lose the answer, and keep it once more."""
    page = workshop.map.page
    keep = workshop.panel.get_by_role("button", name="存草稿")
    page.route(f"**{DRAFTS}*", lose_the_answer)
    page.route(f"**{DRAFTS}/*", lose_the_answer)
    with page.expect_event("requestfailed"):
        keep.click()
    expect(workshop.panel.locator(".notes .note")).to_have_count(1)
    page.unroute(f"**{DRAFTS}*")
    page.unroute(f"**{DRAFTS}/*")
    keep.click()
    expect(workshop.panel.get_by_role("button", name="已存", exact=True)).to_be_visible()
    expect(workshop.panel.locator(".notes .note")).to_have_count(0)


def test_a_draft_whose_answer_is_lost_is_kept_once_and_told_as_ones_own(
    workshop: Workshop, watch: Watch
) -> None:
    watch.allow("ERR_CONNECTION_RESET")
    watch.allow("409")
    workshop.drag(workshop.meeting(LAST, FOURTH), (-6, 5))
    kept_without_an_answer(workshop)
    (first,) = workshop.map.api(DRAFTS)["drafts"]
    workshop.drag(workshop.meeting(LAST, FOURTH), (5, -5))
    kept_without_an_answer(workshop)
    (second,) = workshop.map.api(DRAFTS)["drafts"]
    assert second["id"] == first["id"]
    assert len(second["acts"]) == 2


def test_an_approval_for_a_later_day_tells_who_will_move(
    workshop: Workshop, own_folder: Path
) -> None:
    workshop.tool("合并网格")
    middles = {
        one["code"]: one["middle"] for one in workshop.map.api(f"/boundaries/{VILLAGE}")["grids"]
    }
    workshop.map.look_at(workshop.meeting(LAST, FOURTH), 13)
    workshop.click(tuple(middles[LAST]))
    told = workshop.answer(lambda: workshop.click(tuple(middles[FOURTH])))
    workshop.panel.get_by_role("button", name="提交审核").click()
    expect(workshop.panel).to_contain_text("等督导员审核")
    comes_in(workshop, own_folder, SUPERVISOR)
    later = (day_of(datetime.now(UTC)) + timedelta(days=3)).isoformat()
    workshop.panel.locator("#effective").fill(later)
    workshop.panel.get_by_role("button", name="通过", exact=True).click()
    outcome = workshop.panel.locator("#outcome")
    expect(outcome).to_contain_text("谁会换网格")
    (flow,) = told["moved"]
    expect(outcome).to_contain_text(f"第4网格 → 第5网格：房屋 {flow['houses']} 处")
    expect(workshop.panel.locator(".versions").first).to_contain_text(CALLED[SUPERVISOR])
    assert FOURTH in {one["code"] for one in workshop.map.api(f"/boundaries/{VILLAGE}")["grids"]}
