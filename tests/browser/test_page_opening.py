"""A secret is opened in its place, for a purpose, and covered again after a minute."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.map_page import MapPage
from tests.support.browser import Watch, violations

MASKED = re.compile(r"^430499\*{8}[0-9X]{4}$")
WHOLE = re.compile(r"^430499[0-9]{11}[0-9X]$")
PHONE = re.compile(r"^1[0-9]{10}$")


@dataclass(frozen=True, slots=True)
class Home:
    """A house with a child, and somebody in it whose number and phone are known."""

    house: str
    name: str


@pytest.fixture
def family(own_town: MapPage) -> Home:
    """Open the page at a house in which a child lives."""
    people = own_town.api("/collections/person/items", limit="1000")["features"]
    values: list[dict[str, Any]] = [one["properties"] for one in people]
    homes = {one["house"] for one in values if one.get("secret")}
    known = (
        one for one in values if one["house"] in homes and one.get("id_number") and one.get("phone")
    )
    grown = next(known)
    own_town.page.clock.install()
    own_town.open(f"house={grown['house']}")
    return Home(grown["house"], grown["name"])


def line(town: MapPage, name: str) -> Locator:
    return town.panel.locator(".members > li").filter(has_text=name).first


def ask(town: MapPage, name: str) -> Locator:
    """Press the link of somebody's line, and return the question below it."""
    line(town, name).get_by_role("button", name=re.compile("按用途查看")).click()
    box = town.panel.locator("form.why")
    expect(box).to_have_count(1)
    return box


@pytest.mark.parametrize("viewport", ["desktop", "phone"], indirect=True)
def test_a_number_is_opened_for_a_minute(own_town: MapPage, family: Home) -> None:
    number = line(own_town, family.name).locator(".mask").first
    expect(number).to_have_text(MASKED)
    box = ask(own_town, family.name)
    expect(box).to_contain_text("入户核实。60 秒后重新遮盖")
    assert violations(own_town.page) == []
    box.get_by_role("radio", name="替他办事").check()
    expect(box).to_contain_text("替他办事。60 秒后重新遮盖")
    box.get_by_role("button", name="查看 1 次").click()
    expect(number).to_have_text(MASKED)
    words = box.get_by_label("写明用途")
    words.fill(" 　 ")
    box.get_by_role("button", name="查看 1 次").click()
    expect(number).to_have_text(MASKED)
    words.fill("补办社保卡")
    expect(box).to_contain_text("替他办事、补办社保卡。60 秒后重新遮盖")
    box.get_by_role("button", name="查看 1 次").click()
    expect(number).to_have_text(WHOLE)
    expect(box).to_have_count(0)
    own_town.page.clock.fast_forward("01:01")
    expect(number).to_have_text(MASKED)


def test_the_phone_is_opened_alone(own_town: MapPage, family: Home) -> None:
    box = ask(own_town, family.name)
    box.get_by_role("radio", name="联系电话").check()
    box.get_by_label("写明用途").fill("约上门时间")
    box.get_by_role("button", name="查看 1 次").click()
    number, phone = (line(own_town, family.name).locator(".mask").nth(k) for k in range(2))
    expect(phone).to_have_text(PHONE)
    expect(number).to_have_text(MASKED)


def test_another_purpose_is_written_out(own_town: MapPage, family: Home, watch: Watch) -> None:
    watch.allow("400")
    box = ask(own_town, family.name)
    words = box.get_by_label("写明用途")
    box.get_by_role("radio", name="其他").check()
    words.fill("他的号码 4304991980")
    words.press("Enter")
    expect(box.get_by_role("alert")).to_contain_text("不要写身份证号")
    words.fill("补办社保卡")
    words.press("Enter")
    expect(line(own_town, family.name).locator(".mask").first).to_have_text(WHOLE)


def test_the_question_goes_away_by_key_and_button(own_town: MapPage, family: Home) -> None:
    box = ask(own_town, family.name)
    own_town.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    link = line(own_town, family.name).get_by_role("button", name=re.compile("按用途查看"))
    expect(link).to_be_focused()
    ask(own_town, family.name).get_by_role("button", name="不看了").click()
    expect(box).to_have_count(0)
    expect(line(own_town, family.name).locator(".mask").first).to_have_text(MASKED)


def test_a_childs_record_is_opened_for_guardianship(own_town: MapPage, family: Home) -> None:
    child = own_town.panel.locator(".members > li").filter(has_text="只有监护事务可打开").first
    child.get_by_role("button", name=re.compile("按用途查看")).click()
    box = own_town.panel.locator("form.why")
    box.get_by_label("写明用途").fill("入学证明")
    box.get_by_role("button", name="查看 1 次").click()
    expect(child.locator("dt").filter(has_text="姓名").first).to_be_visible()
    assert violations(own_town.page) == []
    own_town.page.clock.fast_forward("01:01")
    expect(child.locator("dt")).to_have_count(0)
