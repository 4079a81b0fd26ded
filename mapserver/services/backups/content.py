"""What is in a backup: a page about it, the store's key, its own layer files, the store.

manifest.json     when, of what engine, the heads of the records, the rows of each table
store.key         the key file as it is; absent if it is kept apart
layers/*.toml     the township's own layer files
store/000000 ...  the GeoPackage, or pg_dump's custom format, in pieces
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import orjson
from pydantic import BaseModel

from mapserver import __version__
from mapserver.errors import BackupDamaged
from mapserver.formats.sealed_archive import pack, pieces, unpack, unreadable
from mapserver.formats.sealed_stream import Secret
from mapserver.store.copies import Copy, Kind
from mapserver.store.inventory import Inventory

_FORM = 1
_LAYER = re.compile(r"layers/(?P<name>[A-Za-z0-9_-]+\.toml)")


@dataclass(frozen=True, slots=True)
class Content:
    """A backup from the inside; `chunks` are the store's bytes, once."""

    at: datetime
    kind: Kind
    holds: Inventory
    key: bytes | None
    layers: Mapping[str, bytes]
    chunks: Iterator[bytes]


def write(out: BinaryIO, secret: Secret, content: Content) -> None:
    """Seal `content` into `out`."""
    pack(out, secret, _entries(content))


def _entries(content: Content) -> Iterator[tuple[str, bytes]]:
    page = {
        "form": _FORM,
        "program": __version__,
        "at": content.at.isoformat(),
        "kind": content.kind,
        "heads": dict(content.holds.heads),
        "rows": dict(content.holds.rows),
    }
    yield "manifest.json", orjson.dumps(page, option=orjson.OPT_INDENT_2)
    if content.key is not None:
        yield "store.key", content.key
    for name, data in content.layers.items():
        yield f"layers/{name}", data
    yield from pieces("store", content.chunks)


def read(source: BinaryIO, secret: Secret) -> Content:
    """Open a backup; its store is read, and checked to the file's end, by its `chunks`.

    Raises
    ------
    BackupDamaged
        If the secret is another one, or the file was changed or cut.
    """
    entries = unpack(source, secret)
    name, data = next(entries, ("", b""))
    if name != "manifest.json":
        raise _unknown()
    page = _page(data)
    key: bytes | None = None
    layers: dict[str, bytes] = {}
    first: bytes | None = None
    for name, data in entries:
        if name == "store.key":
            key = data
        elif found := _LAYER.fullmatch(name):
            layers[found["name"]] = data
        else:
            first = data
            break
    holds = Inventory(page.heads, page.rows)
    return Content(page.at, page.kind, holds, key, layers, _chunks(first, entries))


class _Page(BaseModel):
    """The page about a backup; what this program writes is read by it, whatever else is refused."""

    at: datetime
    kind: Kind
    heads: dict[str, str]
    rows: dict[str, int]


def _page(data: bytes) -> _Page:
    try:
        told = orjson.loads(data)
        if told["form"] != _FORM:
            raise _unknown()
        return _Page.model_validate(told)
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable() from error


def _chunks(first: bytes | None, entries: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    if first is not None:
        yield first
    for _, data in entries:
        yield data


def of_copy(copy: Copy, at: datetime, key: bytes | None, layers: Mapping[str, bytes]) -> Content:
    """Return what a backup of a store's copy holds."""
    return Content(at, copy.kind, copy.holds, key, layers, copy.chunks)


def _unknown() -> BackupDamaged:
    return BackupDamaged(
        "备份里的内容是更新的版本写的。升级程序后再恢复。",
        "A later version wrote what is inside the backup. Upgrade the program.",
    )
