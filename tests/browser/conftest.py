"""The demo town in a browser: `town` is shared and read only, `own_town` may be written to.

Both are signed in as the information officer, who sees the whole town and imports; `record` is
the shared one as its auditor finds it.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mapserver.demo.registers import CLEAN_NAME, IRREGULAR_NAME
from tests.browser.fingers import Fingers
from tests.browser.map_page import MapPage
from tests.browser.workshop import HEAD, LAST, Workshop
from tests.support.accounts import AUDITOR, OFFICER, demo_password, sign_in
from tests.support.server import Server


@pytest.fixture
def town(demo_server: Server, page: Page) -> MapPage:
    """Return the page of the demo township, not opened yet."""
    return signed_in(MapPage(page, demo_server.url), demo_server.log.parent / "data")


@pytest.fixture
def record(demo_server: Server, page: Page) -> MapPage:
    """Return the same page for the auditor, who sees the record and no map."""
    return signed_in(MapPage(page, demo_server.url), demo_server.log.parent / "data", AUDITOR)


def signed_in(town: MapPage, folder: Path, name: str = OFFICER) -> MapPage:
    """Return the page of a demo's data folder, signed in."""
    sign_in(town.page, town.url, name, demo_password(folder))
    return town


@pytest.fixture
def workshop(demo_server: Server, page: Page) -> Workshop:
    """Return the workshop of a grid head who keeps nothing, not opened yet."""
    town = MapPage(page, demo_server.url)
    return Workshop(signed_in(town, demo_server.log.parent / "data", HEAD))


@pytest.fixture
def own_folder(demo_folder: Path, tmp_path: Path) -> Path:
    """Return a data folder of the test's own."""
    return Path(shutil.copytree(demo_folder, tmp_path / "data"))


@pytest.fixture
def own_town(own_folder: Path, serve: Callable[[Path], Server], page: Page) -> MapPage:
    """Return the page of a town that the test may write to."""
    return signed_in(MapPage(page, serve(own_folder).url), own_folder)


@pytest.fixture
def own_workshop(own_town: MapPage, own_folder: Path) -> Workshop:
    """Return the workshop of a grid head in a town of the test's own, not opened yet."""
    return Workshop(signed_in(own_town, own_folder, HEAD))


@pytest.fixture
def fingers(workshop: Workshop) -> Fingers:
    """Return fingers on the page of the workshop."""
    return Fingers.on(workshop.map.page)


def comes_in(workshop: Workshop, folder: Path, name: str, grid: str = LAST) -> None:
    """Open the workshop as somebody else."""
    workshop.map.page.goto("about:blank")
    workshop.map.page.context.clear_cookies()
    signed_in(workshop.map, folder, name)
    workshop.open(grid)


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the demo's spreadsheets, written by the command for it."""
    folder = tmp_path_factory.mktemp("registers")
    command = [sys.executable, "-m", "mapserver.cli", "demo-files", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture
def clean_register(demo_files: Path) -> Path:
    """Return the spreadsheet without faults."""
    return demo_files / CLEAN_NAME


@pytest.fixture
def irregular_register(demo_files: Path) -> Path:
    """Return the spreadsheet with every irregularity."""
    return demo_files / IRREGULAR_NAME
