"""Files of the page from memory: read when first asked for, compressed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from mapserver.errors import NotFound

_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_COMPRESSIBLE = ("text/", "application/json", "image/svg+xml", "application/manifest+json")


@dataclass(frozen=True, slots=True)
class File:
    """One file as it leaves the server."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str


class Files:
    """The files below one folder, read when first asked for and kept while unchanged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known: dict[Path, tuple[int, File]] = {}

    def get(self, name: str) -> File:
        """Return a file; NotFound where there is none below the folder."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not _is_file(path):
            raise NotFound("没有这个文件。", "There is no such file.")
        changed = path.stat().st_mtime_ns
        known = self._known.get(path)
        if known is None or known[0] != changed:
            known = (changed, _read(path))
            self._known[path] = known
        return known[1]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than any file's
        return False


def _read(path: Path) -> File:
    body = path.read_bytes()
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    media_type = guessed or "application/octet-stream"
    packs = media_type.startswith(_COMPRESSIBLE) and len(body) > 500
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return File(body, gzip.compress(body, 9, mtime=0) if packs else None, media_type, tag)
