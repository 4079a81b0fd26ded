"""Refusals in the record, without letting whoever is refused fill it.

The first refusal of a kind is noted at once. Those that follow within a minute are counted,
and the count is noted with the next, or when the server ends: an endless loop of refused
requests costs an event a minute, not one each.
"""

import logging
import threading
from collections import OrderedDict
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
class _Noted:
    context: Context
    at: datetime
    since: int = 0


class Refusals:
    """What was refused lately; threads may share it."""

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[str, str, Refused], _Noted] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, context: Context, refused: Refused) -> None:
        """Note a refusal; a store that cannot be written keeps nobody from being refused."""
        now = context.clock()
        key = (context.scope.town, context.scope.actor, refused)
        with self._lock:
            last = self._noted.get(key)
            # a clock that jumped back begins anew
            if last is not None and timedelta(0) <= now - last.at < WINDOW:
                self._noted[key] = replace(last, since=last.since + 1)
                return
            self._noted[key] = _Noted(context, now)
            self._noted.move_to_end(key)
            pushed_out = self._pushed_out()
        self._write(context, refused, last.since if last else 0)
        for one, old in pushed_out:
            if old.since:
                self._write(old.context, one, old.since - 1)

    def close(self) -> None:
        """Note what was counted and not told yet."""
        with self._lock:
            left, self._noted = self._noted, OrderedDict()
        for (_, _, refused), one in left.items():
            if one.since:
                self._write(one.context, refused, one.since - 1)

    def _pushed_out(self) -> list[tuple[Refused, _Noted]]:
        gone = []
        while len(self._noted) > MOST:
            (_, _, refused), one = self._noted.popitem(last=False)
            gone.append((refused, one))
        return gone

    def _write(self, context: Context, refused: Refused, before: int) -> None:
        try:
            record.note(
                context,
                "refused",
                code=refused.code,
                method=refused.method,
                route=refused.route,
                more=before or None,
            )
        except MapserverError as error:
            log.error("a refusal was not recorded: %s", error.code)
