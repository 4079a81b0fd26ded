"""Walking the record from its beginning, or from where it was cut, to its head.

Every event's hash is worked out anew. The walk ends at the first event that is not as it
was written, and says which it is and what is wrong with it.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection, Table, select

from mapserver.errors import BrokenChain
from mapserver.store import cuts, events
from mapserver.store.events import START, Head

Fault = Literal["changed", "missing", "slipped-in", "end", "cut", "rewritten", "shorter"]

NO_MARKS: Mapping[int, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tables:
    """What a walk reads."""

    event: Table
    chain: Table
    cut: Table


@dataclass(frozen=True, slots=True)
class Walk:
    """A town's record that was found whole: its events are those after `cut` up to `seq`."""

    town: str
    cut: int
    seq: int
    hash: bytes
    compared: int
    """How many heads that were put away earlier were found in it."""

    @property
    def count(self) -> int:
        """How many events there are."""
        return self.seq - self.cut


def walk(
    connection: Connection,
    tables: Tables,
    key: bytes,
    town: str,
    marks: Mapping[int, bytes] = NO_MARKS,
) -> Walk:
    """Walk a town's chain to its end.

    Parameters
    ----------
    marks : mapping of int to bytes, optional
        Hashes by number, of heads that were signed and put away earlier.

    Raises
    ------
    BrokenChain
        At the first event that was changed, removed, reordered or slipped in, where the end
        or the cut is not what the program wrote, or where a mark does not fit.
    """
    began = _beginning(connection, tables.cut, key, town)
    event = tables.event
    query = (
        select(*(event.c[name] for name in events.NAMES))
        .where(event.c.town == town)
        .order_by(event.c.seq)
        .execution_options(yield_per=2000)
    )
    with connection.execute(query) as rows:
        head, compared = _followed(rows, key, began, marks)
    _hold_to_the_end(connection, tables.chain, key, town, head)
    if any(seq > head.seq for seq in marks):
        raise broken("shorter", head.seq + 1)
    return Walk(town, began.seq, head.seq, head.hash, compared)


def _beginning(connection: Connection, table: Table, key: bytes, town: str) -> Head:
    cut = cuts.of_town(connection, table, town)
    if cut is None:
        return Head(0, START)
    if not cut.is_own(key):
        raise broken("cut", cut.seq)
    return Head(cut.seq, cut.hash)


def _followed(
    rows: Iterable[Any], key: bytes, began: Head, marks: Mapping[int, bytes]
) -> tuple[Head, int]:
    """Return the last event, and how many of `marks` were met on the way."""
    seq, digest = began.seq, began.hash
    compared = int(marks.get(seq) == digest)
    last: Any = None
    for row in rows:
        seq += 1
        if row.seq != seq:
            raise broken("missing" if row.seq > seq else "slipped-in", min(seq, row.seq), last)
        digest = events.link(key, digest, tuple(row[:-2]), row.data.encode())
        if not hmac.compare_digest(digest, bytes(row.hash)):
            raise broken("changed", seq, last)
        if seq in marks:
            if marks[seq] != digest:
                raise broken("rewritten", seq, last)
            compared += 1
        last = row
    return Head(seq, digest), compared


def _hold_to_the_end(
    connection: Connection, chain: Table, key: bytes, town: str, head: Head
) -> None:
    query = select(chain.c.seq, chain.c.hash, chain.c.seal).where(chain.c.town == town)
    found = connection.execute(query).one_or_none()
    told = (0, START, events.seal(key, town, 0, START)) if found is None else tuple(found)
    if told != (head.seq, head.hash, events.seal(key, town, head.seq, head.hash)):
        raise broken("end", head.seq + 1)


_WORDS: Mapping[Fault, tuple[str, str]] = {
    "changed": ("这一条被改动过", "this event was changed"),
    "missing": ("这一条不见了", "this event is missing"),
    "slipped-in": ("这里多出一条", "an event was put in here"),
    "end": (
        "从这一条起被删去，或者链头被改过",
        "events from here on were removed, or the head was changed",
    ),
    "cut": (
        "这里的截断不是本程序签的",
        "the cut here was not signed by this store's program",
    ),
    "rewritten": (
        "和以前导出的链头对不上，记录被整段重写过",
        "it does not fit a head that was exported earlier: the record was written anew",
    ),
    "shorter": (
        "以前导出的链头比现在长，后面的记录没有了；是不是恢复过旧的备份",
        "a head that was exported earlier is further on, so events from here on are gone; was an "
        "older backup restored",
    ),
}


def broken(fault: Fault, seq: int, last: Any = None) -> BrokenChain:
    """Return the error that says where the chain breaks, and what is wrong there.

    `last` is the event before, the last that is as it was written.
    """
    zh, en = _WORDS[fault]
    after_zh = f"前一条写于 {last.at}。" if last else ""
    after_en = f" The one before is of {last.at}." if last else ""
    return BrokenChain(
        f"记录链在第 {seq} 条断开：{zh}。{after_zh}从备份恢复，并查明是谁动了数据库。",
        f"The record breaks at event {seq}: {en}.{after_en} Restore a backup and find out who "
        "touched the database.",
        seq=seq,
        fault=fault,
    )
