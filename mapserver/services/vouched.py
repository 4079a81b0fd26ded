"""Whether an account lets in whom another service vouches for.

A second factor of the account's own is asked for as it is after a password, unless the
service says, in words that the settings accept, that it checked more than one factor itself.
"""

from dataclasses import dataclass

from mapserver.errors import CodeNeeded, MapserverError, NotLinked, SignInRefused
from mapserver.services import codes
from mapserver.services.attempts import too_many
from mapserver.services.context import Context
from mapserver.services.hashing import plain_code
from mapserver.services.memory import memory_of
from mapserver.services.tries import GUESSES
from mapserver.store.accounts import Credentials
from mapserver.store.events import Event
from mapserver.store.store import Session

OWN_WAY = "password"
"""How a session was begun by the account's own password."""

WAY = "oidc"
"""How a session was begun by another service, which checked one factor or did not say."""

WAY_MORE = "oidc-mfa"
"""The same, where it says that it checked more than one."""

_LONGEST_CLIENT = 64


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way: told as `error`; in the record it is `why`, unless that is ""."""

    error: MapserverError
    why: str = ""


def fault(
    context: Context, session: Session, found: Credentials | None, how: str, code: str
) -> Fault | None:
    """Return why somebody who is vouched for is not let in, None where they are.

    Raises
    ------
    TooManyTries
        If too many codes were wrong.
    """
    if found is None or not found.account.is_open:
        return Fault(_not_linked(), "unlinked" if found is None else "closed")
    if found.totp is None or how == WAY_MORE:
        return None
    if not code:
        return Fault(
            CodeNeeded("请输入第二验证的六位验证码。", "Enter the code of your second factor.")
        )
    tries, place = memory_of(context.store).tries, (found.account.id, "vouched")
    # counted before it is looked at; a right one takes the count back
    if not tries.count(GUESSES, *place):
        raise too_many(tries.wait_s(GUESSES, *place), others=False)
    if not codes.take(session, found, plain_code(code)):
        return Fault(_wrong_code(), "code")
    tries.clear(GUESSES, *place)
    return None


def note(session: Session, found: Credentials | None, fault: Fault, client: str) -> None:
    """Note a refusal; that a code is still to come is none."""
    if fault.why:
        told = {"client": client[:_LONGEST_CLIENT], "why": fault.why, "how": WAY}
        item = found.account.id if found else None
        session.append([Event("sign-in-refused", "sign_in", item, None, {"note": told})])


def is_by_other(how: str) -> bool:
    """Whether a session was begun by another service."""
    return how in (WAY, WAY_MORE)


def _not_linked() -> NotLinked:
    # one answer for who has no account and whose is closed
    return NotLinked(
        "对方服务认得这个身份，但它在这里没有可用的账号。请管理员连上。",
        "The other service knows this identity, but no account that can be used is linked to it "
        "here. Ask the administrator to link it.",
    )


def _wrong_code() -> SignInRefused:
    return SignInRefused("验证码不对，再试。", "The code is wrong. Try again.")
