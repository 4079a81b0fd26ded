"""Pictures of every state of the page for a designer: `python -m tests.browser.shots FOLDER`.

It serves the demo township from a folder that it builds once and keeps beside the pictures.
"""

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from playwright.sync_api import sync_playwright

from mapserver.demo.registers import CLEAN_NAME, IRREGULAR_NAME
from tests.browser.map_page import MapPage
from tests.browser.states import LOOKS, Look, importing_states, reading_states, written_states
from tests.support.accounts import OFFICER, demo_password, sign_in
from tests.support.browser import CHROMIUM, FLAGS, context_options
from tests.support.server import running_server


def states(town: MapPage, files: Path, look: Look) -> Iterator[str]:
    """Go through all states of the page."""
    return chain(
        reading_states(town, look),
        importing_states(town, files / IRREGULAR_NAME, look),
        written_states(town, files / CLEAN_NAME, look),
    )


def main(folder: Path) -> None:
    """Write one picture per state and look."""
    files = folder / "registers"
    files.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "mapserver.cli", "demo-files", str(files)], check=True)
    demo = ["demo", "--data", str(folder / "data")]
    with running_server(demo, folder / "server.log", seconds=600) as server, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for look in LOOKS:
            page = browser.new_context(**context_options(look.size)).new_page()
            sign_in(page, server.url, OFFICER, demo_password(folder / "data"))
            for state in states(MapPage(page, server.url), files, look):
                page.screenshot(path=folder / f"{state}-{look}.png")
            page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
