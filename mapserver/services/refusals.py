"""Refusals in the record, without letting whoever is refused fill it.

The first refusal of a kind is noted at once. Those that follow within a minute are counted,
and the count is noted with the next, or when the server ends: an endless loop of refused
requests costs an event a minute, not one each. Of those that nobody is known to have sent, all
with one code are of one kind, whatever they asked for: strangers are free to ask for anything.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mapserver.errors import MapserverError
from mapserver.services import record
from mapserver.services.context import Context

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
MOST = 10_000
"""Kinds that are remembered at once; of more, those noted longest ago are forgotten."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused: the code of the error, and the route, never the address asked for."""

    code: str
    method: str
    route: str


@dataclass(frozen=True, slots=True)
class Due:
    """A refusal that is to be written, and how many of its kind went before."""

    context: Context
    refused: Refused
    before: int


@dataclass(frozen=True, slots=True)
class _Noted:
    context: Context
    refused: Refused
    at: datetime
    since: int = 0

    def left(self) -> list[Due]:
        """Return what was counted and is told by nothing yet."""
        return [Due(self.context, self.refused, self.since - 1)] if self.since else []


_Kind = tuple[str, str, Refused | str]


class Refusals:
    """What was refused lately; threads may share it."""

    def __init__(self) -> None:
        self._noted: OrderedDict[_Kind, _Noted] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, context: Context, refused: Refused) -> None:
        """Note a refusal; a store that cannot be written keeps nobody from being refused."""
        self.write(self.count(context, refused))

    def count(self, context: Context, refused: Refused) -> list[Due]:
        """Count a refusal, and return what is to be written, which may wait for the store."""
        now, scope = context.clock(), context.scope
        key = (scope.town, scope.actor, refused.code if scope.is_program else refused)
        with self._lock:
            last = self._noted.get(key)
            # a clock that jumped back begins anew
            if last is not None and timedelta(0) <= now - last.at < WINDOW:
                self._noted[key] = replace(last, since=last.since + 1)
                return []
            self._noted[key] = _Noted(context, refused, now)
            self._noted.move_to_end(key)
            pushed_out = self._pushed_out()
        return [Due(context, refused, last.since if last else 0), *pushed_out]

    def write(self, due: Iterable[Due]) -> None:
        """Write what was counted into the record."""
        for one in due:
            _write(one)

    def close(self) -> None:
        """Note what was counted and not told yet."""
        with self._lock:
            left, self._noted = self._noted, OrderedDict()
        for one in left.values():
            self.write(one.left())

    def _pushed_out(self) -> list[Due]:
        gone: list[Due] = []
        while len(self._noted) > MOST:
            gone += self._noted.popitem(last=False)[1].left()
        return gone


def _write(due: Due) -> None:
    try:
        record.note(
            due.context,
            "refused",
            code=due.refused.code,
            method=due.refused.method,
            route=due.refused.route,
            more=due.before or None,
        )
    except MapserverError as error:
        log.error("a refusal was not recorded: %s", error.code)
