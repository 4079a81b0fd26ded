"""Requests that nobody means well: too large, too deep, cut off, or out of their folder."""

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from tests.api import town as small
from tests.api.conftest import Town, opened
from tests.api.test_api_imports import NEWCOMER, book
from tests.support.server import Server, running_server

DECISIONS = f"/imports/{small.ADULT}/decisions"


@pytest.fixture(scope="module")
def own_server(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Yield a server whose imports are this file's alone."""
    folder = tmp_path_factory.mktemp("bad")
    shutil.copytree(town_folder, folder / "data")
    arguments = ["serve", "--data", str(folder / "data")]
    with running_server(
        arguments, folder / "server.log", env={"MAPSERVER_MAX_UPLOAD_MB": "1"}
    ) as server:
        yield replace(server, token=small.signed_in(folder / "data")["Authorization"])


def connected(server: Server) -> socket.socket:
    """Open a connection to a server."""
    return socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), 10)


def code_of(answer: httpx2.Response, status: int) -> str:
    """Return the code of a problem of this status."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert "Traceback" not in answer.text
    code: str = body["code"]
    return code


# ---------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        '{"rows":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"code": "x", "choice": "y", "rows": [[1, 1e999]]}',
        '{"code": "x", "choice": "y", "rows": [[1, ' + "9" * 5000 + "]]}",
        '{"code": "x", "choice": "y", "rows": [[NaN, Infinity]]}',
        '{"\\ud800": 1, "code": "x", "choice": "y"}',
        '{"code": "x", "code": {"choice": []}}',
        '{"code": "\\ud800", "choice": "\\udfff"}',
        "{",
        "nonsense",
        "",
        "null",
    ],
    ids=lambda body: body[:20],
)
def test_json_that_is_deep_odd_or_none_is_refused(town: Town, body: str):
    headers = {"Content-Type": "application/json"}
    answer = town.client.post(DECISIONS, content=body, headers=headers)
    assert code_of(answer, 400) == "invalid-request"


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "gbk", '"utf-16"', "zip"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json"])
def test_text_is_decoded_by_no_codec_of_the_senders_choice(town: Town, kind: str, charset: str):
    headers = {"Content-Type": f"{kind}; charset={charset}"}
    answer = town.client.post("/imports", content=b"--x", headers=headers)
    assert code_of(answer, 400) == "invalid-request"
    assert "UTF-8" in answer.json()["detail"]


def test_json_of_more_than_a_megabyte_is_refused(town: Town):
    body = json.dumps({"code": "x", "choice": "y", "text": "a" * 2**20})
    headers = {"Content-Type": "application/json"}
    for content in (body, iter([body[:1000].encode(), body[1000:].encode()])):
        answer = town.client.post(DECISIONS, content=content, headers=headers)
        assert code_of(answer, 413) == "request-too-large"


def test_body_that_no_address_asks_for_is_not_read(town: Town):
    answer = town.client.request("GET", "/town", content=b"x" * 100)
    assert answer.status_code == 200


# ---------------------------------------------------------------- forms


def form(*parts: bytes) -> dict:
    """Return the arguments that send a form of these parts."""
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


def part(name: str, value: bytes = b"x", more: str = "") -> bytes:
    """Return one part of a form."""
    head = f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value


@pytest.mark.parametrize(
    "sent",
    [
        form(*[part(f"f{number}") for number in range(2000)]),
        form(*[part(f"f{number}", more='; filename="a"') for number in range(2000)]),
        form(part("layer", b"x" * (2**20 + 1))),
        form(b"X: " + b"a" * 100_000 + b"\r\n\r\n"),
        form(b"X: y\r\n" * 5000 + b"\r\n"),
        form(part("file", more="; filename*=utf-8''%ff%fe")),
        form(part("file")),
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data; boundary="}},
        {"content": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
        {"content": b"{}", "headers": {"Content-Type": "application/json"}},
    ],
    ids=range(12),
)
def test_form_that_is_no_upload_is_refused(town: Town, sent: dict):
    before = town.get("/imports").json()
    assert code_of(town.client.post("/imports", **sent), 400) == "invalid-request"
    assert town.get("/imports").json() == before


@pytest.mark.parametrize("name", ["../../a.xlsx", "/etc/passwd", "..\\a", "a\0b", "a" * 10_000])
def test_name_of_a_file_is_a_name_and_never_a_place(own_town: Town, tmp_path: Path, name: str):
    before = sorted(tmp_path.rglob("*"))
    more = '; filename="' + name + '"'
    answer = own_town.client.post("/imports", **form(part("file", book(NEWCOMER), more)))
    own_town.client.app.state.desk.imports.wait()
    assert answer.status_code in (202, 400)
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


# ---------------------------------------------------------------- uploads that break off

HEAD = (
    b"POST /imports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
)
START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


def head(server: Server) -> bytes:
    """Return the head of an upload by somebody who may."""
    return HEAD.replace(b"\r\n\r\n", f"\r\nAuthorization: {server.token}\r\n\r\n".encode())


def files_held(server: Server) -> list[str]:
    """Return the temporary files that the server has open; they have no name."""
    folder = Path(f"/proc/{server.process.pid}/fd")
    held = [str(one.readlink()) for one in folder.iterdir() if one.is_symlink()]
    return [path for path in held if path.endswith("(deleted)")]


def until(done: object) -> None:
    """Wait until `done()` holds."""
    deadline = monotonic() + 10
    while not done():  # type: ignore[operator]
        assert monotonic() < deadline
        sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are told by Linux only")
def test_upload_that_stops_half_way_leaves_nothing(own_server: Server):
    """So much was sent that it lies in a temporary file; then the sender is gone."""
    asked = {"Authorization": own_server.token}
    with httpx2.Client(base_url=own_server.url, headers=asked) as client:
        before = client.get("/imports").json()
        with closing(connected(own_server)) as connection:
            connection.sendall(head(own_server) % 1_060_000 + START + b"a" * 1_052_000)
            until(lambda: files_held(own_server))
        until(lambda: not files_held(own_server))
        assert client.get("/imports").json() == before
        assert client.get("/health").json()["status"] == "ok"
    assert '"failed"' not in own_server.printed()


@pytest.mark.parametrize("announced", [True, False])
def test_sender_of_too_much_is_told_so_while_it_sends(own_server: Server, announced: bool):
    """What still comes is read: a connection that is reset would take the answer with it."""
    size = 8 * 2**20
    with closing(connected(own_server)) as connection:
        if announced:
            connection.sendall(head(own_server) % (size + len(START)) + START)
        else:
            chunked = head(own_server).replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")
            connection.sendall(chunked + b"%x\r\n" % len(START) + START + b"\r\n")
        for _ in range(size // 2**16):
            piece = b"a" * 2**16
            connection.sendall(piece if announced else b"10000\r\n" + piece + b"\r\n")
        answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"spreadsheet-too-large" in answer
        # and the connection is still good for the next request
        if not announced:
            connection.sendall(b"0\r\n\r\n")
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pyproject.toml",
        "/static/%2e%2e/pyproject.toml",
        "/static/..%2fpyproject.toml",
        "/static/..%5cpyproject.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/js/../../pyproject.toml",
        "/static/....//pyproject.toml",
        "/static/%252e%252e/pyproject.toml",
        "/static/",
        "/static/js",
        "/static/" + "a" * 5000,
        "/static/" + "a/" * 3000,
        "/static/~root",
        "/static/file:///etc/passwd",
    ],
)
def test_nothing_outside_the_pages_folder_is_served(own_server: Server, path: str):
    """Over a socket: clients tidy such addresses before they send them."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    with closing(connected(own_server)) as connection:
        connection.sendall(request.encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")
    assert json.loads(body)["code"] == "not-found"


def test_link_in_the_pages_folder_leads_nowhere_else(tmp_path: Path):
    from mapserver.api.files import Files
    from mapserver.errors import NotFound

    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(NotFound):
        Files(folder).get("link.txt")


def test_upload_limit_of_a_file_is_not_that_of_other_bodies(own_folder: Path):
    with opened(own_folder, max_upload_mb=3) as town:
        file = {"file": ("a.csv", b"0" * (2 * 2**20))}
        assert town.client.post("/imports", files=file).status_code == 202
        assert code_of(town.client.post("/town", content=b"0" * (2 * 2**20)), 413)
