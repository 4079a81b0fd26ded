"""The cookies of signing in: the key of a session, and of the last one in this browser.

Both are for this host alone, over TLS or within this machine, out of reach of scripts, and
never sent with what another site begins (RFC 6265bis, section 4.1.3.2). The second opens
nothing: by it a browser that was signed in before is told from strangers.
"""

from datetime import datetime, timedelta

from fastapi import Request, Response
from starlette.types import Scope

from mapserver.services.context import Context
from mapserver.services.signing_in import NewSession

_SESSION, _DEVICE = "session", "device"


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


def _until(moment: datetime, now: datetime) -> timedelta:
    return moment.replace(tzinfo=None) - now


def _is_plain(scope: Scope, *, plain: bool) -> bool:
    return plain and scope["scheme"] == "http"


def _name(name: str, bare: bool) -> str:
    return name if bare else f"__Host-{name}"


def _set(response: Response, name: str, value: str, life: timedelta, *, bare: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(life.total_seconds()),
        path="/",
        secure=not bare,
        httponly=True,
        samesite="strict",
    )
