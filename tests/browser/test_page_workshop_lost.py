"""Nothing that was drawn is lost: by a refusal, a second thought, or a server that is away."""

from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Route, expect

from tests.browser.conftest import comes_in, signed_in
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, SUPERVISOR, VILLAGE, Lonlat, Workshop, answering
from tests.support.browser import Watch

SIXTH = f"{VILLAGE}006"
DRAWN = """() => window.mapserver.map.getStyle().sources.draft.data.features
    .filter(({properties}) => properties.t === 'corners' || properties.t === 'pin')
    .map(({properties, geometry}) => [properties.t, geometry.coordinates])"""
PAINTED = """() => new Promise((done, fail) => {
    setTimeout(fail, 10_000, new Error("the map is not painted"));
    window.mapserver.map.once("render", () => done());
    window.mapserver.map.panBy([40, 0], {animate: false});
})"""
REMEMBERED = """() => JSON.parse(Object.entries(localStorage)
    .find(([name]) => name.startsWith("draw:"))[1]).acts"""

pytestmark = pytest.mark.parametrize("viewport", ["desktop"], indirect=True)


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def middle(workshop: Workshop) -> Lonlat:
    """Return the middle of the last grid."""
    at = shapely.Polygon(workshop.grids()[LAST][0]).centroid
    return at.x, at.y


def square(workshop: Workshop) -> list[Lonlat]:
    """Return a ring in the middle of the last grid."""
    lon, lat = middle(workshop)
    return [(lon + x, lat + y) for x, y in [(0, 0), (2e-3, 0), (2e-3, 2e-3), (0, 2e-3), (0, 0)]]


def test_a_line_that_splits_nothing_stays_on_the_map_and_the_refusal_names_the_grid(
    workshop: Workshop,
) -> None:
    lon, lat = middle(workshop)
    workshop.tool("分成两个网格")
    workshop.click((lon, lat))
    workshop.click((lon + 0.002, lat))
    answer = workshop.answer(lambda: workshop.map.page.keyboard.press("Enter"))
    assert answer["refused"] is not None
    notes = workshop.panel.locator(".notes")
    expect(notes).to_contain_text("没有把第5网格切成两块")
    assert [kind for kind, _ in workshop.map.page.evaluate(DRAWN)] == ["corners", "pin"]
    workshop.tool("选网格")
    expect(notes).not_to_contain_text("切成两块")
    workshop.map.settle()
    assert workshop.map.page.evaluate(DRAWN) == []


def test_one_area_of_a_file_is_given_to_a_grid_and_no_grid_goes(workshop: Workshop) -> None:
    workshop.bring({"type": "Polygon", "coordinates": [square(workshop)]})
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    expect(workshop.panel.locator(".give .primary")).to_have_text("单独成一个网格")
    answer = workshop.answer(own.click)
    assert {one["code"] for one in answer["grids"]} == {*workshop.grids(), SIXTH}
    assert answer["faults"] == []
    assert answer["acts"][0]["capture"] == {"how": "file", "datum": "cgcs2000"}


def test_what_is_cut_out_may_be_a_dedicated_grid(workshop: Workshop) -> None:
    workshop.bring({"type": "Polygon", "coordinates": [square(workshop)]})
    workshop.answer(workshop.panel.get_by_role("button", name="划成专属网格").click)
    workshop.map.page.reload()
    workshop.map.settle()
    (act,) = workshop.map.page.evaluate(REMEMBERED)
    assert act["kinds"] == {SIXTH: "dedicated"}
    assert act["codes"] == [SIXTH]


def test_the_corners_of_a_hole_are_dragged_too_once_one_is_pressed(workshop: Workshop) -> None:
    ring = square(workshop)
    workshop.bring({"type": "Polygon", "coordinates": [ring]})
    own = workshop.panel.get_by_role("button", name="单独成一个网格")
    workshop.answer(own.click)
    workshop.tool("改角点")
    workshop.click(ring[2])
    answer = workshop.drag(ring[2], (12, -12))
    assert answer["refused"] is None
    assert answer["faults"] == []
    assert [one["kind"] for one in answer["acts"]] == ["cut-out", "move"]


def test_a_second_proposal_stands_in_place_of_the_first(workshop: Workshop) -> None:
    propose = workshop.panel.locator("#propose")
    propose.locator("summary").click()
    for n in (3, 4):
        propose.get_by_label("几个网格").fill(str(n))
        answer = workshop.answer(propose.locator("#do-propose").click)
        assert len(answer["acts"]) == 1
        assert len(answer["grids"]) == n
        assert {one["code"] for one in answer["grids"]} == {
            f"{VILLAGE}{6 + k:03d}" for k in range(n)
        }
        assert answer["faults"] == []


def test_a_server_that_is_away_is_asked_again(workshop: Workshop, watch: Watch) -> None:
    watch.allow("503")
    page = workshop.map.page
    page.route("**/tries*", lambda route: route.fulfill(status=503, json={"title": "x"}))
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (-6, 5))
    expect(workshop.why).to_contain_text("还没有算出来")
    page.unroute("**/tries*")
    expect(workshop.why).to_contain_text("可以提交", timeout=15_000)


def test_the_map_can_be_moved_while_an_answer_is_awaited(workshop: Workshop) -> None:
    page = workshop.map.page
    held: list[Route] = []
    page.route("**/tries*", lambda route: held.append(route))  # noqa: PLW0108
    page.mouse.move(*workshop.map.on_screen(workshop.meeting(LAST, f"{VILLAGE}004")))
    page.mouse.down()
    page.mouse.move(900, 300, steps=3)
    with page.expect_request("**/tries*"):
        page.mouse.up()
    expect(workshop.panel).to_have_attribute("aria-busy", "true")
    page.evaluate(PAINTED)
    expect(workshop.panel).to_have_attribute("aria-busy", "true")
    (asked,) = held
    with page.expect_response(answering("tries")):
        asked.continue_()
    workshop.map.settle()
    assert workshop.grids() != {}


def test_a_remark_is_pinned_to_the_place_under_the_cross(
    own_folder: Path, own_town: MapPage
) -> None:
    workshop = Workshop(signed_in(own_town, own_folder, HEAD))
    workshop.open()
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (-6, 5))
    workshop.panel.get_by_role("button", name="提交审核").click()
    expect(workshop.panel).to_contain_text("等督导员审核")
    comes_in(workshop, own_folder, SUPERVISOR)
    cross = own_town.page.locator("#cross").bounding_box()
    assert cross is not None
    panel = workshop.panel.bounding_box()
    assert panel is not None
    assert cross["x"] > panel["x"] + panel["width"], "beside the panel"
    workshop.panel.get_by_label("退回要改什么").fill("这里不要动")
    workshop.panel.get_by_role("button", name="退回").click()
    expect(workshop.panel.locator(".notes")).to_contain_text("这里不要动")
    own_town.settle()
    ((kind, place),) = own_town.page.evaluate(DRAWN)
    assert kind == "pin"
    x, y = own_town.on_screen(tuple(place))
    assert (x, y) == pytest.approx(
        (cross["x"] + cross["width"] / 2, cross["y"] + cross["height"] / 2), abs=2
    )
