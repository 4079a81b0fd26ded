"""The English page has no Chinese but names and other data, which are marked as such."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.map_page import MapPage
from tests.browser.states import Look, importing_states, reading_states
from tests.support.browser import Watch

# visible text and names for reading aids with Chinese in them; what is quoted is data
CHINESE = """(names) => {
    const chinese = /[\\u2e80-\\u9fff\\uff01-\\uffee]/;
    const quoted = /"[^"]*"|“[^”]*”/g;
    const isData = (node) => node.closest("[lang|=zh]:not(html), [translate=no], noscript");
    const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        let text = walker.currentNode.data.replaceAll(quoted, "");
        for (const name of names) text = text.replaceAll(name, "");
        const parent = walker.currentNode.parentElement;
        if (chinese.test(text) && parent.checkVisibility() && !isData(parent)) found.push(text);
    }
    const data = [...document.querySelectorAll("[lang|=zh], [translate=no]")]
        .map((node) => node.textContent);
    for (const node of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        for (const name of ["aria-label", "title", "placeholder", "alt"]) {
            const text = (node.getAttribute(name) ?? "").replaceAll(quoted, "");
            const runs = text.match(/[\\u2e80-\\u9fff\\uff01-\\uffee]+/g) ?? [];
            if (!isData(node) && !runs.every((run) => data.some((one) => one.includes(run))))
                found.push(`${name}: ${text}`);
        }
    return found;
}"""

ENGLISH = Look("desktop", "en", "light")


def chinese(town: MapPage) -> list[str]:
    """Return the texts of the page with Chinese that is not marked as data."""
    # the server's sentences name villages
    villages = [village["name"] for village in town.api("/town")["villages"]]
    found: list[str] = town.page.evaluate(CHINESE, villages)
    return found


def test_chinese_page_is_full_of_what_the_next_tests_look_for(town: MapPage) -> None:
    town.open()
    assert len(chinese(town)) > 20


def test_english_page_speaks_english(town: MapPage, watch: Watch) -> None:
    watch.allow("404")
    found = {state: chinese(town) for state in reading_states(town, ENGLISH)}
    assert {state: texts for state, texts in found.items() if texts} == {}


def test_english_import_speaks_english(town: MapPage, irregular_register: Path) -> None:
    states = importing_states(town, irregular_register, ENGLISH)
    found = {state: chinese(town) for state in states}
    assert {state: texts for state, texts in found.items() if texts} == {}


def test_language_is_switched_where_one_is_and_kept(town: MapPage) -> None:
    town.open("worklist=unplaced")
    expect(town.title).to_have_text("未定位的房屋")
    town.page.get_by_role("button", name="EN", exact=True).click()
    expect(town.title).to_have_text("Houses to be placed")
    town.page.goto(town.url)
    expect(town.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_api_page_follows_the_language(town: MapPage, lang: str) -> None:
    town.page.goto(f"{town.url}/docs?lang={lang}")
    title = {"zh": "接口说明", "en": "The API"}[lang]
    expect(town.page.locator("h1")).to_have_text(title)
