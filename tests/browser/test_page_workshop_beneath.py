"""Two people on neighbouring grids at once: the second sees what the first changed beneath."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import CALLED, HEAD, LAST, SUPERVISOR, VILLAGE, Workshop
from tests.support.accounts import demo_password
from tests.support.browser import Watch

FIRST, SECOND = f"{VILLAGE}001", f"{VILLAGE}002"
DRAFTS = f"/boundaries/{VILLAGE}/drafts"
MERGE = {"kind": "merge", "grids": [FIRST, SECOND]}


def asked(page: Page, who: str, folder: Path, calls: list[tuple[str, str, dict]]) -> dict:
    """Send something as somebody else, beside the page; `{id}` is that of the first answer."""
    browser = page.context.browser
    assert browser is not None
    url = page.url.split("/?")[0]
    context = browser.new_context(base_url=url)
    try:
        name = {"name": who, "password": demo_password(folder)}
        context.request.post("/session", data=name)
        first: dict = {}
        for method, path, body in calls:
            answer = context.request.fetch(path.format(**first), method=method, data=body)
            assert answer.ok, answer.text()
            first = first or answer.json()
        return first
    finally:
        context.close()


def put_in_force(page: Page, folder: Path) -> None:
    """Have another head's merge approved while somebody draws."""
    made = asked(
        page,
        HEAD,
        folder,
        [
            ("POST", DRAFTS, {"acts": [MERGE]}),
            ("POST", DRAFTS + "/{id}/submission", {"revision": 1}),
        ],
    )
    approval = f"{DRAFTS}/{made['id']}/approval"
    asked(page, SUPERVISOR, folder, [("POST", approval, {"revision": 2})])


@pytest.fixture
def workshop(own_workshop: Workshop) -> Workshop:
    """Return the workshop of a town of its own."""
    return own_workshop


def dashed(workshop: Workshop) -> int:
    """Return how many grids are drawn dashed, as they were."""
    count: int = workshop.map.page.evaluate(
        "() => window.mapserver.map.getStyle().sources.draft.data.features"
        ".filter(({properties}) => properties.t === 'before').length"
    )
    return count


def test_the_second_sees_what_the_first_changed_and_goes_on_on_top_of_it(
    workshop: Workshop, own_folder: Path
) -> None:
    workshop.open()
    at = workshop.meeting(LAST, f"{VILLAGE}004")
    workshop.drag(at, (6, -6))
    put_in_force(workshop.map.page, own_folder)
    answer = workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (4, -4))
    assert answer["number"] == 2
    assert answer["refused"] is None
    notes = workshop.panel.locator(".notes")
    expect(notes).to_contain_text("第 2 版生效了")
    expect(notes).to_contain_text("边界变了：第1网格")
    expect(notes).to_contain_text("没有了：第2网格")
    assert SECOND not in workshop.grids(), "the draft lies on top of what is in force"
    workshop.map.settle()
    assert dashed(workshop) == 5
    workshop.panel.get_by_role("button", name="存草稿").click()
    expect(notes).not_to_contain_text("第 2 版生效了")
    workshop.answer(lambda: workshop.map.page.keyboard.press("z"))
    expect(notes).not_to_contain_text("第 2 版生效了")
    workshop.map.settle()
    assert dashed(workshop) == 4


def test_what_came_into_force_unseen_is_shown_before_a_draft_is_handed_in(
    workshop: Workshop, own_folder: Path, watch: Watch
) -> None:
    watch.allow("409")
    workshop.open()
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (6, -6))
    put_in_force(workshop.map.page, own_folder)
    notes = workshop.panel.locator(".notes")
    submit = workshop.panel.get_by_role("button", name="提交审核")
    submit.click()
    expect(notes).to_contain_text("第 2 版生效了")
    expect(notes).to_contain_text("没有了：第2网格")
    assert workshop.map.api(DRAFTS)["drafts"] == []
    submit.click()
    expect(notes).to_contain_text("等督导员审核")
    (handed_in,) = workshop.map.api(DRAFTS)["drafts"]
    assert handed_in["base"] == 2


def test_who_finds_their_draft_kept_by_another_sees_both_and_keeps_both(
    workshop: Workshop, own_folder: Path, watch: Watch
) -> None:
    watch.allow("409")
    page = workshop.map.page
    workshop.open()
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (6, -6))
    keep = workshop.panel.get_by_role("button", name="存草稿")
    keep.click()
    expect(workshop.panel.get_by_role("button", name="已存", exact=True)).to_be_visible()
    (mine,) = workshop.map.api(DRAFTS)["drafts"]
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (5, -5))
    theirs = {"acts": [MERGE], "revision": mine["revision"]}
    asked(page, HEAD, own_folder, [("PUT", f"{DRAFTS}/{mine['id']}", theirs)])
    page.reload()  # what was not kept comes back, and does not pass for what is kept by now
    workshop.map.settle()
    notes = workshop.panel.locator(".notes")
    expect(notes).to_contain_text("又被改过")
    keep.click()
    expect(notes).to_contain_text("又被改过")
    workshop.map.settle()
    assert dashed(workshop) == 4, "theirs has a grid less"
    assert len(workshop.grids()) == 5
    notes.get_by_role("button", name="我的另存一份").click()
    others = workshop.panel.locator("#others")
    expect(others).to_contain_text(CALLED[HEAD])
    expect(notes).not_to_contain_text("又被改过")
    kept = {one["id"]: len(one["acts"]) for one in workshop.map.api(DRAFTS)["drafts"]}
    assert kept.pop(mine["id"]) == 1
    assert list(kept.values()) == [2]
    workshop.answer(others.get_by_role("button", name="打开").click)
    workshop.map.settle()
    assert SECOND not in workshop.grids()


def test_what_is_not_kept_stands_although_another_draft_came_to_the_village(
    workshop: Workshop, own_folder: Path
) -> None:
    page = workshop.map.page
    workshop.open()
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (6, -6))
    drawn = workshop.grids()
    asked(page, HEAD, own_folder, [("POST", DRAFTS, {"acts": [MERGE]})])
    page.reload()
    workshop.map.settle()
    assert workshop.grids() == drawn
    others = workshop.panel.locator("#others")
    expect(others).to_contain_text("先存好现在这份")
    workshop.panel.get_by_role("button", name="存草稿").click()
    expect(others).not_to_contain_text("先存好现在这份")
    workshop.answer(others.get_by_role("button", name="打开").click)
    workshop.map.settle()
    assert SECOND not in workshop.grids()


def test_a_draft_that_waits_is_opened_first_for_who_approves(
    own_town: MapPage, own_folder: Path
) -> None:
    workshop = Workshop(signed_in(own_town, own_folder, SUPERVISOR))
    workshop.open()
    handed_in = asked(
        own_town.page,
        HEAD,
        own_folder,
        [
            ("POST", DRAFTS, {"acts": [MERGE]}),
            ("POST", DRAFTS + "/{id}/submission", {"revision": 1}),
            ("POST", DRAFTS, {"acts": []}),
        ],
    )
    assert handed_in["state"] == "draft"
    own_town.page.reload()
    own_town.settle()
    expect(workshop.panel.get_by_role("button", name="通过")).to_be_visible()
    expect(workshop.panel.locator("#others")).to_contain_text("草稿")
