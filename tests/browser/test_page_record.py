"""The auditor's page: what was done is found, and nothing that anybody's record holds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.checks import faults
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look

LINES = ".rec tbody tr"


def record_states(town: MapPage, look: Look) -> Iterator[str]:
    """Go through the page's states."""
    town.open("record", lang=look.lang, theme=look.theme)
    yield "record"
    town.page.locator(f"{LINES} .on a").filter(has_text="28").click()
    expect(town.page.locator(".asked .only")).to_be_visible()
    town.settle()
    yield "record-each"
    town.page.locator(f"{LINES} .on a").first.click()
    expect(town.page.locator(LINES)).to_have_count(1)
    town.settle()
    yield "record-item"
    town.go("record&actor=nobody")
    yield "record-none"


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(one.size, one) for one in LOOKS],
    ids=map(str, LOOKS),
    indirect=["viewport"],
)
def test_record_is_without_fault(town: MapPage, look: Look) -> None:
    assert faults(town, record_states(town, look), look) == []


def test_what_was_done_is_found_by_whom_what_and_when(town: MapPage) -> None:
    town.open()
    town.page.locator("#rail").get_by_role("link", name="记录").click()
    place = town.page.locator("#record")
    expect(place.get_by_role("heading", name="操作记录")).to_be_focused()
    town.settle()
    lines = place.locator(LINES)
    every = lines.count()
    place.get_by_label("哪一类").select_option("house")
    town.settle()
    assert 0 < lines.count() < every
    expect(lines.first).to_contain_text("房屋")
    place.get_by_label("做了什么").select_option("remove")
    town.settle()
    expect(place).to_contain_text("没有符合的记录")
    place.get_by_label("谁", exact=True).fill("demo")
    place.get_by_label("谁", exact=True).press("Tab")
    place.get_by_label("做了什么").select_option("add")
    town.settle()
    expect(lines.first).to_contain_text("demo")
    place.get_by_role("link", name="今天").click()
    town.settle()
    expect(lines.first).to_contain_text("demo")
    town.page.go_back()
    town.page.locator("#rail").get_by_role("link", name="地图").click()
    expect(place).to_be_hidden()
    expect(town.title).to_be_visible()


def test_more_lines_come_when_asked_for(town: MapPage) -> None:
    town.open("record&layer=person")
    town.page.locator(f"{LINES} .on a").first.click()
    town.settle()
    lines = town.page.locator(LINES)
    expect(lines).to_have_count(50)
    town.page.get_by_role("button", name="再看 50 条").click()
    expect(lines).to_have_count(100)
    numbers = town.page.locator(f"{LINES} .on a").all_inner_texts()
    assert len(set(numbers)) == 100
