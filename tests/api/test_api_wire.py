"""What a connection may send and how long it may take, byte by byte over a real socket."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from time import monotonic, sleep

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from mapserver.api.wire import BOUNDS, BoundedProtocol, Bounds

Start = Callable[..., "Place"]
PATIENT_S = 10


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what arrived: headers, and how long the body was."""
    length = 0
    message = await receive()
    while message["type"] == "http.request":
        length += len(message["body"])
        if not message["more_body"]:
            break
        message = await receive()
    names = [name.decode() for name, _ in scope["headers"]]
    body = json.dumps({"path": scope["path"], "headers": names, "body": length}).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Place:
    """A server with bounds of its own."""

    def __init__(self, bounds: Bounds) -> None:
        protocol = type("Protocol", (BoundedProtocol,), {"bounds": bounds})
        config = uvicorn.Config(tell, http=protocol, lifespan="off", ws="none", log_config=None)
        self.server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self.server.run, args=([self._socket],))

    def __enter__(self) -> "Place":
        self._thread.start()
        while not self.server.started:
            sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self._thread.join(PATIENT_S)
        self._socket.close()

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENT_S)

    def say(self, *pieces: bytes) -> bytes:
        """Send the pieces and return all that comes until the server closes."""
        with closing(self.connect()) as connection:
            for piece in pieces:
                connection.sendall(piece)
            return everything(connection)


def everything(connection: socket.socket) -> bytes:
    """Return what comes until the other side closes."""
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


def problem(answer: bytes) -> tuple[int, str]:
    """Return status and code of a refusal, which is whole and says that it is the last."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert b"content-type: application/problem+json" in head
    told = json.loads(body)
    assert told["status"] == int(head.split()[1])
    assert any("一" <= letter <= "鿿" for letter in told["detail"])
    assert "." in told["detail"]
    return told["status"], told["code"]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Yield a function that starts a server with changed bounds, once for all who ask so."""
    with ExitStack() as running:
        known: dict[Bounds, Place] = {}

        def begin(**changes: float) -> Place:
            bounds = replace(BOUNDS, linger_s=0.2, **changes)
            if bounds not in known:
                known[bounds] = running.enter_context(Place(bounds))
            return known[bounds]

        yield begin


FIRST = b"GET /a HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"

# ---------------------------------------------------------------- heads


def test_header_of_a_megabyte_is_refused_and_the_next_request_answered(start: Start):
    place = start()
    assert problem(place.say(FIRST, b"Cookie: " + b"a" * 2**20 + b"\r\n", LAST)) == (
        431,
        "head-too-large",
    )
    assert place.say(FIRST, LAST).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("piece", [b"a" * 1000, b"a" * 70_000])
def test_header_without_an_end_is_refused_while_it_comes(start: Start, piece: bytes):
    """It is never held whole: httptools would join it before anybody is told."""
    with closing(start().connect()) as connection:
        connection.sendall(FIRST + b"X: ")
        sent = 0
        connection.setblocking(False)
        answer = b""
        while not answer and sent < 4 * 2**20:
            try:
                sent += connection.send(piece)
            except BlockingIOError:
                sleep(0.01)
            try:
                answer = connection.recv(65536)
            except BlockingIOError:
                answer = b""
    assert problem(answer) == (431, "head-too-large")


def test_many_headers_are_refused(start: Start):
    within, beyond = BOUNDS.fields - 2, BOUNDS.fields - 1
    lines = [b"X-%d: y\r\n" % number for number in range(beyond)]
    assert start().say(FIRST, *lines[:within], LAST).startswith(b"HTTP/1.1 200 ")
    assert problem(start().say(FIRST, *lines, LAST)) == (431, "head-too-large")


def test_head_as_large_as_allowed_passes(start: Start):
    room = BOUNDS.head_bytes - 500
    assert start().say(FIRST, b"Cookie: " + b"a" * room + b"\r\n", LAST).startswith(b"HTTP/1.1 200")


def test_address_that_is_too_long_is_refused(start: Start):
    def ask(length: int) -> bytes:
        return start().say(b"GET /" + b"a" * (length - 1) + b" HTTP/1.1\r\nHost: x\r\n" + LAST)

    assert ask(BOUNDS.url_bytes).startswith(b"HTTP/1.1 200 ")
    assert problem(ask(BOUNDS.url_bytes + 1)) == (414, "address-too-long")


CHUNKED = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"


def test_headers_behind_the_body_do_not_join_those_that_were_checked(start: Start):
    """They would come after the checks: a second Host, an Origin, a credential."""
    answer = start().say(CHUNKED, LAST, b"1\r\na\r\n0\r\nOrigin: http://x\r\nHost: y\r\n\r\n")
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["headers"] == ["host", "transfer-encoding", "connection"]
    assert told["body"] == 1


@pytest.mark.parametrize(
    "flood",
    [
        b"1;" + b"a" * 400_000 + b"\r\na\r\n0\r\n\r\n",
        b"0\r\nX: " + b"a" * 400_000 + b"\r\n\r\n",
        b"0\r\n" + b"X: y\r\n" * 60_000 + b"\r\n",
    ],
    ids=["extension", "trailer", "trailers"],
)
def test_what_is_neither_head_nor_body_is_bounded_too(start: Start, flood: bytes):
    assert problem(start().say(CHUNKED, LAST, flood)) == (431, "head-too-large")


@pytest.mark.parametrize(
    "said",
    [
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"GET /\xe6\x9d\x91 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
    ],
)
def test_request_that_two_readers_could_read_in_two_ways_is_refused(start: Start, said: bytes):
    """Else one behind a proxy could hide in another (request smuggling)."""
    answer = start().say(said)
    assert problem(answer) == (400, "invalid-request")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_requests_sent_at_once_are_answered_in_turn(start: Start):
    answer = start().say(FIRST + b"\r\n", FIRST.replace(b"/a", b"/b") + LAST)
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert answer.index(b'"/a"') < answer.index(b'"/b"')


# ---------------------------------------------------------------- time


def test_head_that_does_not_end_is_refused_in_time(start: Start):
    assert problem(start(head_s=0.2).say(FIRST)) == (408, "too-slow")


def test_second_head_that_does_not_end_is_refused_in_time(start: Start):
    """The pause that a kept connection may make ends with the first byte of the next request."""
    answer = start(head_s=0.2).say(FIRST + b"\r\n", FIRST)
    first, _, rest = answer.partition(b"}")
    assert first.startswith(b"HTTP/1.1 200 ")
    assert problem(rest) == (408, "too-slow")


@pytest.mark.parametrize("noise", [(), (b"\r\n",)])
def test_connection_that_asks_nothing_is_closed_without_a_word(start: Start, noise: tuple[bytes]):
    assert start(head_s=0.2).say(*noise) == b""


LONG = b"POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"


def test_body_that_stops_half_way_is_refused_in_time(start: Start):
    place = start(body_s=0.2, body_bytes=100)
    assert problem(place.say(LONG % 5000, b"a" * 2500)) == (408, "too-slow")


def test_body_that_hardly_comes_is_refused_and_a_steady_one_is_not(start: Start):
    place = start(body_s=0.2, body_bytes=100)

    def ended(size: int, pieces: int) -> bytes:
        with closing(place.connect()) as connection:
            connection.sendall(LONG % (size * 10))
            for _ in range(pieces):
                sleep(0.06)
                connection.sendall(b"a" * size)
            return everything(connection)

    assert ended(1000, 10).startswith(b"HTTP/1.1 200 ")
    assert problem(ended(1, 3)) == (408, "too-slow")


def test_slow_request_does_not_keep_its_end_from_the_program(start: Start):
    """Whoever reads the body is told that nothing more will come, and the server ends well."""
    place = start(body_s=0.2, body_bytes=100)
    place.say(LONG % 5000, b"a")
    deadline = monotonic() + PATIENT_S
    while place.server.server_state.tasks and monotonic() < deadline:
        sleep(0.01)
    assert not place.server.server_state.tasks


# ---------------------------------------------------------------- numbers


def test_more_connections_than_allowed_are_told_to_come_again(start: Start):
    place = start(connections=2)
    with closing(place.connect()), closing(place.connect()):
        sleep(0.05)
        assert problem(place.say()) == (503, "too-many-connections")
    deadline = monotonic() + PATIENT_S
    while place.server.server_state.connections and monotonic() < deadline:
        sleep(0.01)
    assert place.say(FIRST, LAST).startswith(b"HTTP/1.1 200 ")
