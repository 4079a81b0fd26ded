"""Bodies that every reader reads alike: JSON as RFC 8259 has it, and text in UTF-8.

Python's own reader takes NaN, and half of a pair of surrogates, which no file, database or answer
can hold; and it goes as deep as it is led. So JSON is read once before by a reader that does not,
and a form whose text would be decoded by a codec of the sender's choice is refused.

References
----------
RFC 8259 section 8; RFC 7578 section 5.1.2 (the charset of a form).
"""

import re

import orjson
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.problems import respond
from mapserver.errors import InvalidRequest

_JSON = re.compile(rb"\s*application/(?:[\w.+-]+\+)?json\s*(?:;|$)", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*\*?\s*=\s*["']?([^\s;"']*)""", re.IGNORECASE)
_UTF_8 = (b"utf-8", b"utf8")
_READS = ("GET", "HEAD", "OPTIONS")


class PlainBodies:
    """Refuse a body that could not be kept, or told again, as it was sent.

    It stands inside the limit of sizes: what is read here is small.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        kind = _kind(scope)
        if kind is None:
            await self._app(scope, receive, send)
        elif _in_another_charset(kind):
            await respond(Request(scope), _other_charset())(scope, receive, send)
        elif _JSON.match(kind):
            await self._pass_json(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass_json(self, scope: Scope, receive: Receive, send: Send) -> None:
        read, whole = await _read(receive)
        if whole and not _is_json(read):
            await respond(Request(scope), _no_json())(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": read, "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting and whole else await receive()

        await self._app(scope, replay, send)


def _kind(scope: Scope) -> bytes | None:
    """Return the type of the body of a request that may bring one."""
    if scope["type"] != "http" or scope["method"] in _READS:
        return None
    return next((value for name, value in scope["headers"] if name == b"content-type"), None)


def _in_another_charset(kind: bytes) -> bool:
    return any(name.lower() not in _UTF_8 for name in _CHARSET.findall(kind))


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """Return a body, and whether it came to its end."""
    pieces: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return b"", False
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces), True


def _is_json(body: bytes) -> bool:
    if not body:
        return True  # whether one is needed is the route's to say
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


def _no_json() -> InvalidRequest:
    return InvalidRequest("正文不是 JSON。", "The body is not JSON.")


def _other_charset() -> InvalidRequest:
    return InvalidRequest("正文只能用 UTF-8。", "The body can only be in UTF-8.")
