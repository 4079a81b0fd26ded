"""Secret values: sealed on the way into the store, opened on the way out, here alone.

A value is sealed with AES-256-GCM (NIST SP 800-38D) under a fresh nonce; town, table,
column and id of its record are the associated data, so that it opens in its own place
only. What is kept is text: the key's id, a dot, and base64 of nonce, ciphertext and tag.

A sealed value cannot be compared, so columns that are looked up by a whole value have a
blind index beside them (`_` and the column's name): HMAC-SHA-256 (RFC 2104) of the value
under a key of the column's own, so that neither another town nor another column with the
same value looks alike.
"""

import hmac
import os
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, Text

from mapserver.errors import KeyFileError, SecretDamaged
from mapserver.store import minors
from mapserver.store.keys import Key, Keyring, read_ring
from mapserver.store.minors import MINOR

_NONCE, _ID, _BLIND = 12, 8, 12


class Sealed(Text):
    """The type of a column that holds sealed values; rotation finds its columns by it.

    Parameters
    ----------
    holds : str
        The type of the field; a "date" is opened as one.
    """

    cache_ok = True
    __visit_name__ = "text"

    def __init__(self, holds: str = "text") -> None:
        super().__init__()
        self.holds = holds


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column of sealed values, and the column of its blind index, if it has one."""

    name: str
    blind: str | None
    is_date: bool


def blind_name(column: str) -> str:
    """Return the name of a column's blind index; no field's name begins so."""
    return f"_{column}"


def sealed_columns(table: Table) -> tuple[SealedColumn, ...]:
    """Return the columns of a table that hold sealed values."""
    known: tuple[SealedColumn, ...] | None = table.info.get("sealed")
    if known is None:
        blinds = {column.name for column in table.c}
        known = tuple(
            SealedColumn(
                column.name,
                blind_name(column.name) if blind_name(column.name) in blinds else None,
                column.type.holds == "date",
            )
            for column in table.c
            if isinstance(column.type, Sealed)
        )
        table.info["sealed"] = known
    return known


@dataclass(frozen=True, slots=True)
class Marks:
    """Which keys the rows of a store may be sealed with, as the store itself says.

    `current` seals what is written; a rotation is taking the rows off those `leaving`;
    those `past` seal nothing but the record's events.
    """

    current: str
    leaving: tuple[str, ...] = ()
    past: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Marks":
        """Return the marks that `dump` wrote."""
        told = orjson.loads(text)
        return cls(told["current"], tuple(told["leaving"]), tuple(told["past"]))

    def dump(self) -> str:
        """Return the marks as the store keeps them."""
        return orjson.dumps(self).decode()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every key that the store needs."""
        return (self.current, *self.leaving, *self.past)


class Cipher:
    """One key of the ring, ready for use."""

    def __init__(self, key: Key) -> None:
        self.id = key.id
        self.aes = AESGCM(hmac.digest(key.secret, b"seal", "sha256"))
        self._blind = hmac.digest(key.secret, b"blind", "sha256")

    def blinder(self, place: str) -> Callable[[bytes], str]:
        """Return what makes the blind index of a value of the column `place`."""
        own = hmac.new(hmac.digest(self._blind, place.encode(), "sha256"), digestmod="sha256")

        def blind(value: bytes) -> str:
            mac = own.copy()
            mac.update(value)
            return b2a_base64(mac.digest()[:_BLIND], newline=False).decode()

        return blind


class Vault:
    """The ring of an open store; a key that another process has added is read when it is met."""

    def __init__(self, path: Path, ring: Keyring) -> None:
        self.path = path
        self.ring = ring
        self._ciphers = {key.id: Cipher(key) for key in ring.keys}

    def cipher(self, identifier: str) -> Cipher:
        """Return the key of this id.

        Raises
        ------
        KeyFileError
            If the key file does not hold it.
        """
        if identifier not in self._ciphers:
            self.read_again()
        found = self._ciphers.get(identifier)
        if found is None:
            raise missing_key(self.path)
        return found

    def read_again(self) -> None:
        """Read the key file, which another process may have added to."""
        self.ring = read_ring(self.path, may_create=False)
        self._ciphers |= {
            key.id: Cipher(key) for key in self.ring.keys if key.id not in self._ciphers
        }


def missing_key(path: Path) -> KeyFileError:
    """Return the error of a ring that lacks a key the store needs."""
    return KeyFileError(
        f"密钥文件 {path} 里缺了这个库正在用的密钥，多半是换密钥之前的旧文件。放回最新的一份。",
        f"The key file {path} lacks a key that this store uses: it is likely an old copy, from "
        "before a rotation. Put the latest one back.",
    )


class Secrets:
    """What one session seals and opens with.

    The marks are read from the store at the first use, in the session's own transaction:
    so it sees either all of a change of keys or nothing of it.
    """

    def __init__(self, vault: Vault, town: str, read_marks: Callable[[], str | None]) -> None:
        self._vault = vault
        self._town = town
        self._read_marks = read_marks

    @cached_property
    def marks(self) -> Marks:
        """Which keys the rows may be sealed with."""
        told = self._read_marks()
        if told is None:
            raise missing_key(self._vault.path)
        return Marks.parse(told)

    @cached_property
    def _current(self) -> Cipher:
        return self._vault.cipher(self.marks.current)

    def seal(self, table: str, column: str, identifier: str, value: Any) -> str:
        """Return a value as it is kept in its own place."""
        return self._sealer(f"{self._town}/{table}/{column}/", 1)(identifier, orjson.dumps(value))

    def open(self, table: str, column: str, identifier: str, kept: str) -> Any:
        """Return a kept value; a date comes as its text.

        Raises
        ------
        SecretDamaged
            If it was altered, or sealed for another place.
        """
        return orjson.loads(self._opened(f"{self._town}/{table}/{column}/", identifier, kept))

    def sealed(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return rows as their table keeps them: secrets sealed, with their blind indexes.

        Each row has its `id`; columns that it does not name are left alone.
        """
        sealed = [dict(row) for row in rows]
        for column in sealed_columns(table):
            having = [row for row in sealed if column.name in row]
            if having:
                self._seal_column(f"{self._town}/{table.name}/{column.name}/", column, having)
        return sealed

    def _seal_column(self, place: str, column: SealedColumn, rows: list[dict[str, Any]]) -> None:
        name, blind_column = column.name, column.blind
        seal = self._sealer(place, len(rows))
        blind = self._current.blinder(place)
        for row in rows:
            value = row[name]
            data = None if value is None else orjson.dumps(value)
            row[name] = None if data is None else seal(row["id"], data)
            if blind_column is not None:
                row[blind_column] = None if data is None else blind(data)

    def _sealer(self, place: str, count: int) -> Callable[[str, bytes], str]:
        """Return what seals up to `count` values of a column, each with a nonce of its own."""
        encrypt, front = self._current.aes.encrypt, f"{self._current.id}."
        drawn = os.urandom(_NONCE * count)
        nonces = iter(range(0, len(drawn), _NONCE))

        def seal(identifier: str, data: bytes) -> str:
            start = next(nonces)
            nonce = drawn[start : start + _NONCE]
            hidden = encrypt(nonce, data, (place + identifier).encode())
            return front + b2a_base64(nonce + hidden, newline=False).decode()

        return seal

    def opened(self, table: Table, identifier: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row as it says: secrets opened, without blind indexes, a child's unfolded."""
        return minors.unfolded(table, self.opened_as_kept(table, identifier, row))

    def opened_minor(self, table: Table, identifier: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row with what is personal of a child in its own columns, secrets sealed."""
        kept = row.get(MINOR)
        told = None if kept is None else self.open(table.name, MINOR, identifier, kept)
        return minors.unfolded(table, {**row, MINOR: told})

    def opened_as_kept(
        self, table: Table, identifier: str, row: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return a row with what is sealed in it opened, column by column."""
        plain = dict(row)
        for column in sealed_columns(table):
            if column.blind is not None:
                plain.pop(column.blind, None)
            kept = plain.get(column.name)
            if kept is not None:
                place = f"{self._town}/{table.name}/{column.name}/"
                value = orjson.loads(self._opened(place, identifier, kept))
                plain[column.name] = date.fromisoformat(value) if column.is_date else value
        return plain

    def _opened(self, place: str, identifier: str, kept: str) -> bytes:
        try:
            hidden = a2b_base64(kept[_ID + 1 :])
            # base64 has several texts for the same bytes: only the one that was written opens
            if kept[_ID] != "." or b2a_base64(hidden, newline=False).decode() != kept[_ID + 1 :]:
                raise ValueError
            aes = self._vault.cipher(kept[:_ID]).aes
            return aes.decrypt(hidden[:_NONCE], hidden[_NONCE:], (place + identifier).encode())
        except (InvalidTag, NotBase64, ValueError, IndexError, KeyFileError) as error:
            _, table, column, _ = place.split("/")
            raise SecretDamaged(
                f"{table}.{column} 有一条密文被改动过，或不在它自己的位置上，不能打开。"
                "从备份恢复，并查明是谁动了数据库文件。",
                f"A sealed value of {table}.{column} was altered, or is not in its own place, "
                "and cannot be opened. Restore a backup and find out who touched the database.",
            ) from error

    def blinds(self, table: Table, column: str, values: Iterable[Any]) -> dict[str, Any]:
        """Return {blind index: value} of what a column may hold, under every key in use."""
        place = f"{self._town}/{table.name}/{column}/"
        in_use = (self.marks.current, *self.marks.leaving)
        blinders = [self._vault.cipher(identifier).blinder(place) for identifier in in_use]
        # the JSON of a value is not kept: orjson gives each a kilobyte before it cuts it short
        return {blind(orjson.dumps(value)): value for value in values for blind in blinders}
