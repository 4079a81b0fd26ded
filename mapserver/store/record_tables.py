"""Tables of the record beside the events: where its beginning was cut off.

Events older than the town keeps them may go, but only from the beginning, and only behind
a cut: the number and hash of the last event that went, signed. The walk through the chain
begins there.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, String, Table


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
    """Let auditors search without reading what the events hold.

    Both grow at their end, so an import pays little for them.
    """
    Index("event_at", event.c.town, event.c.at, event.c.action, event.c.actor, event.c.layer)
    Index("event_item", event.c.town, event.c.item)
