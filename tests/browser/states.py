"""Every state the page has, walked through in order: for axe-core, for words, for screenshots."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.import_sheet import BUSY_MS, ImportSheet
from tests.browser.map_page import MapPage


@dataclass(frozen=True, slots=True)
class Look:
    """How the page is opened."""

    size: str
    lang: str
    theme: str

    def __str__(self) -> str:
        return f"{self.size}-{self.lang}-{self.theme}"


# every pair of size, language and theme occurs
LOOKS = (
    Look("desktop", "zh", "light"),
    Look("desktop", "en", "dark"),
    Look("phone", "zh", "dark"),
    Look("phone", "en", "light"),
)


LONG_AGO = "2020-01-31"


def item(town: MapPage, layer: str, **query: str) -> dict[str, Any]:
    """Return one feature of a layer."""
    found = town.api(f"/collections/{layer}/items", limit="1", **query)
    feature: dict[str, Any] = found["features"][0]
    return feature


def reading_states(town: MapPage, look: Look) -> Iterator[str]:
    """Go through all that is only looked at, and yield the name of each state."""
    house = item(town, "house", village="430424100204")
    town.open(lang=look.lang, theme=look.theme)
    yield "map"
    town.open_layers()
    yield "layers"
    town.page.keyboard.press("Escape")
    if look.size == "phone":
        town.page.locator("button[aria-controls=more]").click()
        yield "more"
        town.page.keyboard.press("Escape")
    town.search(house["properties"]["address"])
    yield "search"
    town.found.first.click()
    expect(town.panel.locator(".members").first).to_be_visible()
    town.settle()
    yield "house"
    places = {
        "grid": f"grid={house['properties']['grid']}",
        "village": f"village={house['properties']['village']}",
        "place": f"school={item(town, 'school')['id']}",
        "unplaced": "worklist=unplaced",
        "unassigned": "worklist=unassigned",
        "contradictions": "worklist=contradictions",
        "doubles": "worklist=doubles",
        "missing": "house=00000000-0000-7000-8000-000000000000",
    }
    for name, place in places.items():
        town.go(place)
        yield name
    town.open(places["grid"], lang=look.lang, theme=look.theme, as_of=LONG_AGO)
    yield "as-of"
    town.open_layers()
    yield "as-of-layers"


def importing_states(town: MapPage, register: Path, look: Look) -> Iterator[str]:
    """Import a register up to the preview, and yield the name of each state."""
    town.open("import", lang=look.lang, theme=look.theme)
    yield "import-file"
    sheet = ImportSheet(town)
    release = held_answers(town)
    sheet.drop(register)
    expect(sheet.sheet.get_by_role("progressbar")).to_be_visible()
    expect(sheet.sheet.locator(".ticklist")).to_be_visible()
    yield "import-progress"
    release()
    sheet.until_ready()
    town.settle()
    yield "import-outcomes"
    sheet.sheet.locator("summary").click()
    sheet.outcomes.scroll_into_view_if_needed()
    yield "import-columns"
    rows = sheet.outcomes.locator("tbody tr")
    waiting = rows.count()
    sheet.outcomes.locator(".option").first.click()
    expect(rows).not_to_have_count(waiting)
    yield "import-decided"


def written_states(town: MapPage, register: Path, look: Look) -> Iterator[str]:
    """Commit a register and undo it, and yield the name of each state."""
    town.open("import", lang=look.lang, theme=look.theme)
    sheet = ImportSheet(town)
    sheet.drop(register)
    sheet.until_ready()
    sheet.sheet.locator("footer .btn.primary").click()
    undo = sheet.sheet.locator("footer .btn.danger")
    expect(undo).to_be_visible(timeout=BUSY_MS)
    town.settle()
    yield "import-done"
    undo.click()
    expect(undo).to_have_count(0, timeout=BUSY_MS)
    town.settle()
    yield "import-undone"
    town.go("import")
    yield "import-recent"


def held_answers(town: MapPage) -> Callable[[], None]:
    """Show the page an import as being read; return how to let it see the truth."""
    released = Event()

    def answer(route: Route) -> None:
        if released.is_set():
            route.continue_()
            return
        true = route.fetch()
        still = {"state": "reading", "stage": "rows", "done": 120, "total": 400}
        route.fulfill(response=true, json=true.json() | still)

    town.page.route("**/imports/*?lang=*", answer)
    return released.set
