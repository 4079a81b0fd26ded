"""The workshop by keys alone: the keyboard stays where it was, and a press is done once."""

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.workshop import LAST, VILLAGE, Workshop


@pytest.fixture
def workshop(workshop: Workshop) -> Workshop:
    """Return the workshop, opened."""
    workshop.open()
    return workshop


def press(button: Locator) -> None:
    """Press a button by the keyboard."""
    button.focus()
    button.press("Enter")


TOOLS = {
    "m": "合并网格（M）",
    "s": "分成两个网格（S）",
    "d": "画一块（D）",
    "v": "选网格（V）",
    "n": "改角点（N）",
}


def in_hand(workshop: Workshop) -> Locator:
    """Return the tool that is in hand: the first group of buttons has all of them."""
    tools = workshop.map.page.locator("#tools .ctl").first
    return tools.locator("button[aria-pressed=true]")


pytestmark = pytest.mark.parametrize("viewport", ["desktop"], indirect=True)


def test_acts_are_undone_and_done_again_without_leaving_the_buttons(workshop: Workshop) -> None:
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (-6, 5))
    undo, redo = (
        workshop.map.page.locator("#tools").get_by_role("button", name=name)
        for name in ("撤销", "重做")
    )
    workshop.answer(lambda: press(undo))
    expect(undo).to_be_disabled()
    expect(undo).to_be_focused()
    undo.press("Enter")  # there is nothing to undo
    workshop.answer(lambda: press(redo))
    expect(redo).to_be_focused()
    expect(workshop.why).to_contain_text("可以提交")


def test_a_group_is_given_by_keys_alone(workshop: Workshop) -> None:
    head = workshop.panel.locator("#groups summary")
    press(head)
    which = workshop.panel.get_by_label("哪个组")
    expect(which).to_be_attached()
    expect(head).to_be_focused()
    which.focus()
    which.select_option(index=1)
    expect(which).to_be_focused()
    workshop.panel.get_by_label("划给").select_option("own")
    go = workshop.panel.get_by_role("button", name="划过去")
    workshop.answer(lambda: press(go))
    expect(go).to_be_focused()
    expect(go).to_be_disabled()


def test_a_proposal_that_is_under_way_is_asked_once(workshop: Workshop) -> None:
    page, asked = workshop.map.page, list[Route]()
    # playwright marks a handler, which a method of a list does not take
    page.route("**/proposals*", lambda route: asked.append(route))  # noqa: PLW0108
    press(workshop.panel.locator("#propose summary"))
    go = workshop.panel.locator("#do-propose")
    press(go)
    expect(go).to_have_text("正在划分……")
    go.press("Enter")
    workshop.panel.get_by_label("几个网格").press("Enter")
    page.wait_for_timeout(200)
    (one,) = asked
    answer = workshop.answer(one.continue_)
    assert answer["refused"] is None
    expect(go).to_have_text("放到图上")
    expect(go).to_be_enabled()


def test_what_is_left_closed_stays_closed_while_one_draws(workshop: Workshop) -> None:
    bring = workshop.panel.locator("#bring")
    bring.locator("summary").click()
    workshop.map.page.keyboard.press("Escape")
    expect(bring).to_have_attribute("open", "")
    bring.locator("summary").click()
    workshop.drag(workshop.meeting(LAST, f"{VILLAGE}004"), (-6, 5))
    expect(bring).not_to_have_attribute("open", "")


def test_a_key_takes_the_tool_whose_button_is_pressed_then(workshop: Workshop) -> None:
    page = workshop.map.page
    for key, name in TOOLS.items():
        page.keyboard.press(key)
        expect(in_hand(workshop)).to_have_accessible_name(name)
        page.keyboard.press(f"Control+{'v' if key == 'n' else 'n'}")
        expect(in_hand(workshop)).to_have_accessible_name(name)
    page.keyboard.press("M")
    expect(in_hand(workshop)).to_have_accessible_name(TOOLS["m"])


@pytest.mark.parametrize("held", ["v", "m"])
def test_keys_take_no_tool_while_one_types_in_a_field(workshop: Workshop, held: str) -> None:
    page, panel = workshop.map.page, workshop.panel
    for fold in ("#groups", "#propose", "#bring"):
        press(panel.locator(f"{fold} summary"))
    page.keyboard.press(held)
    for typed_in in ("哪个组", "几个网格", "坐标是哪种"):
        panel.get_by_label(typed_in).focus()
        for key in TOOLS:
            page.keyboard.press(key)
            expect(in_hand(workshop)).to_have_accessible_name(TOOLS[held])
    press(panel.locator("#propose summary"))
    page.keyboard.press("d")
    expect(in_hand(workshop)).to_have_accessible_name(TOOLS["d"])
