"""How many may be at the door at once: each holds a thread and much memory over a password.

Signing in has threads of its own, so that a crowd at the door keeps nobody from the map. Who
comes from an address where many wrong names or passwords came from goes through a door of their
own, after a pause: those from elsewhere do not stand in one line with them.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

Outcome = TypeVar("Outcome")

_AT_ONCE, _SLOW_AT_ONCE = 4, 2


class Doors:
    """The two doors of one server."""

    def __init__(self) -> None:
        self._wide = CapacityLimiter(_AT_ONCE)
        self._slow = CapacityLimiter(_SLOW_AT_ONCE)

    async def through(self, pause_s: float, work: Callable[[], Outcome]) -> Outcome:
        """Do what takes a password, after a pause that holds neither a thread nor the store."""
        if pause_s:
            await asyncio.sleep(pause_s)
        return await to_thread.run_sync(work, limiter=self._slow if pause_s else self._wide)
