"""What holds in every state of the page: nothing hidden from anybody, nothing out of reach."""

from collections.abc import Iterable, Sequence

from playwright.sync_api import Page

from tests.browser.map_page import MapPage
from tests.browser.states import Look
from tests.support.browser import violations

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

BEYOND = "() => document.documentElement.scrollWidth - innerWidth"
# controls whose 44 px round their middle are not theirs; half-scrolled ones are left out, and
# those within a sentence (WCAG 2.2, 2.5.8)
SMALL = """() => {
    const at = (x, y) => document.elementFromPoint(x, y);
    const whole = (one, box) => {
        for (let up = one.parentElement; up; up = up.parentElement) {
            const edge = up.getBoundingClientRect();
            if (getComputedStyle(up).overflow !== "visible" && (box.left < edge.left
                || box.right > edge.right || box.top < edge.top + 8
                || box.bottom > edge.bottom - 8)) return false;
        }
        return true;
    };
    return [...document.querySelectorAll("a[href], button, select, input, summary")]
        .map((one) => one.closest("label, .search") ?? one)
        .filter((one) => {
            const box = one.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const holds = (dx, dy) => one.contains(at(x + dx, y + dy));
            const covered = (dx, dy) => at(x + dx, y + dy)?.closest(".pop, thead");
            if (one.closest("p") || !holds(0, 0) || !whole(one, box)) return false;
            return ![[-21, 0], [21, 0], [0, -21], [0, 21]]
                .every(([dx, dy]) => holds(dx, dy) || covered(dx, dy) && !one.closest(".pop"));
        })
        .map((one) => one.outerHTML.slice(0, 160));
}"""


def names_in(town: MapPage) -> list[str]:
    """Return the names of villages and grids, which the server's sentences hold."""
    grids = town.api("/collections/grid/items", limit="500")["features"]
    villages = town.api("/town")["villages"]
    return [one["properties"]["name"] for one in grids] + [one["name"] for one in villages]


def chinese(page: Page, names: Sequence[str] = ()) -> list[str]:
    """Return the texts of the page with Chinese that is not marked as data."""
    found: list[str] = page.evaluate(CHINESE, list(names))
    return found


def beyond_the_edge(page: Page) -> list[str]:
    """Return by how much the page is wider than its window."""
    beyond = page.evaluate(BEYOND)
    return [f"{beyond} px"] if beyond else []


def small_controls(page: Page) -> list[str]:
    """Return the controls that a finger misses."""
    found: list[str] = page.evaluate(SMALL)
    return found


def faults(town: MapPage, states: Iterable[str], look: Look, *, sees_map: bool = True) -> list[str]:
    """Go through the states and return what is wrong in each.

    Names of the town are taken out of English texts, where `sees_map` says they can be asked for.
    """
    found: list[str] = []
    for state in states:
        names = names_in(town) if sees_map and look.lang == "en" else []
        checks = {
            "axe-core": violations(town.page),
            "too wide": beyond_the_edge(town.page),
            "small control": small_controls(town.page),
            "Chinese": chinese(town.page, names) if look.lang == "en" else [],
        }
        found += [f"{state}, {name}: {text}" for name, texts in checks.items() for text in texts]
    return found
