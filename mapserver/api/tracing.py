"""One number and one line in the log a request; failures are told there and nowhere else."""

import logging
import secrets
from functools import lru_cache
from ipaddress import ip_address
from time import perf_counter
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapserver.api.problems import failure_response
from mapserver.logs import request_id, told

REQUEST_HEADER = b"x-request-id"
UNKNOWN_ROUTE = "-"

log = logging.getLogger(__name__)


class Traced:
    """Numbers each request, logs what became of it, and answers for what failed.

    The line names the route and not the address, which may hold somebody's name or number.
    Who asked is told by the id of their account, which `Callers` has found by then.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and tell what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = _Trace(scope, send)
        try:
            await self._app(scope, receive, trace.send)
        except ClientDisconnect:
            # nobody is there to be answered
            pass
        except Exception as error:
            log.error("failed", exc_info=error, extra=told(route=trace.route()))
            if trace.status:
                # half an answer is out: the connection must end, or it would pass for a whole one
                raise
            await failure_response(Request(scope))(scope, receive, trace.send)
        finally:
            trace.tell()


class _Trace:
    """One request on its way through."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._id = secrets.token_hex(6)
        self._started = perf_counter()
        self.status = 0
        request_id.set(self._id)

    async def send(self, message: Message) -> None:
        """Send a part of the answer; its head carries the number."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], (REQUEST_HEADER, self._id.encode())]
        await self._send(message)

    def route(self) -> str:
        """Return the template of the address that was asked for."""
        route = self._scope.get("route")
        return route.path if route is not None else UNKNOWN_ROUTE

    def tell(self) -> None:
        """Log what became of the request."""
        if log.isEnabledFor(logging.INFO):
            log.info("request", extra=told(**self._line()))

    def _line(self) -> dict[str, Any]:
        scope = self._scope
        client, caller = scope.get("client"), scope.get("state", {}).get("caller")
        line = {
            "method": scope["method"],
            "route": self.route(),
            "status": self.status,
            "ms": round((perf_counter() - self._started) * 1000, 2),
            "client": _address(client[0]) if client else None,
        }
        return {**line, "account": caller.account} if caller else line


@lru_cache(1000)
def _address(text: str) -> str | None:
    """Return an address as it is usually written; what a proxy passed on may be anything."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
