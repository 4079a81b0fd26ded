"""The limits of what may be sent: refused before it is stored anywhere."""

import re
from dataclasses import dataclass

from fastapi import UploadFile
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.problems import respond
from mapserver.errors import MapserverError, RequestTooLarge, SpreadsheetTooLarge

ENVELOPE = 2**16
"""Bytes that a form puts around its file."""

MOST_OTHER = 2**20
"""Bytes that an address takes which no file is sent to."""

FILE_DOORS = re.compile(r"/imports|/boundaries/\d{12}/files")
"""The addresses that files are sent to."""


def too_large(most: int) -> SpreadsheetTooLarge:
    """Return the error for a file of more than `most` bytes."""
    megabytes = most // 2**20
    return SpreadsheetTooLarge(
        f"文件超过 {megabytes} MB。按村分成几个文件再传。",
        f"The file is over {megabytes} MB. Split it by village and send each.",
    )


def read_upload(file: UploadFile, most: int) -> bytes:
    """Return what a file holds.

    Raises
    ------
    SpreadsheetTooLarge
        If that is more than `most` bytes.
    """
    data = file.file.read(most + 1)
    if len(data) > most:
        raise too_large(most)
    return data


@dataclass(frozen=True, slots=True)
class _Limit:
    """How many bytes a body may have, and what is said of one with more."""

    most: int
    error: MapserverError


def _small() -> RequestTooLarge:
    megabytes = MOST_OTHER // 2**20
    return RequestTooLarge(
        f"请求超过 {megabytes} MB。分几次发。",
        f"The request is over {megabytes} MB. Send it in parts.",
    )


class UploadLimit:
    """Refuse a request with a larger body as soon as that is known.

    The framework keeps a form's files in a temporary folder until the route is called, and other
    bodies in memory: without this a body without end would fill either.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._file = _Limit(most + ENVELOPE, too_large(most))
        self._other = _Limit(MOST_OTHER, _small())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._file if FILE_DOORS.fullmatch(scope["path"]) else self._other
        body = _Body(receive, send, limit.most)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > body.most:
            body.refused = True
        else:
            await self._pass(scope, body)
        if body.refused:
            # what still comes is read and thrown away: a closed door would hide the answer
            await respond(Request(scope), limit.error)(scope, receive, send)

    async def _pass(self, scope: Scope, body: "_Body") -> None:
        try:
            await self._app(scope, body.receive, body.send)
        except _TooLongError:
            body.refused = True


class _TooLongError(Exception):
    """More came than was allowed."""


class _Body:
    """A request's body that is counted while it is read."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send = receive, send
        self.most = most
        self.read = 0
        self.refused = False

    async def receive(self) -> Message:
        message = await self._receive()
        self.read += len(message.get("body", b""))
        if self.read > self.most:
            self.refused = True
            raise _TooLongError
        return message

    async def send(self, message: Message) -> None:
        # whatever the framework makes of the exception, the refusal is the answer
        if not self.refused:
            await self._send(message)
