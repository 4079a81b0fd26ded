"""Codes that come with a password: of a second factor, or one that stands in for it."""

from mapserver.domain.second_factor import last_taken, matching_step
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
    step, last = _step(session, found, code), last_taken(found.totp_step, session.at)
    # where the clock was ahead, what counts as used is noted anew, or it would move on with it
    noted = last if step is None else step
    if noted is not None and noted != found.totp_step:
        accounts.note_step(session, found.account.id, noted)
    return step is not None or recovery.use(session, found.account.id, code)


def _step(session: Session, found: Credentials | None, code: str) -> int | None:
    if found is None or found.totp is None:
        matching_step(_NO_SECRET, code, session.at, None)
        return None
    secret = unseal(session, "totp", found.account.id, found.totp)
    used = last_taken(found.totp_step, session.at)
    return matching_step(secret, code, session.at, used)
