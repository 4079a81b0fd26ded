"""The auditor's page: what was done is found, and nothing that anybody's record holds."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.checks import faults
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look

LINES = ".rec tbody tr"


def states(record: MapPage, look: Look) -> Iterator[str]:
    """Go through the page's states."""
    record.open("record", lang=look.lang, theme=look.theme)
    yield "record"
    record.go("record&action=add")  # sign-ins soon fill the first page
    record.page.locator(f"{LINES} .on a[href*='layer=village']").click()
    expect(record.page.locator(".asked .only")).to_be_visible()
    record.settle()
    yield "record-each"
    record.page.locator(f"{LINES} .on a").first.click()
    expect(record.page.locator(LINES)).to_have_count(1)
    record.settle()
    yield "record-item"
    record.go("record&actor=nobody")
    yield "record-none"


@pytest.mark.parametrize(
    ("viewport", "look"),
    [(one.size, one) for one in LOOKS],
    ids=map(str, LOOKS),
    indirect=["viewport"],
)
def test_record_is_without_fault(record: MapPage, look: Look) -> None:
    assert faults(record, states(record, look), look, sees_map=False) == []


def test_what_was_done_is_found_by_whom_what_and_when(record: MapPage) -> None:
    record.open("account")
    record.page.locator("#rail").get_by_role("link", name="记录").click()
    place = record.page.locator("#record")
    expect(place.get_by_role("heading", name="操作记录")).to_be_focused()
    record.settle()
    lines = place.locator(LINES)
    every = lines.count()
    place.get_by_label("哪一类").select_option("house")
    record.settle()
    assert 0 < lines.count() < every
    expect(lines.first).to_contain_text("房屋")
    place.get_by_label("做了什么").select_option("remove")
    record.settle()
    expect(place).to_contain_text("没有符合的记录")
    place.get_by_label("谁", exact=True).fill("demo")
    place.get_by_label("谁", exact=True).press("Tab")
    place.get_by_label("做了什么").select_option("add")
    record.settle()
    expect(lines.first).to_contain_text("demo")
    place.get_by_role("link", name="今天").click()
    record.settle()
    expect(lines.first).to_contain_text("demo")
    record.page.go_back()
    expect(lines.first).to_contain_text("demo")


def test_auditor_has_the_record_and_no_map(record: MapPage) -> None:
    record.open()
    expect(record.page.get_by_role("heading", name="操作记录")).to_be_visible()
    rail = record.page.locator("#rail")
    expect(rail.get_by_role("link", name="记录")).to_be_visible()
    expect(rail.get_by_role("link", name="地图")).to_have_count(0)


def test_more_lines_come_when_asked_for(record: MapPage) -> None:
    record.open("record&layer=person")
    record.page.locator(f"{LINES} .on a").first.click()
    record.settle()
    lines = record.page.locator(LINES)
    expect(lines).to_have_count(50)
    record.page.get_by_role("button", name="再看 50 条").click()
    expect(lines).to_have_count(100)
    numbers = record.page.locator(f"{LINES} .on a").all_inner_texts()
    assert len(set(numbers)) == 100
