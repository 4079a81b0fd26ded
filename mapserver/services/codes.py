"""Codes that come with a password: of a second factor, or one that stands in for it."""

from mapserver.domain.second_factor import matching_step
from mapserver.store import accounts, recovery
from mapserver.store.account_secrets import unseal
from mapserver.store.accounts import Credentials
from mapserver.store.store import Session

_NOBODY = "00000000-0000-0000-0000-000000000000"
_NO_SECRET = "A" * 32


def is_good(session: Session, found: Credentials | None, code: str) -> bool:
    """Whether a code is right and unused; where there is nobody, the same work is done."""
    stands_in = recovery.has(session, found.account.id if found else _NOBODY, code)
    return _step(session, found, code) is not None or stands_in


def take(session: Session, found: Credentials, code: str) -> bool:
    """Take a code, which is worth nothing from now on, and return whether it was good."""
    step = _step(session, found, code)
    if step is None:
        return recovery.use(session, found.account.id, code)
    accounts.note_step(session, found.account.id, step)
    return True


def _step(session: Session, found: Credentials | None, code: str) -> int | None:
    if found is None or found.totp is None:
        matching_step(_NO_SECRET, code, session.at, None)
        return None
    secret = unseal(session, found.account.id, found.totp)
    return matching_step(secret, code, session.at, found.totp_step)
