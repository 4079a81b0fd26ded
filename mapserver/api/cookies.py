"""The cookies of signing in: the key of a session, and of the last one in this browser.

Both are for this host alone, over TLS or within this machine, out of reach of scripts, and
never sent with what another site begins (RFC 6265bis, section 4.1.3.2). The second opens
nothing: by it a browser that was signed in before is told from strangers.

Two more are there while somebody signs in by another service. The one that a browser leaves
with is `SameSite=Lax`, alone of all: what brings it back is a link that the other site begins,
with which nothing stricter would come. It opens nothing without the code in that link.
"""

from datetime import datetime, timedelta
from typing import Literal

from fastapi import Request, Response
from starlette.types import Scope

from mapserver.services.context import Context
from mapserver.services.signing_in import NewSession

_SESSION, _DEVICE = "session", "device"
_JOURNEY, _ARRIVAL = "journey", "arrival"


def session_cookie(scope: Scope, *, plain: bool) -> str:
    """Return the name of the session's cookie.

    `plain` says that the server speaks plain HTTP to other machines. There browsers keep no
    cookie with the prefix, so it goes without.
    """
    return _name(_SESSION, _is_plain(scope, plain=plain))


def device_of(request: Request, *, plain: bool) -> str | None:
    """Return the key of the last session in this browser, be it over."""
    return request.cookies.get(_name(_DEVICE, _is_plain(request.scope, plain=plain)))


def give(
    request: Request, response: Response, context: Context, new: NewSession, *, plain: bool
) -> None:
    """Let a browser keep a new session."""
    bare = _is_plain(request.scope, plain=plain)
    # moments of the store are in UTC without their zone
    now = context.clock().replace(tzinfo=None)
    lives = {_SESSION: _until(new.expires_at, now), _DEVICE: context.policy.device_memory}
    for name, life in lives.items():
        _set(response, _name(name, bare), new.token, life, bare=bare)


def take(request: Request, response: Response, *, plain: bool) -> None:
    """Let a browser forget its session; what it was known by stays."""
    bare = _is_plain(request.scope, plain=plain)
    _set(response, _name(_SESSION, bare), "", timedelta(), bare=bare)


def journey_of(request: Request, *, plain: bool) -> str:
    """Return the note that a browser left with for another service, "" where it has none."""
    return request.cookies.get(_name(_JOURNEY, _is_plain(request.scope, plain=plain)), "")


def arrival_of(request: Request, *, plain: bool) -> str:
    """Return the note of whom another service vouched for in a browser, "" where it has none."""
    return request.cookies.get(_name(_ARRIVAL, _is_plain(request.scope, plain=plain)), "")


def keep_journey(
    request: Request, response: Response, note: str, life: timedelta, *, plain: bool
) -> None:
    """Let a browser keep its note until it comes back; without a note, forget it."""
    bare = _is_plain(request.scope, plain=plain)
    _set(response, _name(_JOURNEY, bare), note, life, bare=bare, site="lax")


def keep_arrival(
    request: Request, response: Response, note: str, life: timedelta, *, plain: bool
) -> None:
    """Let a browser keep the note of who came back; without a note, forget it."""
    bare = _is_plain(request.scope, plain=plain)
    _set(response, _name(_ARRIVAL, bare), note, life, bare=bare)


def _until(moment: datetime, now: datetime) -> timedelta:
    return moment.replace(tzinfo=None) - now


def _is_plain(scope: Scope, *, plain: bool) -> bool:
    return plain and scope["scheme"] == "http"


def _name(name: str, bare: bool) -> str:
    return name if bare else f"__Host-{name}"


def _set(
    response: Response,
    name: str,
    value: str,
    life: timedelta,
    *,
    bare: bool,
    site: Literal["strict", "lax"] = "strict",
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()) if value else 0,
        path="/",
        secure=not bare,
        httponly=True,
        samesite=site,
    )
