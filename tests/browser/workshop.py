"""The boundary workshop as a grid head uses it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Response, expect

from tests.browser.map_page import MapPage

HEAD, SUPERVISOR, VILLAGE = "wanggezhang", "dudaoyuan", "430424100204"
CALLED = {HEAD: "谢福明", SUPERVISOR: "陈子强"}
LAST = f"{VILLAGE}005"
GRIDS = """() => window.mapserver.map.getStyle().sources.draft.data.features
    .filter(({properties}) => properties.t === 'grid')
    .map(({properties, geometry}) => [properties.code, geometry])"""

Lonlat = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Workshop:
    """The workshop of the demo's village with a grid head and a supervisor."""

    map: MapPage

    def open(self, grid: str = LAST, **query: str) -> None:
        """Open a grid and wait until its numbers stand there."""
        self.map.open(f"draw={grid}", **query)
        expect(self.map.page.locator(".huge, .big b").first).to_be_attached()
        self.map.settle()

    @property
    def panel(self) -> Locator:
        """The panel."""
        return self.map.panel

    @property
    def why(self) -> Locator:
        """Why the draft cannot be submitted, or that it can."""
        return self.map.page.locator("#why")

    def tool(self, name: str) -> None:
        """Take a tool."""
        self.map.page.locator("#tools").get_by_role("button", name=name).click()

    def grids(self) -> dict[str, list[list[Lonlat]]]:
        """Return the rings of the grids as the map shows them, by code."""
        found: dict[str, list[list[Lonlat]]] = {}
        for code, geometry in self.map.page.evaluate(GRIDS):
            parts = geometry["coordinates"]
            rings = parts if geometry["type"] == "Polygon" else [r for part in parts for r in part]
            found[code] = [[(lon, lat) for lon, lat in ring] for ring in rings]
        return found

    def meeting(self, *codes: str) -> Lonlat:
        """Return a node that all of some grids have, in the middle of those that they share."""
        rings = self.grids()
        nodes = [at for at in rings[codes[0]][0] if self._all_have(rings, codes, at)]
        return nodes[len(nodes) // 2]

    @staticmethod
    def _all_have(rings: dict[str, list[list[Lonlat]]], codes: Sequence[str], at: Lonlat) -> bool:
        return all(any(at in ring for ring in rings[code]) for code in codes)

    def drag(self, at: Lonlat, by: tuple[float, float], rest_s: float = 0) -> dict[str, Any]:
        """Drag what lies at a place by so many pixels, and return what the server answers.

        Before it lets go, the hand rests for some seconds.
        """
        mouse = self.map.page.mouse
        x, y = self.map.on_screen(at)
        mouse.move(x, y)
        mouse.down()
        for step in range(1, 6):
            mouse.move(x + by[0] * step / 5, y + by[1] * step / 5)
        self.map.page.wait_for_timeout(rest_s * 1000)
        return self.answer(mouse.up)

    def bring(self, told: dict[str, Any]) -> None:
        """Bring a file of GeoJSON."""
        page = self.map.page
        self.panel.locator("#bring summary").click()
        content = json.dumps(told).encode()
        page.locator("#brought").set_input_files(
            files=[{"name": "走.geojson", "mimeType": "application/json", "buffer": content}]
        )
        page.locator("#brought-datum").select_option("cgcs2000")
        with page.expect_response(answering("files")):
            page.locator("#do-bring").click()

    def click(self, at: Lonlat) -> None:
        """Press a place on the map."""
        x, y = self.map.on_screen(at)
        self.map.page.mouse.move(x, y)
        self.map.page.mouse.click(x, y)

    def answer(self, stroke: Callable[[], object]) -> dict[str, Any]:
        """Make a stroke, and return what the server answers."""
        with self.map.page.expect_response(
            lambda one: one.url.split("?")[0].endswith("/tries")
        ) as told:
            stroke()
        found: dict[str, Any] = told.value.json()
        self.map.settle()
        return found


def answering(last: str) -> Callable[[Response], bool]:
    """Return whether an answer is that of an address that ends so."""
    return lambda one: one.url.split("?")[0].endswith(f"/{last}")


def changed(answer: dict[str, Any]) -> set[str]:
    """Return the codes of the grids that an answer has otherwise than they are in force."""
    return {one["code"] for one in answer["grids"] if one["changed"]}
