"""A backup's inside: a gzipped tar of small entries, sealed.

Entries are read and written one after the other, each small enough for memory; what is
large is cut into pieces (`pieces`), so that a database is never laid down in clear beside
its backup.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from mapserver.errors import BackupDamaged
from mapserver.formats.sealed_stream import SealedReader, SealedWriter, Secret

PIECE = 4 * 2**20
_LARGEST = 64 * 2**20
# a register shrinks to a third at the first level, and no further worth the time
_LEVEL = 1


def pack(out: BinaryIO, secret: Secret, entries: Iterable[tuple[str, bytes]]) -> None:
    """Write `entries`, each a name and its bytes, sealed, to `out`."""
    with (
        SealedWriter(out, secret) as sealed,
        gzip.GzipFile(
            filename="", mode="wb", compresslevel=_LEVEL, fileobj=sealed, mtime=0
        ) as zipped,
        tarfile.open(fileobj=cast(BinaryIO, zipped), mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, data in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))


def unpack(source: BinaryIO, secret: Secret) -> Iterator[tuple[str, bytes]]:
    """Yield every entry, in order; the whole file is checked by the time the last is out.

    Raises
    ------
    BackupDamaged
        If the secret is another one, or the file was changed or cut.
    """
    sealed = SealedReader(source, secret)
    try:
        with (
            gzip.GzipFile(fileobj=io.BufferedReader(sealed), mode="rb") as zipped,
            tarfile.open(fileobj=cast(BinaryIO, zipped), mode="r|") as tar,
        ):
            for entry in tar:
                yield entry.name, _content(tar, entry)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise unreadable() from error
    sealed.finish()


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(entry) if entry.isfile() and entry.size <= _LARGEST else None
    if file is None:
        raise unreadable()
    return file.read()


def unreadable() -> BackupDamaged:
    """Return the error that what is inside is not what this program writes."""
    return BackupDamaged(
        "备份里的内容读不了，可能是别的版本写的。用另一个备份。",
        "What is inside the backup cannot be read; another version may have written it. "
        "Use another.",
    )


def pieces(name: str, chunks: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield `chunks` as entries `name/000000`, `name/000001`, and so on."""
    for number, chunk in enumerate(chunks):
        yield f"{name}/{number:06d}", chunk


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield a file's bytes in pieces, each full but the last."""
    while chunk := file.read(PIECE):
        yield chunk
