"""Telling who asks, by the key that a request carries.

Who was read once is kept for the sequence numbers of the tables it came from and for the
day: an ended appointment, a revoked key, a changed account are known at the next request.
When a key was last used is kept in memory, and noted in the store now and then.

A key that was made later than now is good for nothing: the clock was ahead when it was made,
and what it says of its end is as wrong.

Those numbers may be `told` by whoever asked for them for the same request; then the store is
not asked again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mapserver.domain.appointments import in_force
from mapserver.domain.days import day_of
from mapserver.domain.moments import is_ahead, not_after
from mapserver.services.caller import Caller, Must, granted, narrowed, still_to_do
from mapserver.services.context import Context
from mapserver.services.hashing import digest
from mapserver.services.memory import Kind, Known, Marks, Memory, memory_of
from mapserver.services.vouched import OWN_WAY, WAY_MORE
from mapserver.store import accounts, appointments, sessions, tokens
from mapserver.store.accounts import Credentials
from mapserver.store.scope import Grant, Scope
from mapserver.store.sessions import SignedIn
from mapserver.store.store import Session
from mapserver.store.tokens import Token

_LAYERS = ("account", "appointment", "session", "token")


def caller_of_session(
    context: Context, token: str, told: Mapping[str, int] | None = None, *, uses: bool = True
) -> Caller | None:
    """Return who is signed in with this key, None where nobody is; by that it is used."""
    return _caller(context, "session", token, _read_session, told, uses=uses)


def caller_of_token(
    context: Context, token: str, told: Mapping[str, int] | None = None, *, uses: bool = True
) -> Caller | None:
    """Return whom a bearer token stands for, None where it is good for nothing."""
    return _caller(context, "token", token, _read_token, told, uses=uses)


def note_seen(context: Context, session: Session) -> None:
    """Note when keys were last used, in a transaction that is open anyway."""
    memory = memory_of(context.store)
    long_ago = session.stamp - timedelta(days=2)
    with memory.lock:
        for key in [key for key, at in memory.seen.items() if at < long_ago]:
            del memory.seen[key]
        seen = {key: at for key, at in memory.seen.items() if key[0] == session.town}
    kinds: tuple[Kind, ...] = ("session", "token")
    for kind in kinds:
        used = {identifier: at for (_, one, identifier), at in seen.items() if one == kind}
        sessions.note_seen(session, kind, used)


def naive(moment: datetime) -> datetime:
    """Return a moment as the store's columns keep it: UTC without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def refuse_unready(context: Context, session: Session, who: Credentials) -> None:
    """Refuse what is not for an account whose owner has something left to do.

    Raises
    ------
    NotAllowed
        If the password is a one-time one, or a second factor is missing.
    """
    must = _must(context, who, _grants(context, session, who.account.id), OWN_WAY)
    if must:
        raise still_to_do(must)


_Span = tuple[datetime, datetime, datetime]
"""When a key was made, until when it is good, and when it was last used."""

_Read = Callable[[Context, Session, bytes], tuple[Caller, _Span] | None]


def _caller(
    context: Context,
    kind: Kind,
    key: str,
    read: _Read,
    told: Mapping[str, int] | None,
    *,
    uses: bool,
) -> Caller | None:
    memory, now = memory_of(context.store), context.clock()
    place = (context.scope.town, kind, digest(key))
    # first the numbers, then what is read: what is written in between changes them
    marks, day = _marks(context.sequences() if told is None else told), day_of(now)
    known = memory.callers.get(place)
    if known is None or (known.marks, known.day) != (marks, day):
        known = _known(context, read, place[2], (marks, day))
        if known is None:
            return None
        memory.callers.put(place, known)
    return known.caller if _is_live(context, memory, known, naive(now), uses=uses) else None


def _marks(told: Mapping[str, int]) -> Marks:
    return tuple(told.get(layer, 0) for layer in _LAYERS)


def _known(context: Context, read: _Read, hashed: bytes, at: tuple[Marks, date]) -> Known | None:
    with context.read() as session:
        found = read(context, session, hashed)
    if found is None:
        return None
    caller, span = found
    return Known(*at, *span, caller)


def _is_live(context: Context, memory: Memory, known: Known, now: datetime, *, uses: bool) -> bool:
    """Whether a key is good at this moment; if so and it `uses` it, it counts as used."""
    caller = known.caller
    place = (context.scope.town, caller.via, caller.key)
    with memory.lock:
        seen_at = max(known.seen_at, memory.seen.get(place, known.seen_at))
        rested = now - not_after(seen_at, now) >= context.policy.idle
        if is_ahead(known.since, now) or now >= known.until:
            return False
        if caller.via == "session" and rested:
            return False
        if uses:
            memory.seen[place] = now
        return True


def _read_session(context: Context, session: Session, hashed: bytes) -> tuple[Caller, _Span] | None:
    found = sessions.by_hash(session, hashed)
    if found is None or found.ended_at is not None:
        return None
    who = accounts.credentials(session, found.account)
    if who is None or not who.account.is_open:
        return None
    grants = _grants(context, session, found.account)
    must = _must(context, who, grants, found.how)
    caller = _made(context, who, () if must else grants, "session", found.id)
    return replace(caller, must=must), _span(found)


def _read_token(context: Context, session: Session, hashed: bytes) -> tuple[Caller, _Span] | None:
    found = tokens.by_hash(session, hashed)
    if found is None or found.ended_at is not None:
        return None
    who = accounts.credentials(session, found.account)
    if who is None or not who.account.is_open:
        return None
    grants = _grants(context, session, found.account)
    if _must(context, who, grants, OWN_WAY):
        return None
    caller = _made(context, who, narrowed(grants, found), "token", found.id)
    return replace(caller, writes=found.writes), _span(found)


def _span(found: SignedIn | Token) -> _Span:
    return found.created_at, found.expires_at, found.seen_at


def _grants(context: Context, session: Session, account: str) -> tuple[Grant, ...]:
    all_of_them = appointments.of_accounts(session, [account])
    return granted(in_force(all_of_them, context.today()))


def _must(
    context: Context, who: Credentials, grants: tuple[Grant, ...], how: str
) -> tuple[Must, ...]:
    """Return what is still to be done by who signed in, `how` as `SignedIn` has it.

    Another service stands in for the password, and for a second factor only where it said that
    it checked one. Who has to bind a phone needs a password that nobody else knows all the same.
    """
    wanted_of = any(one.role in context.policy.totp_roles for one in grants)
    needed = who.totp is None and how != WAY_MORE and wanted_of
    must: tuple[tuple[Must, bool], ...] = (
        ("password", who.password_until is not None and (needed or how == OWN_WAY)),
        ("totp", needed),
    )
    return tuple(one for one, wanted in must if wanted)


def _made(
    context: Context, who: Credentials, grants: tuple[Grant, ...], via: Kind, key: str
) -> Caller:
    account = who.account
    scope = Scope(account.name, context.scope.town, grants)
    return Caller(account.id, account.name, account.title, scope, grants, via, key)
