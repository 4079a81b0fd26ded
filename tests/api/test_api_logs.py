"""What a running server logs, at its most talkative, searched for everything it was given."""

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import httpx2
import pytest

from tests.api import town as small
from tests.api.test_api_imports import NEW_ID, NEW_PHONE, NEWCOMER, book
from tests.support.server import Server, running_server

TOKEN = "s3cr3t-token-of-somebody"
NAMES = ("张三", "张小宝", "赵六", "房主", "常年在外")
SECRETS = (*small.SECRETS, NEW_ID, NEW_PHONE, TOKEN, *NAMES)
KNOWN = {"level", "event", "logger", "at", "request"}


@pytest.fixture
def talking(own_folder: Path, tmp_path: Path) -> Iterator[Server]:
    """Yield a server that logs all it can."""
    with running_server(
        ["serve", "--data", str(own_folder)],
        tmp_path / "server.log",
        env={"MAPSERVER_LOG_LEVEL": "debug"},
    ) as server:
        yield server


def lines(server: Server) -> list[dict]:
    """Return what was logged; all but the greeting is JSON."""
    return [json.loads(line) for line in server.printed().splitlines() if line.startswith("{")]


def ask_for_secrets(client: httpx2.Client) -> None:
    """Send every secret in every place of a request where it can stand."""
    for secret in SECRETS:
        word = quote(secret)
        for path in (
            f"/search?q={word}",
            f"/collections/person/items?id_number={word}",
            f"/collections/person/items?name={word}",
            f"/collections/person/items/{word}",
            f"/collections/{word}/items",
            f"/grids/{word}",
            f"/nowhere/{word}?{word}={word}",
            f"/static/{word}",
            f"/collections/house/tiles/WebMercatorQuad/14/6914/13330?v={word}",
            f"/imports/{word}",
        ):
            client.get(path)
        client.post(f"/imports/{small.ADULT}/decisions", json={"code": secret, secret: secret})
        client.post(f"/imports/{small.ADULT}/decisions", content=f'{{"{secret}')
        told = {"Referer": f"/?q={word}", "User-Agent": word, "Cookie": f"a={word}"}
        client.get("/town", headers={**told, "Authorization": f"Bearer {word}"})
        client.get("/town", headers={"X-Forwarded-For": word, "Host": word, "X-Request-Id": word})


def import_secrets(client: httpx2.Client) -> None:
    """Import a register to its end, and files that cannot be read, under telling names."""
    for name, data in {
        f"{NAMES[0]} {NEW_ID}.xlsx": book(NEWCOMER),
        f"{NEW_PHONE}.xlsx": book(NEWCOMER)[:-100],
        f"{TOKEN}.csv": f"{NEW_ID},{NEW_PHONE}\n".encode(),
    }.items():
        started = client.post("/imports", files={"file": (name, data)}).json()
        wait_for(client, started["id"])
        client.post(f"/imports/{started['id']}/commit")
        wait_for(client, started["id"])


def wait_for(client: httpx2.Client, identifier: str) -> None:
    """Wait until an import is no longer at work."""
    deadline = monotonic() + 20
    while client.get(f"/imports/{identifier}").json()["state"] in ("reading", "committing"):
        assert monotonic() < deadline
        sleep(0.02)


def break_store(folder: Path) -> None:
    """Take the people's table away, behind the program's back."""
    with closing(sqlite3.connect(folder / "town.gpkg")) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute('ALTER TABLE "person" RENAME TO "gone"')


def send_nonsense(server: Server) -> None:
    """Send what is no HTTP."""
    port = int(server.url.rpartition(":")[2])
    for secret in SECRETS:
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            connection.sendall(f"GET /{secret} nonsense\r\n{secret}\r\n\r\n".encode())
            connection.recv(1000)


def test_log_holds_no_secret_whatever_is_sent_and_whatever_fails(talking: Server, own_folder: Path):
    with httpx2.Client(base_url=talking.url, headers=small.signed_in(own_folder)) as client:
        ask_for_secrets(client)
        import_secrets(client)
        send_nonsense(talking)
        break_store(own_folder)
        failed = client.get("/collections/person/items", params={"name": NAMES[0]})
    printed = talking.printed()
    for secret in SECRETS:
        for form in (secret, quote(secret), secret.encode("unicode_escape").decode()):
            assert form not in printed
    # the search found nothing because nothing is there, not because nothing was logged
    told = lines(talking)
    assert len([line for line in told if line["event"] == "request"]) > 100
    # and the failure is told, by the number that its reader has
    assert failed.status_code == 500
    number = failed.headers["x-request-id"]
    assert number in failed.json()["detail"]
    (failure,) = [line for line in told if line["event"] == "failed"]
    assert failure["request"] == number
    assert failure["error"] == "mapserver.errors.StoreError"
    assert "sqlite3.OperationalError" in failure["causes"]
    assert any("mapserver/store/" in frame for frame in failure["frames"])
    for leak in ("person", "gone", "SELECT", "table", "sqlalchemy", "Traceback", ".py"):
        assert leak not in failed.text.replace("/collections/person/items", "")


def test_line_of_a_request_tells_its_route_status_and_time(talking: Server, own_folder: Path):
    with httpx2.Client(base_url=talking.url, headers=small.signed_in(own_folder)) as client:
        answer = client.get(f"/collections/person/items/{small.ADULT}")
        client.get("/nowhere")
    # a line is written after its answer was sent
    told: list[dict] = []
    deadline = monotonic() + 10
    while not any(line.get("route") == "-" for line in told) and monotonic() < deadline:
        told = [line for line in lines(talking) if line.get("route") != "/health"]
    found, lost = told[-2:]
    assert found.pop("ms") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", found.pop("at"))
    assert found == {
        "level": "info",
        "event": "request",
        "logger": "mapserver.api.tracing",
        "request": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/collections/{collection}/items/{item}",
        "status": 200,
        "client": "127.0.0.1",
    }
    assert (lost["route"], lost["status"]) == ("-", 404)
