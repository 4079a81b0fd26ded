"""The key file: the secret that chains the record, readable by its owner alone."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from mapserver.errors import KeyFileError

SIZE = 32


def read_key(path: Path, *, may_create: bool) -> bytes:
    """Return the key at `path`; a new store may create it.

    Raises
    ------
    KeyFileError
        If the file is missing, of the wrong size, or readable by others.
    """
    if not path.exists():
        if not may_create:
            raise KeyFileError(
                f"找不到密钥文件 {path}。没有它无法续写记录，从备份里放回来。",
                f"The key file {path} is missing. The record cannot go on without it; put it "
                "back from a backup.",
            )
        return _create(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileError(
            f"密钥文件 {path} 别人也能读。改成只有自己能读：chmod 600 {path}",
            f"The key file {path} can be read by others. Run: chmod 600 {path}",
        )
    try:
        key = path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            f"密钥文件 {path} 读不了：{error.strerror}。",
            f"The key file {path} cannot be read: {error.strerror}.",
        ) from error
    if len(key) != SIZE:
        raise KeyFileError(
            f"密钥文件 {path} 不是 {SIZE} 字节，可能已损坏，从备份里放回来。",
            f"The key file {path} is not {SIZE} bytes long; put it back from a backup.",
        )
    return key


def _create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(SIZE)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def fingerprint(key: bytes) -> str:
    """Return what the store keeps to know its key again."""
    return hashlib.sha256(b"mapserver key" + key).hexdigest()[:16]
