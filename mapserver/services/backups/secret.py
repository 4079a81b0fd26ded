"""What seals backups: a passphrase, or a key file that can be printed and typed in again."""

import base64
import os
import secrets
import stat
from pathlib import Path

from mapserver.errors import BackupError
from mapserver.formats.sealed_stream import Secret

SHORTEST = 12
"""Of a passphrase: whoever holds the file may guess for years."""

_KEY_SIZE = 32


def make_key(path: Path) -> None:
    """Write a new key to a file that is not there yet, for its owner alone.

    Raises
    ------
    BackupError
        If the file is there, or cannot be written.
    """
    text = base64.b32encode(secrets.token_bytes(_KEY_SIZE)).decode().rstrip("=")
    groups = "-".join(text[at : at + 4] for at in range(0, len(text), 4))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{groups}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BackupError(
            f"密钥文件 {path} 建不了：{error.strerror}。",
            f"The key file {path} cannot be made: {error.strerror}.",
        ) from error


def key_from(path: Path) -> Secret:
    """Return the key in a file, whatever its spaces, dashes and case.

    Raises
    ------
    BackupError
        If the file cannot be read, is readable by others, or holds no key.
    """
    letters = "".join(_private_text(path).split()).replace("-", "").upper()
    try:
        key = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        key = b""
    if len(key) != _KEY_SIZE:
        raise BackupError(
            f"{path} 里不是备份密钥。用 mapserver backup-key 建一个，或者核对抄写。",
            f"{path} holds no backup key. Make one by mapserver backup-key, or compare what "
            "was typed.",
        )
    return Secret("key", key)


def passphrase_from(path: Path) -> Secret:
    """Return the passphrase on the first line of a file.

    Raises
    ------
    BackupError
        If the file cannot be read, is readable by others, or is empty.
    """
    lines = _private_text(path).splitlines()
    if not lines or not lines[0].strip():
        raise BackupError(
            f"{path} 的第一行没有口令。", f"{path} has no passphrase on its first line."
        )
    return Secret.passphrase(lines[0])


def refuse_short(secret: Secret) -> None:
    """Raise BackupError for a passphrase that is soon guessed."""
    if secret.kind == "passphrase" and len(secret.value.decode()) < SHORTEST:
        raise BackupError(
            f"口令太短，至少 {SHORTEST} 个字。几个不相干的词连起来就好。",
            f"The passphrase is too short: {SHORTEST} characters at least. Some unrelated words "
            "in a row will do.",
        )


def _private_text(path: Path) -> str:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "UTF-8"
        raise BackupError(f"{path} 读不了：{why}。", f"{path} cannot be read: {why}.") from error
    if mode & 0o077:
        raise BackupError(
            f"{path} 别人也能读。改成只有自己能读：chmod 600 {path}",
            f"{path} can be read by others. Run: chmod 600 {path}",
        )
    return text
