"""Tables of the record beside the events: where its beginning was cut off.

Events older than the town keeps them may go, but only from the beginning, and only behind
a cut: the number and hash of the last event that went, signed. The walk through the chain
begins there.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    literal_column,
)

OPENINGS = "event_opening"
"""The index of the events that tell of an opened secret."""


def cut_table(metadata: MetaData) -> Table:
    """Return the cuts: one row a town, where events were removed."""
    return Table(
        "chain_cut",
        metadata,
        Column("town", String(9), primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("at", String(32), nullable=False),
        Column("signature", LargeBinary, nullable=False),
    )


def add_search_indexes(event: Table) -> None:
    """Let auditors search without reading what the events hold, and openings be counted.

    The first two grow at their end, so an import pays little for them; the third holds openings
    alone, which are few.
    """
    Index("event_at", event.c.town, event.c.at, event.c.action, event.c.actor, event.c.layer)
    Index("event_item", event.c.town, event.c.item)
    is_opening = opens(event)
    Index(
        OPENINGS,
        *(event.c.town, event.c.actor, event.c.at),
        sqlite_where=is_opening,
        postgresql_where=is_opening,
    )


def opens(event: Table) -> ColumnElement[bool]:
    """Return the condition that an event is an opening, in words that the index is known by."""
    return event.c.action == literal_column("'open'")
