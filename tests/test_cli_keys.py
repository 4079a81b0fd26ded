"""`mapserver keys rotate`, beside a server that goes on."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2

from mapserver.store.keys import read_ring
from tests.api import town as small
from tests.support.server import Server


def rotate(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mapserver.cli", "keys", "rotate", "--data", str(folder)]
    return subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")


def test_keys_are_changed_beside_a_running_server(tmp_path: Path, serve: Callable[[Path], Server]):
    folder = tmp_path / "data"
    small.build(folder)
    before = read_ring(folder / "town.key", may_create=False)
    server = serve(folder)
    done = rotate(folder)
    assert done.returncode == 0, done.stderr
    after = read_ring(folder / "town.key", may_create=False)
    assert after.ids[:-1] == before.ids
    assert after.ids[-1] in done.stdout
    path = f"{server.url}/collections/person/items/{small.ADULT}"
    asked = {"Authorization": f"Bearer {(folder / small.TOKEN_FILE).read_text()}"}
    purpose = {"field": "phone", "purpose": "visit", "text": "核实住址"}
    opened = httpx2.post(f"{path}/openings", json=purpose, headers=asked)
    assert opened.json()["values"] == {"phone": small.ADULT_PHONE}
    assert httpx2.get(path, headers=asked).json()["properties"]["phone"] == "199****1111"


def test_a_store_that_is_not_there_has_no_keys_to_change(tmp_path: Path):
    folder = tmp_path / "data"
    small.build(folder)
    (folder / "town.key").unlink()
    done = rotate(folder)
    assert done.returncode == 2
    assert "town.key" in done.stderr
    assert "Traceback" not in done.stderr
