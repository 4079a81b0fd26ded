"""What a connection may send, and how long it may take: uvicorn's protocol, bounded.

llhttp, by which httptools reads requests, keeps no limit: a head grows in memory for as long as
somebody sends one, trailers are added to the headers that were checked already, and a
connection that never ends its request is kept for ever. So bytes, fields and time are counted
here. Whoever is refused is told why before the connection is closed, and what it still sends is
thrown away for a moment: a reset would take the answer with it.

References
----------
RFC 6585 section 5 (431); RFC 9110 sections 15.5.9 (408) and 15.5.15 (414); RFC 9112 section 9.6
(closing a connection), section 7.1.2 (trailers may be discarded).
"""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mapserver.api.problems import PROBLEM
from mapserver.logs import told

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one connection may do.

    Parameters
    ----------
    head_bytes, url_bytes, fields : int
        Of one request's head.
    head_s : float
        From a connection's first byte, or a request's, to the end of its head.
    body_s, body_bytes : float, int
        A body brings at least so many bytes in so many seconds, or its end.
    thrown_bytes : int
        What is read and thrown away of a body that nobody wanted.
    linger_s : float
        How long what a refused connection still sends is thrown away.
    connections : int
        Connections at once; each further one is told to come again.
    """

    head_bytes: int = 32 * 2**10
    url_bytes: int = 8 * 2**10
    fields: int = 100
    head_s: float = 20.0
    body_s: float = 30.0
    body_bytes: int = 15_000
    thrown_bytes: int = 256 * 2**20
    linger_s: float = 2.0
    connections: int = 1000


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a connection is closed, in both languages: nothing is known of its reader."""

    status: int
    code: str
    zh: str
    en: str

    def response(self) -> bytes:
        """Return the whole answer."""
        body = orjson.dumps(
            {
                "type": f"/problems/{self.code}",
                "title": f"{self.zh} {self.en}",
                "status": self.status,
                "detail": f"{self.zh} {self.en}",
                "code": self.code,
                "instance": "",
            }
        )
        head = (
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n"
            f"content-type: {PROBLEM}\r\n"
            f"content-length: {len(body)}\r\n"
            "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n"
            "x-content-type-options: nosniff\r\n"
            "cache-control: no-store\r\n"
            "connection: close\r\n\r\n"
        )
        return head.encode() + body


UNREADABLE = Refused(400, "invalid-request", "请求看不懂。", "The request cannot be read.")
TOO_SLOW = Refused(
    408,
    "too-slow",
    "请求没有按时发完。再试一次。",
    "The request did not arrive in time. Try again.",
)
LONG_ADDRESS = Refused(414, "address-too-long", "地址太长。", "The address is too long.")
LARGE_HEAD = Refused(
    431,
    "head-too-large",
    "请求头太大。清掉这个网站的 Cookie 再试。",
    "The request's head is too large. Clear this site's cookies and try again.",
)
TOO_MANY = Refused(
    503, "too-many-connections", "连接太多，过一会再试。", "Too many connections; try again soon."
)


class _RefusedError(Exception):
    """Stops the parser; why is kept by the connection."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection that keeps to `bounds`."""

    bounds = BOUNDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._why = UNREADABLE
        self._closing = False
        self._receiving = self._in_head = False
        self._head = self._fields = 0
        self._unread = self._taken = self._thrown = 0
        self._taken_before = 0
        self._watch: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------ the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or tell it that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.bounds.connections:
            self._refuse(TOO_MANY)
        else:
            self._watch_for(self.bounds.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came, unless nobody listens any more."""
        if self._closing:
            return
        self._taken += len(data)
        self._unread += len(data)
        super().data_received(data)
        if self._closing or self.transport.is_closing():
            return
        if not self._receiving:
            self._unread = 0
        elif self._unread > self.bounds.head_bytes:
            self._refuse(LARGE_HEAD)
            return
        if self._receiving or not self._at_work():
            if self._watch is None:
                self._watch_for(self.bounds.head_s if self._in_head else self.bounds.body_s)
        else:
            self._unwatch()

    def send_400_response(self, msg: str) -> None:
        """Answer what could not be read."""
        self._refuse(self._why)

    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _refuse(self, why: Refused) -> None:
        self._closing = True
        self._unwatch()
        _log.info("connection refused", extra=told(code=why.code, client=self.client))
        if not self.pipeline and not (self._at_work() and self.cycle.response_started):
            self.transport.write(why.response())
        if self._at_work():
            # whatever is still made of the request has nobody to go to
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.flow.resume_reading()
        self.loop.call_later(self.bounds.linger_s, self.transport.close)

    # ------------------------------------------------------------ its time

    def _watch_for(self, seconds: float) -> None:
        self._taken_before = self._taken
        self._watch = self.loop.call_later(seconds, self._look)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _look(self) -> None:
        """Refuse a head that took too long, or a body that hardly comes."""
        self._watch = None
        if self.transport.is_closing():
            return
        came = self._taken - self._taken_before
        comes = not self._in_head and came >= self.bounds.body_bytes
        if self._receiving and (comes or self.flow.read_paused):
            self._watch_for(self.bounds.body_s)
        elif self._receiving:
            self._refuse(TOO_SLOW)
        else:
            # browsers open connections that they may never use
            self.transport.close()

    # ------------------------------------------------------------ its requests

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._receiving = self._in_head = True
        self._head = self._fields = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._head += len(url)
        if self._head > self.bounds.url_bytes:
            self._stop(LONG_ADDRESS)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one behind the body is left out, because nobody checked it."""
        self._head += len(name) + len(value)
        self._fields += 1
        if self._head > self.bounds.head_bytes or self._fields > self.bounds.fields:
            self._stop(LARGE_HEAD)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request begin; its body has a time of its own."""
        self._unwatch()
        self._in_head = False
        self._unread = self._thrown = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unread = 0
        if self.cycle.response_complete:
            self._thrown += len(body)
            if self._thrown > self.bounds.thrown_bytes:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Let the request end."""
        self._receiving = False
        super().on_message_complete()

    def _stop(self, why: Refused) -> None:
        self._why = why
        raise _RefusedError
