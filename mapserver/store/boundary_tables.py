"""The table of boundary versions: drafts with their acts, and what was approved, kept for good."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, MetaData, String, Table, Text

from mapserver.store.column_types import Identifier, Instant, Town


def boundary_table(metadata: MetaData) -> Table:
    """Return the versions of villages' grids.

    `acts` is what was done on the version of number `base`; `shapes` what came of it, once it is
    submitted. A version has a `number` from its approval on, and counts from `effective`; it is
    in force once it has been `applied_at`.
    """
    table = Table(
        "boundary",
        metadata,
        Column("town", Town, primary_key=True),
        Column("id", Identifier, primary_key=True),
        Column("village", String(12), nullable=False),
        Column("state", String(12), nullable=False),
        Column("number", Integer),
        Column("base", Integer, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("author", String(80), nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("submitted_at", Instant),
        Column("decided_by", String(80)),
        Column("decided_at", Instant),
        Column("effective", Date),
        Column("applied_at", Instant),
        Column("remark", Text),
        Column("place", String(80)),
        Column("acts", Text, nullable=False),
        Column("shapes", LargeBinary),
    )
    Index("boundary_village", table.c.town, table.c.village, table.c.number)
    return table
