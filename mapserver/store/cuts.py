"""Where the beginning of a town's record was removed, because it is kept no longer.

A cut says which event was the last to go, with its hash, signed: the chain goes on from
there, and nobody without the key makes a cut.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from mapserver.store import signing
from mapserver.store.signing import Statement


@dataclass(frozen=True, slots=True)
class Cut:
    """The last event that was removed, and the moment that it went."""

    town: str
    seq: int
    hash: bytes
    at: str
    signature: bytes

    def is_own(self, key: bytes) -> bool:
        """Whether the holder of the store's key made this cut."""
        statement = stated(self.town, self.seq, self.hash, self.at)
        return signing.is_signed(signing.public_key(key), statement, self.signature)


def stated(town: str, seq: int, digest: bytes, at: str) -> Statement:
    """Return what the signature of a cut says."""
    return Statement("cut", town, seq, digest.hex(), at)


def of_town(connection: Connection, table: Table, town: str) -> Cut | None:
    """Return a town's cut, None where its record is kept from the first event."""
    row = connection.execute(select(table).where(table.c.town == town)).one_or_none()
    if row is None:
        return None
    return Cut(town, row.seq, bytes(row.hash), row.at, bytes(row.signature))
