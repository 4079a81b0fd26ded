"""How many secrets one person may open: as many as work needs, and not a register."""

import threading
from collections import deque
from datetime import datetime, timedelta

from mapserver.domain.moments import not_after
from mapserver.errors import TooManyOpenings

WINDOW = timedelta(hours=1)


class OpeningLimit:
    """At most so many openings an hour and person; threads may share it.

    What was opened is in the record of events; this memory of one hour is lost when the
    server starts anew, which nobody gains much by.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._opened: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, actor: str, at: datetime) -> None:
        """Count one opening.

        Raises
        ------
        TooManyOpenings
            If it would be one too many; it is not counted.
        """
        with self._lock:
            before = self._opened.get(actor, ())
            mine = self._opened[actor] = deque(not_after(one, at) for one in before)
            while mine and at - mine[0] >= WINDOW:
                mine.popleft()
            if len(mine) < self._most:
                mine.append(at)
                return
            wait_s = max(1, round((mine[0] + WINDOW - at).total_seconds()))
        raise TooManyOpenings(
            f"一小时内最多查看 {self._most} 次，{-(-wait_s // 60)} 分钟后再看。",
            f"At most {self._most} openings an hour. Go on in {-(-wait_s // 60)} minutes.",
            retry_after_s=wait_s,
        )
