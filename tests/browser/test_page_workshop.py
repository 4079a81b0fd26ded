"""Drawing boundaries: by mouse, under the cross, by walking, without a network, to approval."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mapserver.domain.datums import from_cgcs2000
from tests.browser.conftest import comes_in, signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE, Lonlat, Workshop, changed

FOURTH = f"{VILLAGE}004"


def split(workshop: Workshop) -> dict[str, Any]:
    """Cut the last grid from north to south, and return what the server answers."""
    ring = workshop.grids()[LAST][0]
    south, north = min(lat for _, lat in ring), max(lat for _, lat in ring)
    middle = sum(lon for lon, _ in ring) / len(ring)
    workshop.tool("分成两个网格")
    workshop.click((middle, south - 0.0002))
    workshop.click((middle, north + 0.0002))
    return workshop.answer(lambda: workshop.map.page.keyboard.press("Enter"))


def test_a_corner_of_three_grids_is_dragged_and_all_three_follow(workshop: Workshop) -> None:
    workshop.open()
    before = workshop.grids()
    three = next(
        codes
        for codes in [(LAST, FOURTH, f"{VILLAGE}003"), (LAST, FOURTH, f"{VILLAGE}002")]
        if any(all(at in before[one][0] for one in codes) for at in before[LAST][0])
    )
    answer = workshop.drag(workshop.meeting(*three), (-14, 10))
    assert answer["refused"] is None
    assert changed(answer) == set(three)
    assert answer["faults"] == []
    workshop.answer(lambda: workshop.map.page.keyboard.press("z"))
    expect(workshop.why).to_contain_text("还没有画什么")
    assert workshop.grids() == before, "the undo is the very geometry"
    workshop.answer(lambda: workshop.map.page.keyboard.press("y"))
    expect(workshop.why).to_contain_text("可以提交")


def test_a_piece_drawn_beside_a_neighbour_leaves_no_gap(workshop: Workshop) -> None:
    workshop.open()
    workshop.tool("画一块")
    ring = workshop.grids()[LAST][0]
    # two nodes that the grid shares with its neighbours, and a place within
    shared = [at for at in ring if at in workshop.grids()[FOURTH][0]]
    first, second = shared[len(shared) // 3], shared[2 * len(shared) // 3]
    lon, lat = (first[0] + second[0]) / 2, max(first[1], second[1]) + 0.002
    for at in (first, second, (lon, lat), first):
        workshop.click(at)
    give = workshop.panel.get_by_role("button", name="单独成一个网格")
    answer = workshop.answer(give.click)
    assert answer["faults"] == []
    (new,) = answer["acts"][0]["codes"]
    assert new == f"{VILLAGE}006"
    assert FOURTH not in changed(answer) or answer["moved"], "the neighbour keeps its houses"
    expect(workshop.panel).to_contain_text("谁会换网格")


def test_a_line_splits_a_grid_and_two_presses_merge_it_again(workshop: Workshop) -> None:
    workshop.open()
    answer = split(workshop)
    assert answer["refused"] is None
    assert {LAST, f"{VILLAGE}006"} <= {one["code"] for one in answer["grids"]}
    assert answer["faults"] == []
    workshop.tool("合并网格")
    middles = {one["code"]: one["middle"] for one in answer["grids"]}
    workshop.click(tuple(middles[LAST]))
    merged = workshop.answer(lambda: workshop.click(tuple(middles[f"{VILLAGE}006"])))
    assert {one["code"] for one in merged["grids"]} == {f"{VILLAGE}00{n}" for n in range(1, 6)}
    assert merged["moved"] == []


@pytest.mark.parametrize("viewport", ["desktop"], indirect=True)
def test_what_cannot_be_is_said_at_its_place_and_what_came_before_stands(
    workshop: Workshop,
) -> None:
    workshop.open()
    answer = workshop.drag(workshop.meeting(LAST, FOURTH), (0, -700))
    assert answer["refused"] is not None
    assert answer["refused"]["at"]
    expect(workshop.panel).to_contain_text("交叉")
    expect(workshop.why).to_contain_text("还没有画什么")


def test_a_lost_network_loses_nothing(workshop: Workshop, watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    workshop.open()
    at = workshop.meeting(LAST, FOURTH)
    context = workshop.map.page.context
    context.set_offline(True)
    mouse = workshop.map.page.mouse
    x, y = workshop.map.on_screen(at)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 6, y + 6, steps=4)
    mouse.up()
    expect(workshop.panel).to_contain_text("断网了")
    context.set_offline(False)
    expect(workshop.why).to_contain_text("可以提交")
    workshop.map.page.reload()
    expect(workshop.why).to_contain_text("可以提交")
    workshop.panel.get_by_role("button", name="丢掉这份草稿").click()
    expect(workshop.panel).to_contain_text("丢掉以后找不回来")
    workshop.panel.get_by_role("button", name="丢掉", exact=True).click()
    expect(workshop.why).to_contain_text("还没有画什么")


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_corners_are_set_under_the_cross_and_panning_adds_none(workshop: Workshop) -> None:
    workshop.open()
    page = workshop.map.page
    page.locator("#corner").click()
    for by in ([60, 0], [0, 60]):
        page.evaluate("by => window.mapserver.map.panBy(by, {animate: false})", by)
        workshop.map.settle()
        page.locator("#corner").click()
    page.evaluate("window.mapserver.map.panBy([30, 30], {animate: false})")
    workshop.map.settle()
    corners = "window.mapserver.map.getStyle().sources.draft.data.features" + (
        ".filter(({properties}) => properties.t === 'corner').length"
    )
    assert page.evaluate(corners) == 3
    page.locator("#cornersdone").click()
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    answer = workshop.answer(own.click)
    assert answer["faults"] == []
    assert answer["acts"][0]["capture"]["how"] == "cross"


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_a_walk_is_kept_where_its_places_are_good_and_left_out_where_not(
    workshop: Workshop,
) -> None:
    page = workshop.map.page
    stand = walking(workshop)
    walk = [(60, 0, 6), (400, 400, 90), (60, 60, 5), (0, 60, 8)]
    for east, north, accuracy in walk:
        stand(east, north, accuracy)
        if accuracy > 15:
            expect(page.locator(".gps")).to_contain_text("不记")
    page.get_by_role("button", name="暂停").click()
    expect(page.locator(".gps")).to_contain_text("停着")
    page.get_by_role("button", name="继续").click()
    page.locator("#cornersdone").click()
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    answer = workshop.answer(own.click)
    capture = answer["acts"][0]["capture"]
    assert (capture["how"], capture["datum"]) == ("walk", "wgs84")
    assert max(capture["accuracy_m"]) <= 8
    assert max(place[2] for place in capture["trace"]) <= 8
    assert answer["faults"] == []


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_a_walk_goes_on_after_a_pause_without_a_network_and_a_closed_page(
    workshop: Workshop,
) -> None:
    page = workshop.map.page
    stand = walking(workshop)
    page.context.set_offline(True)
    stand(60, 0, 6)
    page.get_by_role("button", name="暂停").click()
    gps = page.locator(".gps")
    expect(gps).to_contain_text("停着")
    stand.tell(300, 300, 5)  # to the shop and back
    page.context.set_offline(False)
    page.reload()
    workshop.map.settle()
    expect(page.get_by_role("radio", name="走边界")).to_be_checked()
    expect(gps).to_contain_text("停着")
    assert len(corners(workshop)) == 2
    stand.tell(60, 60, 5)
    page.get_by_role("button", name="继续").click()
    expect(gps).to_contain_text("5 米")
    third = corners(workshop)[2]
    assert third == pytest.approx(stand.place(60, 60), abs=1e-7), "averaged with nothing before"
    page.locator("#cornersdone").click()
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    (act,) = workshop.answer(own.click)["acts"]
    assert [accuracy for _, _, accuracy in act["capture"]["trace"]] == [4, 6, 5]
    page.reload()
    workshop.map.settle()
    assert corners(workshop) == [], "what was used is not set again"


@pytest.mark.parametrize("viewport", ["phone"], indirect=True)
def test_a_corner_set_by_eye_in_a_walk_is_kept_without_an_accuracy(workshop: Workshop) -> None:
    page = workshop.map.page
    stand = walking(workshop)
    stand(60, 0, 6)
    page.get_by_role("radio", name="准星").click()
    workshop.map.look_at(stand.place(60, 60), 17)
    page.locator("#corner").click()
    page.locator("#cornersdone").click()
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    (act,) = workshop.answer(own.click)["acts"]
    assert (act["capture"]["how"], act["capture"]["datum"]) == ("walk", "wgs84")
    assert act["capture"]["accuracy_m"] == [4, 4, None]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a phone is, in metres east and north of the middle of the last grid."""

    page: Page
    middle: Lonlat

    def place(self, east: float, north: float) -> Lonlat:
        """Return a place in degrees."""
        return self.middle[0] + east / 99_000, self.middle[1] + north / 111_000

    def tell(self, east: float, north: float, accuracy: float) -> None:
        """Be somewhere, known to so many metres."""
        lon, lat = self.place(east, north)
        told = {"longitude": lon, "latitude": lat, "accuracy": accuracy}
        self.page.context.set_geolocation(told)

    def __call__(self, east: float, north: float, accuracy: float) -> None:
        """Be somewhere, and wait until the page knows."""
        self.tell(east, north, accuracy)
        expect(self.page.locator(".gps")).to_contain_text(f"{accuracy} 米")


def walking(workshop: Workshop) -> Stand:
    """Open the workshop, and set out from the middle of the last grid."""
    page = workshop.map.page
    page.context.grant_permissions(["geolocation"])
    workshop.open()
    ring = workshop.grids()[LAST][0]
    lon, lat = (sum(at[k] for at in ring) / len(ring) for k in (0, 1))
    stand = Stand(page, (lon, lat))
    stand.tell(0, 0, 4)
    page.get_by_role("radio", name="走边界").click()
    expect(page.locator(".gps")).to_contain_text("4 米")
    return stand


def corners(workshop: Workshop) -> list[Lonlat]:
    """Return the corners that are set, as the map shows them."""
    workshop.map.settle()
    found: list[Lonlat] = workshop.map.page.evaluate(
        "() => window.mapserver.map.getStyle().sources.draft.data.features"
        ".filter(({properties}) => properties.t === 'corner')"
        ".map(({geometry}) => geometry.coordinates)"
    )
    return found


def assert_kept_with_its_act(town: MapPage, done: dict[str, Any]) -> None:
    """Hold the second version to be told with what it gave to whom, and how that was drawn."""
    assert done["number"] == 2
    (act,) = town.api(f"/boundaries/{VILLAGE}/drafts/{done['id']}")["acts"]
    assert (act["grids"], act["codes"]) == ([LAST], [f"{VILLAGE}006"])
    assert act["capture"] == {"how": "screen", "datum": "cgcs2000"}


def test_a_grid_head_submits_and_the_supervisor_puts_it_in_force(
    own_folder: Path, own_town: MapPage
) -> None:
    workshop = Workshop(signed_in(own_town, own_folder, HEAD))
    workshop.open()
    split(workshop)
    workshop.panel.get_by_role("button", name="提交审核").click()
    expect(workshop.panel).to_contain_text("等督导员审核")
    comes_in(workshop, own_folder, SUPERVISOR)
    expect(workshop.panel.get_by_role("button", name="通过")).to_be_visible()
    remark = workshop.panel.get_by_label("退回要改什么")
    remark.fill("东边")
    workshop.click(workshop.meeting(FOURTH, f"{VILLAGE}003"))
    expect(workshop.map.title).not_to_contain_text("第5网格")
    expect(remark).to_have_value("东边")
    with own_town.page.expect_response(
        lambda one: one.url.split("?")[0].endswith("/approval")
    ) as told:
        workshop.panel.get_by_role("button", name="通过").click()
    done = told.value.json()
    assert_kept_with_its_act(own_town, done)
    assert {one["before"] for one in done["moved"]} == {LAST}
    codes = {one["properties"]["code"] for one in own_town.api("/boundaries")["features"]}
    assert f"{VILLAGE}006" in codes
    outcome = workshop.panel.locator("#outcome")
    expect(outcome).to_contain_text("第 2 版已生效")
    expect(outcome).to_contain_text(f"第5网格 → 第6网格：房屋 {len(done['moved'])} 处")
    outcome.locator("summary").click()
    expect(outcome).to_contain_text(done["moved"][0]["door"])
    expect(workshop.panel.locator(".flow")).to_have_count(0)
    moved = done["moved"][0]["id"]
    assert own_town.api(f"/collections/house/items/{moved}")["properties"]["grid"] != LAST


def test_a_file_of_web_map_coordinates_is_found_out_converted_and_drawn_on(
    workshop: Workshop,
) -> None:
    workshop.open()
    east = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[float(x) for x in from_cgcs2000(*at, "gcj02")] for at in ring]
                    for ring in rings
                ],
            },
        }
        for code, rings in workshop.grids().items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": east}).encode()
    workshop.panel.get_by_text("从文件带入边界").click()
    file = {"name": "网格.geojson", "mimeType": "application/geo+json", "buffer": content}
    workshop.map.page.locator("#brought").set_input_files(files=[file])
    workshop.map.page.locator("#brought-datum").select_option("cgcs2000")
    workshop.panel.get_by_role("button", name="放到图上").last.click()
    expect(workshop.panel).to_contain_text("按 GCJ-02 才合本村")
    expect(workshop.why).to_contain_text("还没有画什么")
    convert = workshop.panel.get_by_role("button", name="转换")
    with workshop.map.page.expect_response("**/files*") as sent:
        convert.click()
    act = sent.value.json()["act"]
    assert set(act["parts"]) == set(workshop.grids())
    assert act["capture"] == {"how": "file", "datum": "gcj02"}
    expect(workshop.panel).not_to_contain_text("才合本村")
