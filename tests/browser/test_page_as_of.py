"""The map as of a day: its grids in place of today's, said over the map, kept in the address."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import APIRequestContext, Browser, Locator, expect

from tests.browser.conftest import signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE
from tests.support.accounts import demo_password
from tests.support.browser import Watch

FOURTH = f"{VILLAGE}004"
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # as the browser has it
BEFORE, LATER = (TODAY + timedelta(days=n) for n in (-30, 30))

Approve = Callable[[dict[str, Any], date], None]


@pytest.fixture
def approve(own_town: MapPage, own_folder: Path, browser: Browser) -> Iterator[Approve]:
    """Yield what draws an act, hands it in and approves it from a day on."""
    contexts = [browser.new_context(base_url=own_town.url) for _ in range(2)]
    head, supervisor = (one.request for one in contexts)
    for who, name in ((head, HEAD), (supervisor, SUPERVISOR)):
        login = {"name": name, "password": demo_password(own_folder)}
        assert who.post("/session", data=login).ok

    def made(who: APIRequestContext, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = who.post(f"/boundaries/{VILLAGE}/drafts{path}", data=body)
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def whole(act: dict[str, Any], effective: date) -> None:
        one = made(head, "", {"acts": [act]})
        one = made(head, f"/{one['id']}/submission", {"revision": one["revision"]})
        day = {"revision": one["revision"], "effective": effective.isoformat()}
        made(supervisor, f"/{one['id']}/approval", day)

    yield whole
    for one in contexts:
        one.close()


def note(town: MapPage) -> Locator:
    """Return what is said over the map."""
    return town.page.locator("#then")


def spoken(day: date) -> str:
    """Return a day in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def choose(town: MapPage, day: date) -> None:
    """Choose a day in the list of layers."""
    town.open_layers()
    town.page.get_by_label("网格边界截至").fill(day.isoformat())
    expect(note(town)).to_contain_text(spoken(day))
    town.page.keyboard.press("Escape")
    town.settle()


def codes(town: MapPage) -> set[str]:
    """Return the codes of the village's grids that the map draws."""
    drawn = {one["code"] for one in town.rendered("grid-line")}
    named = {one["code"] for one in town.rendered("grid-name")}
    assert named <= drawn
    return {code for code in drawn if code.startswith(VILLAGE)}


MERGE = {"kind": "merge", "grids": [FOURTH, LAST]}


def test_a_day_shows_its_grids_until_one_goes_back_to_today(
    own_town: MapPage, approve: Approve
) -> None:
    approve(MERGE, TODAY - timedelta(days=3))
    own_town.open(f"village={VILLAGE}")
    own_town.page.evaluate("window.mapserver.map.zoomTo(14, {animate: false})")
    own_town.settle()
    assert LAST not in codes(own_town)
    expect(note(own_town)).to_be_hidden()
    choose(own_town, BEFORE)
    expect(note(own_town)).to_contain_text("房屋和数字是今天的")
    assert {FOURTH, LAST} <= codes(own_town)
    own_town.page.reload()
    own_town.settle()
    expect(note(own_town)).to_contain_text(f"截至 {spoken(BEFORE)} 的网格")
    # from panel to panel, and back by the browser
    own_town.go(f"grid={LAST}")
    expect(own_town.panel).to_contain_text("今天已经没有这个网格")
    expect(note(own_town)).to_be_visible()
    own_town.page.go_back()
    own_town.settle()
    expect(own_town.title).to_have_text("金峨村")
    expect(note(own_town)).to_be_visible()
    note(own_town).get_by_role("button", name="回到今天").click()
    own_town.settle()
    expect(note(own_town)).to_be_hidden()
    assert "as_of" not in own_town.page.url
    assert LAST not in codes(own_town)
    own_town.page.go_back()
    expect(note(own_town)).to_be_visible()


def test_a_day_to_come_shows_what_is_approved_for_it(
    own_folder: Path, own_town: MapPage, approve: Approve
) -> None:
    approve(MERGE, LATER)
    signed_in(own_town, own_folder, HEAD)
    own_town.open(f"village={VILLAGE}", as_of=LATER.isoformat())
    expect(note(own_town)).to_contain_text("按已批准的边界")
    assert LAST not in codes(own_town)
    assert FOURTH in codes(own_town)
    # who draws, draws on the grids of today
    own_town.go(f"draw={VILLAGE}")
    expect(note(own_town)).to_be_hidden()
    link = own_town.panel.get_by_role("link", name="在地图上看")
    expect(link).to_have_count(1)
    link.click()
    own_town.settle()
    expect(note(own_town)).to_contain_text(f"截至 {spoken(LATER)} 的网格")
    expect(own_town.title).to_have_text("金峨村")


def split(town: MapPage) -> dict[str, Any]:
    """Return the act that cuts the last grid from north to south."""
    (grid,) = town.api("/collections/grid/items", code=LAST)["features"]
    ring = grid["geometry"]["coordinates"][0][0]
    lats = [lat for _, lat in ring]
    middle = sum(lon for lon, _ in ring) / len(ring)
    line = [[middle, min(lats) - 0.0002], [middle, max(lats) + 0.0002]]
    return {
        "kind": "split",
        "grids": [LAST],
        "shape": {"type": "LineString", "coordinates": line},
    }


def test_a_grid_of_today_says_that_there_is_none_on_the_day(
    own_town: MapPage, approve: Approve
) -> None:
    approve(split(own_town), TODAY - timedelta(days=3))
    approve(MERGE, LATER)
    own_town.open(f"grid={VILLAGE}006", as_of=BEFORE.isoformat())
    expect(own_town.panel).to_contain_text(f"截至 {spoken(BEFORE)} 还没有这个网格")
    note(own_town).get_by_role("button", name="回到今天").click()
    expect(own_town.panel).not_to_contain_text("没有这个网格")
    own_town.open(f"grid={LAST}", as_of=BEFORE.isoformat())
    expect(own_town.panel).not_to_contain_text("没有这个网格")
    choose(own_town, LATER)
    expect(own_town.panel).to_contain_text(f"到 {spoken(LATER)} 就没有这个网格了")


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("day", [BEFORE, LATER])
def test_the_town_lies_beneath_the_note_on_a_phone(town: MapPage, lang: str, day: date) -> None:
    town.open(as_of=day.isoformat(), lang=lang)
    said, sheet = note(town).bounding_box(), town.panel.bounding_box()
    assert said is not None
    assert sheet is not None
    west, south, east, north = town.api("/town")["bounds"]
    assert town.on_screen((west, north))[1] >= said["y"] + said["height"]
    assert town.on_screen((east, south))[1] <= sheet["y"]


@pytest.mark.parametrize("day", ["2026-02-30", "gestern", "", TODAY.isoformat()])
def test_what_is_no_other_day_is_the_map_of_today(town: MapPage, day: str) -> None:
    asked: list[str] = []
    town.page.on("request", lambda one: asked.append(one.url))
    town.open(as_of=day)
    expect(note(town)).to_be_hidden()
    assert not any("/boundaries?" in url for url in asked)
    assert any("/collections/grid/tiles/" in url for url in asked)


def test_grids_that_do_not_come_are_asked_for_again(town: MapPage, watch: Watch) -> None:
    watch.allow("500")
    problem = {"title": "没有办成", "status": 500, "detail": "数据库没有应答。"}
    town.page.context.route(
        "**/boundaries?*", lambda route: route.fulfill(status=500, json=problem), times=1
    )
    town.open(f"village={VILLAGE}", as_of=BEFORE.isoformat())
    expect(note(town)).to_contain_text("的网格没有取到")
    expect(note(town)).to_contain_text("数据库没有应答")
    assert codes(town) == set()
    note(town).get_by_role("button", name="再试一次").click()
    expect(note(town)).to_contain_text(f"截至 {spoken(BEFORE)} 的网格")
    town.settle()
    assert LAST in codes(town)
