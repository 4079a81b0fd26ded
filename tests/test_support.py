"""The tests' own tools: a guard that never barks guards nothing."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest
from playwright.sync_api import Page

from tests.support.browser import VIEWPORTS, Watch, violations
from tests.support.postgres import Cluster, find_programs
from tests.support.shared import made_once

ROOT = Path(__file__).parents[1]
CLEAN = "<!doctype html><html lang=zh><title>图</title><link rel=icon href=data:,>"


@pytest.fixture
def publish() -> Iterator[Callable[[str], str]]:
    """Yield a function that serves one page of HTML, under a strict policy, at an address."""
    servers = []

    def start(html: str) -> str:
        handler = partial(_Handler, html)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, html: str, *rest: object) -> None:
        self.html = html
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "script-src 'self'")
        self.end_headers()
        self.wfile.write(self.html.encode())

    def log_message(self, *_: object) -> None:
        pass


def taken(watch: Watch) -> list[str]:
    """Return the faults and forgive them."""
    faults, watch.faults = watch.faults, []
    return faults


def test_clean_page_passes_the_watch_and_axe(page: Page, publish: Callable[[str], str]):
    page.goto(publish(CLEAN + "<main><h1>网格</h1></main>"))
    assert violations(page) == []


def test_request_to_another_origin_is_a_fault(
    page: Page, watch: Watch, publish: Callable[[str], str]
):
    page.goto(publish(CLEAN + "<img alt=x src=http://tiles.example/1.png>"))
    page.wait_for_load_state("networkidle")
    assert any("another origin: http://tiles.example/1.png" in fault for fault in taken(watch))


def test_inline_script_against_the_policy_is_a_fault(
    page: Page, watch: Watch, publish: Callable[[str], str]
):
    page.goto(publish(CLEAN + "<script>document.title = 1</script>"))
    page.wait_for_function("() => document.readyState === 'complete'")
    assert any(fault.startswith("policy: script-src") for fault in taken(watch))


def test_error_in_the_console_and_in_a_script_is_a_fault(
    page: Page, watch: Watch, publish: Callable[[str], str]
):
    page.goto(publish(CLEAN))
    page.evaluate("() => { console.error('broken tile'); setTimeout(() => { throw 'lost' }) }")
    page.wait_for_timeout(200)
    faults = taken(watch)
    assert any("console: broken tile" in fault for fault in faults)
    assert any(fault.startswith("script: lost") for fault in faults)


def test_provoked_fault_can_be_allowed(page: Page, watch: Watch, publish: Callable[[str], str]):
    watch.allow("404")
    page.goto(publish(CLEAN))
    page.evaluate("() => fetch('/missing')")
    assert taken(watch) == []


def test_axe_finds_a_button_without_a_name(page: Page, publish: Callable[[str], str]):
    page.goto(publish(CLEAN + "<main><h1>网格</h1><button></button></main>"))
    assert any(line.startswith("button-name") for line in violations(page))


@pytest.mark.parametrize("viewport", ["desktop", "phone"], indirect=True)
def test_page_has_the_size_asked_for_and_draws_webgl2(
    page: Page, viewport: str, publish: Callable[[str], str]
):
    page.goto(publish(CLEAN + "<meta name=viewport content=width=device-width>"))
    assert page.evaluate("() => innerWidth") == VIEWPORTS[viewport]["width"]
    assert page.evaluate("() => !!document.createElement('canvas').getContext('webgl2')")


def test_every_test_gets_a_database_of_its_own_with_postgis(
    postgres_url: str, postgres_cluster: Cluster
):
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE mine ()")
        row = connection.execute("SELECT ST_AsText(ST_Point(113, 27))")
        assert row.fetchone() == ("POINT(113 27)",)
    with psycopg.connect(postgres_cluster.url("empty")) as connection:
        assert connection.execute("SELECT to_regclass('mine')").fetchone() == (None,)


def test_killed_tests_leave_no_server_behind():
    """SIGKILL lets nobody clean up: the kernel tells the server."""
    programs = find_programs()
    if programs is None:
        pytest.fail("see test_every_test_gets_a_database_of_its_own_with_postgis", pytrace=False)
    script = (
        "from pathlib import Path; from time import sleep; import sys\n"
        "from tests.support.postgres import running_cluster\n"
        "with running_cluster(Path(sys.argv[1])) as cluster:\n"
        "    print(cluster.socket, flush=True); sleep(60)\n"
    )
    tests = subprocess.Popen(
        [sys.executable, "-c", script, programs],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdout is not None
    home = Path(tests.stdout.readline().strip())
    server = int((home / "data/postmaster.pid").read_text().split()[0])
    tests.send_signal(signal.SIGKILL)
    tests.wait()
    tests.stdout.close()
    deadline = monotonic() + 20
    while Path(f"/proc/{server}").exists() and monotonic() < deadline:
        sleep(0.05)
    assert not Path(f"/proc/{server}").exists()
    shutil.rmtree(home)


def test_what_is_shared_is_made_once_and_tried_again_after_a_failure(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    tries = []

    def make(folder: Path) -> None:
        tries.append(folder)
        folder.mkdir()
        if len(tries) == 1:
            raise OSError("no room")
        (folder / "whole").touch()

    name = tmp_path_factory.mktemp("once").name
    with pytest.raises(OSError, match="no room"):
        made_once(tmp_path_factory, name, make)
    folder = made_once(tmp_path_factory, name, make)
    assert (folder / "whole").exists()
    assert made_once(tmp_path_factory, name, make) == folder
    assert len(tries) == 2
