"""A stroke in the workshop: what the server takes, and how long whoever draws waits for numbers.

A node that two grids of the demo's village share is moved to and fro: first by HTTP over one
connection, then by the mouse in a Chromium beside the server, from the pointer's up to the panel
that shows the answer. Without a graphics card the processor paints the map, on the thread that
the numbers wait for; so the strokes are also made with WebGL's drawing commands left out, all
else as it is.
"""

import http.client
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from benchmarks.measure import Row
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, VILLAGE, Workshop
from tests.support.accounts import demo_password, sign_in
from tests.support.browser import CHROMIUM, INSTALL, context_options, running_chromium
from tests.support.server import running_server

BESIDE = f"{VILLAGE}004"
"""The grid that shares the node with the last one."""
STROKES = 30
PRINTINGS = 3
WARM = 3
"""Strokes at the start that are not counted."""
DEGREES, PIXELS, REACH_M = 1e-4, 6, 0.05
PAUSE_S = 0.1
"""Whoever draws takes longer; the server is not asked in a rush."""
RESTS_S = (0, 0.3)
"""How long the pointer rests where it is lifted. A hand that aims rests; one in motion leaves the
last move's shapes to be cut and painted while the server works on the same cores."""

_WATCH = """() => {
    performance.setResourceTimingBufferSize(10_000);
    window.strokes = [];
    let up = 0;
    addEventListener("pointerup", () => { up = performance.now(); }, true);
    const panel = document.getElementById("panel");
    const answered = () => performance.getEntriesByType("resource")
        .findLast(({name, startTime}) => name.includes("/tries") && startTime >= up);
    new MutationObserver(() => {
        const asked = up && panel.getAttribute("aria-busy") !== "true" && answered();
        if (!asked) return;
        window.strokes.push([
            performance.now() - up,
            asked.startTime - up,
            asked.responseStart - asked.requestStart,
            performance.now() - asked.responseEnd,
        ]);
        up = 0;
    }).observe(panel, {attributes: true, childList: true, subtree: true});
}"""
_NO_PAINTING = """() => {
    // what is not called by name here is not called by MapLibre
    const gl = WebGL2RenderingContext.prototype;
    for (const call of ["clear", "drawArrays", "drawElements"]) gl[call] = () => {};
}"""


@dataclass(frozen=True, slots=True)
class HeadByHttp:
    """A grid head without a page: one connection that is kept, and a session."""

    connection: http.client.HTTPConnection
    cookie: str
    origin: str

    @classmethod
    def sign_in(cls, url: str, password: str) -> "HeadByHttp":
        """Return the demo's grid head, signed in."""
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        who = json.dumps({"name": HEAD, "password": password})
        connection.request(
            "POST", "/session", who, {"Content-Type": "application/json", "Origin": url}
        )
        answer = connection.getresponse()
        answer.read()
        cookies = answer.headers.get_all("Set-Cookie") or []
        return cls(connection, "; ".join(one.split(";")[0] for one in cookies), url)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return what the server answers to a read, or to a body: JSON, read."""
        return json.loads(self.fetch(path, body))

    def fetch(self, path: str, body: dict[str, Any] | None = None) -> bytes:
        """Return the same as it comes."""
        headers = {"Cookie": self.cookie, "Origin": self.origin, "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        self.connection.request("GET" if sent is None else "POST", path, sent, headers)
        answer = self.connection.getresponse()
        told = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {answer.status} {told[:300]!r}")
        return told


def measure(folder: Path, _: int) -> Iterator[Row]:
    """Yield what a stroke takes on the server, and in a browser beside it."""
    place = folder / "stroking"
    place.mkdir(exist_ok=True)
    data = place / "data"
    arguments = ["demo", "--data", str(data)]
    with running_server(arguments, place / "server.log", seconds=600) as server:
        head = HeadByHttp.sign_in(server.url, demo_password(data))
        yield _first(head)
        yield _served(head)
        yield _printed(head)
        if not CHROMIUM.exists():
            yield Row("a stroke in a browser", INSTALL, "", "", "")
            return
        yield from _drawn(server.url, demo_password(data), place)


def _first(head: HeadByHttp) -> Row:
    began = time.perf_counter()
    head.ask(f"/boundaries/{VILLAGE}/tries", {"acts": []})
    took = time.perf_counter() - began
    return Row(
        "the first look at a village, its houses and people read", f"{took:.2f} s", *3 * [""]
    )


def _served(head: HeadByHttp) -> Row:
    """Return what the server takes for strokes of one drawing, each on top of the ones before."""
    at = _shared_node(head)
    acts: list[Any] = []
    took = []
    for number in range(WARM + STROKES):
        to = (at[0] + (DEGREES if number % 2 else -DEGREES), at[1])
        acts.append({"kind": "move", "at": at, "to": to, "reach_m": REACH_M})
        began = time.perf_counter()
        answer = head.ask(f"/boundaries/{VILLAGE}/tries", {"acts": acts})
        took.append((time.perf_counter() - began) * 1000)
        if answer["refused"] is not None:
            raise RuntimeError(f"stroke {number} was refused: {answer['refused']}")
        acts, at = answer["acts"], to
        time.sleep(PAUSE_S)
    what = f"a stroke by HTTP: a node of two grids moved, and the answer, {STROKES} strokes"
    return Row(what, _told(took[WARM:]), "", "", "under 50 ms on the server")


def _printed(head: HeadByHttp) -> Row:
    took = []
    for _ in range(PRINTINGS):
        began = time.perf_counter()
        pages = head.fetch(f"/boundaries/{VILLAGE}/print")
        took.append(time.perf_counter() - began)
        if not pages.startswith(b"%PDF"):
            raise RuntimeError(f"no PDF: {pages[:100]!r}")
    what = "the A3 pages of the village and of its 5 grids, first and again"
    return Row(what, ", ".join(f"{one:.1f} s" for one in took), *3 * [""])


def _shared_node(head: HeadByHttp) -> tuple[float, float]:
    shapes = {
        one["code"]: one["geometry"]["coordinates"]
        for one in head.ask(f"/boundaries/{VILLAGE}")["grids"]
    }
    here, beside = (_nodes(shapes[code]) for code in (LAST, BESIDE))
    shared = sorted(here & beside)
    return shared[len(shared) // 2]


def _nodes(coordinates: Any) -> set[tuple[float, float]]:
    if isinstance(coordinates[0], float):
        return {(coordinates[0], coordinates[1])}
    return set().union(*map(_nodes, coordinates))


def _drawn(url: str, password: str, downloads: Path) -> Iterator[Row]:
    """Yield how long numbers are waited for in Chromium, with the map painted and without."""
    with running_chromium(downloads) as chromium:
        for painted, rest_s in itertools.product((False, True), RESTS_S):
            context = chromium.new_context(**context_options("desktop"))
            page = context.new_page()
            sign_in(page, url, HEAD, password)
            workshop = Workshop(MapPage(page, url))
            workshop.open()
            page.evaluate(_WATCH)
            if not painted:
                page.evaluate(_NO_PAINTING)
            for number in range(WARM + STROKES):
                by = PIXELS if number % 2 else -PIXELS
                workshop.drag(workshop.meeting(LAST, BESIDE), (by, by), rest_s)
            times = np.array(page.evaluate("window.strokes"))
            context.close()
            if len(times) != WARM + STROKES:
                raise RuntimeError(f"{len(times)} of {WARM + STROKES} strokes were answered")
            how = "painted by the processor" if painted else "not painted"
            hand = f"after {rest_s} s of rest" if rest_s else "in motion"
            yield from _waited(times[WARM:], f"the map {how}, pointer up {hand}")


def _waited(times: Any, how: str) -> Iterator[Row]:
    """Return what was waited for: in all, before the request left, on the server, and then."""
    yield Row(f"to the numbers, in Chromium: {how}", _told(times[:, 0]), "", "", "under 100 ms")
    before, server, after = np.median(times[:, 1:], axis=0)
    parts = f"{before:.0f} ms, {server:.0f} ms, {after:.0f} ms"
    yield Row(
        "of it before the request leaves, on the server, from the answer on", parts, *3 * [""]
    )


def _told(took: Sequence[float]) -> str:
    half, most = np.quantile(took, (0.5, 0.95))
    return f"median {half:.0f} ms, 19 of 20 within {most:.0f} ms"
