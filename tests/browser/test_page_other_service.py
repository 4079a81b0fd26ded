"""Signing in by another service in a real browser: the button, the way back, the card after it.

The service calls this machine `localhost` and the town `127.0.0.1`, so that they are two sites.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from mapserver.roles import Role
from mapserver.services import accounts
from mapserver.services.context import Context
from mapserver.services.oidc.linking import link
from mapserver.services.opening import now, open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope
from tests.api import town as small
from tests.browser.checks import faults
from tests.browser.map_page import MapPage
from tests.browser.states import Look
from tests.browser.test_page_signing_in import LONG_MS, each_look
from tests.support.accounts import sign_in
from tests.support.browser import Watch
from tests.support.provider import Provider, settings_for
from tests.support.server import free_port, running_server

HEAD, ADMINISTRATOR, PASSWORD = "wanggezhang", "zhanghao", "three ducks on the pond"
TITLE = "Zhengwutong"


@dataclass(frozen=True, slots=True)
class Met:
    """The page, nobody signed in, and the service whose button it shows."""

    town: MapPage
    provider: Provider

    @property
    def card(self) -> Locator:
        """The card that asks who one is."""
        return self.town.page.locator("#signin")

    @property
    def button(self) -> Locator:
        """The service's button on it."""
        return self.card.locator("button.other")


def build(folder: Path, provider: Provider) -> None:
    """Make the small town with a grid head, whom the service knows, and an administrator."""
    small.build(folder)
    store = open_store(Settings(data=str(folder)))
    context = Context(store, Scope.of_town("local", small.TOWN), now)
    for name, role, area in (
        (HEAD, Role.GRID_HEAD, small.XINWU),
        (ADMINISTRATOR, Role.ADMINISTRATOR, small.TOWN),
    ):
        made, _ = accounts.create(context, name, name, PASSWORD)
        accounts.appoint(context, made.id, role, area)
    link(context, accounts.find(context, HEAD).account.id, provider.issuer, provider.subject)
    store.close()


@pytest.fixture
def met(page: Page, watch: Watch, tmp_path: Path) -> Iterator[Met]:
    """Yield the small town, served with the service in its settings."""
    port, folder = free_port(), tmp_path / "data"
    with Provider("localhost").running() as provider:
        build(folder, provider)
        watch.allow(provider.issuer)
        watch.allow("401")
        settings = settings_for(provider, tmp_path / "secret", f"http://127.0.0.1:{port}")
        told = {f"MAPSERVER_{name.upper()}": str(value) for name, value in settings.items()}
        env = {**os.environ, **told, "MAPSERVER_TOTP_ROLES": "", "MAPSERVER_OIDC_TITLE": TITLE}
        arguments = ["serve", "--data", str(folder)]
        with running_server(arguments, tmp_path / "log", env=env, port=port) as server:
            yield Met(MapPage(page, server.url), provider)


def test_button_leads_to_the_service_and_back_to_where_one_was(met: Met) -> None:
    town = met.town
    town.open("village=430424100201", lang="en", theme="dark")
    expect(met.button).to_have_text(f"Sign in with {TITLE}")
    met.button.click()
    expect(met.card).to_be_hidden(timeout=LONG_MS)
    town.settle()
    expect(town.title).to_contain_text("新屋村")
    assert town.page.url.startswith(f"{town.url}/#village=430424100201")
    assert town.page.evaluate("() => document.documentElement.lang") == "en"
    assert "/authorize" in met.provider.seen
    cookies = {one["name"]: one for one in town.page.context.cookies(town.url)}
    assert cookies["__Host-session"]["sameSite"] == "Strict"
    assert "__Host-journey" not in cookies
    town.page.reload()
    town.settle()
    expect(met.card).to_be_hidden()


def test_who_is_not_linked_comes_back_to_the_card_with_their_subject(met: Met) -> None:
    met.provider.subject = "somebody-else"
    met.town.open()
    met.button.click()
    expect(met.card.get_by_role("alert")).to_contain_text("没有可用的账号", timeout=LONG_MS)
    expect(met.card.locator(".secret")).to_have_text("somebody-else")
    assert met.town.page.url == f"{met.town.url}/"
    met.town.page.reload()
    expect(met.button).to_be_visible()
    expect(met.card.locator(".secret")).to_have_count(0)


def test_service_that_is_down_is_told_on_the_card_and_the_password_still_opens(
    met: Met, watch: Watch
) -> None:
    watch.allow("503")
    met.provider.stop()
    met.town.open()
    met.button.click()
    expect(met.card.get_by_role("alert")).to_contain_text("没有回应", timeout=LONG_MS)
    met.town.page.locator("#name").fill(HEAD)
    met.town.page.locator("#password").fill(PASSWORD)
    met.card.locator("button[type=submit]").click()
    expect(met.card).to_be_hidden(timeout=LONG_MS)
    met.town.settle()


def test_administrator_parts_and_links_on_the_account_page(met: Met) -> None:
    town = met.town
    sign_in(town.page, town.url, ADMINISTRATOR, PASSWORD)
    town.open()
    sheet = town.page.locator("#accounts")
    sheet.get_by_role("link").filter(has_text=HEAD).click(timeout=LONG_MS)
    expect(sheet).to_contain_text(met.provider.subject)
    sheet.get_by_role("button", name="断开").click()
    sheet.get_by_role("button", name="断开").click()
    expect(sheet).not_to_contain_text(met.provider.subject)
    sheet.get_by_role("button", name="连上").click()
    town.page.locator("#subject").fill("another-one")
    sheet.locator("form button[type=submit]").click()
    expect(sheet).to_contain_text("another-one")


def card_states(met: Met, look: Look) -> Iterator[str]:
    """Go through the states of the card that the service brings about."""
    met.town.open(lang=look.lang, theme=look.theme)
    yield "a button more"
    met.provider.subject = "somebody-else"
    met.button.click()
    expect(met.card.locator(".secret")).to_be_visible(timeout=LONG_MS)
    yield "not linked"


@each_look
def test_card_with_a_button_more_is_without_fault(met: Met, look: Look) -> None:
    assert faults(met.town, card_states(met, look), look, sees_map=False) == []
