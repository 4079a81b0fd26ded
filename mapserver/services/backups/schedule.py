"""Backups by the clock: a thread that has one made whenever the newest has grown old.

The backup itself runs as a process of its own, so that its failing or its weight is none of
the server's; the time between is counted by a clock that nobody can set.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from mapserver.domain.backup_times import wait_for_next
from mapserver.services.backups.keeping import listed

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=30)
"""After a backup that failed."""


class Schedule(AbstractContextManager["Schedule"]):
    """Has backups made while the block runs.

    Parameters
    ----------
    folder : Path
        Where they are.
    every : timedelta
        From one to the next.
    make : callable
        Makes one, and returns whether it was made.
    clock : callable
        The time, asked once, for how old the newest is at the start.
    """

    def __init__(
        self,
        folder: Path,
        every: timedelta,
        make: Callable[[], bool],
        clock: Callable[[], datetime],
    ) -> None:
        self._folder = folder
        self._every = every
        self._make = make
        self._clock = clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="backups", daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End; a backup that is being made is left to itself."""
        self._ended.set()

    def _run(self) -> None:
        newest = next(iter(listed(self._folder)), None)
        wait = wait_for_next(newest.at if newest else None, self._every, self._clock())
        while not self._ended.wait(wait.total_seconds()):
            made = self._make()
            if not made:
                log.error("the backup failed; the next try is in %s", min(AGAIN, self._every))
            wait = self._every if made else min(AGAIN, self._every)
