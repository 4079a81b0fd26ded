"""Putting a backup into an empty place, and proving that it is the store it was made of."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mapserver.errors import BackupError
from mapserver.layers import load_layers
from mapserver.services.backups.content import Content
from mapserver.shipped import shipped
from mapserver.store.copies import look_at, put
from mapserver.store.scope import Scope
from mapserver.store.store import Store

ACTOR = "backup"
"""Who reads the record when a copy is proved; nothing is written."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a backup was laid out."""

    place: str
    key_file: Path
    layers: Path

    def open(self) -> Store:
        """Open the store where it was laid out, with its own key and layer files."""
        layers = load_layers(shipped("layers"), self.layers)
        return Store.open(self.place, layers, key_file=self.key_file)


def lay_out(content: Content, place: str, folder: Path, store_key: bytes | None = None) -> Laid:
    """Put the store into `place`, which is empty, and its key and layer files into `folder`.

    Raises
    ------
    BackupError
        If the backup has no key and none is given, or the place does not take the store.
    BackupDamaged
        If the file turns out to be changed or cut.
    """
    key = content.key if content.key is not None else store_key
    if key is None:
        raise BackupError(
            "这个备份里没有库的密钥，它是分开保管的。用 --store-key 指明密钥文件。",
            "The store's key is not in this backup, it is kept apart. Name it by --store-key.",
        )
    laid = Laid(place, folder / "town.key", folder / "layers")
    write_private(laid.key_file, key)
    laid.layers.mkdir(mode=0o700)
    for name, data in content.layers.items():
        (laid.layers / name).write_bytes(data)
    put(content.kind, place, content.chunks)
    return laid


def write_private(path: Path, data: bytes) -> None:
    """Write a new file for its owner alone, down to the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def prove(laid: Laid, content: Content, clock: Callable[[], datetime]) -> None:
    """Hold what was laid out against what the backup says of itself, and walk its records.

    Raises
    ------
    BackupError
        If a head or a count differs, or a table or an index is damaged.
    BrokenChain, KeyFileError, StoreError
        If the record or the key is not that of the store.
    """
    wrong = content.holds.differences(look_at(laid.place))
    if wrong:
        told = "; ".join(wrong[:5])
        raise BackupError(
            f"恢复出来的和备份时的不一样：{told}。用另一个备份，并查看硬盘。",
            f"What was restored differs from what was backed up: {told}. Use another backup, "
            "and look at the disk.",
        )
    store = laid.open()
    try:
        for town in store.towns():
            store.verify(Scope.of_town(ACTOR, town), clock())
    finally:
        store.close()
