"""Trying to sign in: who is let near the password, and who has to wait first.

Wrong guesses are counted by name and place, and by name alone. The second holds nobody whose
browser was signed in before; and the right code of a second factor opens a closed door, for one
guess. They are counted by place alone too, but a whole town may share an address: there everybody
pauses for a moment, and nobody is refused.
"""

from dataclasses import dataclass

from mapserver.domain import lockout
from mapserver.domain.moments import not_after
from mapserver.errors import TooManyTries
from mapserver.services import codes
from mapserver.services.context import Context
from mapserver.services.memory import memory_of
from mapserver.services.tries import GUESSES, OPENINGS, STRANGERS, Tries, network_of
from mapserver.store import accounts, failures, sessions
from mapserver.store.accounts import Credentials
from mapserver.store.sessions import SignedIn
from mapserver.store.store import Session

PAUSE_S = 1.5
"""How long every attempt takes longer from where many wrong ones came."""

_NO_WAITING = (
    "用已经登录过的设备，或同时输入正确的验证码，不用等。",
    " From a device that was signed in before, or with the right code of a second factor, "
    "there is no waiting.",
)


@dataclass(frozen=True, slots=True, repr=False)
class Attempt:
    """What somebody who wants in comes with; `device` is the hash of a key they had before."""

    name: str
    code: str
    client: str
    device: bytes

    def places(self, *, known: bool) -> tuple[str, str]:
        """Return what wrong guesses are counted under: the name, and where it was typed."""
        where = f"device {self.device.hex()}" if known else f"address {network_of(self.client)}"
        return self.name, where


@dataclass(frozen=True, slots=True, repr=False)
class LetNear:
    """Whose name it is, whether their browser is known, and whether a code opened the door."""

    found: Credentials | None
    known: bool
    by_code: bool


def let_near(context: Context, attempt: Attempt) -> LetNear:
    """Let an attempt near the password, and count it: a right one takes the count back.

    Raises
    ------
    TooManyTries
        If the door is closed, and no right code opens it.
    """
    tries = memory_of(context.store).tries
    with context.read() as session:
        found = accounts.by_name(session, attempt.name)
        known = _is_known(found, sessions.by_hash(session, attempt.device))
        places = attempt.places(known=known)
        wait = _wait_s(session, tries, attempt, known=known)
        if wait > 0 and not _opens(session, tries, found, attempt):
            raise too_many(wait)
    # counted before the password is looked at: of many at once no more get near than of few
    if not tries.count(GUESSES, *places) and wait <= 0:
        raise too_many(tries.wait_s(GUESSES, *places))
    return LetNear(found, known, wait > 0)


def pause_s(context: Context, client: str) -> float:
    """Return how long to pause before an attempt from an address is looked at, 0 for not."""
    return PAUSE_S if is_crowded(context, client) else 0


def is_crowded(context: Context, client: str) -> bool:
    """Whether more wrong guesses came from an address than a few people make."""
    return memory_of(context.store).tries.wait_s(STRANGERS, network_of(client)) > 0


def note_right(context: Context, attempt: Attempt, near: LetNear) -> None:
    """Forget the guesses before a right one."""
    memory_of(context.store).tries.clear(GUESSES, *attempt.places(known=near.known))


def note_wrong(context: Context, attempt: Attempt) -> None:
    """Count a wrong guess against the place it came from."""
    memory_of(context.store).tries.count(STRANGERS, network_of(attempt.client))


def too_many(wait_s: float, *, others: bool = True) -> TooManyTries:
    """Return the error that says how long to wait, and perhaps who need not."""
    # a window still holds what is exactly as old as it is long
    seconds = int(wait_s) + 1
    return TooManyTries(
        f"试错太多次，{seconds} 秒后再试。{_NO_WAITING[0] if others else ''}",
        f"Too many wrong tries; try again in {seconds} seconds.{_NO_WAITING[1] if others else ''}",
        retry_after_s=seconds,
    )


def _wait_s(session: Session, tries: Tries, attempt: Attempt, *, known: bool) -> float:
    wait = tries.wait_s(GUESSES, *attempt.places(known=known))
    if known:
        return wait
    return max(wait, _locked_s(session, attempt.name))


def _is_known(found: Credentials | None, before: SignedIn | None) -> bool:
    """Whether a browser had a session of this account, that nobody ended."""
    if found is None or before is None or before.ended_at is not None:
        return False
    return before.account == found.account.id


def _locked_s(session: Session, name: str) -> float:
    past = failures.of(session, name)
    if past.last_at is None:
        return 0
    since = session.stamp - not_after(past.last_at, session.stamp)
    return lockout.wait_s(past.times) - since.total_seconds()


def _opens(session: Session, tries: Tries, found: Credentials | None, attempt: Attempt) -> bool:
    """Whether the code of a second factor is right, so that nobody else is at the door."""
    if not attempt.code or not tries.count(OPENINGS, *attempt.places(known=False)):
        return False
    return codes.is_good(session, found, attempt.code)
