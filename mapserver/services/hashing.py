"""Passwords and keys, and what is kept of them.

Passwords are hashed by Argon2id (RFC 9106) with the parameters that OWASP asks for at least
(19 MiB, two passes, one lane). Keys of sessions and tokens are 256 random bits: nobody
guesses those, so SHA-256 will do, and it is quick enough for every request.
"""

import hashlib
import secrets
import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from mapserver.domain.passwords import LONGEST, normal

_HASHES = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_AT_ONCE = threading.BoundedSemaphore(4)
"""Whoever floods the door with passwords shall not take the memory too."""

_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"
"""Of one-time passwords and recovery codes: none that is taken for another."""


@cache
def _nobodys() -> str:
    return _HASHES.hash(secrets.token_urlsafe())


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHES.hash(_bytes(password))


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Return whether a password is the one that is kept, and what to keep from now on.

    The second is None where the first is false, or nothing need change. Where there is
    nothing to compare with, as much work is done as if there were.
    """
    whole = len(password) <= LONGEST
    given = _bytes(password[:LONGEST])
    with _AT_ONCE:
        # before any answer, so that the first of all does not take longer
        nobodys = _nobodys()
        right, better = _HASHES.verify_and_update(given, kept or nobodys)
    known = right and whole and kept is not None
    return known, better if known else None


def _bytes(text: str) -> bytes:
    # halves of characters are no text, but whoever sends them gets an answer all the same
    return normal(text).encode("utf-8", "surrogatepass")


def new_key() -> str:
    """Return a new key of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(_bytes(key)).digest()


def new_code() -> str:
    """Return 16 letters and digits in groups of four, to be typed once: 78 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def plain_code(code: str) -> str:
    """Return a code in the form in which it is kept, however it was typed."""
    return "".join(one for one in normal(code).casefold() if one.isalnum())
