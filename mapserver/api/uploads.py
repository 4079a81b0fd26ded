"""The limit of what may be sent: refused before it is stored anywhere."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.problems import respond
from mapserver.errors import SpreadsheetTooLarge

ENVELOPE = 2**16
"""Bytes that a form puts around its file."""


def too_large(most: int) -> SpreadsheetTooLarge:
    """Return the error for a file of more than `most` bytes."""
    megabytes = most // 2**20
    return SpreadsheetTooLarge(
        f"文件超过 {megabytes} MB。按村分成几个文件再传。",
        f"The file is over {megabytes} MB. Split it by village and send each.",
    )


class UploadLimit:
    """Refuse a request with a larger body as soon as that is known.

    The framework keeps a form's files in a temporary folder until the route is called:
    without this a body without end would fill the disk.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, send, self._most + ENVELOPE)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > body.most:
            body.refused = True
        else:
            await self._pass(scope, body)
        if body.refused:
            refusal = respond(Request(scope), too_large(self._most))
            # what was not read would be taken for the next request
            refusal.headers["Connection"] = "close"
            await refusal(scope, receive, send)

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
