"""The append-only record, chained per town.

Every write is an event in the same transaction as what it tells. Each event's hash is
HMAC-SHA-256 (RFC 2104) over the hash before it and its own canonical text, so that a
changed, missing or reordered event breaks the chain, and only who holds the key can
mend it. The last number and hash of a town stand in `chain`, sealed with the key, so
that nobody cuts off the tail and points the row at an earlier event; the row is the lock
that the town's writers take turns on.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Table, func, select, update

from mapserver.store.bulk import insert_tuples
from mapserver.store.engine import dialect_insert, on_postgresql

NAMES = ("town", "seq", "at", "actor", "action", "layer", "item", "batch", "data", "hash")
READS = frozenset({"open", "export", "boundary"})
"""Events of what was only read, or is not in force: nothing that is kept by a layer's sequence
number changes."""
START = bytes(32)
"""The hash before the first event."""


class Event(NamedTuple):
    """One thing that happened: `data` holds what was `before` and what came `after`."""

    action: str
    layer: str | None
    item: str | None
    batch: str | None
    data: dict[str, Any]


def moment(at: datetime) -> str:
    """Return a moment as events are dated: in UTC, and so that texts are in order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a town's chain."""

    seq: int
    hash: bytes


def hold(connection: Connection, chain: Table, key: bytes, town: str) -> Head:
    """Return the town's head and hold its lock until the transaction ends."""
    query = select(chain.c.seq, chain.c.hash).where(chain.c.town == town).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        # of two that begin a town at once the second waits here, and then finds the row
        begun = dialect_insert(connection)(chain).values(
            town=town, seq=0, hash=START, seal=seal(key, town, 0, START)
        )
        connection.execute(begun.on_conflict_do_nothing())
        found = connection.execute(query).one()
    return Head(found.seq, bytes(found.hash))


def append(
    connection: Connection,
    tables: tuple[Table, Table, Table],
    key: bytes,
    who: tuple[str, str, str],
    events: Iterable[Event],
) -> int:
    """Append `events` and return the last sequence number.

    Parameters
    ----------
    tables : the event, chain and layer_sequence tables
    key : the store's secret
    who : town, actor, time in ISO 8601
    """
    event, chain, layer_sequence = tables
    town, actor, at = who
    head = hold(connection, chain, key, town)
    seq, digest = head.seq, head.hash
    # SQLite makes text of bytes itself, and is spared a way there and back
    as_bytes = not on_postgresql(connection)
    rows: list[tuple[Any, ...]] = []
    touched: dict[str, int] = {}
    for one in events:
        seq += 1
        data = orjson.dumps(one.data)
        told = (town, seq, at, actor, one.action, one.layer, one.item, one.batch)
        digest = link(key, digest, told, data)
        rows.append((*told, data if as_bytes else data.decode(), digest))
        if one.layer and one.action not in READS:
            touched[one.layer] = seq
    if rows:
        marks = {"data": "CAST(? AS TEXT)"}
        insert_tuples(connection, event, NAMES, rows, marks, walled=True)
        sealed = seal(key, town, seq, digest)
        end = update(chain).where(chain.c.town == town).values(seq=seq, hash=digest, seal=sealed)
        connection.execute(end)
        _touch(connection, layer_sequence, town, touched)
    return seq


def _touch(connection: Connection, table: Table, town: str, touched: dict[str, int]) -> None:
    for layer, seq in touched.items():
        new = dialect_insert(connection)(table).values(town=town, layer=layer, seq=seq)
        connection.execute(
            new.on_conflict_do_update(index_elements=["town", "layer"], set_={"seq": seq})
        )


def link(key: bytes, before: bytes, told: tuple[Any, ...], data: bytes) -> bytes:
    """Return an event's hash; an array in JSON says itself where it ends and data begins."""
    return hmac.digest(key, before + orjson.dumps(told) + data, "sha256")


def seal(key: bytes, town: str, seq: int, digest: bytes) -> bytes:
    """Return what shows that a head is the town's own, and not of an earlier day."""
    return hmac.digest(key, b"head" + digest + orjson.dumps((town, seq)), "sha256")


def between(
    connection: Connection, event: Table, town: str, first: int, last: int
) -> Sequence[Any]:
    """Return the events from `first` to `last`, in order: action, layer, item, batch, data."""
    query = (
        select(event.c.action, event.c.layer, event.c.item, event.c.batch, event.c.data)
        .where(event.c.town == town, event.c.seq.between(first, last))
        .order_by(event.c.seq)
    )
    return connection.execute(query).all()


def sequences(connection: Connection, table: Table, town: str) -> dict[str, int]:
    """Return the last sequence number of every layer that was ever written."""
    query = select(table.c.layer, table.c.seq).where(table.c.town == town)
    return {layer: seq for layer, seq in connection.execute(query)}


def last(connection: Connection, chain: Table, town: str) -> int:
    """Return the town's last sequence number, 0 before the first event."""
    query = select(func.max(chain.c.seq)).where(chain.c.town == town)
    return connection.execute(query).scalar() or 0


def head(connection: Connection, chain: Table, town: str) -> Head:
    """Return the end of the town's chain as it stands, without its lock."""
    query = select(chain.c.seq, chain.c.hash).where(chain.c.town == town)
    found = connection.execute(query).one_or_none()
    return Head(0, START) if found is None else Head(found.seq, bytes(found.hash))


def towns(connection: Connection, chain: Table) -> list[str]:
    """Return the towns whose record has begun."""
    query = select(chain.c.town).where(chain.c.seq > 0).order_by(chain.c.town)
    return list(connection.execute(query).scalars())
