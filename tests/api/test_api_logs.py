"""What a running server logs, at its most talkative, searched for everything it was given."""

import base64
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
import pyotp
import pytest

from mapserver.roles import Role
from mapserver.services import accounts
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store
from mapserver.settings import Settings
from mapserver.store.scope import Scope
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


def at_the_door(talking: Server, folder: Path) -> set[str]:
    """Do all that is done with a key to the town, and return every key that it took.

    Somebody signs in with a one-time password, changes it, sets up a phone, makes a token, signs in
    by a code and by a recovery code; others type what is wrong.
    """
    name, wrong, own = "luo.pingyun", "a goose that is not mine", "a heron on a wooden post"
    once = employ(folder, name)
    with httpx2.Client(base_url=talking.url) as browser:
        keys = {signed_in(browser, name=name, password=once)}
        asked(browser, "PUT", "/account/password", {"old": once, "new": own}, 204)
        secret = asked(browser, "POST", "/account/totp", {"password": own}).json()["secret"]
        code = pyotp.TOTP(secret).now()
        told = asked(browser, "PUT", "/account/totp", {"code": code}).json()["recovery_codes"]
        token = asked(browser, "POST", "/tokens", {"title": "QGIS"}, 201).json()["token"]
        keys.add(signed_in(browser, name=name, password=own, code=told[0]))
        for given in ({"password": wrong}, {"password": own, "code": told[0]}):
            browser.post("/session", json={"name": name, **given})
        browser.post("/session", json={"name": wrong, "password": wrong})
        browser.get("/town", headers={"Authorization": f"Bearer {token}"})
        password = base64.b64encode(f"x:{token}".encode()).decode()
        browser.get("/town", headers={"Authorization": f"Basic {password}"})
    return {*keys, once, wrong, own, secret, *told, token, password}


def employ(folder: Path, name: str) -> str:
    """Give somebody an account and an appointment, and return their one-time password."""
    store = open_store(Settings(data=str(folder)))
    context = Context(store, Scope.of_town("test", small.TOWN), now)
    made, once = accounts.create(context, name, "罗平云")
    accounts.appoint(context, made.id, Role.INFORMATION_OFFICER, small.TOWN)
    store.close()
    assert once is not None
    return once


def signed_in(browser: httpx2.Client, **given: str) -> str:
    """Sign in, have the browser keep the cookie, and return it."""
    answer = asked(browser, "POST", "/session", given)
    key = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    browser.headers["Cookie"] = f"__Host-session={key}; __Host-device={key}"
    return key


def asked(
    client: httpx2.Client, method: str, path: str, body: object, status: int = 200
) -> httpx2.Response:
    """Return an answer of this status."""
    answer = client.request(method, path, json=body)
    assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text}"
    return answer


def open_secrets(client: httpx2.Client) -> None:
    """Open what is there, and look up who has it."""
    path = f"/collections/person/items/{small.ADULT}/openings"
    for field, value in (("id_number", small.ADULT_ID), ("phone", small.ADULT_PHONE)):
        body = {"field": field, "purpose": "visit", "text": "入户核对"}
        assert value in asked(client, "POST", path, body).text
        body = {"number": value, "purpose": "errand", "text": "代办医保"}
        found = asked(client, "POST", "/lookups", body)
        assert small.ADULT in found.text


def test_log_holds_no_secret_whatever_is_sent_and_whatever_fails(talking: Server, own_folder: Path):
    keys = at_the_door(talking, own_folder)
    assert len(keys) == 18
    with httpx2.Client(base_url=talking.url, headers=small.signed_in(own_folder)) as client:
        ask_for_secrets(client)
        import_secrets(client)
        open_secrets(client)
        send_nonsense(talking)
        break_store(own_folder)
        failed = client.get("/collections/person/items", params={"name": NAMES[0]})
    printed = talking.printed()
    for secret in (*SECRETS, *keys):
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


def account_of(folder: Path) -> str:
    """Return the account of whose token the tests use."""
    with closing(sqlite3.connect(folder / "town.gpkg")) as connection:
        ((found,),) = connection.execute("SELECT DISTINCT account FROM token").fetchall()
    account: str = found
    return account


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
        "account": account_of(own_folder),
    }
    assert (lost["route"], lost["status"], lost["account"]) == ("-", 404, found["account"])
