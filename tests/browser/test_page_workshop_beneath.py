"""Two people on neighbouring grids at once: the second sees what the first changed beneath."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE, Workshop
from tests.support.accounts import demo_password

FIRST, SECOND = f"{VILLAGE}001", f"{VILLAGE}002"
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
    drafts = f"/boundaries/{VILLAGE}/drafts"
    made = asked(
        page,
        HEAD,
        folder,
        [
            ("POST", drafts, {"acts": [MERGE]}),
            ("POST", drafts + "/{id}/submission", {"revision": 1}),
        ],
    )
    approval = f"{drafts}/{made['id']}/approval"
    asked(page, SUPERVISOR, folder, [("POST", approval, {"revision": 2})])


@pytest.fixture
def workshop(own_town: MapPage, own_folder: Path) -> Workshop:
    """Return the workshop of a town of its own."""
    return Workshop(signed_in(own_town, own_folder, HEAD))


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
