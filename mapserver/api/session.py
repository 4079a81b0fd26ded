"""Signing in and out, and who is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api import cookies
from mapserver.api.answers import json_response
from mapserver.api.callers import caller_of, find, named
from mapserver.api.desk import Desk, TheDesk
from mapserver.api.parameters import declared_only
from mapserver.api.policy import OPEN
from mapserver.api.refusing import note_early
from mapserver.roles import STAFF, TITLES, Duty, Role
from mapserver.services import attempts, callers, signing_in
from mapserver.services.areas import area_names
from mapserver.services.caller import Caller
from mapserver.services.oidc.door import Door

router = APIRouter(
    prefix="/session", tags=["session"], dependencies=[*OPEN, Depends(declared_only)]
)

FORGET = {"Clear-Site-Data": '"cache"'}
"""What a browser kept of the town's data goes with the session that it was read in, and before
another begins: the last one may have ended by itself."""


SLOWED = "slowed"
"""How the record calls sign-ins that had to wait for the address they came from."""


class Credentials(BaseModel):
    """What one signs in with; `code` is of the second factor, or a recovery code."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=60)] = ""


@router.post("", summary="Sign in")
async def sign_in(request: Request, desk: TheDesk, credentials: Credentials) -> Response:
    """Begin a session: its key is a cookie, and the answer tells who is signed in.

    Where many wrong names and passwords came from, every answer waits a moment.
    """
    pause_s = attempts.pause_s(desk.system, client_of(request))
    if pause_s:
        await note_early(request.scope, desk, SLOWED, None)
    return await desk.doors.through(pause_s, lambda: _signed_in(request, desk, credentials))


def _signed_in(request: Request, desk: Desk, credentials: Credentials) -> Response:
    new = signing_in.sign_in(
        desk.system,
        credentials.name,
        credentials.password,
        credentials.code,
        client_of(request),
        cookies.device_of(request, plain=desk.plain),
    )
    caller = callers.caller_of_session(desk.system, new.token)
    assert caller is not None
    _end(desk, request)
    response = json_response(told(desk, caller))
    response.headers.update(FORGET)
    cookies.give(request, response, desk.system, new, plain=desk.plain)
    return response


@router.get("", summary="Who is signed in")
async def who(request: Request, desk: TheDesk) -> Response:
    """Return who asks, with roles, areas and duties; or that nobody is signed in."""
    caller = await caller_of(request.scope, desk)
    if caller is None:
        offered = await run_in_threadpool(_offered, desk.door, desk, request) if desk.door else {}
        return json_response({"signed_in": False, **offered})
    return json_response(told(desk, caller))


@router.delete("", status_code=204, summary="Sign out")
def sign_out(request: Request, desk: TheDesk) -> Response:
    """End the session, where there is one, and let the browser forget what it kept."""
    _end(desk, request)
    response = Response(status_code=204, headers={"Cache-Control": "no-store", **FORGET})
    cookies.take(request, response, plain=desk.plain)
    return response


def _end(desk: Desk, request: Request) -> None:
    """End the session that a request comes with, if it is of a browser."""
    given = named(request.headers, cookies.session_cookie(request.scope, plain=desk.plain))
    caller = find(desk, given) if given and not given.is_token else None
    if caller is not None:
        signing_in.sign_out(desk.context(caller.scope), caller.key)


def _offered(door: Door, desk: Desk, request: Request) -> dict[str, object]:
    """Return by which other service one may sign in, and as whom it knows who came back."""
    note = cookies.arrival_of(request, plain=desk.plain)
    subject = door.subject_of(desk.system, note) if note else None
    return {"oidc": {"title": door.ours.title, "subject": subject}}


def client_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


def titled(role: Role) -> dict[str, str]:
    """Return what a role is called."""
    zh, en = TITLES[role]
    return {"zh": zh, "en": en}


def told(desk: Desk, caller: Caller) -> dict[str, object]:
    """Return who a caller is, as the page is told."""
    with desk.system.read() as session:
        names = area_names(session)
    return {
        "signed_in": True,
        "account": caller.account,
        "name": caller.name,
        "title": caller.title,
        "via": caller.via,
        "writes": caller.writes,
        "must": caller.must,
        "grants": [
            {
                "role": grant.role,
                "title": titled(grant.role),
                "area": grant.area,
                "area_name": names.get(grant.area, grant.area),
            }
            for grant in caller.grants
        ],
        "duties": [duty for duty in Duty if caller.scope.areas_of(duty)],
        **({"oidc": {"title": desk.door.ours.title}} if desk.door else {}),
        "map": any(grant.role in STAFF for grant in caller.scope.grants or ()),
    }
