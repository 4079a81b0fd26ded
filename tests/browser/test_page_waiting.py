"""What waits for whoever is signed in is told on the rail: rows of lists, drafts of boundaries."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Browser, Locator, expect

from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE
from tests.support.accounts import demo_password

MERGE = {"kind": "merge", "grids": [f"{VILLAGE}004", LAST]}


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody who draws or approves beside the page."""

    request: APIRequestContext

    def does(self, step: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do a step of a draft, and return what it is then."""
        answer = self.request.post(f"/boundaries/{VILLAGE}/drafts{step}", data=body)
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def hands_in(self) -> dict[str, Any]:
        """Draw and hand in."""
        one = self.does("", {"acts": [MERGE]})
        return self.does(f"/{one['id']}/submission", {"revision": one["revision"]})


@pytest.fixture
def beside(own_town: MapPage, own_folder: Path, browser: Browser) -> Iterator[dict[str, Beside]]:
    """Yield the grid head and the supervisor, by name."""
    found = {}
    contexts = [browser.new_context(base_url=own_town.url) for _ in range(2)]
    for name, context in zip((HEAD, SUPERVISOR), contexts, strict=True):
        login = {"name": name, "password": demo_password(own_folder)}
        assert context.request.post("/session", data=login).ok
        found[name] = Beside(context.request)
    yield found
    for context in contexts:
        context.close()


def way(town: MapPage, name: str) -> Locator:
    """Return the rail's way to the drawing, by the whole of its name."""
    return town.page.locator("#rail").get_by_role("link", name=name, exact=True)


@pytest.mark.parametrize("viewport", ["window", "phone"], indirect=True)
def test_what_is_handed_in_waits_for_the_supervisor_until_it_is_sent_back(
    own_town: MapPage, own_folder: Path, beside: dict[str, Beside], viewport: str
) -> None:
    signed_in(own_town, own_folder, SUPERVISOR)
    own_town.open()
    expect(way(own_town, "划界")).to_be_visible()
    beside[HEAD].hands_in()
    own_town.go("draw")
    expect(way(own_town, "划界 待办 1")).to_be_visible()
    own_town.open(f"draw={VILLAGE}")
    expect(way(own_town, "划界 待办 1")).to_be_visible()
    if viewport == "phone":
        own_town.page.locator("#details").click()
    own_town.panel.get_by_label("退回要改什么").fill("东边")
    own_town.panel.get_by_role("button", name="退回").click()
    expect(way(own_town, "划界")).to_be_visible()


def test_what_was_sent_back_waits_for_the_grid_head_until_it_is_handed_in_again(
    own_town: MapPage, own_folder: Path, beside: dict[str, Beside]
) -> None:
    one = beside[HEAD].hands_in()
    signed_in(own_town, own_folder, HEAD)
    own_town.open()
    expect(way(own_town, "划界")).to_be_visible()
    back = {"revision": one["revision"], "remark": "东边", "place": None}
    beside[SUPERVISOR].does(f"/{one['id']}/return", back)
    own_town.open(f"draw={VILLAGE}", lang="en")
    expect(way(own_town, "Draw to do 1")).to_be_visible()
    own_town.panel.get_by_role("button", name="Submit").click()
    expect(way(own_town, "Draw")).to_be_visible()


def test_what_is_approved_waits_no_longer(
    own_town: MapPage, own_folder: Path, beside: dict[str, Beside]
) -> None:
    beside[HEAD].hands_in()
    signed_in(own_town, own_folder, SUPERVISOR)
    own_town.open(f"draw={VILLAGE}")
    expect(way(own_town, "划界 待办 1")).to_be_visible()
    own_town.panel.get_by_role("button", name="通过").click()
    expect(way(own_town, "划界")).to_be_visible()


def test_who_neither_draws_nor_approves_does_not_ask_for_drafts(town: MapPage) -> None:
    asked: list[str] = []
    town.page.on("request", lambda one: asked.append(one.url))
    town.open()
    expect(town.page.locator("[data-nav=worklist] .dot")).to_be_visible()
    assert any("/town?" in url for url in asked)
    assert not any("/boundary-drafts" in url for url in asked)
