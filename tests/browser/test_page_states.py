"""Theme, language, the back button, an empty town, and a server that is gone."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.states import item
from tests.support.accounts import NAME, PASSWORD, sign_in, token_of
from tests.support.browser import Watch, violations
from tests.support.process import stop
from tests.support.server import Server


def ground(page: Page) -> str:
    """Return the colour that the map is painted on."""
    colour: str = page.evaluate(
        "() => window.mapserver.map.getPaintProperty('desk', 'background-color')"
    )
    return colour


def test_theme_changes_page_and_map_and_is_kept(town: MapPage) -> None:
    town.open()
    light = ground(town.page)
    town.page.get_by_role("button", name="切换深浅色").click()
    expect(town.page.locator("html")).to_have_attribute("data-theme", "dark")
    town.settle()
    dark = ground(town.page)
    assert dark != light
    town.page.goto(town.url)
    town.settle()
    assert ground(town.page) == dark


def test_language_is_switched_where_one_is_and_kept(town: MapPage) -> None:
    town.open("worklist=unplaced")
    expect(town.title).to_have_text("未定位的房屋")
    town.page.get_by_role("button", name="EN", exact=True).click()
    expect(town.title).to_have_text("Houses to be placed")
    town.page.goto(town.url)
    expect(town.page.locator("html")).to_have_attribute("lang", "en")


def test_back_button_goes_back_to_what_one_saw_before(town: MapPage) -> None:
    house = item(town, "house")
    town.open()
    before = town.title.inner_text()
    town.search(house["properties"]["address"]).first.click()
    expect(town.title).to_have_text(house["properties"]["door"])
    town.panel.locator(".crumbs a").click()
    expect(town.title).not_to_have_text(house["properties"]["door"])
    town.page.go_back()
    expect(town.title).to_have_text(house["properties"]["door"])
    town.page.go_back()
    expect(town.title).to_have_text(before)


def test_empty_town_says_what_to_do(
    serve: Callable[[Path], Server], page: Page, tmp_path: Path
) -> None:
    folder = tmp_path / "empty"
    token_of(folder)  # makes the account
    town = MapPage(page, serve(folder).url)
    sign_in(page, town.url, NAME, PASSWORD)
    town.open()
    expect(town.panel).to_contain_text("还没有房屋")
    assert violations(page) == []
    town.panel.get_by_role("link", name="导入表格").click()
    expect(page.locator("#imports")).to_contain_text("把表格拖到这里")


def test_server_that_is_gone_is_told_and_asked_again(
    own_folder: Path, serve: Callable[[Path], Server], page: Page, watch: Watch
) -> None:
    watch.allow("ERR_CONNECTION_REFUSED")
    watch.allow("Failed to fetch")
    server = serve(own_folder)
    town = signed_in(MapPage(page, server.url), own_folder)
    town.open()
    stop(server.process)
    town.go("worklist=unplaced")
    expect(town.panel.get_by_role("alert")).to_contain_text("看看服务器是不是停了")
    expect(page.locator("#banner")).to_contain_text("服务器没有应答")
    expect(town.panel.get_by_role("button", name="再试一次")).to_be_visible()
    assert violations(page) == []
