"""What others use to break in, let loose on a running server of the small town: no finding.

sqlmap tries every parameter of every address that is read, as somebody who is answered there, and
the bodies of those that are written, and the cookie; wapiti what it knows beside that. That each
address answers before it is attacked is asked first: a scanner would not say that it met a closed
door. Neither leaves this machine: wapiti's modules that call a server of its makers are left out.
Both are installed by `make torture` alone, in an environment of their own.
"""

import csv
import http.server
import json
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from mapserver.roles import Role
from mapserver.services import accounts
from tests.api import town as small
from tests.api.test_api_imports import NEWCOMER, TO_DECIDE, book
from tests.attack.bodies import Door, doors
from tests.support.callers import ENVIRONMENT, Callers, callers
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
    "code": small.SOUTH,
    "village": small.XINWU,
    "form": "geojson",
    "kind": "unplaced",
    "tile_matrix_set": "WebMercatorQuad",
    "tile_matrix": "14",
    "tile_row": "6914",
    "tile_col": "13330",
}
TILED = {"collection": "house"}
"""What is asked of tiles: people have none of their own."""

ASKED = {"limit": "5", "offset": "0", "after": "0", "cells": "16", "bbox": "112,27,113,28"}
ASKED |= {"datetime": "2026-01-01/..", "village": small.XINWU, "properties": None}
ASKED |= {
    "kind": "gap",
    "show": "all",
    "first": "1",
    "last": "99",
    "before": "99",
    "layer": "person",
}
ASKED |= {"action": "add", "actor": "test", "item": small.ADULT, "closed": "true", "v": "1"}
ASKED |= {"lang": "zh", "f": "json", "layer": "person", "as_of": "2026-11-01"}
FIELDS = {"sex": "1", "fid": "1"}
ROLES = {
    "accounts": Role.ADMINISTRATOR,
    "record": Role.AUDITOR,
    "boundaries": Role.GRID_HEAD,
}
"""Who is answered, by the tag of an operation; everything else an information officer is told."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, its kind of store, who asks, and what is there to be asked for."""

    server: Server
    engine: str
    asking: Callers
    given: Mapping[str, str]

    def headers(self, role: Role = Role.INFORMATION_OFFICER) -> dict[str, str]:
        """Return what the requests of a role carry."""
        return dict(self.asking.headers(role))

    def places(self) -> dict[Role, list[str]]:
        """Return every address that can be read, with a star behind each value to attack."""
        document = requests.get(f"{self.server.url}/api", timeout=30).json()
        found: dict[Role, list[str]] = {}
        for path, verbs in document["paths"].items():
            # no other service signs anybody in here, so that door answers nobody
            if "get" in verbs and "/oidc/" not in path:
                role = ROLES.get(verbs["get"]["tags"][0], Role.INFORMATION_OFFICER)
                found.setdefault(role, []).append(self._starred(path, verbs["get"]))
        return {role: [one for one in ones if "*" in one] for role, ones in found.items()}

    def _starred(self, path: str, operation: dict) -> str:
        values = self.given | (TILED if "/tiles" in path else {})
        address = self.server.url + path.format(**{k: f"{one}*" for k, one in values.items()})
        named = [one["name"] for one in operation["parameters"] if one.get("in") == "query"]
        if path == "/record":
            named.remove("before")  # there it is a moment
        asked = {name: ASKED.get(name, "a") for name in named if ASKED.get(name, "a")}
        if "properties" in named:
            asked |= FIELDS
        query = urlencode({name: f"{value}*" for name, value in asked.items()}, safe="*/,")
        return f"{address}?{query}" if query else address

    def warm_up(self) -> None:
        """Hold every address that is to be attacked to an answer."""
        for role, places in self.places().items():
            for place in places:
                address = place.replace("*", "")
                answer = requests.get(address, headers=self.headers(role), timeout=60)
                assert answer.status_code in (200, 204), f"{address}: {answer.status_code}"

    def doors(self) -> list[Door]:
        """Return what is written, with a star behind each value to attack."""
        return doors(self.given, self.headers)


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """Yield the small town's server, on either engine."""
    place: Path | str = tmp_path / "data"
    env = {"MAPSERVER_LOG_LEVEL": "warning", "MAPSERVER_OPENINGS_PER_HOUR": "1000", **ENVIRONMENT}
    key_file = None
    if request.param == "postgresql":
        place, key_file = request.getfixturevalue("postgres_url"), tmp_path / "town.key"
        env["MAPSERVER_KEY_FILE"] = str(key_file)
    small.build(place, key_file)
    with ExitStack() as stack:
        asking = stack.enter_context(callers(place, key_file))
        log = tmp_path / "server.log"
        arguments = ["serve", "--data", str(place)]
        server = stack.enter_context(running_server(arguments, log, env=env))
        found = Target(server, request.param, asking, _given(server.url, asking))
        found.warm_up()
        yield found
        # what was attacked was open to the end
        for role in Role:
            answer = requests.get(f"{server.url}/session", headers=found.headers(role), timeout=60)
            assert answer.json()["signed_in"], role


def _given(url: str, asking: Callers) -> dict[str, str]:
    officer = dict(asking.headers(Role.INFORMATION_OFFICER))
    file = {"file": ("a.xlsx", book(NEWCOMER, TO_DECIDE))}
    sent = requests.post(f"{url}/imports", files=file, headers=officer, timeout=60).json()
    deadline = monotonic() + 120
    place = f"{url}/imports/{sent['id']}"
    while requests.get(place, headers=officer, timeout=60).json()["state"] != "ready":
        assert monotonic() < deadline
        sleep(0.1)
    somebody, _ = accounts.create(asking.context, "somebody", "某人")
    drawn = _drawn(f"{url}/boundaries/{small.XINWU}", asking)
    return {**GIVEN, **drawn, "import_id": sent["id"], "account": somebody.id}


def _drawn(place: str, asking: Callers) -> dict[str, str]:
    """Have a boundary drawn and approved, and another begun."""

    def post(role: Role, path: str, body: dict) -> dict:
        headers = dict(asking.headers(role))
        answer = requests.post(f"{place}{path}", json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text
        told: dict = answer.json()
        return told

    first, second = (
        post(Role.GRID_HEAD, "/drafts", {"acts": [small.bent(small.XINWU, turn)]})["id"]
        for turn in (1, 2)
    )
    post(Role.GRID_HEAD, f"/drafts/{first}/submission", {"revision": 1})
    post(Role.SUPERVISOR, f"/drafts/{first}/approval", {"revision": 2})
    whole = requests.get(place, headers=dict(asking.headers(Role.GRID_HEAD)), timeout=60).json()
    return {"draft": second, "number": str(whole["versions"][0]["number"])}


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


LEVEL = ("--batch", "--flush-session", "--disable-coloring", "--level", "2", "--risk", "2")


def sqlmap(folder: Path, engine: str, *arguments: str) -> list[str]:
    """Return the parameters that sqlmap can inject into."""
    folder.mkdir(exist_ok=True)
    run(
        "sqlmap",
        *(*arguments, *LEVEL, "--dbms", engine),
        *("--output-dir", "out", "--results-file", "results.csv"),
        folder=folder,
    )
    results = folder / "results.csv"
    if not results.exists():
        return [line for line in _said(folder).splitlines() if "is vulnerable" in line]
    rows = csv.DictReader(results.read_text("utf-8").splitlines())
    return [f"{row['Target URL']} {row['Parameter']}" for row in rows if row["Technique(s)"]]


def _said(folder: Path) -> str:
    return (folder / "sqlmap.log").read_text("utf-8")


def test_sqlmap_finds_nothing_in_what_is_read(target: Target, tmp_path: Path):
    tried = 0
    for role, places in target.places().items():
        folder = tmp_path / role
        folder.mkdir()
        (folder / "urls.txt").write_text("\n".join(places), "utf-8")
        cookie = target.headers(role)["Cookie"]
        assert sqlmap(folder, target.engine, "-m", "urls.txt", "--cookie", cookie) == []
        assert _said(folder).count("testing connection to the target URL") == len(places)
        assert "unable to connect" not in _said(folder)
        tried += sum(one.count("*") for one in places)
    assert '"failed"' not in target.server.printed()
    assert tried > 70
    print(f"{target.engine}: {tried} parameters")  # noqa: T201


def test_sqlmap_finds_nothing_in_what_is_written(target: Target, tmp_path: Path):
    tried = 0
    for number, door in enumerate(target.doors()):
        assert door.answers(target.server.url) == door.expected, door
        folder = tmp_path / f"{number}"
        folder.mkdir()
        (folder / "request.txt").write_bytes(door.request(target.server.url))
        found = sqlmap(folder, target.engine, "-r", "request.txt", *door.arguments)
        assert found == [], door
        assert "unable to connect" not in _said(folder)
        assert "does not seem to be injectable" in _said(folder)
        tried += door.stars
    assert '"failed"' not in target.server.printed()
    print(f"{target.engine}: {tried} values of {len(target.doors())} doors")  # noqa: T201


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
        found = sqlmap(tmp_path, "sqlite", "-u", place)
        careless.shutdown()
    assert len(found) == 1


def judged_false(name: str, fault: Mapping[str, str]) -> bool:
    """Whether a finding of wapiti is none: docs/attacks.md has the reason."""
    asks_with_nul = "%00" in fault["http_request"] or "\\u0000" in fault["http_request"]
    return name == "LDAP Injection" and asks_with_nul


def test_wapiti_finds_nothing(target: Target, tmp_path: Path):
    document = requests.get(f"{target.server.url}/api", timeout=30).json()
    # it would sign itself out, and then stand before closed doors
    for path in ("/session", "/sessions", "/sessions/{session}"):
        del document["paths"][path]["delete"]
    (tmp_path / "api.json").write_text(json.dumps(document), "utf-8")
    carried = [part for one in target.headers().items() for part in ("-H", ": ".join(one))]
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
    real = [
        (name, fault)
        for name, faults in found.items()
        for fault in faults
        if not judged_false(name, fault)
    ]
    assert real == []
    assert told["infos"]["crawled_pages_nbr"] > 15
    assert '"failed"' not in target.server.printed()
