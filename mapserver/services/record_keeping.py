"""Care for the record: walk it, put its heads away signed, and let go what is kept no longer."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Self

import orjson

from mapserver.errors import InvalidRequest
from mapserver.services.context import Context
from mapserver.settings import LEAST_RECORD_DAYS
from mapserver.store import cutting, signing
from mapserver.store.events import moment
from mapserver.store.signing import Statement
from mapserver.store.verifying import Walk


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The end of a town's record at a moment, to be put away where nobody changes it."""

    town: str
    seq: int
    hash: str
    at: str
    public_key: str
    signature: str

    @classmethod
    def read(cls, line: bytes) -> Self:
        """Return the head that a line of an exported file holds.

        Raises
        ------
        InvalidRequest
            If it is not one, or its signature is not that of its own key.
        """
        try:
            head = cls(**orjson.loads(line))
            whole = signing.is_signed(
                bytes.fromhex(head.public_key), head.statement, bytes.fromhex(head.signature)
            )
        except (TypeError, ValueError) as error:
            raise _no_head() from error
        if not whole:
            raise _no_head()
        return head

    @property
    def statement(self) -> Statement:
        """What the signature says."""
        return Statement("head", self.town, self.seq, self.hash, self.at)

    def as_json(self) -> bytes:
        """Return the head as one line of JSON."""
        return orjson.dumps(asdict(self))


def _no_head() -> InvalidRequest:
    return InvalidRequest(
        "有一行不是 mapserver heads 导出的链头，或者被改过。",
        "A line is no head that `mapserver heads` exported, or it was changed.",
    )


def head(context: Context) -> SignedHead:
    """Return the head of the context's town, signed."""
    with context.read() as session:
        end = session.head()
        at = moment(session.at)
        statement = Statement("head", session.town, end.seq, end.hash.hex(), at)
        return SignedHead(
            session.town,
            end.seq,
            end.hash.hex(),
            at,
            signing.public_key(session.key).hex(),
            signing.sign(session.key, statement).hex(),
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """A record that was found whole, and how far heads of earlier days vouch for it."""

    walk: Walk
    foreign: int
    """Heads of this town that another key signed; nothing was held to them."""
    too_old: int
    """Heads of before the cut, which nothing can be held to any more."""

    def as_json(self) -> dict[str, Any]:
        """Return the result for programs."""
        walk = self.walk
        return {
            "town": walk.town,
            "whole": True,
            "events": walk.count,
            "cut": walk.cut,
            "seq": walk.seq,
            "hash": walk.hash.hex(),
            "heads_compared": walk.compared,
            "heads_too_old": self.too_old,
            "heads_foreign": self.foreign,
        }


def check(context: Context, heads: Iterable[SignedHead] = ()) -> Checked:
    """Walk the record of the context's town, and hold it to heads exported earlier.

    Raises
    ------
    BrokenChain
        At the first event that is not as it was written.
    """
    mine = [one for one in heads if one.town == context.scope.town]
    with context.read() as session:
        own_key = signing.public_key(session.key).hex()
        own = [one for one in mine if one.public_key == own_key]
        walk = session.walk(_marks(own))
    too_old = sum(one.seq < walk.cut for one in own)
    return Checked(walk, len(mine) - len(own), too_old)


def _marks(heads: Iterable[SignedHead]) -> Mapping[int, bytes]:
    marks: dict[int, bytes] = {}
    for one in heads:
        digest = bytes.fromhex(one.hash)
        # two that disagree cannot both fit: no event has an empty hash
        marks[one.seq] = digest if marks.get(one.seq, digest) == digest else b""
    marks.pop(0, None)
    return marks


def cut(context: Context, days: int) -> int:
    """Remove events older than so many days, behind a signed cut; return how many went.

    Raises
    ------
    InvalidRequest
        If that is shorter than the law has logs kept.
    BrokenChain
        If the record is broken: then nothing is removed, because it is needed.
    """
    if days < LEAST_RECORD_DAYS:
        raise too_short()
    with context.write() as session:
        session.walk()
        return cutting.cut(session, session.at - timedelta(days=days))


def too_short() -> InvalidRequest:
    """Return the error for a time of keeping that is shorter than half a year."""
    return InvalidRequest(
        f"记录至少保存 {LEAST_RECORD_DAYS} 天，不能更短。",
        f"The record is kept for {LEAST_RECORD_DAYS} days at least; it cannot be less.",
    )
