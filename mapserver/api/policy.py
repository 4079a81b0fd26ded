"""What a route asks of its caller; every route declares one of these, or the tests fail.

A route that reads records needs no more than `staff`: how far somebody sees is the store's
to say, row by row.
"""

from collections.abc import Awaitable, Callable

from fastapi import Depends, params

from mapserver.api.callers import TheCaller
from mapserver.api.desk import TheContext
from mapserver.errors import NotAllowed
from mapserver.roles import STAFF, Duty
from mapserver.services.caller import Must, still_to_do

Policy = Callable[..., Awaitable[None]]


async def anyone() -> None:
    """Ask for nothing: the answer is the same for all and tells nothing of the town."""


async def signed_in(caller: TheCaller, _: TheContext) -> None:
    """Ask for a caller who is known and has nothing left to do, whatever they are appointed as."""
    if caller.must:
        raise still_to_do(caller.must)


async def staff(context: TheContext) -> None:
    """Ask for somebody who works with the map; administrators and auditors do not."""
    grants = context.scope.grants
    if grants is not None and not any(grant.role in STAFF for grant in grants):
        raise _not_yours()


def having(duty: Duty) -> Policy:
    """Ask for somebody who has a duty anywhere; where, is for the use case to say."""
    return _OF_DUTY[duty]


def _asking(duty: Duty) -> Policy:
    async def has(context: TheContext) -> None:
        if not context.scope.areas_of(duty):
            raise _not_yours()

    has.__name__ = f"has_{duty}"
    return has


_OF_DUTY = {duty: _asking(duty) for duty in Duty}


def seeing_to(what: Must) -> list[params.Depends]:
    """Return the dependencies of a route by which somebody does what they must.

    The password comes first: nobody binds a phone to an account that another may sign in to.
    """
    return [Depends(_SEEING_TO[what])]


def _next(what: Must) -> Policy:
    async def sees_to(caller: TheCaller, _: TheContext) -> None:
        if caller.must and caller.must[0] != what:
            raise still_to_do(caller.must)

    sees_to.__name__ = f"sees_to_{what}"
    return sees_to


_SEEING_TO: dict[Must, Policy] = {"password": _next("password"), "totp": _next("totp")}

POLICIES: tuple[Policy, ...] = (
    anyone,
    signed_in,
    staff,
    *_OF_DUTY.values(),
    *_SEEING_TO.values(),
)

OPEN, SIGNED_IN, FOR_STAFF = ([Depends(one)] for one in (anyone, signed_in, staff))


def for_those(duty: Duty) -> list[params.Depends]:
    """Return the dependencies of a route for those who have a duty."""
    return [Depends(having(duty))]


def _not_yours() -> NotAllowed:
    return NotAllowed(
        "您的岗位没有这一项。需要的话，请管理员任命。",
        "Your appointments do not give this. Ask the administrator if you need it.",
    )
