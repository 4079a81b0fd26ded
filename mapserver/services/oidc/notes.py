"""What a browser carries while somebody signs in: sealed, and good for minutes.

The server keeps nothing of it, so nobody can fill its memory by beginning and not ending.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from mapserver.domain.moments import is_ahead
from mapserver.services.context import Context
from mapserver.store.account_secrets import Purpose, open_note, seal_note

LIFE = timedelta(minutes=10)
"""How long somebody may take to sign in at the other service, and then to type a code."""


@dataclass(frozen=True, slots=True, repr=False)
class Journey:
    """A sign-in that was begun in a browser.

    Parameters
    ----------
    state : str
        Comes back with the browser, and shows that it left from here (RFC 6749, section 10.12).
    nonce : str
        Comes back in the ID token (OpenID Connect Core 1.0, section 3.1.2.1).
    verifier : str
        Goes with the code, and shows who asked for it (RFC 7636, section 4.1).
    until : int
        The second at which it is worth nothing any more.
    """

    state: str
    nonce: str
    verifier: str
    until: int


@dataclass(frozen=True, slots=True, repr=False)
class Arrival:
    """Somebody whom the other service vouched for, and who is not let in yet.

    `more` says that the service checked more than one factor.
    """

    identity: str
    more: bool
    until: int


def begun(now: datetime) -> Journey:
    """Return a sign-in that begins; each of its values has 256 random bits."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Journey(state, nonce, verifier, _until(now))


def arrived(identity: str, now: datetime, *, more: bool) -> Arrival:
    """Return somebody who has just been vouched for."""
    return Arrival(identity, more, _until(now))


def seal(context: Context, one: Journey | Arrival) -> str:
    """Return what a browser carries of it."""
    with context.read() as session:
        return seal_note(session, _purpose(type(one)), orjson.dumps(asdict(one)))


def journey(context: Context, sealed: str) -> Journey | None:
    """Return the sign-in that a browser began, None where it did not, or too long ago."""
    told = _opened(context, Journey, sealed)
    return None if told is None else Journey(**told)


def arrival(context: Context, sealed: str) -> Arrival | None:
    """Return who was vouched for in a browser, None where nobody was, or too long ago."""
    told = _opened(context, Arrival, sealed)
    return None if told is None else Arrival(**told)


def _opened(context: Context, kind: type[Any], sealed: str) -> dict[str, Any] | None:
    if not sealed:
        return None
    with context.read() as session:
        note = open_note(session, _purpose(kind), sealed)
    told: dict[str, Any] | None = None if note is None else orjson.loads(note)
    return told if told and _is_good(told["until"], context.clock()) else None


def _is_good(until: int, now: datetime) -> bool:
    """Whether a note is not over, and was made by a clock that was not ahead."""
    made = datetime.fromtimestamp(until, UTC) - LIFE
    return now.timestamp() < until and not is_ahead(made, now)


def _purpose(kind: type[Any]) -> Purpose:
    return "sign-in begun" if kind is Journey else "arrival"


def _until(now: datetime) -> int:
    return int((now + LIFE).timestamp())
