"""How many secrets one person may open: as many as work needs, and not a register.

What was opened is counted in the record of events itself, under the lock that writers take
turns on: so neither a restart nor a second process opens more.
"""

from dataclasses import dataclass
from datetime import timedelta

from mapserver.errors import TooManyOpenings
from mapserver.store import openings
from mapserver.store.store import Session

WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpeningLimit:
    """At most so many openings an hour and person."""

    most: int

    def hold(self, session: Session) -> None:
        """Let the session's person open one more secret, in this transaction.

        Raises
        ------
        TooManyOpenings
            If it would be one too many.
        """
        opened = openings.lately(session, WINDOW)
        if len(opened) < self.most:
            return
        # once this one is an hour old there is room for one more
        last = opened[len(opened) - self.most]
        wait_s = max(1, round((last + WINDOW - session.at).total_seconds()))
        raise TooManyOpenings(
            f"一小时内最多查看 {self.most} 次，{-(-wait_s // 60)} 分钟后再看。",
            f"At most {self.most} openings an hour. Go on in {-(-wait_s // 60)} minutes.",
            retry_after_s=wait_s,
        )
