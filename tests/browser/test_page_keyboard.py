"""Everything can be reached and done by keys."""

from playwright.sync_api import expect

from tests.browser.map_page import MapPage
from tests.browser.states import item

FOCUSED = """() => {
    const one = document.activeElement;
    const within = one.closest("#search, #panel, #controls, #rail, #map, #layers");
    const part = within ? within.id : "";
    return [part, one.id || one.getAttribute("aria-label") || one.textContent.trim()];
}"""


def tabbed(town: MapPage, most: int = 120) -> list[tuple[str, str]]:
    """Return where the focus goes by the tabulator, until it leaves the page."""
    stops: list[tuple[str, str]] = []
    for _ in range(most):
        town.page.keyboard.press("Tab")
        stop = tuple(town.page.evaluate(FOCUSED))
        if stops and stop == stops[0]:
            break
        stops.append(stop)
    return stops


def test_first_stop_skips_to_the_panel(town: MapPage) -> None:
    town.open()
    town.page.keyboard.press("Tab")
    skip = town.page.get_by_role("link", name="跳到面板")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    town.page.keyboard.press("Enter")
    expect(town.title).to_be_focused()


def test_tabulator_reaches_search_panel_layers_and_zoom_in_this_order(town: MapPage) -> None:
    town.open("village=430424100204")
    stops = tabbed(town)
    order = [
        stops.index(stop) for stop in [("search", "q"), ("controls", "图层"), ("controls", "放大")]
    ]
    panel = next(i for i, (part, _) in enumerate(stops) if part == "panel")
    assert order[0] < panel < order[1] < order[2], stops


def test_house_is_found_by_keys_alone(town: MapPage) -> None:
    address = item(town, "house", village="430424100204")["properties"]
    town.open()
    town.page.keyboard.press("/")
    expect(town.box).to_be_focused()
    town.page.keyboard.type(address["address"])
    expect(town.found.first).to_have_attribute("aria-selected", "true")
    town.page.keyboard.press("ArrowDown")
    town.page.keyboard.press("ArrowUp")
    town.page.keyboard.press("Enter")
    expect(town.title).to_have_text(address["door"])
    expect(town.title).to_be_focused()


def test_layers_are_switched_by_keys_and_escape_goes_back_to_their_button(town: MapPage) -> None:
    town.open()
    button = town.page.get_by_role("button", name="图层")
    button.press("Enter")
    first = town.page.locator("#layers [role=switch]").first
    expect(first).to_be_focused()
    town.page.keyboard.press("Space")
    expect(first).to_have_attribute("aria-checked", "false")
    town.page.keyboard.press("Escape")
    expect(town.page.locator("#layers")).to_be_hidden()
    expect(button).to_be_focused()
