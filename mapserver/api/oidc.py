"""Signing in by another service: out to it, back from it, and the code where one is needed.

The page asks for the address to go to, so that it can say where the service does not answer,
and because a form could not lead there under `form-action 'self'`. The way back is a visit: it
always ends at the page, whose card says by the code after `#sign-in=` what stood in the way.

References
----------
OpenID Connect Core 1.0, section 3.1.2; RFC 9700, section 2.1: the address to come back to is one,
and none is taken from a request (section 4.11).
"""

import asyncio
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api import cookies
from mapserver.api.answers import json_response
from mapserver.api.desk import Desk, TheDesk, TheDoor
from mapserver.api.parameters import declared_only
from mapserver.api.policy import OPEN
from mapserver.api.refusing import note_early
from mapserver.api.session import FORGET, SLOWED, client_of, told
from mapserver.errors import Conflict, MapserverError
from mapserver.services import attempts, callers
from mapserver.services.oidc.door import Door, Entry, Returned
from mapserver.services.oidc.notes import LIFE

PREFIX = "/session/oidc"
router = APIRouter(prefix=PREFIX, tags=["session"], dependencies=[*OPEN, Depends(declared_only)])
# what it does not know the other service may send all the same (RFC 6749, section 4.1.2)
way_back = APIRouter(prefix=PREFIX, tags=["session"], dependencies=OPEN)

_OVER = timedelta()
_Text = Annotated[str | None, Field(max_length=4000)]


class Code(BaseModel):
    """The code of a second factor, or a recovery code."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=60)]


class Sent(BaseModel):
    """What the other service writes into the address (RFC 6749, section 4.1.2; RFC 9207)."""

    state: _Text = None
    code: _Text = None
    error: _Text = None
    iss: _Text = None


@router.post("", summary="Begin to sign in by another service")
async def leave(request: Request, desk: TheDesk, door: TheDoor) -> Response:
    """Return the address at which the other service asks who one is; 404 where there is none."""
    _hold_address(request, door)
    address, note = await door.leave(desk.system)
    response = json_response({"location": address})
    cookies.keep_journey(request, response, note, LIFE, plain=desk.plain)
    return response


@way_back.get(
    "/callback",
    status_code=303,
    summary="Come back from another service",
    response_class=RedirectResponse,
    responses={303: {"description": "To the page: signed in, or `#sign-in=` and a code"}},
)
async def come_back(
    request: Request, desk: TheDesk, door: TheDoor, sent: Annotated[Sent, Query()]
) -> Response:
    """Let in whoever the other service vouches for, if an administrator linked an account.

    Where many came from in vain, every answer waits a moment, as at `POST /session`.
    """
    pause_s = attempts.pause_s(desk.system, client_of(request))
    if pause_s:
        await note_early(request.scope, desk, SLOWED, None)
        await asyncio.sleep(pause_s)
    journey = cookies.journey_of(request, plain=desk.plain)
    returned = Returned(sent.state, sent.code, sent.error, sent.iss, journey, client_of(request))
    try:
        entry = await door.come_back(desk.system, returned)
    except MapserverError as refused:
        entry = Entry(fault=refused.code)
    return _home(request, desk, entry)


def _home(request: Request, desk: Desk, entry: Entry) -> Response:
    response = RedirectResponse(f"/#sign-in={entry.fault}" if entry.fault else "/", 303)
    cookies.keep_journey(request, response, "", _OVER, plain=desk.plain)
    cookies.keep_arrival(request, response, entry.arrival, LIFE, plain=desk.plain)
    if entry.session is not None:
        response.headers.update(FORGET)
        cookies.give(request, response, desk.system, entry.session, plain=desk.plain)
    return response


@router.post("/code", summary="Sign in with the code that another service leaves to be asked for")
def enter(request: Request, desk: TheDesk, door: TheDoor, given: Code) -> Response:
    """Begin the session of whoever has come back, as `POST /session` does after a password."""
    note = cookies.arrival_of(request, plain=desk.plain)
    new = door.enter(desk.system, note, given.code, client_of(request))
    caller = callers.caller_of_session(desk.system, new.token)
    assert caller is not None
    response = json_response(told(desk, caller))
    response.headers.update(FORGET)
    cookies.keep_arrival(request, response, "", _OVER, plain=desk.plain)
    cookies.give(request, response, desk.system, new, plain=desk.plain)
    return response


def _hold_address(request: Request, door: Door) -> None:
    """Refuse to begin where the way back does not end: cookies stay with the host they are of."""
    if request.headers.get("host", "").lower() != urlsplit(door.ours.address).netloc:
        raise Conflict(
            f"从 {door.ours.address} 打开，才能用{door.ours.title}登录。",
            f"Open {door.ours.address} to sign in by {door.ours.title}.",
        )
