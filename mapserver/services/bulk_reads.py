"""Registers taken away by reading them: noted as exports, and bounded for those who export none.

A program such as QGIS takes a register page by page. Whoever reads more records that tell of
people than work at single ones needs is noted in the record: at once for one large answer or
many small ones, then at most every few minutes, with the sum. Who has no duty to export there
is let read so many an hour and no more.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mapserver.domain.areas import VILLAGE
from mapserver.errors import MapserverError, TooManyReads
from mapserver.layers import Layer
from mapserver.roles import Duty, Right
from mapserver.services import record
from mapserver.services.context import Context
from mapserver.services.record import About
from mapserver.store.items import Item

IN_ONE_ANSWER, IN_AN_HOUR = 100, 300
"""Records up to which reading is work at single ones, and leaves no event."""
WITHOUT_DUTY = 1_000
"""Records an hour that somebody may read where they have no duty to export."""
HOUR, PAUSE = timedelta(hours=1), timedelta(minutes=10)
MOST = 10_000
"""Readers that are remembered at once; of more, those that began longest ago are forgotten."""

Key = tuple[str, str, str]


@dataclass(slots=True)
class _Read:
    """What somebody read of one layer since `began`, and how much of that was noted when."""

    context: Context
    route: str
    began: datetime
    rows: int = 0
    beyond: int = 0
    noted: int = 0
    noted_at: datetime | None = None


class BulkReads:
    """Who read how much in the last hour; threads may share it."""

    def __init__(self) -> None:
        self._reads: OrderedDict[Key, _Read] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, context: Context, layer: Layer, items: Sequence[Item], route: str) -> None:
        """Count records that are about to leave, and note an export where there are many.

        Raises
        ------
        TooManyReads
            If they are more than somebody without the duty to export may read in an hour.
        MapserverError
            If there is an event to write and the store takes none: then nothing leaves.
        """
        if not items or not tells_of_people(context, layer):
            return
        now = context.clock()
        beyond = _beyond(context, items)
        with self._lock:
            left = self._ended(now)
            read = self._of(context, layer, route, now)
            if read.beyond + beyond > WITHOUT_DUTY:
                raise _too_many(read.began + HOUR - now)
            read.rows += len(items)
            read.beyond += beyond
            before = read.noted, read.noted_at
            if _is_due(read, len(items), now):
                left.append((layer.id, read, read.rows - read.noted))
                read.noted, read.noted_at = read.rows, now
        try:
            _write(left)
        except MapserverError:
            read.noted, read.noted_at = before
            raise

    def close(self) -> None:
        """Note what was counted after the last event."""
        with self._lock:
            left = [(key[2], read, _untold(read)) for key, read in self._reads.items()]
            self._reads.clear()
        _write(left)

    def _of(self, context: Context, layer: Layer, route: str, now: datetime) -> _Read:
        key = (context.scope.town, context.scope.actor, layer.id)
        return self._reads.setdefault(key, _Read(context, route, now))

    def _ended(self, now: datetime) -> list[tuple[str, _Read, int]]:
        """Forget whose hour is over, and return what of it was not noted.

        A clock that jumped back begins anew.
        """
        over = [
            key
            for place, (key, read) in enumerate(self._reads.items())
            if not timedelta(0) <= now - read.began < HOUR or len(self._reads) - place > MOST
        ]
        gone = [(key[2], self._reads.pop(key)) for key in over]
        return [(layer, read, _untold(read)) for layer, read in gone]


def tells_of_people(context: Context, layer: Layer) -> bool:
    """Whether the layer's records tell this caller of people."""
    guarded = any(field.privacy != "public" for field in layer.fields)
    return guarded and bool(context.scope.reach(layer, Right.PERSONAL))


def _beyond(context: Context, items: Sequence[Item]) -> int:
    """Return how many of the records lie where the caller has no duty to export."""
    areas = context.scope.areas_of(Duty.EXPORT)
    if context.scope.town in areas:
        return 0
    return sum(not _within(item, areas) for item in items)


def _within(item: Item, areas: Sequence[str]) -> bool:
    codes = {True: item.place.get("grid") or "", False: item.village or ""}
    return any(codes[len(area) > VILLAGE].startswith(area) for area in areas)


def _is_due(read: _Read, rows: int, now: datetime) -> bool:
    if read.noted_at is None:
        return rows > IN_ONE_ANSWER or read.rows > IN_AN_HOUR
    return now - read.noted_at >= PAUSE


def _untold(read: _Read) -> int:
    """Return how many records were read after an event told of the others."""
    return read.rows - read.noted if read.noted_at is not None else 0


def _write(left: Sequence[tuple[str, _Read, int]]) -> None:
    for layer, read, rows in left:
        if rows:
            record.note(
                read.context, "export", About(layer), kind="records", rows=rows, route=read.route
            )


def _too_many(wait: timedelta) -> TooManyReads:
    wait_s = max(1, round(wait.total_seconds()))
    minutes = -(-wait_s // 60)
    return TooManyReads(
        f"一小时内最多看 {WITHOUT_DUTY} 条这样的记录，{minutes} 分钟后再看。"
        "要整份名册，请有导出职责的信息员来办。",
        f"At most {WITHOUT_DUTY:,} such records an hour; go on in {minutes} minutes. For a whole "
        "register ask an information officer, whose duty it is to export.",
        retry_after_s=wait_s,
    )
