"""The key file: a ring of keys, readable by its owner alone.

It holds the key that chains the record of events, which stays as long as the store, and
the keys that secret values are sealed with. A new one is added by `mapserver keys rotate`;
the old ones stay, as the record's events and older backups were sealed with them. Which of
them seals what is written now, the store says itself (`secrets.Marks`), so that all
processes change over in one transaction.
"""

import base64
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from mapserver.errors import KeyFileError

SIZE = 32
FORM = 1
"""The form of the file; a later program may raise it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the ring: its id is taken from itself, so that a damaged one is noticed."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        """Return the id alone: a key belongs into no log."""
        return f"Key({self.id})"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The key that chains the record, and those that seal values, the oldest first."""

    chain: bytes
    keys: tuple[Key, ...]

    def __repr__(self) -> str:
        """Return the ids alone."""
        return f"Keyring{self.keys}"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys that seal values."""
        return tuple(key.id for key in self.keys)


def new_key() -> Key:
    """Return a key that nobody else has."""
    return _key(secrets.token_bytes(SIZE))


def _key(secret: bytes) -> Key:
    return Key(hashlib.sha256(b"mapserver seal" + secret).hexdigest()[:8], secret)


def read_ring(path: Path, *, may_create: bool) -> Keyring:
    """Return the ring at `path`; a new store may create it.

    Raises
    ------
    KeyFileError
        If the file is missing, damaged, or readable by others.
    """
    if not path.exists():
        if not may_create:
            raise KeyFileError(
                f"找不到密钥文件 {path}。没有它，记录续写不了，身份证号和电话也读不出来。"
                "从备份里放回来。",
                f"The key file {path} is missing. Without it the record cannot go on and ID "
                "numbers and phones cannot be read; put it back from a backup.",
            )
        ring = Keyring(secrets.token_bytes(SIZE), (new_key(),))
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, ring)
        return ring
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileError(
            f"密钥文件 {path} 别人也能读。改成只有自己能读：chmod 600 {path}",
            f"The key file {path} can be read by others. Run: chmod 600 {path}",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            f"密钥文件 {path} 读不了：{error.strerror}。",
            f"The key file {path} cannot be read: {error.strerror}.",
        ) from error
    return _parsed(path, content)


def add_key(path: Path) -> Keyring:
    """Add a key to the ring at `path` and return the ring; the file is whole at any moment.

    Two that add at once would lose a key: the caller holds the store's lock.
    """
    ring = read_ring(path, may_create=False)
    grown = Keyring(ring.chain, (*ring.keys, new_key()))
    _write(path, grown)
    return grown


def _parsed(path: Path, content: bytes) -> Keyring:
    damaged = KeyFileError(
        f"密钥文件 {path} 不是本程序的密钥文件，或已损坏，从备份里放回来。",
        f"The key file {path} is no key file of this program or is damaged; put it back from "
        "a backup.",
    )
    try:
        told = orjson.loads(content)
        chain = _secret(told["chain"])
        keys = {name: _key(_secret(text)) for name, text in told["keys"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged from error
    # what a damaged file holds is not told: it may be half a key
    if told.get("form") != FORM or not keys or any(key.id != name for name, key in keys.items()):
        raise damaged
    return Keyring(chain, tuple(keys.values()))


def _secret(text: Any) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != SIZE:
        raise ValueError
    return secret


def _write(path: Path, ring: Keyring) -> None:
    """Write the ring beside its place and move it there, all of it on the disk first."""
    told = {
        "form": FORM,
        "chain": base64.b64encode(ring.chain).decode(),
        "keys": {key.id: base64.b64encode(key.secret).decode() for key in ring.keys},
    }
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fingerprint(key: bytes) -> str:
    """Return what the store keeps to know its key again."""
    return hashlib.sha256(b"mapserver key" + key).hexdigest()[:16]
