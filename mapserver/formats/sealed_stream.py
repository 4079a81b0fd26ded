"""Sealed files: only who has the passphrase or the key reads one, or could change it unseen.

What is written passes as chunks of 64 KiB through AES-256-GCM (NIST SP 800-38D) in the
STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, "Online
Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO 2015): the nonce is
the chunk's number and a byte that marks the last one, so that a chunk that was changed,
moved, repeated or cut off is found, and a file that was cut at a chunk's edge too.

======  =====  ==========================================================================
offset  bytes  what
======  =====  ==========================================================================
0       16     ``mapserver backup``
16      1      the form of the file: 1
17      1      what opens it: 1 a passphrase, 2 a key file
18      1      the binary logarithm of scrypt's N (RFC 7914; r is 8, p is 1); 0 for a key
19      16     the salt
35      ...    chunks: each the cipher of 65,536 bytes, the last of fewer, and a tag of 16
======  =====  ==========================================================================

The key of the chunks is scrypt's of the passphrase, or HKDF-SHA256's (RFC 5869) of the key
file with the info ``mapserver backup``; with a salt of its own no two files share one. The
35 bytes are the associated data of every chunk.
"""

import io
import os
import unicodedata
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mapserver.errors import BackupDamaged

MAGIC = b"mapserver backup"
HEADER_SIZE = 35
CHUNK = 65_536
TAG = 16
SALT = 16
COST = 17
"""128 MiB and some 0.4 s for each guess at a passphrase."""

_FORM = 1
_COSTS = range(14, 21)
_KINDS: dict[str, int] = {"passphrase": 1, "key": 2}


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a sealed file; its value is in no message."""

    kind: Literal["passphrase", "key"]
    value: bytes = field(repr=False)

    @classmethod
    def passphrase(cls, text: str) -> "Secret":
        """Return the secret of a passphrase, the same however a keyboard composes it."""
        return cls("passphrase", unicodedata.normalize("NFC", text).encode())


class SealedWriter(io.RawIOBase):
    """A file that seals what it is given; leaving the block in good order marks its end.

    Parameters
    ----------
    out : file open for writing bytes
    secret : what will open it
    cost : int
        The binary logarithm of scrypt's N, for a passphrase.
    """

    def __init__(self, out: BinaryIO, secret: Secret, *, cost: int = COST) -> None:
        self._out = out
        cost = cost if secret.kind == "passphrase" else 0
        self._header = MAGIC + bytes((_FORM, _KINDS[secret.kind], cost)) + os.urandom(SALT)
        self._cipher = _cipher(secret, self._header)
        self._number = 0
        self._waiting = bytearray()
        out.write(self._header)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: object) -> int:
        """Seal `data`; the chunk that may be the last waits."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._waiting += view
        sealed = 0
        while len(self._waiting) - sealed > CHUNK:
            self._seal(self._waiting[sealed : sealed + CHUNK], last=False)
            sealed += CHUNK
        del self._waiting[:sealed]
        return len(view)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Seal the last chunk; after an error the file stays without its end."""
        if kind is None:
            self._seal(self._waiting, last=True)

    def _seal(self, chunk: bytes | bytearray, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, bytes(chunk), self._header))
        self._number += 1


class SealedReader(io.RawIOBase):
    """What was sealed into a file, from its beginning; nothing is given unchecked.

    Raises
    ------
    BackupDamaged
        On opening or reading: the secret is another one, or the file was changed or cut.
    """

    def __init__(self, source: BinaryIO, secret: Secret) -> None:
        self._source = source
        self._header = source.read(HEADER_SIZE)
        _refuse_other_files(self._header, secret)
        self._cipher = _cipher(secret, self._header)
        self._number = 0
        self._next = source.read(CHUNK + TAG)
        self._open = b""
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, target: object) -> int:
        """Fill `target` with what comes next; 0 at the end."""
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        if self._at == len(self._open):
            self._advance()
        given = self._open[self._at : self._at + len(view)]
        view[: len(given)] = given
        self._at += len(given)
        return len(given)

    def finish(self) -> Self:
        """Read to the end, so that whatever was not asked for is checked as well."""
        while self.read(CHUNK):
            pass
        return self

    def _advance(self) -> None:
        if not self._next and self._number:
            self._open, self._at = b"", 0
            return
        sealed, self._next = self._next, self._source.read(CHUNK + TAG)
        try:
            nonce = _nonce(self._number, last=not self._next)
            self._open = self._cipher.decrypt(nonce, sealed, self._header)
        except InvalidTag as error:
            raise _damaged(self._number) from error
        self._number += 1
        self._at = 0


def is_sealed(start: bytes) -> bool:
    """Tell by its first bytes whether a file is sealed in this form."""
    return start.startswith(MAGIC)


def opened_by(start: bytes) -> Literal["passphrase", "key"]:
    """Return what opens the file that begins so.

    Raises
    ------
    BackupDamaged
        If it is no sealed file, or of a form that this program does not know.
    """
    kinds: dict[int, Literal["passphrase", "key"]] = {1: "passphrase", 2: "key"}
    known = is_sealed(start) and len(start) >= HEADER_SIZE and start[16] == _FORM
    if not known or start[17] not in kinds:
        raise BackupDamaged(
            "这不是本程序的备份文件，或者是更新的版本写的。换一个文件，或升级程序。",
            "This is no backup of this program, or a later version wrote it. "
            "Choose another file, or upgrade.",
        )
    return kinds[start[17]]


def _refuse_other_files(header: bytes, secret: Secret) -> None:
    kind = opened_by(header)
    if kind != secret.kind:
        zh, en = ("口令", "a passphrase") if kind == "passphrase" else ("密钥文件", "a key file")
        raise BackupDamaged(f"这个备份要用{zh}打开。", f"This backup is opened with {en}.")
    if kind == "passphrase" and header[18] not in _COSTS:
        raise _damaged(0)


def _cipher(secret: Secret, header: bytes) -> AESGCM:
    salt = header[19:HEADER_SIZE]
    if secret.kind == "passphrase":
        scrypt = Scrypt(salt=salt, length=32, n=1 << header[18], r=8, p=1)
        return AESGCM(scrypt.derive(secret.value))
    return AESGCM(HKDF(SHA256(), 32, salt, MAGIC).derive(secret.value))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _damaged(number: int) -> BackupDamaged:
    if number == 0:
        return BackupDamaged(
            "备份打不开：口令或密钥不对，或者文件开头被改过。",
            "The backup cannot be opened: the passphrase or key is another one, or the "
            "beginning of the file was changed.",
        )
    place = number * CHUNK // 2**20
    return BackupDamaged(
        f"备份在约 {place} MB 处坏了：被截短或改过。用另一个备份。",
        f"The backup is damaged at about {place} MB: it was cut short or changed. Use another.",
    )
