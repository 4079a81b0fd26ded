"""What accounts keep secret.

The secret of a second factor is sealed like every other (`secrets.Secrets`), bound to its
account and column, and sealed anew when keys are rotated. Names that did not sign in and
recovery codes are only known again (HMAC-SHA-256), by keys derived from the store's own, one for
each purpose (HKDF, RFC 5869), so that nothing made for one says anything of another. Notes that a
browser carries for a while are encrypted by such a key too, so that it can neither read nor
change them.
"""

import base64
import hmac
import re
import secrets
from functools import lru_cache
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import or_, select, update

from mapserver.errors import SecretDamaged
from mapserver.store.store import Session

Column = Literal["totp", "totp_next"]
Purpose = Literal["second factor", "sign-in name", "recovery code", "sign-in begun", "arrival"]

_TABLE = "account"
_COLUMNS: tuple[Column, ...] = ("totp", "totp_next")
_SEALED = re.compile(rb"[0-9a-f]{8}\.[A-Za-z0-9+/]+=*")
"""A key's id and base64; what an earlier version sealed are bytes of any value."""
_NONCE = 12


def seal(session: Session, column: Column, account: str, secret: str) -> bytes:
    """Return the secret of an account's second factor as its column keeps it."""
    return session.secrets.seal(_TABLE, column, account, secret).encode()


def unseal(session: Session, column: Column, account: str, sealed: bytes) -> str:
    """Return the secret of an account's second factor.

    Raises
    ------
    SecretDamaged
        If it was sealed with another key, for another account or column, or damaged.
    """
    if _SEALED.fullmatch(sealed):
        secret: str = session.secrets.open(_TABLE, column, account, sealed.decode())
        return secret
    return _unsealed_by_chain_key(session, account, sealed)


def seal_anew(session: Session) -> int:
    """Seal every second factor with the key that seals now, and return how many rows changed."""
    table, changed = session.table(_TABLE), 0
    for account, kept in _kept(session).items():
        old = {name: sealed for name, sealed in kept.items() if not _is_current(session, sealed)}
        if old:
            new = {
                name: seal(session, name, account, unseal(session, name, account, sealed))
                for name, sealed in old.items()
            }
            mine = (table.c.town == session.town, table.c.id == account)
            session.connection.execute(update(table).where(*mine).values(new))
            changed += 1
    return changed


def all_current(session: Session) -> bool:
    """Whether no second factor of the town needs an old key any more."""
    kept = (sealed for one in _kept(session).values() for sealed in one.values())
    return all(_is_current(session, sealed) for sealed in kept)


def _kept(session: Session) -> dict[str, dict[Column, bytes]]:
    """Return the second factors of the town as they are kept, by account and column."""
    table = session.table(_TABLE)
    columns = [table.c[name] for name in _COLUMNS]
    query = select(table.c.id, *columns).where(
        table.c.town == session.town, or_(*(one.is_not(None) for one in columns))
    )
    return {
        row["id"]: {name: bytes(row[name]) for name in _COLUMNS if row[name] is not None}
        for row in session.connection.execute(query).mappings()
    }


def _is_current(session: Session, sealed: bytes) -> bool:
    return sealed.startswith(f"{session.secrets.marks.current}.".encode())


def _unsealed_by_chain_key(session: Session, account: str, sealed: bytes) -> str:
    """Open what an earlier version sealed, by a key derived from the one of the record's chain."""
    cipher = AESGCM(_derived(session.key, "second factor"))
    bound = f"account\0totp\0{session.town}\0{account}".encode()
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretDamaged(
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


@lru_cache(16)
def _derived(key: bytes, purpose: Purpose) -> bytes:
    info = f"mapserver accounts: {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
