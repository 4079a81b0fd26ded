"""Noting in the record what is no write of a record: who signed in, opened, took away, was refused.

A note goes into the town's chain like every write, and auditors read all of it. So it may
name people of the staff, layers, fields, areas and counts, never what a field holds.
"""

from dataclasses import dataclass, replace

from mapserver.domain.telling import NOTE, TYPED, Detail, Noted
from mapserver.services.context import Context
from mapserver.store.events import Event
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class About:
    """What a note is about: a layer, one record of it, an import; all may be left out."""

    layer: str | None = None
    item: str | None = None
    batch: str | None = None


NOTHING = About()


def note(
    context: Context,
    action: Noted,
    about: About = NOTHING,
    *,
    actor: str | None = None,
    text: str | None = None,
    **details: Detail,
) -> int:
    """Note one thing in a transaction of its own, and return its number.

    Parameters
    ----------
    actor : str, optional
        Who did it, where the context is the program's own, as at signing in.
    text : str, optional
        What a person typed, such as a purpose; numbers in it are covered for auditors.
    **details
        What else an auditor may read, for example ``field="phone"``.
    """
    scope = replace(context.scope, actor=actor) if actor is not None else context.scope
    with replace(context, scope=scope).write() as session:
        return note_in(session, action, about, text=text, **details)


def note_in(
    session: Session,
    action: Noted,
    about: About = NOTHING,
    *,
    text: str | None = None,
    **details: Detail,
) -> int:
    """Note one thing in the transaction of what it tells, and return its number."""
    said = {name: value for name, value in details.items() if value is not None}
    if text is not None:
        said[TYPED] = text
    return session.append([Event(action, about.layer, about.item, about.batch, {NOTE: said})])
