"""Who asks: found once for each request, before any of it is read.

A request names its caller by the session's cookie, by a bearer token (RFC 6750), or by HTTP
Basic with a token for the password (RFC 7617), as QGIS does it. Whoever names nobody is
refused everything that is not listed here as open: a new route is closed until it is.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from mapserver.api.cookies import session_cookie
from mapserver.api.desk import Desk
from mapserver.api.problems import kind_of, respond
from mapserver.api.refusing import REFUSED, note_early
from mapserver.errors import MapserverError, NotAllowed, SignInNeeded
from mapserver.services import callers
from mapserver.services.caller import Caller

OPEN = frozenset(
    (
        "/",
        "/api",
        "/conformance",
        "/docs",
        "/health",
        "/session",
        "/session/oidc",
        "/session/oidc/callback",
        "/session/oidc/code",
    )
)
"""What is answered to anybody: nothing of it tells of the town."""

OPEN_BELOW = "/static/"

_READS = ("GET", "HEAD", "OPTIONS")
_CHALLENGE = 'Basic realm="mapserver", charset="UTF-8", Bearer realm="mapserver"'


@dataclass(frozen=True, slots=True)
class Named:
    """What a request says of its caller: a key, and whether it is a session's or a token's."""

    key: str
    is_token: bool


def is_open(path: str) -> bool:
    """Whether anybody may ask for `path`."""
    return path in OPEN or path.startswith(OPEN_BELOW)


def named(headers: Headers, cookie: str) -> Named | None:
    """Return what a request says of its caller, None where it says nothing.

    Where there is an Authorization, it alone counts: a script that sends a wrong token shall
    not be answered as whoever is signed in beside it.
    """
    authorization = headers.get("authorization")
    if authorization is not None:
        return Named(_token(authorization), True)
    key = cookie_parser(headers.get("cookie", "")).get(cookie)
    return Named(key, False) if key else None


def _token(authorization: str) -> str:
    scheme, _, value = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            return _password(value.strip())
        case _:
            return ""


def _password(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def find(
    desk: Desk, who: Named, told: Mapping[str, int] | None = None, *, uses: bool = True
) -> Caller | None:
    """Return the caller that a request names, None where the key opens nothing."""
    if who.is_token:
        return callers.caller_of_token(desk.system, who.key, told, uses=uses)
    return callers.caller_of_session(desk.system, who.key, told, uses=uses)


async def caller_of(scope: Scope, desk: Desk, *, uses: bool = True) -> Caller | None:
    """Return who sends a request, None where nobody is named who may.

    One that is refused whoever sends it `uses` no key: it keeps no session alive. The numbers of
    what was touched last, which that needs, are kept as the request's `told`: a route that reads
    may go by them.
    """
    who = named(Headers(scope=scope), session_cookie(scope, plain=desk.plain))
    if who is None or not who.key:
        return None
    # to hand it to a thread would take longer than it takes, but where a server is asked
    if desk.store.tells_at_once:
        caller, told = _told(desk, who, uses=uses)
    else:
        caller, told = await run_in_threadpool(_told, desk, who, uses=uses)
    scope.setdefault("state", {})["told"] = told
    return caller


def _told(desk: Desk, who: Named, *, uses: bool) -> tuple[Caller | None, Mapping[str, int]]:
    told = desk.system.sequences()
    return find(desk, who, told, uses=uses), told


class Callers:
    """Find who asks, and refuse whoever may not, before a request's body is read."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on with its caller, or refuse it."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        caller = None
        try:
            caller = await caller_of(scope, self._desk)
            # also of who is refused below: the log tells who asked
            scope.setdefault("state", {})["caller"] = caller
            _check(scope, caller)
        except MapserverError as error:
            await _refuse(scope, receive, send, error)
            if kind_of(error).status in REFUSED:
                await note_early(scope, self._desk, error.code, caller)
            return
        await self._app(scope, receive, send)


def _check(scope: Scope, caller: Caller | None) -> None:
    if caller is None:
        raise SignInNeeded("先登录，再看这里。", "Sign in to see this.")
    if not caller.writes and scope["method"] not in _READS:
        raise NotAllowed("这个令牌只能看，不能改。", "This token is for reading only.")


async def _refuse(scope: Scope, receive: Receive, send: Send, error: MapserverError) -> None:
    request = Request(scope)
    response = respond(request, error)
    # a browser would ask by itself, over the page that has its own way to ask
    if isinstance(error, SignInNeeded) and not _is_browser(request.headers):
        response.headers["WWW-Authenticate"] = _CHALLENGE
    await response(scope, receive, send)


def _is_browser(headers: Headers) -> bool:
    """Whether a browser asks: it says so itself, but not over plain HTTP to another machine."""
    agent = headers.get("user-agent", "")
    return "sec-fetch-mode" in headers or (agent.startswith("Mozilla/") and "QGIS" not in agent)


async def get_caller(request: Request) -> Caller:
    """Return who asks; only where `Callers` lets through."""
    caller: Caller = request.state.caller
    return caller


TheCaller = Annotated[Caller, Depends(get_caller)]


async def get_person(caller: TheCaller) -> Caller:
    """Return who asks, being signed in: an account is not changed by a token of it."""
    if caller.via != "session":
        raise NotAllowed(
            "令牌不能管账号。在网页上登录再办。",
            "A token cannot manage accounts. Sign in on the page.",
        )
    return caller


ThePerson = Annotated[Caller, Depends(get_person)]
