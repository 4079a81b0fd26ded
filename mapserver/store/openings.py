"""When somebody opened secrets, as the record of events tells it."""

from datetime import datetime, timedelta

from sqlalchemy import select

from mapserver.store.events import moment
from mapserver.store.record_tables import opens
from mapserver.store.store import Session


def lately(session: Session, window: timedelta) -> list[datetime]:
    """Return when the session's person opened secrets within the last `window`, in order.

    Of a look-up each record that was found counts. An opening that is dated later than now, as
    after a clock jumped back, counts as done when the record first tells of the earlier time.
    """
    event = session.table("event")
    mine = (
        event.c.town == session.town,
        opens(event),
        event.c.actor == session.scope.actor,
    )
    since, now = moment(session.at - window), moment(session.at)
    query = select(event.c.at, event.c.seq).where(*mine, event.c.at > since)
    rows = session.connection.execute(query).all()
    later = [row.seq for row in rows if row.at > now]
    found = [row.at for row in rows if row.at <= now]
    if later and (jumped := _first_after(session, max(later), now)) > since:
        found += [jumped] * len(later)
    return [datetime.fromisoformat(at) for at in sorted(found)]


def _first_after(session: Session, seq: int, now: str) -> str:
    """Return the date of the first event after `seq` that is not dated later than now."""
    event = session.table("event")
    query = (
        select(event.c.at)
        .where(event.c.town == session.town, event.c.seq > seq, event.c.at <= now)
        .order_by(event.c.seq)
        .limit(1)
    )
    return session.connection.execute(query).scalar() or now
