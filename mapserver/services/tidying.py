"""What the server sees to once a minute: when keys were used, and what is over.

Sessions that a clock made which was ahead end here for good: they would be alive again when
the time comes that they were made at.
"""

from mapserver.domain.moments import AHEAD
from mapserver.services.callers import note_seen
from mapserver.services.context import Context
from mapserver.services.memory import memory_of
from mapserver.store import failures, sessions
from mapserver.store.store import Session

_MANY = 1000
"""After so many events the store is looked over again."""


def tidy(context: Context) -> None:
    """Note when keys were last used, and put away what is old or was noted by a wrong clock."""
    with context.read() as session:
        is_tidy = failures.is_tidy(session) and not _from_the_future(session)
    if is_tidy and not memory_of(context.store).seen:
        return
    with context.write() as session:
        note_seen(context, session)
        failures.tidy(session)
        for one in _from_the_future(session):
            sessions.end(session, one, "revoke")


def look_over(context: Context) -> None:
    """Let the store learn how its rows are spread, at first and after many were written."""
    memory, town = memory_of(context.store), context.scope.town
    last = context.last_written()
    known = memory.analysed.get(town)
    if known is None or last - known > _MANY:
        context.store.analyse()
        memory.analysed[town] = last


def _from_the_future(session: Session) -> list[sessions.SignedIn]:
    return sessions.made_after(session, session.stamp + AHEAD)
