"""Signing in and out.

What is wrong of name, password and code is not told, in words or in time: an unknown name
costs the same work. Who guesses wrong has to wait, longer each time, by name and place.
Nobody is locked out by the guesses of others: a browser that was signed in before is counted
by itself, and the right code of a second factor opens a door that others closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil

from mapserver.domain import lockout
from mapserver.domain.logins import login_of
from mapserver.domain.second_factor import matching_step
from mapserver.errors import CodeNeeded, MapserverError, SignInRefused, TooManyTries
from mapserver.services.callers import caller_of_session, keep_seen, naive, note_seen
from mapserver.services.context import Context
from mapserver.services.hashing import digest, new_key, plain_code, verify
from mapserver.services.identifiers import new_id
from mapserver.services.memory import memory_of
from mapserver.services.tries import GUESSES, OPENINGS, STRANGERS, network_of
from mapserver.store import accounts, failures, recovery, sessions
from mapserver.store.account_secrets import unseal
from mapserver.store.accounts import Credentials
from mapserver.store.events import Event
from mapserver.store.sessions import SignedIn
from mapserver.store.store import Session

__all__ = [
    "NewSession",
    "caller_of_session",
    "keep_seen",
    "revoke",
    "sessions_of",
    "sign_in",
    "sign_in_as",
    "sign_out",
]

_LONGEST_CLIENT = 64


@dataclass(frozen=True, slots=True)
class NewSession:
    """A sign-in: `token` is the key that the browser keeps, and nobody else."""

    token: str
    id: str
    expires_at: datetime

    def __repr__(self) -> str:
        """Return the session without its key, which shall stand in no log."""
        return f"NewSession({self.id})"


@dataclass(frozen=True, slots=True, repr=False)
class _Attempt:
    name: str
    code: str
    client: str
    device: bytes

    def places(self, *, known: bool) -> tuple[str, str]:
        """Return what wrong guesses are counted under: the name, and where it was typed."""
        where = f"device {self.device.hex()}" if known else f"address {network_of(self.client)}"
        return self.name, where


def sign_in(
    context: Context, name: str, password: str, code: str, client: str, device: str | None = None
) -> NewSession:
    """Sign somebody in.

    Parameters
    ----------
    code : str
        Of the second factor, or a recovery code; "" where none was given.
    client : str
        The address that the request came from.
    device : str, optional
        The key of a session that the browser had before, over or not: it makes it known.

    Raises
    ------
    SignInRefused
        If name, password or code is wrong, or the code was used.
    CodeNeeded
        If the password is right and the account has a second factor.
    TooManyTries
        If too many went wrong; `details["retry_after_s"]` says how long to wait.
    """
    attempt = _Attempt(
        login_of(name) or f"?{digest(name).hex()}",
        plain_code(code),
        client[:_LONGEST_CLIENT],
        digest(device or ""),
    )
    found, known, closed = _at_the_door(context, attempt)
    right, better = verify(password, found.password if found else None)
    tries = memory_of(context.store).tries
    with context.write() as session:
        outcome = _judged(context, session, attempt, right=right)
        if isinstance(outcome, str):
            _note_failure(session, attempt, outcome, burn=closed)
        elif isinstance(outcome, NewSession) and better:
            _keep_better(session, attempt.name, better)
    if isinstance(outcome, NewSession):
        tries.clear(GUESSES, *attempt.places(known=known))
        return outcome
    if isinstance(outcome, str):
        tries.count(GUESSES, *attempt.places(known=known))
        tries.count(STRANGERS, network_of(attempt.client))
        raise _refused()
    raise outcome


def sign_in_as(context: Context, subject: str, client: str, how: str = "oidc") -> NewSession:
    """Sign in whom another service vouches for, as the account that it knows as `subject`.

    Raises
    ------
    SignInRefused
        If no open account is known by it.
    """
    with context.write() as session:
        found = accounts.by_subject(session, subject)
        if found is not None and found.account.is_open:
            return _opened(context, session, found, client, how)
        told = {"client": client[:_LONGEST_CLIENT], "why": how}
        session.append([Event("sign-in-refused", "sign_in", None, None, {"note": told})])
    raise _refused()


def sign_out(context: Context, session_id: str) -> None:
    """End a session, by its owner's own wish; one that is over stays as it is."""
    with context.write() as session:
        note_seen(context, session)
        found = sessions.get(session, session_id)
        if found.ended_at is None:
            sessions.end(session, found, "sign-out")


def sessions_of(context: Context, account: str) -> list[SignedIn]:
    """Return where an account is signed in, the latest first."""
    memory, town, idle = memory_of(context.store), context.scope.town, context.policy.idle
    with context.read() as session:
        found = sessions.of_account(session, account)
    now, live = naive(context.clock()), []
    for one in found:
        seen_at = max(one.seen_at, memory.seen.get((town, "session", one.id), one.seen_at))
        if now - seen_at < idle:
            live.append(replace(one, seen_at=seen_at))
    return live


def revoke(context: Context, account: str, session_id: str) -> None:
    """End one session of an account.

    Raises
    ------
    NotFound
        If it is not one of the account's.
    """
    with context.write() as session:
        found = sessions.get(session, session_id, account)
        if found.ended_at is None:
            sessions.end(session, found, "revoke")


def _at_the_door(context: Context, attempt: _Attempt) -> tuple[Credentials | None, bool, bool]:
    """Return whose name it is, whether the browser is known, and whether a code opened the door.

    Raises
    ------
    TooManyTries
        If the door is closed, and no right code opens it.
    """
    tries = memory_of(context.store).tries
    with context.read() as session:
        found = accounts.by_name(session, attempt.name)
        before = sessions.by_hash(session, attempt.device)
        known = found is not None and before is not None and before.account == found.account.id
        wait = tries.wait_s(GUESSES, *attempt.places(known=known))
        if not known:
            wait = max(
                wait,
                tries.wait_s(STRANGERS, network_of(attempt.client)),
                _locked_s(session, attempt.name),
            )
        if wait <= 0:
            return found, known, False
        if not _opens(context, session, found, attempt):
            raise _too_many(wait)
    return found, known, True


def _locked_s(session: Session, name: str) -> float:
    past = failures.of(session, name)
    if past.last_at is None:
        return 0
    return lockout.wait_s(past.times) - (session.stamp - past.last_at).total_seconds()


def _opens(
    context: Context, session: Session, found: Credentials | None, attempt: _Attempt
) -> bool:
    """Whether the code of a second factor is right, so that nobody else is at the door."""
    tries, places = memory_of(context.store).tries, attempt.places(known=False)
    if not attempt.code or tries.wait_s(OPENINGS, *places) > 0:
        return False
    tries.count(OPENINGS, *places)
    if found is None:
        return False
    return _step(session, found, attempt) is not None or recovery.has(
        session, found.account.id, attempt.code
    )


def _judged(
    context: Context, session: Session, attempt: _Attempt, *, right: bool
) -> NewSession | MapserverError | str:
    """Return the new session, that a code is needed, or what was wrong."""
    found = accounts.by_name(session, attempt.name)
    if found is None or not found.account.is_open:
        return "name"
    if not right or _is_stale(session, found):
        return "password"
    if found.totp is not None:
        if not attempt.code:
            return CodeNeeded(
                "请输入第二验证的六位验证码。", "Enter the code of your second factor."
            )
        if not _took_code(session, found, attempt):
            return "code"
    failures.clear(session, attempt.name)
    return _opened(context, session, found, attempt.client, "password")


def _is_stale(session: Session, found: Credentials) -> bool:
    return found.password_until is not None and found.password_until <= session.stamp


def _took_code(session: Session, found: Credentials, attempt: _Attempt) -> bool:
    """Take a code, which is worth nothing from now on."""
    step = _step(session, found, attempt)
    if step is None:
        return recovery.use(session, found.account.id, attempt.code)
    accounts.note_step(session, found.account.id, step)
    return True


def _step(session: Session, found: Credentials, attempt: _Attempt) -> int | None:
    if found.totp is None:
        return None
    secret = unseal(session, found.account.id, found.totp)
    return matching_step(secret, attempt.code, session.at, found.totp_step)


def _opened(
    context: Context, session: Session, found: Credentials, client: str, how: str
) -> NewSession:
    key, now = new_key(), session.stamp
    signed_in = SignedIn(
        id=new_id(),
        account=found.account.id,
        created_at=now,
        expires_at=now + context.policy.whole,
        ended_at=None,
        seen_at=now,
        client=client[:_LONGEST_CLIENT],
        how=how,
    )
    own = replace(session, scope=replace(session.scope, actor=found.account.name))
    sessions.forget(own, now - context.policy.device_memory)
    note_seen(context, own)
    sessions.add(own, signed_in, digest(key))
    return NewSession(key, signed_in.id, signed_in.expires_at)


def _note_failure(session: Session, attempt: _Attempt, why: str, *, burn: bool) -> None:
    """Count and record a refusal; a code that opened a closed door is worth one try."""
    failures.add(session, attempt.name)
    found = accounts.by_name(session, attempt.name)
    if burn and found is not None:
        _took_code(session, found, attempt)
    item = found.account.id if found else None
    told = {"client": attempt.client, "why": why}
    session.append([Event("sign-in-refused", "sign_in", item, None, {"note": told})])


def _keep_better(session: Session, name: str, better: str) -> None:
    found = accounts.by_name(session, name)
    if found is not None:
        accounts.note_password(session, found.account.id, better)


def _refused() -> SignInRefused:
    return SignInRefused(
        "登录名、密码或验证码不对。查一查大小写和输入法，再试。",
        "The name, the password or the code is wrong. Check the keyboard and try again.",
    )


def _too_many(wait_s: float) -> TooManyTries:
    seconds = ceil(wait_s)
    return TooManyTries(
        f"试错太多次，{seconds} 秒后再试。用已经登录过的设备，或同时输入正确的验证码，不用等。",
        f"Too many wrong tries; try again in {seconds} seconds. From a device that was signed in "
        "before, or with the right code of a second factor, there is no waiting.",
        retry_after_s=seconds,
    )
