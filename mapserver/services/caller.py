"""Who asks: an account that is signed in, or a token of one, with what it may reach today."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mapserver.domain.appointments import Appointment
from mapserver.errors import NotAllowed
from mapserver.roles import Role
from mapserver.store.scope import Grant, Scope
from mapserver.store.tokens import Token

Must = Literal["password", "totp"]
"""What an account still has to do before it reaches anything but itself."""


_FIRST: dict[Must, tuple[str, str]] = {
    "password": ("先改掉一次性密码。", "Change the one-time password first."),
    "totp": ("先设好手机验证码。", "Set up the code on the phone first."),
}


def still_to_do(must: tuple[Must, ...]) -> NotAllowed:
    """Return the refusal of whoever has something left to do: it names what comes first."""
    return NotAllowed(*_FIRST[must[0]])


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller, by a session or a token.

    Parameters
    ----------
    account : str
        The account's id.
    name, title : str
        What its owner signs in by (and the record names), and what others read.
    scope : Scope
        What may be reached; nothing while there is something in `must`.
    grants : tuple of Grant
        The roles and areas of the appointments that hold today.
    key : str
        The id of the session or the token.
    must : tuple of Must
        "password" where it was made by somebody else, "totp" where a role asks for one.
    writes : bool
        Whether anything may be changed; a token may be for reading alone.
    """

    account: str
    name: str
    title: str
    scope: Scope
    grants: tuple[Grant, ...]
    via: Literal["session", "token"]
    key: str
    must: tuple[Must, ...] = ()
    writes: bool = True


def granted(appointments: Iterable[Appointment]) -> tuple[Grant, ...]:
    """Return what appointments grant, each once."""
    return tuple(dict.fromkeys(Grant(one.role, one.area) for one in appointments))


def narrowed(grants: Iterable[Grant], token: Token) -> tuple[Grant, ...]:
    """Return what of `grants` a token reaches: its roles, where its area and theirs meet.

    Accounts are looked after by people who are signed in, never by a token.
    """
    found = []
    for grant in grants:
        if grant.role is Role.ADMINISTRATOR:
            continue
        # areas nest by prefix, so two meet in the longer one or not at all
        inner, outer = sorted((grant.area, token.area), key=len, reverse=True)
        in_role = token.roles is None or grant.role in token.roles
        if in_role and inner.startswith(outer):
            found.append(Grant(grant.role, inner))
    return tuple(dict.fromkeys(found))
