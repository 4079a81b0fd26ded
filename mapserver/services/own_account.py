"""What people do with their own account: the password, the second factor, recovery codes.

Each change is confirmed with the password, so that a screen left open gives nobody the
account. Whoever got in before by what was changed is out: other sessions end, and tokens.
"""

from dataclasses import dataclass

import pyotp

from mapserver.domain.second_factor import address, matching_step
from mapserver.errors import Conflict, NotConfirmed
from mapserver.services.attempts import too_many
from mapserver.services.context import Context
from mapserver.services.hashing import hash_password, new_code, plain_code, verify
from mapserver.services.memory import memory_of
from mapserver.services.new_passwords import refuse_same, refuse_weak
from mapserver.services.tries import GUESSES
from mapserver.store import accounts, recovery, sessions, tokens
from mapserver.store.account_secrets import seal, unseal
from mapserver.store.accounts import Credentials
from mapserver.store.events import Event
from mapserver.store.store import Session

RECOVERY_CODES = 10
_ISSUER = "网格一张图"


@dataclass(frozen=True, slots=True, repr=False)
class NewFactor:
    """A second factor that waits for its first code: its secret, and its otpauth:// address."""

    secret: str
    address: str


def change_password(
    context: Context, account: str, old: str, new: str, keep: str | None = None
) -> None:
    """Change a password; end every session but `keep`, and every token.

    Raises
    ------
    NotConfirmed
        If the old password is wrong.
    WeakPassword
        If the new one will not do.
    """
    who = _confirmed(context, account, old)
    refuse_weak(context.policy, new, who.account)
    refuse_same(new, who.password)
    hashed = hash_password(new)
    with context.write() as session:
        _still(session, who)
        accounts.put(session, account, "password", password=hashed, password_until=None)
        _end_others(session, account, keep)


def begin_totp(context: Context, account: str, password: str) -> NewFactor:
    """Make a second factor; it counts once `confirm_totp` has seen its first code."""
    who = _confirmed(context, account, password)
    secret = pyotp.random_base32(32)
    with context.write() as session:
        _still(session, who)
        sealed = seal(session, "totp_next", account, secret)
        accounts.put(session, account, "totp-begin", totp_next=sealed)
    return NewFactor(secret, address(secret, who.account.name, _ISSUER))


def confirm_totp(context: Context, account: str, code: str, keep: str | None = None) -> list[str]:
    """Take the first code of a new second factor, and return ten recovery codes.

    It replaces the one that was there, and its codes. Every session but `keep` ends, and
    every token: whoever has one gave no code of this device, and would rise with its owner.

    Raises
    ------
    NotConfirmed
        If the code is wrong.
    Conflict
        If no second factor was begun.
    """
    _refuse_hurry(context, account)
    codes, wrong = _new_codes(), False
    with context.write() as session:
        who = _known(session, account)
        if who.totp_next is None:
            raise Conflict("先取得新的验证密钥。", "Begin a second factor first.")
        secret = unseal(session, "totp_next", account, who.totp_next)
        step = matching_step(secret, plain_code(code), session.at, None)
        if step is None:
            wrong = True
            _note_wrong(session, account)
        else:
            sealed = seal(session, "totp", account, secret)
            values = {"totp": sealed, "totp_next": None, "totp_step": step}
            accounts.put(session, account, "totp", **values)
            recovery.replace(session, account, [plain_code(one) for one in codes])
            _end_others(session, account, keep)
    if wrong:
        raise _wrong()
    _forget_hurry(context, account)
    return codes


def renew_recovery_codes(context: Context, account: str, password: str) -> list[str]:
    """Return ten new recovery codes; the old ones are worth nothing."""
    who, codes = _confirmed(context, account, password), _new_codes()
    with context.write() as session:
        if _still(session, who).totp is None:
            raise Conflict("还没有第二验证。", "There is no second factor yet.")
        recovery.replace(session, account, [plain_code(one) for one in codes])
        session.append([Event("codes", "account", account, None, {"note": {"codes": len(codes)}})])
    return codes


def recovery_codes_left(context: Context, account: str) -> int:
    """Return how many recovery codes an account has not used."""
    with context.read() as session:
        return recovery.left(session, account)


def stop_totp(context: Context, account: str, password: str) -> None:
    """Do without a second factor; a role that needs one reaches nothing until there is one."""
    who = _confirmed(context, account, password)
    with context.write() as session:
        _still(session, who)
        drop_totp(session, account)


def drop_totp(session: Session, account: str) -> None:
    """Take an account's second factor and its recovery codes away."""
    values = {"totp": None, "totp_next": None, "totp_step": None}
    accounts.put(session, account, "totp-stop", **values)
    recovery.replace(session, account, [])


def _end_others(session: Session, account: str, keep: str | None) -> None:
    sessions.end_all(session, account, but=keep)
    tokens.end_all(session, account)


def _confirmed(context: Context, account: str, password: str) -> Credentials:
    """Return what an account is known by, if the password is its own."""
    _refuse_hurry(context, account)
    with context.read() as session:
        who = _known(session, account)
    right, _ = verify(password, who.password)
    if right:
        _forget_hurry(context, account)
        return who
    with context.write() as session:
        _note_wrong(session, account)
    raise _wrong()


def _still(session: Session, who: Credentials) -> Credentials:
    """Return the account as it is now; nothing is done where the password changed meanwhile."""
    now = _known(session, who.account.id)
    if now.password != who.password:
        raise Conflict(
            "密码刚刚改过，重新登录再试。", "The password was just changed. Sign in again."
        )
    return now


def _known(session: Session, account: str) -> Credentials:
    accounts.get(session, account)
    found = accounts.credentials(session, account)
    assert found is not None
    return found


def _refuse_hurry(context: Context, account: str) -> None:
    """Count a try to confirm something; a right one takes the count back."""
    tries = memory_of(context.store).tries
    if not tries.count(GUESSES, account, "own"):
        raise too_many(tries.wait_s(GUESSES, account, "own"), others=False)


def _note_wrong(session: Session, account: str) -> None:
    session.append(
        [Event("sign-in-refused", "sign_in", account, None, {"note": {"why": "confirm"}})]
    )


def _forget_hurry(context: Context, account: str) -> None:
    memory_of(context.store).tries.clear(GUESSES, account, "own")


def _wrong() -> NotConfirmed:
    return NotConfirmed(
        "密码或验证码不对，没有改动任何东西。",
        "The password or the code is wrong; nothing was changed.",
    )


def _new_codes() -> list[str]:
    return [new_code() for _ in range(RECOVERY_CODES)]
