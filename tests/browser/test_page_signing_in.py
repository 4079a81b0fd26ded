"""Signing in, one's own account, and the administrator's sheet, as people do it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.checks import faults
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look
from tests.support.accounts import OFFICER, demo_password, sign_in
from tests.support.browser import Watch
from tests.support.server import Server

LONG_MS = 30_000
HEAD, HEAD_TITLE, ADMINISTRATOR = "wanggezhang", "谢福明", "zhanghao"


@pytest.fixture
def stranger(demo_server: Server, page: Page, watch: Watch) -> MapPage:
    """Return the page of the demo township, with nobody signed in."""
    watch.allow("401")
    return MapPage(page, demo_server.url)


@pytest.fixture
def password(demo_server: Server) -> str:
    """Return the password of everybody in the demo."""
    return demo_password(demo_server.log.parent / "data")


@pytest.fixture
def own_stranger(
    own_folder: Path,
    serve: Callable[[Path], Server],
    page: Page,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> MapPage:
    """Return the page of a town that the test may write to, with nobody signed in."""
    monkeypatch.setenv("MAPSERVER_TOTP_ROLES", "")  # as the demo is served
    watch.allow("401")
    return MapPage(page, serve(own_folder).url)


def card(town: MapPage) -> Locator:
    """Return the card that asks who one is."""
    return town.page.locator("#signin")


def fill_in(town: MapPage, name: str, password: str) -> None:
    """Fill in the card and press its button."""
    town.page.get_by_label("登录名").or_(town.page.get_by_label("Login name")).fill(name)
    town.page.locator("#password").fill(password)
    card(town).locator("button[type=submit]").click()


def enter(town: MapPage, name: str, password: str) -> None:
    """Sign in by the card, and wait until what is behind it has come."""
    fill_in(town, name, password)
    expect(card(town)).to_be_hidden(timeout=LONG_MS)
    town.settle()


def test_card_lets_in_and_the_map_is_of_ones_own_area(stranger: MapPage, password: str) -> None:
    stranger.open()
    expect(card(stranger)).to_be_visible()
    expect(stranger.page.locator("#stage")).not_to_be_visible()
    enter(stranger, HEAD, password)
    expect(stranger.page.locator("button.who")).to_contain_text(HEAD_TITLE)
    expect(stranger.page.locator("button.who")).to_contain_text("网格长 · 金峨村")
    expect(stranger.page.locator("#rail [data-nav=import]")).to_have_count(0)
    expect(stranger.panel.locator(".flushlist").last).to_contain_text("金峨村")
    expect(stranger.panel.locator(".flushlist").last.locator("li")).to_have_count(1)
    cookies = {one["name"]: one for one in stranger.page.context.cookies()}
    session = cookies["__Host-session"]
    assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Strict")
    assert stranger.page.evaluate("() => document.cookie") == ""


def test_wrong_password_is_told_and_the_next_try_needs_no_mouse(
    stranger: MapPage, password: str
) -> None:
    stranger.open()
    fill_in(stranger, HEAD, "not the right one")
    expect(card(stranger).get_by_role("alert")).to_contain_text("不对")
    expect(stranger.page.locator("#password")).to_be_focused()
    stranger.page.keyboard.type(password)
    stranger.page.keyboard.press("Enter")
    expect(card(stranger)).to_be_hidden(timeout=LONG_MS)
    stranger.settle()


def test_place_that_was_asked_for_is_opened_after_signing_in(
    stranger: MapPage, password: str
) -> None:
    stranger.open("village=430424100204")
    enter(stranger, HEAD, password)
    expect(stranger.title).to_have_text("金峨村")


def test_who_signs_out_leaves_nothing_on_the_page(stranger: MapPage, password: str) -> None:
    stranger.open()
    enter(stranger, HEAD, password)
    stranger.page.locator("button.who").click()
    stranger.page.get_by_role("button", name="退出").click()
    expect(card(stranger)).to_be_visible()
    assert HEAD_TITLE not in stranger.page.content()
    assert "金峨" not in stranger.page.content()
    stranger.page.reload()
    expect(card(stranger)).to_be_visible()


def test_session_that_ended_elsewhere_covers_the_page_and_goes_on_where_one_was(
    stranger: MapPage, password: str
) -> None:
    stranger.open()
    enter(stranger, HEAD, password)
    stranger.page.context.request.delete(f"{stranger.url}/session")
    stranger.page.evaluate("() => { location.hash = 'worklist=unplaced'; }")
    expect(card(stranger)).to_contain_text("登录已到期", timeout=LONG_MS)
    expect(stranger.panel).not_to_be_visible()
    enter(stranger, HEAD, password)
    expect(stranger.title).to_have_text("未定位的房屋")


def test_phone_is_set_up_and_its_code_is_asked_for(own_stranger: MapPage, own_folder: Path) -> None:
    password = demo_password(own_folder)
    town = own_stranger
    sign_in(town.page, town.url, HEAD, password)
    town.open("account=code")
    town.page.locator("#confirm").fill(password)
    town.panel.locator("button[type=submit]").click()
    expect(town.panel.get_by_role("img", name="二维码")).to_be_visible()
    secret = town.panel.locator(".secret").inner_text().replace(" ", "").replace("\n", "")
    phone = pyotp.TOTP(secret)
    town.page.locator("#code").fill(phone.now())
    town.panel.locator("button[type=submit]").click()
    expect(town.panel.get_by_role("button", name="抄好了")).to_be_visible()
    codes = town.panel.locator(".secret").inner_text().split()
    assert len(codes) == 10
    town.panel.get_by_role("button", name="抄好了").click()
    expect(town.panel).to_contain_text("还剩 10 个恢复码")

    town.page.context.request.delete(f"{town.url}/session")
    town.page.reload()
    fill_in(town, HEAD, password)
    expect(card(town).locator("h1")).to_have_text("输入验证码")
    card(town).get_by_role("button", name="恢复码").click()
    town.page.locator("#code").fill(codes[0])
    town.page.keyboard.press("Enter")
    expect(card(town)).to_be_hidden()
    town.settle()


def test_token_is_made_for_one_village_and_role(own_stranger: MapPage, own_folder: Path) -> None:
    town = own_stranger
    sign_in(town.page, town.url, OFFICER, demo_password(own_folder))
    town.open("account=tokens")
    town.panel.get_by_role("button", name="发一个令牌").click()
    town.page.locator("#token-title").fill("办公室的 QGIS")
    town.page.locator("#token-area").select_option(label="金峨村")
    town.page.locator("#token-role").select_option(label="网格信息员")
    town.panel.locator("button[type=submit]").click()
    expect(town.panel.locator(".entry")).to_contain_text("金峨村 · 网格信息员")
    token = town.panel.locator(".secret").inner_text()
    bearer = {"Authorization": f"Bearer {token}"}
    told = town.page.context.request.get(f"{town.url}/session", headers=bearer).json()
    assert [one["area"] for one in told["grants"]] == ["430424100204"]


def test_administrator_makes_an_account_appoints_and_ends(
    own_stranger: MapPage, own_folder: Path
) -> None:
    town = own_stranger
    sign_in(town.page, town.url, ADMINISTRATOR, demo_password(own_folder))
    town.open()
    sheet = town.page.locator("#accounts")
    expect(sheet.locator("tbody tr")).to_have_count(14, timeout=LONG_MS)
    expect(town.page.locator("#rail [data-nav=map]")).to_have_count(0)
    sheet.get_by_role("link", name="新账号").click()
    town.page.locator("#person-name").fill("胡玉兰")
    town.page.locator("#login-name").fill("hu.yulan")
    sheet.locator("button[type=submit]").click()
    one_time = sheet.locator(".secret").inner_text()
    assert len(one_time) > 12
    sheet.get_by_role("link", name="任命").click()
    sheet.get_by_role("button", name="任命").click()
    town.page.locator("#appoint-role").select_option("grid_member")
    town.page.locator("#appoint-village").select_option("430424100204")
    town.page.locator("#appoint-grid").select_option(index=1)
    sheet.locator("form button[type=submit]").click()
    held = sheet.locator(".entry")
    expect(held).to_contain_text("网格员 · 金峨村")
    held.get_by_role("button", name="结束").click()
    held.get_by_role("button", name="结束任职").click()
    expect(sheet.locator(".former")).to_contain_text("当天结束")
    expect(held).to_have_count(0)


def refusing(status: int, code: str, **told: object) -> Callable[[Route], None]:
    """Return what answers every try to sign in with a problem."""
    body = json.dumps({"title": "x", "status": status, "detail": "x", "code": code, **told})

    def answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, content_type="application/problem+json", body=body)
        else:
            route.continue_()

    return answer


def card_states(town: MapPage, look: Look) -> Iterator[str]:
    """Go through the states of the card."""
    town.open(lang=look.lang, theme=look.theme)
    yield "sign-in"
    fill_in(town, HEAD, "not the right one")
    expect(card(town).locator(".note.bad")).to_be_visible()
    yield "wrong-password"
    town.page.route("**/session?*", refusing(401, "code-needed"))
    fill_in(town, HEAD, "whatever it may be")
    expect(town.page.locator("#code")).to_be_visible()
    yield "code-needed"
    card(town).locator(".link").last.click()
    town.page.unroute("**/session?*")
    town.page.route("**/session?*", refusing(429, "too-many-tries", retry_after_s=270))
    fill_in(town, HEAD, "whatever it may be")
    expect(card(town).locator(".note.warn")).to_be_visible()
    yield "too-many-tries"


def account_states(town: MapPage, look: Look) -> Iterator[str]:
    """Go through the pages of one's own account."""
    town.open("account", lang=look.lang, theme=look.theme)
    for name in ("", "password", "code", "sessions", "tokens"):
        town.go(f"account={name}" if name else "account")
        yield f"account {name}"
    town.panel.locator("button.wide").click()
    expect(town.page.locator("#token-area")).to_be_visible()
    yield "new token"


def administrator_states(town: MapPage, look: Look) -> Iterator[str]:
    """Go through the administrator's sheet."""
    town.open(lang=look.lang, theme=look.theme)
    people = town.page.locator("#accounts tbody a")
    expect(people).to_have_count(14, timeout=LONG_MS)
    yield "accounts"
    people.nth(7).click()
    expect(town.page.locator("#accounts .entry")).to_be_visible()
    yield "one account"
    town.page.locator("#accounts .slot button").click()
    expect(town.page.locator("#appoint-role")).to_be_visible()
    yield "appointing"
    town.go("accounts=new")
    expect(town.page.locator("#login-name")).to_be_visible()
    yield "new account"


each_look = pytest.mark.parametrize(
    ("viewport", "look"),
    [(look.size, look) for look in LOOKS],
    ids=map(str, LOOKS),
    indirect=["viewport"],
)


@each_look
def test_card_is_without_fault(stranger: MapPage, watch: Watch, look: Look) -> None:
    watch.allow("429")
    assert faults(stranger, card_states(stranger, look), look, sees_map=False) == []


@each_look
def test_own_account_is_without_fault(town: MapPage, look: Look) -> None:
    assert faults(town, account_states(town, look), look) == []


@each_look
def test_accounts_are_without_fault(stranger: MapPage, password: str, look: Look) -> None:
    sign_in(stranger.page, stranger.url, ADMINISTRATOR, password)
    watched = administrator_states(stranger, look)
    zh = Look(look.size, "zh", look.theme)
    # villages are called by their names, which administrators cannot ask for beforehand
    zh = Look(look.size, "zh", look.theme)
    assert faults(stranger, watched, zh, sees_map=False) == []
