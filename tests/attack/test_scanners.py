"""What others use to break in, let loose on a running server of the small town: no finding.

sqlmap tries every parameter of every address, wapiti what it knows beside that. Neither leaves
this machine: wapiti's modules that call a server of its makers are left out. Both are installed
by `make torture` alone, in an environment of their own.
"""

import csv
import http.server
import json
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.api import town as small
from tests.support.callers import callers
from tests.support.server import Server, running_server

pytestmark = pytest.mark.torture

PROGRAMS = Path(__file__).parents[2] / ".venv/scan/bin"
WAPITI_MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,"
    "redirect,shellshock,sql,timesql,upload,xss"
)
GIVEN = {
    "collection": "person",
    "item": small.ADULT,
    "import_id": small.ADULT,
    "code": small.SOUTH,
    "kind": "unplaced",
    "tile_matrix_set": "WebMercatorQuad",
    "tile_matrix": "14",
    "tile_row": "6914",
    "tile_col": "13330",
}
ASKED = {"limit": "5", "offset": "0", "after": "0", "cells": "16", "bbox": "112,27,113,28"}
ASKED |= {"datetime": "2026-01-01/..", "village": small.XINWU, "properties": None}
FIELDS = {"name": "张三", "sex": "1", "fid": "1"}


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, its kind of store, and what a caller's requests carry."""

    server: Server
    engine: str
    headers: Mapping[str, str]

    def places(self) -> list[str]:
        """Return every address that can be read, with a star behind each value to attack."""
        document = requests.get(f"{self.server.url}/api", headers=self.headers, timeout=30).json()
        found = []
        for path, verbs in document["paths"].items():
            if "get" not in verbs:
                continue
            starred = {name: f"{value}*" for name, value in GIVEN.items()}
            address = self.server.url + path.format(**starred)
            named = [one["name"] for one in verbs["get"]["parameters"] if one.get("in") == "query"]
            asked = {name: ASKED.get(name, "a") for name in named if ASKED.get(name, "a")}
            if "properties" in named:
                asked |= FIELDS
            query = urlencode({name: f"{value}*" for name, value in asked.items()}, safe="*/,")
            found.append(f"{address}?{query}" if query else address)
        return [one for one in found if "*" in one]


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """Yield the small town's server, on either engine."""
    place: Path | str = tmp_path / "data"
    arguments: dict[str, str] = {}
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres_url")
        arguments["MAPSERVER_KEY_FILE"] = str(tmp_path / "town.key")
    small.build(place, tmp_path / "town.key" if arguments else None)
    env = {"MAPSERVER_LOG_LEVEL": "warning", **arguments}
    log = tmp_path / "server.log"
    with running_server(["serve", "--data", str(place)], log, env=env) as server:
        for headers in callers(tmp_path / "data").values():
            yield Target(server, request.param, headers)
            break


def run(program: str, *arguments: str, folder: Path) -> None:
    """Run a scanner to its end in a folder; what it says is kept there."""
    with (folder / f"{program}.log").open("w") as log:
        subprocess.run(
            [PROGRAMS / program, *arguments],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=3000,
            check=True,
        )


def sqlmap(places: list[str], headers: Mapping[str, str], engine: str, folder: Path) -> list[str]:
    """Return the parameters that sqlmap can inject into."""
    (folder / "urls.txt").write_text("\n".join(places), "utf-8")
    carried = "\n".join(f"{name}: {value}" for name, value in headers.items())
    run(
        "sqlmap",
        *("-m", "urls.txt", "--batch", "--flush-session", "--disable-coloring"),
        *("--level", "2", "--risk", "2", "--dbms", engine),
        *("--output-dir", "out", "--results-file", "results.csv"),
        *(("--headers", carried) if carried else ()),
        folder=folder,
    )
    rows = csv.DictReader((folder / "results.csv").read_text("utf-8").splitlines())
    return [f"{row['Target URL']} {row['Parameter']}" for row in rows if row["Technique(s)"]]


def test_sqlmap_finds_nothing(target: Target, tmp_path: Path):
    places = target.places()
    assert len(places) > 15
    assert sqlmap(places, target.headers, target.engine, tmp_path) == []
    said = (tmp_path / "sqlmap.log").read_text("utf-8")
    assert said.count("testing connection to the target URL") == len(places)
    assert "unable to connect" not in said
    assert '"failed"' not in target.server.printed()
    print(f"{target.engine}: {sum(one.count('*') for one in places)} parameters")  # noqa: T201


class _Careless(http.server.BaseHTTPRequestHandler):
    """A server that puts what it is asked into its SQL."""

    def do_GET(self) -> None:
        """Answer with whatever the statement finds."""
        asked = parse_qs(urlsplit(self.path).query).get("name", [""])[0]
        with closing(sqlite3.connect(":memory:")) as database:
            status, text = self.found(database, asked)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def found(self, database: sqlite3.Connection, asked: str) -> tuple[int, str]:
        """Return status and text of the answer."""
        database.execute("CREATE TABLE person (name TEXT)")
        database.execute("INSERT INTO person VALUES ('a')")
        try:
            found = database.execute(f"SELECT name FROM person WHERE name = '{asked}'").fetchall()
        except sqlite3.Error as error:
            return 500, str(error)
        return 200, f"found {found}"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_sqlmap_finds_what_is_planted(tmp_path: Path):
    """Else its finding nothing would say nothing."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Careless) as careless:
        threading.Thread(target=careless.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{careless.server_address[1]}/?name=a*"
        found = sqlmap([place], {}, "sqlite", tmp_path)
        careless.shutdown()
    assert len(found) == 1


def test_wapiti_finds_nothing(target: Target, tmp_path: Path):
    (tmp_path / "api.json").write_bytes(
        requests.get(f"{target.server.url}/api", headers=target.headers, timeout=30).content
    )
    carried = [part for one in target.headers.items() for part in ("-H", ": ".join(one))]
    run(
        "wapiti",
        *("-u", f"{target.server.url}/", "--swagger", "api.json", "--scope", "domain", "-d", "3"),
        *("-m", WAPITI_MODULES, "--no-bugreport", "--flush-session"),
        *("--max-scan-time", "60", "--max-attack-time", "120"),
        *("--store-session", "session", "--store-config", "config"),
        *("-f", "json", "-o", "found.json", *carried),
        folder=tmp_path,
    )
    told = json.loads((tmp_path / "found.json").read_text("utf-8"))
    found = {**told["vulnerabilities"], **told["anomalies"]}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert told["infos"]["crawled_pages_nbr"] > 15
    assert '"failed"' not in target.server.printed()
