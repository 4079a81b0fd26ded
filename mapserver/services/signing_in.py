"""Signing in and out.

What is wrong of name, password and code is not told, in words or in time: an unknown name
costs the same work. Who guesses wrong has to wait, longer each time, by name and place.
Made-up names from an address that many came from are counted, and fill no record: whoever
serves the door tells the record of it once a minute (`attempts.pause_s`).
Nobody is locked out by the guesses of others: a browser that was signed in before is counted
by itself, and the right code of a second factor opens a door that others closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from mapserver.domain.logins import login_of
from mapserver.domain.moments import is_ahead
from mapserver.errors import CodeNeeded, MapserverError, SignInRefused
from mapserver.services import codes, vouched
from mapserver.services.attempts import Attempt, is_crowded, let_near, note_right, note_wrong
from mapserver.services.callers import caller_of_session, naive, note_seen
from mapserver.services.context import Context
from mapserver.services.hashing import digest, new_key, plain_code, verify
from mapserver.services.identifiers import new_id
from mapserver.services.memory import memory_of
from mapserver.store import accounts, failures, sessions
from mapserver.store.accounts import Credentials
from mapserver.store.events import Event
from mapserver.store.sessions import SignedIn
from mapserver.store.store import Session

__all__ = [
    "NewSession",
    "caller_of_session",
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
    attempt = Attempt(
        login_of(name) or f"?{digest(name).hex()}",
        plain_code(code),
        client[:_LONGEST_CLIENT],
        digest(device or ""),
    )
    near = let_near(context, attempt)
    kept = near.found.password if near.found else None
    right, better = verify(password, kept)
    with context.write() as session:
        outcome = _judged(context, session, attempt, kept if right else None)
        if isinstance(outcome, str):
            _note_failure(context, session, attempt, outcome, burn=near.by_code)
        elif isinstance(outcome, NewSession) and better:
            _keep_better(session, attempt.name, better)
    if isinstance(outcome, NewSession):
        note_right(context, attempt, near)
        return outcome
    if isinstance(outcome, str):
        note_wrong(context, attempt)
        raise _refused()
    raise outcome


def sign_in_as(
    context: Context, subject: str, client: str, how: str = vouched.WAY, code: str = ""
) -> NewSession:
    """Sign in whom another service vouches for, as the account that is linked to `subject`.

    Raises
    ------
    NotLinked
        If no open account is.
    CodeNeeded
        If the account has a second factor, and `how` does not say that the service checked one.
    SignInRefused
        If the code is wrong, or was used.
    TooManyTries
        If too many codes were wrong.
    """
    with context.write() as session:
        found = accounts.by_subject(session, subject)
        fault = vouched.fault(context, session, found, how, code)
        if found is not None and fault is None:
            return _opened(context, session, found, client, how)
        assert fault is not None
        vouched.note(session, found, fault, client)
    raise fault.error


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
        if not is_ahead(one.created_at, now) and now - seen_at < idle:
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


def _judged(
    context: Context, session: Session, attempt: Attempt, matched: str | None
) -> NewSession | MapserverError | str:
    """Return the new session, that a code is needed, or what was wrong.

    `matched` is the hash that the password was the right one for, None where it was wrong.
    """
    found = accounts.by_name(session, attempt.name)
    if found is None or not found.account.is_open:
        return "name"
    # it may have been changed while it was looked at
    if matched is None or matched != found.password or _is_stale(context, session, found):
        return "password"
    if found.totp is not None:
        if not attempt.code:
            return CodeNeeded(
                "请输入第二验证的六位验证码。", "Enter the code of your second factor."
            )
        if not codes.take(session, found, attempt.code):
            return "code"
    failures.clear(session, attempt.name)
    return _opened(context, session, found, attempt.client, "password")


def _is_stale(context: Context, session: Session, found: Credentials) -> bool:
    """Whether a one-time password is over, or was made by a clock that was ahead."""
    until = found.password_until
    if until is None:
        return False
    return until <= session.stamp or is_ahead(until - context.policy.one_time, session.stamp)


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


def _note_failure(
    context: Context, session: Session, attempt: Attempt, why: str, *, burn: bool
) -> None:
    """Count and record a refusal; a code that opened a closed door is worth one try."""
    failures.add(session, attempt.name)
    found = accounts.by_name(session, attempt.name)
    if burn and found is not None:
        codes.take(session, found, attempt.code)
    if found is None and is_crowded(context, attempt.client):
        return
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
