"""Which account another service's people are: linked, and parted again, by administrators."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.accounts import Id
from mapserver.api.callers import get_person
from mapserver.api.desk import TheContext, TheDoor
from mapserver.api.parameters import declared_only
from mapserver.api.policy import for_those
from mapserver.roles import Duty
from mapserver.services import accounts
from mapserver.services.oidc.linking import link

router = APIRouter(
    prefix="/accounts/{account}/identity",
    tags=["accounts"],
    dependencies=[*for_those(Duty.ACCOUNTS), Depends(get_person), Depends(declared_only)],
)


class Identity(BaseModel):
    """As whom the other service knows somebody: the `sub` of its ID tokens."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(max_length=300)]


@router.put("", status_code=204, summary="Link an account to another service's subject")
def put(context: TheContext, door: TheDoor, account: Id, identity: Identity) -> Response:
    """Let somebody sign in by the other service; 404 where the settings name none."""
    link(context, account, door.ours.issuer, identity.subject)
    return Response(status_code=204)


@router.delete("", status_code=204, summary="Part an account from another service's subject")
def delete(context: TheContext, account: Id) -> Response:
    """Let nobody in by the link any more, and end the sessions that it began."""
    accounts.link(context, account, None)
    return Response(status_code=204)
