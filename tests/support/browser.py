"""A real browser that holds the page to its promises.

The `page` fixture fails its test when a request leaves the page's own origin, when anything
breaks the Content-Security-Policy, and on every error in the console or in a script.
Take a size by `@pytest.mark.parametrize("viewport", ["desktop", "phone"], indirect=True)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

CHROMIUM = Path("/usr/bin/chromium")
INSTALL = "Chromium is missing (Debian: apt install chromium fonts-noto-cjk)"

PATIENCE_MS = 15_000  # a busy machine is no fault of the page

# quiet: nothing of the browser's own goes out; WebGL is drawn without a graphics card
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--webgl-antialiasing-mode=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

VIEWPORTS: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 360, "height": 740},
    # fingers, and the tools of a desktop
    "tablet": {"width": 1024, "height": 768},
    # half the pixels of the desktop: without a graphics card each takes its time
    "window": {"width": 1100, "height": 700},
    "wide": {"width": 1920, "height": 1080},
}

REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", event =>
    reportViolation(`${event.violatedDirective} blocked ${event.blockedURI || "inline code"}`))"""


@dataclass  # without slots: Playwright keeps notes on the object whose method it calls
class Watch:
    """What went wrong on a page; a test that provokes a fault allows it beforehand."""

    faults: list[str] = field(default_factory=list)
    origin: str | None = None
    _allowed: list[str] = field(default_factory=list)

    def allow(self, text: str) -> None:
        """Let faults pass that contain `text`, for example "404" where one is provoked."""
        self._allowed.append(text)

    def add(self, fault: str) -> None:
        """Note a fault unless it is allowed."""
        if not any(text in fault for text in self._allowed):
            self.faults.append(fault)

    def on_request(self, request: Request) -> None:
        """Hold every request to the origin of the first."""
        self.on_address(request.url)

    def on_address(self, url: str) -> None:
        """Hold an address to the origin of the first; data: and blob: stay in the browser."""
        parts = urlsplit(url)
        if parts.scheme in {"data", "blob", "about"}:
            return
        # a WebSocket of the same host is the same origin
        origin = f"{parts.scheme.replace('ws', 'http')}://{parts.netloc}"
        self.origin = self.origin or origin
        if origin != self.origin:
            self.add(f"request to another origin: {url}")

    def on_console(self, message: ConsoleMessage) -> None:
        """Note what the page or the browser prints as an error."""
        if message.type == "error":
            self.add(f"console: {message.text} ({message.location['url']})")


@contextmanager
def running_chromium(downloads: Path) -> Iterator[Browser]:
    """Run a Chromium with a profile of its own until the block ends."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, downloads_path=downloads
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Yield one Chromium for the run."""
    if not CHROMIUM.exists():
        pytest.fail(INSTALL, pytrace=False)
    with running_chromium(tmp_path_factory.mktemp("downloads")) as chromium:
        yield chromium


@pytest.fixture
def viewport(request: pytest.FixtureRequest) -> str:
    """Return the name of the size, "window" where the test names none."""
    return str(getattr(request, "param", "window"))


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Yield the record of what goes wrong; the test fails if it is not empty at the end."""
    watch = Watch()
    yield watch
    if watch.faults:
        pytest.fail("the page is at fault:\n" + "\n".join(watch.faults), pytrace=False)


def context_options(size: str) -> dict[str, Any]:
    """Return how a browser of that size is opened."""
    touched = size in {"phone", "tablet"}
    return {
        "viewport": VIEWPORTS[size],
        "has_touch": touched,
        "is_mobile": touched,
        "device_scale_factor": 2 if size == "phone" else 1,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
    }


@pytest.fixture
def page(browser: Browser, watch: Watch, viewport: str) -> Iterator[Page]:
    """Yield an empty page of a fresh context under watch."""
    context = browser.new_context(**context_options(viewport))
    context.set_default_timeout(PATIENCE_MS)
    _attach(watch, context)
    page = context.new_page()
    page.on("websocket", lambda socket: watch.on_address(socket.url))
    yield page
    context.close()


def _attach(watch: Watch, context: BrowserContext) -> None:
    context.on("request", watch.on_request)
    context.on("console", watch.on_console)
    context.on("weberror", lambda error: watch.add(f"script: {error.error}"))
    context.expose_function("reportViolation", lambda text: watch.add(f"policy: {text}"))
    context.add_init_script(REPORT_VIOLATIONS)


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong for people who read or steer otherwise, one line each."""
    results = Axe().run(page)
    return [
        f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in results.response["violations"]
        for node in rule["nodes"]
    ]
