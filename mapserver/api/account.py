"""One's own account: the password, the code on the phone, recovery codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.answers import json_response
from mapserver.api.callers import ThePerson
from mapserver.api.desk import TheContext
from mapserver.api.parameters import declared_only
from mapserver.api.policy import SIGNED_IN, seeing_to
from mapserver.formats.qr import qr_path
from mapserver.services import accounts, own_account

router = APIRouter(prefix="/account", tags=["session"], dependencies=[Depends(declared_only)])

_Password = Annotated[str, Field(max_length=1000)]


class Change(BaseModel):
    """The password as it is, and as it is to be."""

    model_config = ConfigDict(extra="forbid")

    old: _Password
    new: _Password


class Confirmed(BaseModel):
    """The password, so that a screen left open gives nobody the account."""

    model_config = ConfigDict(extra="forbid")

    password: _Password


class Code(BaseModel):
    """The first code that a phone shows."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=60)]


@router.get("", summary="One's own account", dependencies=seeing_to("totp"))
def own(person: ThePerson, context: TheContext) -> Response:
    """Return whether there is a code on the phone, and how many recovery codes are left."""
    return json_response(
        {
            "second_factor": accounts.get(context, person.account).account.has_totp,
            "recovery_codes": own_account.recovery_codes_left(context, person.account),
        }
    )


@router.put(
    "/password",
    status_code=204,
    summary="Change one's password",
    dependencies=seeing_to("password"),
)
def password(person: ThePerson, context: TheContext, change: Change) -> Response:
    """Change the password; every other session ends, and every token."""
    own_account.change_password(context, person.account, change.old, change.new, person.key)
    return Response(status_code=204)


@router.post("/totp", summary="Begin to set up a phone", dependencies=seeing_to("totp"))
def begin(person: ThePerson, context: TheContext, confirmed: Confirmed) -> Response:
    """Return a secret for an authenticator (RFC 6238), also as a picture to scan."""
    made = own_account.begin_totp(context, person.account, confirmed.password)
    size, path = qr_path(made.address)
    picture = {"size": size, "path": path}
    return json_response({"secret": made.secret, "uri": made.address, "qr": picture})


@router.put("/totp", summary="Take the first code of a phone", dependencies=seeing_to("totp"))
def confirm(person: ThePerson, context: TheContext, code: Code) -> Response:
    """Turn the code on, and return recovery codes, which are told this once.

    Every other session ends, and every token: they were had without this phone.
    """
    codes = own_account.confirm_totp(context, person.account, code.code, person.key)
    return json_response({"recovery_codes": codes})


@router.post("/totp/stop", status_code=204, summary="Do without a phone", dependencies=SIGNED_IN)
def stop(person: ThePerson, context: TheContext, confirmed: Confirmed) -> Response:
    """Turn the code off; the recovery codes go with it."""
    own_account.stop_totp(context, person.account, confirmed.password)
    return Response(status_code=204)


@router.post("/recovery-codes", summary="New recovery codes", dependencies=SIGNED_IN)
def renew(person: ThePerson, context: TheContext, confirmed: Confirmed) -> Response:
    """Return new recovery codes; the old ones are worth nothing."""
    codes = own_account.renew_recovery_codes(context, person.account, confirmed.password)
    return json_response({"recovery_codes": codes})
