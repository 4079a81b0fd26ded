"""The map page as a person uses it: what can be pressed, and what is on the map where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

SETTLED = """() => new Promise((done, fail) => {
    const map = window.mapserver?.map;
    if (!map) return done();
    const late = performance.now() + 30_000;
    const settled = () => map.loaded() && map.areTilesLoaded() && !map.isMoving();
    // two frames: the page changes the style at the next one
    const look = () => requestAnimationFrame(() => requestAnimationFrame(() => {
        if (settled()) done();
        else if (performance.now() > late) fail(new Error("the map does not come to rest"));
        else setTimeout(look, 20);
    }));
    look();
})"""
GO = """place => new Promise((done) => {
    if (location.hash === `#${place}`) return done();
    addEventListener("hashchange", done, {once: true});
    location.hash = place;
})"""
ON_SCREEN = """([lon, lat]) => {
    const map = window.mapserver.map, box = map.getCanvas().getBoundingClientRect();
    const {x, y} = map.project([lon, lat]);
    return [box.x + x, box.y + y];
}"""
RENDERED = """([layers, at]) => {
    const map = window.mapserver.map;
    const shown = layers.filter((id) => map.getLayer(id));
    const where = at ? map.project(at) : undefined;
    return shown.length ? map.queryRenderedFeatures(where, {layers: shown})
        .map(({properties}) => properties) : [];
}"""


@dataclass(frozen=True, slots=True)
class MapPage:
    """The page of one server, in one tab."""

    page: Page
    url: str

    def open(self, place: str = "", **query: str) -> None:
        """Load the page at `place`, for example `house=<id>`, and wait until it rests."""
        self.page.goto(f"{self.url}/?{urlencode(query)}#{place}")
        self.settle()

    def go(self, place: str) -> None:
        """Go to another place of the loaded page, as a link in it does."""
        self.page.evaluate(GO, place)
        self.settle()

    def settle(self) -> None:
        """Wait until panel and map have drawn all they asked for."""
        self.page.locator("html[data-ready]").wait_for(state="attached", timeout=60_000)
        expect(self.page.locator("[aria-busy]:visible")).to_have_count(0)
        self.page.evaluate(SETTLED)

    def api(self, path: str, **query: str) -> Any:
        """Return what the server answers, asked beside the page."""
        # a connection that was kept may end while it is used: a browser asks again, and so do we
        answer = self.page.request.get(f"{self.url}{path}", params=query, max_retries=2)
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:300]}"
        return answer.json()

    def people(self) -> int:
        """Return how many people the register has, those who moved away or died included."""
        count: int = self.api("/collections/person/items", limit="1")["numberMatched"]
        return count

    @property
    def panel(self) -> Locator:
        """The side panel."""
        return self.page.locator("#panel")

    @property
    def title(self) -> Locator:
        """What the panel is about."""
        return self.panel.locator("h1")

    @property
    def box(self) -> Locator:
        """The search box."""
        return self.page.get_by_role("combobox", name="搜索").or_(
            self.page.get_by_role("combobox", name="Search")
        )

    @property
    def found(self) -> Locator:
        """The places that the search offers."""
        return self.page.locator("#found").get_by_role("option")

    def search(self, text: str) -> Locator:
        """Type into the search box and return what is offered."""
        self.box.fill("")
        self.box.press_sequentially(text)
        expect(self.found.first).to_be_visible()
        return self.found

    def open_layers(self) -> None:
        """Open the list of layers."""
        self.page.locator("#controls button[aria-controls=layers]").click()
        expect(self.page.locator("#layers")).to_be_visible()

    def switch(self, layer: str) -> Locator:
        """Return the switch of a layer in the list."""
        return self.page.locator(f'#layers [role=switch][data-layer="{layer}"]')

    def on_screen(self, point: Sequence[float]) -> tuple[float, float]:
        """Return where a place lies in the window."""
        x, y = self.page.evaluate(ON_SCREEN, point)
        return x, y

    def rendered(self, *layers: str, at: Sequence[float] | None = None) -> list[dict[str, Any]]:
        """Return the properties of what the map draws of these style layers, at a place."""
        found: list[dict[str, Any]] = self.page.evaluate(RENDERED, [layers, at])
        return found

    def look_at(self, point: Sequence[float], zoom: float) -> None:
        """Bring a place to the middle of what the panels leave free."""
        self.page.evaluate(
            """([center, zoom]) => window.mapserver.map.jumpTo(
                {center, zoom, padding: {left: 0, right: 0, top: 0, bottom: 0}})""",
            [list(point), zoom],
        )
        self.settle()

    def click_map(self, point: Sequence[float]) -> None:
        """Press on the map with the mouse."""
        self.page.mouse.click(*self.on_screen(point))
        self.settle()
