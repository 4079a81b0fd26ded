"""What accounts keep secret, by keys that are derived from the store's own.

One key for each purpose (HKDF, RFC 5869), so that nothing made for one says anything of
another. The secret of a second factor is encrypted (AES-256-GCM), bound to its account;
names that did not sign in and recovery codes are only known again (HMAC-SHA-256). Notes that a
browser carries for a while are encrypted too, so that it can neither read nor change them.
"""

import base64
import hmac
import secrets
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mapserver.errors import KeyFileError
from mapserver.store.store import Session

Purpose = Literal["second factor", "sign-in name", "recovery code", "sign-in begun", "arrival"]

_NONCE = 12


def seal(session: Session, account: str, secret: str) -> bytes:
    """Return the secret of an account's second factor as it is kept."""
    nonce = secrets.token_bytes(_NONCE)
    cipher = AESGCM(_derived(session.key, "second factor"))
    return nonce + cipher.encrypt(nonce, secret.encode(), _bound(session, account))


def unseal(session: Session, account: str, sealed: bytes) -> str:
    """Return the secret of an account's second factor.

    Raises
    ------
    KeyFileError
        If it was sealed with another key, for another account, or damaged.
    """
    cipher = AESGCM(_derived(session.key, "second factor"))
    try:
        nonce, text = sealed[:_NONCE], sealed[_NONCE:]
        return cipher.decrypt(nonce, text, _bound(session, account)).decode()
    except (InvalidTag, ValueError) as error:
        raise KeyFileError(
            "第二验证的密文打不开：密钥文件不对，或数据库被改动过。",
            "The secret of a second factor cannot be opened: the key file is another, or the "
            "database was altered.",
        ) from error


def seal_note(session: Session, purpose: Purpose, note: bytes) -> str:
    """Return a note as a browser carries it."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_derived(session.key, purpose)).encrypt(nonce, note, session.town.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_note(session: Session, purpose: Purpose, sealed: str) -> bytes | None:
    """Return a note that a browser brought, None where it was not sealed here for this."""
    try:
        whole = base64.urlsafe_b64decode(sealed.encode("ascii"))
        cipher = AESGCM(_derived(session.key, purpose))
        return cipher.decrypt(whole[:_NONCE], whole[_NONCE:], session.town.encode())
    except (InvalidTag, ValueError):
        return None


def mark(session: Session, purpose: Purpose, *parts: str) -> bytes:
    """Return what `parts` are known again by, and that tells nothing of them."""
    text = "\0".join((session.town, *parts))
    return hmac.digest(_derived(session.key, purpose), text.encode(), "sha256")


def _bound(session: Session, account: str) -> bytes:
    return f"account\0totp\0{session.town}\0{account}".encode()


@lru_cache(16)
def _derived(key: bytes, purpose: Purpose) -> bytes:
    info = f"mapserver accounts: {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
