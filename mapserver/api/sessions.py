"""Where somebody is signed in, and their tokens: listed, made and ended by themselves alone."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.answers import json_response
from mapserver.api.callers import ThePerson
from mapserver.api.desk import Desk, TheContext, TheDesk
from mapserver.api.parameters import declared_only, identifier
from mapserver.api.policy import SIGNED_IN
from mapserver.api.session import titled
from mapserver.api.written import instant
from mapserver.roles import Role
from mapserver.services import signing_in, tokens
from mapserver.services.areas import area_names
from mapserver.services.tokens import Wanted
from mapserver.store.sessions import SignedIn
from mapserver.store.tokens import Token

router = APIRouter(tags=["session"], dependencies=[*SIGNED_IN, Depends(declared_only)])


class NewToken(BaseModel):
    """What a token is to be for, how many days, where, as whom, and whether it may change anything.

    Without `area` and `roles` it is for all that its owner reaches.
    """

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=200)]
    days: Annotated[int, Field(ge=1, le=366)] = 90
    area: Annotated[str | None, Field(max_length=15)] = None
    roles: Annotated[list[Role] | None, Field(min_length=1, max_length=len(Role))] = None
    writes: bool = False


@router.get("/sessions", summary="Where one is signed in")
def sessions(person: ThePerson, context: TheContext) -> Response:
    """Return the caller's sessions, the latest first."""
    found = signing_in.sessions_of(context, person.account)
    return json_response({"sessions": [_session(one, person.key) for one in found]})


def _session(one: SignedIn, current: str) -> dict[str, object]:
    return {
        "id": one.id,
        "current": one.id == current,
        "created_at": instant(one.created_at),
        "seen_at": instant(one.seen_at),
        "expires_at": instant(one.expires_at),
        "client": one.client,
    }


@router.delete("/sessions", status_code=204, summary="End all other sessions")
def end_others(person: ThePerson, context: TheContext) -> Response:
    """End every session of the caller but this one."""
    for one in signing_in.sessions_of(context, person.account):
        if one.id != person.key:
            signing_in.revoke(context, person.account, one.id)
    return Response(status_code=204)


@router.delete("/sessions/{session}", status_code=204, summary="End a session")
def end(person: ThePerson, context: TheContext, session: str) -> Response:
    """End one session of the caller."""
    signing_in.revoke(context, person.account, identifier(session))
    return Response(status_code=204)


@router.get("/tokens", summary="One's tokens for QGIS and scripts")
def own_tokens(person: ThePerson, desk: TheDesk, context: TheContext) -> Response:
    """Return the caller's tokens that are good, the latest first; their text is not kept."""
    found = tokens.listed(context, person.account)
    names = _names(desk)
    return json_response({"tokens": [_token(one, names) for one in found]})


def _names(desk: Desk) -> Mapping[str, str]:
    with desk.system.read() as session:
        return area_names(session)


def _token(one: Token, names: Mapping[str, str]) -> dict[str, object]:
    roles = one.roles and [{"role": role, "title": titled(role)} for role in one.roles]
    return {
        "id": one.id,
        "title": one.title,
        "created_at": instant(one.created_at),
        "expires_at": instant(one.expires_at),
        "area": one.area,
        "area_name": names.get(one.area, one.area),
        "roles": roles,
        "writes": one.writes,
    }


@router.post("/tokens", status_code=201, summary="Make a token")
def make(person: ThePerson, desk: TheDesk, context: TheContext, wanted: NewToken) -> Response:
    """Make a token that reaches no more than the caller does; its text is in this answer alone."""
    roles = None if wanted.roles is None else tuple(dict.fromkeys(wanted.roles))
    chosen = Wanted(wanted.title, wanted.days, wanted.area, roles, wanted.writes)
    made, text = tokens.create(context, person.account, chosen)
    return json_response({**_token(made, _names(desk)), "token": text}, 201)


@router.delete("/tokens/{token}", status_code=204, summary="Revoke a token")
def revoke(person: ThePerson, context: TheContext, token: str) -> Response:
    """End one token of the caller."""
    tokens.revoke(context, person.account, identifier(token))
    return Response(status_code=204)
