"""Drawing boundaries by fingers: what moves the map, what moves a corner, and what does nothing."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import dist

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.fingers import Fingers, Spot
from tests.browser.workshop import LAST, VILLAGE, Lonlat, Workshop, changed

THIRD, FOURTH = f"{VILLAGE}003", f"{VILLAGE}004"
CORNERS = """() => window.mapserver.map.getStyle().sources.draft.data.features
    .filter(({properties}) => properties.t === 'corner').length"""
VIEW = """() => {
    const map = window.mapserver.map, {lng, lat} = map.getCenter();
    return [lng, lat, map.getZoom()];
}"""
# of the line that is drawn: its corners, and the end that follows the finger
LINE = """() => window.mapserver.map.getStyle().sources["td-linestring"].data.features
    .reduce((sum, {geometry}) => sum + geometry.coordinates.length, 0)"""
CLOSE = 17.5
QUIET_MS = 600
"""What would come of a touch has come by then."""

phone = pytest.mark.parametrize("viewport", ["phone"], indirect=True)
tablet = pytest.mark.parametrize("viewport", ["tablet"], indirect=True)


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def moved_map(workshop: Workshop, touch: Callable[[], object]) -> tuple[float, float]:
    """Touch the map, and return by how much it moved, in some 100 m, and by how much it zoomed."""
    page = workshop.map.page
    before = page.evaluate(VIEW)
    touch()
    workshop.map.settle()
    after = page.evaluate(VIEW)
    return dist(before[:2], after[:2]) * 1000, after[2] - before[2]


def does_nothing(workshop: Workshop, touch: Callable[[], object]) -> None:
    """Touch the map, and see that no grid is another and nothing is drawn."""
    before = workshop.grids()
    touch()
    workshop.map.page.wait_for_timeout(QUIET_MS)
    workshop.map.settle()
    assert workshop.grids() == before
    expect(undo(workshop)).to_be_disabled()


def undo(workshop: Workshop) -> Locator:
    """Return the button that undoes."""
    return workshop.map.page.get_by_role("button", name="撤销").locator("visible=true")


def by_hand(workshop: Workshop) -> None:
    """Take what drags corners."""
    workshop.map.page.get_by_role("radio", name="拖角点").tap()
    workshop.map.settle()


def bin_(workshop: Workshop) -> Locator:
    """Return the button that deletes the corner that was touched."""
    return workshop.map.page.locator("#field").get_by_role("button", name="删角点")


def longest_edge(workshop: Workshop) -> tuple[Lonlat, Lonlat]:
    """Return the ends of the longest edge that the last two grids share, and look at it closely."""
    rings = workshop.grids()
    theirs = set(rings[FOURTH][0])
    edges = [edge for edge in pairwise(rings[LAST][0]) if theirs.issuperset(edge)]
    edge = max(edges, key=lambda ends: dist(*ends))
    workshop.map.look_at(middle(*edge), CLOSE)
    return edge


def middle(a: Lonlat, b: Lonlat) -> Lonlat:
    """Return the place between two."""
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def sizes(workshop: Workshop) -> dict[str, int]:
    """Return how many vertices the two grids have."""
    rings = workshop.grids()
    return {code: len(rings[code][0]) for code in (FOURTH, LAST)}


@phone
def test_panning_and_pinching_under_the_cross_move_the_map_and_set_no_corner(
    workshop: Workshop, fingers: Fingers
) -> None:
    page = workshop.map.page
    at: Spot = (180, 300)
    page.locator("#corner").tap()
    by, zoomed = moved_map(workshop, lambda: fingers.drag(at, (70, 40)))
    assert by > 1
    assert zoomed == 0
    assert page.evaluate(CORNERS) == 1
    page.locator("#corner").tap()
    _, closer = moved_map(workshop, lambda: fingers.pinch(at, (-40, -10), (230, 330), (50, 20)))
    assert closer > 0.5
    assert page.evaluate(CORNERS) == 2
    page.locator("#corner").tap()
    _, further = moved_map(workshop, lambda: fingers.pinch(at, (30, 10), (270, 360), (-40, -30)))
    assert further < -0.5
    does_nothing(workshop, partial(fingers.hold, at))
    assert page.evaluate(CORNERS) == 3


@phone
def test_the_cross_says_when_it_is_on_a_corner(workshop: Workshop, fingers: Fingers) -> None:
    page = workshop.map.page
    chip = page.locator("#cross").get_by_text("对准角点")
    end, _ = longest_edge(workshop)
    cross = page.locator("#cross").bounding_box()
    assert cross is not None
    x, y = workshop.map.on_screen(end)
    off = (x - cross["x"] - cross["width"] / 2, y - cross["y"] - cross["height"] / 2)
    page.evaluate("by => window.mapserver.map.panBy(by, {animate: false})", off)
    workshop.map.settle()
    expect(chip).to_be_visible()
    fingers.drag((180, 300), (-60, 0))
    workshop.map.settle()
    expect(chip).to_be_hidden()
    fingers.drag((180, 300), (60, 0))
    workshop.map.settle()
    expect(chip).to_be_visible()
    page.get_by_role("radio", name="拖角点").tap()
    expect(chip).to_be_hidden()


@phone
def test_a_finger_drags_a_corner_of_three_grids_and_pans_where_there_is_none(
    workshop: Workshop, fingers: Fingers
) -> None:
    by_hand(workshop)
    before = workshop.grids()
    pan = partial(fingers.drag, (180, 250), (60, 24))
    by, _ = moved_map(workshop, partial(does_nothing, workshop, pan))
    assert by > 1
    at = workshop.map.on_screen(workshop.meeting(LAST, FOURTH, THIRD))
    answer = workshop.answer(lambda: fingers.drag(at, (-14, 10)))
    assert answer["refused"] is None
    assert answer["faults"] == []
    assert changed(answer) == {LAST, FOURTH, THIRD}
    assert {code for code, rings in workshop.grids().items() if rings != before[code]} == changed(
        answer
    )


@phone
def test_the_ring_in_the_middle_of_an_edge_is_dragged_by_one_stroke(
    workshop: Workshop, fingers: Fingers
) -> None:
    by_hand(workshop)
    at = workshop.map.on_screen(middle(*longest_edge(workshop)))
    before = sizes(workshop)
    answer = workshop.answer(lambda: fingers.drag(at, (20, -30)))
    assert [act["kind"] for act in answer["acts"]] == ["bend"]
    assert answer["faults"] == []
    assert sizes(workshop) == {code: n + 1 for code, n in before.items()}
    x, y = workshop.map.on_screen(answer["acts"][0]["to"])
    assert (x, y) == pytest.approx((at[0] + 20, at[1] - 30), abs=1)


@phone
def test_a_long_press_a_tap_and_a_pinch_add_and_delete_nothing(
    workshop: Workshop, fingers: Fingers
) -> None:
    by_hand(workshop)
    edge = longest_edge(workshop)
    between = workshop.map.on_screen(middle(*edge))
    corner = workshop.map.on_screen(edge[0])
    for at in (between, corner):
        does_nothing(workshop, partial(fingers.hold, at))
    does_nothing(workshop, partial(fingers.tap, between))
    for at, pinch in ((between, fingers.drag_then_pinch), (corner, fingers.pinch)):
        workshop.map.look_at(middle(*edge), CLOSE)
        touch = partial(pinch, at, (-16, -16), (at[0] + 60, at[1] + 50), (40, 40))
        _, zoomed = moved_map(workshop, partial(does_nothing, workshop, touch))
        assert zoomed > 0.3


@phone
def test_a_corner_that_was_touched_is_deleted_by_the_button(
    workshop: Workshop, fingers: Fingers
) -> None:
    by_hand(workshop)
    edge = longest_edge(workshop)
    x, y = workshop.map.on_screen(edge[0])
    before = sizes(workshop)
    expect(bin_(workshop)).to_be_disabled()
    does_nothing(workshop, lambda: fingers.tap((x - 8, y), slips=5))
    expect(bin_(workshop)).to_be_enabled()
    answer = workshop.answer(bin_(workshop).tap)
    assert answer["refused"] is None
    assert answer["faults"] == []
    assert sizes(workshop) == {code: n - 1 for code, n in before.items()}
    assert edge[0] not in workshop.grids()[LAST][0]
    expect(bin_(workshop)).to_be_disabled()


@tablet
def test_pinching_while_a_line_is_drawn_on_a_tablet_sets_no_corner(
    workshop: Workshop, fingers: Fingers
) -> None:
    page = workshop.map.page
    workshop.map.look_at(middle(*longest_edge(workshop)), 15)
    workshop.tool("分成两个网格")
    for at in ((700, 300), (760, 320)):
        fingers.tap(at)
        page.wait_for_timeout(QUIET_MS)
    drawn = page.evaluate(LINE)
    assert drawn == 3
    # the thumb stays where it is
    _, zoomed = moved_map(workshop, lambda: fingers.pinch((700, 400), (0, 0), (760, 440), (60, 50)))
    assert zoomed > 0.3
    by, _ = moved_map(workshop, lambda: fingers.drag((700, 400), (60, 40)))
    assert by > 0.1
    assert page.evaluate(LINE) == drawn
    fingers.tap((820, 420))
    page.wait_for_timeout(QUIET_MS)
    assert page.evaluate(LINE) == drawn + 1
