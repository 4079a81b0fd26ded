"""Tables from layers, and the few that every store has.

A layer becomes one table with the columns that every table has (`SYSTEM_COLUMNS`) and
one column a field. On PostgreSQL the primary key is (town, id), so that the table can be
spread by town; on SQLite it is the integer `fid` that GeoPackage asks for.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from mapserver.layers import Layer, LayerField
from mapserver.store import minors
from mapserver.store.account_tables import ACCOUNT_TABLES
from mapserver.store.boundary_tables import boundary_table
from mapserver.store.column_types import Identifier, Instant, Key, Town
from mapserver.store.geometry import Geom, column_kind
from mapserver.store.record_tables import add_search_indexes, cut_table
from mapserver.store.secrets import Sealed, blind_name


def canonical(identifier: str) -> str | None:
    """Return a UUID in the one form that ids have here, None for other text."""
    try:
        return str(UUID(identifier))
    except ValueError:
        return None


def event_table(metadata: MetaData) -> Table:
    """Return the append-only record: history, audit log, change feed and sequence number."""
    table = Table(
        "event",
        metadata,
        Column("town", Town, primary_key=True),
        Column("seq", Key, primary_key=True, autoincrement=False),
        Column("at", String(32), nullable=False),
        Column("actor", String(80), nullable=False),
        Column("action", String(20), nullable=False),
        Column("layer", String(40)),
        Column("item", Identifier),
        Column("batch", Identifier),
        Column("data", Text, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        # rows lie in the order of the chain, without a second tree to find them by
        sqlite_with_rowid=False,
    )
    add_search_indexes(table)
    return table


def chain_table(metadata: MetaData) -> Table:
    """Return the heads: one row a town, the lock that its writers take turns on."""
    return Table(
        "chain",
        metadata,
        Column("town", Town, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        Column("seal", LargeBinary, nullable=False),
    )


def sequence_table(metadata: MetaData) -> Table:
    """Return the last sequence number that touched each layer; caches are keyed by it."""
    return Table(
        "layer_sequence",
        metadata,
        Column("town", Town, primary_key=True),
        Column("layer", String(40), primary_key=True),
        Column("seq", BigInteger, nullable=False),
    )


def batch_table(metadata: MetaData) -> Table:
    """Return the imports that were committed, with the outcome of every row."""
    return Table(
        "import_batch",
        metadata,
        Column("town", Town, primary_key=True),
        Column("id", Identifier, primary_key=True),
        Column("layer", String(40), nullable=False),
        Column("file", String(255), nullable=False),
        Column("state", String(20), nullable=False),
        Column("actor", String(80), nullable=False),
        Column("created_at", String(32), nullable=False),
        Column("committed_at", String(32)),
        Column("undone_at", String(32)),
        Column("first_seq", BigInteger, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("summary", Text, nullable=False),
        Column("outcomes", LargeBinary, nullable=False),
    )


def meta_table(metadata: MetaData) -> Table:
    """Return what the store says of itself: form, town, key, and the layers it was made for."""
    return Table(
        "store_meta",
        metadata,
        Column("name", String(60), primary_key=True),
        Column("value", Text, nullable=False),
    )


SYSTEM_TABLES = (
    event_table,
    chain_table,
    cut_table,
    sequence_table,
    batch_table,
    meta_table,
    boundary_table,
    *ACCOUNT_TABLES,
)


def build(layers: Mapping[str, Layer], *, geopackage: bool) -> MetaData:
    """Return the tables of `layers` and the store's own, for one of the two engines."""
    metadata = MetaData()
    for table in SYSTEM_TABLES:
        table(metadata)
    for layer in layers.values():
        _layer_table(metadata, layer, geopackage=geopackage)
    return metadata


def field_columns(layer: Layer, field: LayerField) -> list[Column[Any]]:
    """Return the column of one field, for a secret that is looked up its blind index too.

    Validation is the door's task, so all may be empty.
    """
    if not field.is_secret:
        return [Column(field.name, _field_type(field), nullable=True)]
    columns: list[Column[Any]] = [Column(field.name, Sealed(field.type), nullable=True)]
    if layer.is_blind(field):
        columns.append(Column(blind_name(field.name), String(16), nullable=True))
    return columns


def minor_column() -> Column[Any]:
    """Return the column of what is personal in the records of children."""
    return Column(minors.MINOR, Sealed(), nullable=True)


_TYPES: Mapping[str, TypeEngine[Any]] = {
    "integer": BigInteger().with_variant(sqlite.INTEGER(), "sqlite"),
    "number": Double(),
    "boolean": Boolean(),
    "date": Date(),
    "ref": Identifier,
    "id_number": String(18),
    "credit_code": String(18),
    "phone": String(32),
    "code": String(20),
}


def _field_type(field: LayerField) -> TypeEngine[Any]:
    if field.type == "text":
        return String(field.length) if field.length else Text()
    return _TYPES[field.type]


def _layer_table(metadata: MetaData, layer: Layer, *, geopackage: bool) -> Table:
    columns: list[Column[Any]] = [
        Column("fid", Key, primary_key=True, autoincrement=True)
        if geopackage
        else Column("fid", BigInteger, Identity(), nullable=False),
        Column("town", Town, primary_key=not geopackage, nullable=False),
        Column("id", Identifier, primary_key=not geopackage, nullable=False),
        Column("village", String(12)),
        *(_place_columns(layer) if layer.geometry else ()),
        Column("revision", Integer, nullable=False),
        Column("updated_at", Instant, nullable=False),
        Column("updated_by", String(80), nullable=False),
        Column("deleted_at", Instant),
    ]
    columns += [column for field in layer.fields for column in field_columns(layer, field)]
    folding = minors.folding(layer)
    if folding is not None:
        columns.append(minor_column())
    table = Table(layer.id, metadata, *columns, info={minors.MINOR: folding})
    _indexes(table, layer, geopackage=geopackage)
    return table


def _place_columns(layer: Layer) -> tuple[Column[Any], ...]:
    return (
        Column("geom", Geom(column_kind(layer.geometry))),
        Column("grid", String(15)),
        Column("zkey", BigInteger().with_variant(sqlite.INTEGER(), "sqlite")),
        Column("assigned_how", String(10)),
        Column("assigned_m", Double),
        Column("boundary_version", Integer),
        Column("datum", String(10)),
    )


def _indexes(table: Table, layer: Layer, *, geopackage: bool) -> None:
    if geopackage:
        Index(f"{table.name}_id", table.c.town, table.c.id, unique=True)
    else:
        Index(f"{table.name}_fid", table.c.town, table.c.fid, unique=True)
    Index(f"{table.name}_village", table.c.town, table.c.village)
    if layer.geometry:
        Index(f"{table.name}_zkey", table.c.town, table.c.zkey)
        Index(f"{table.name}_grid", table.c.town, table.c.grid)
        if not geopackage:
            Index(f"{table.name}_geom", table.c.geom, postgresql_using="gist")
    for field in layer.fields:
        if field.type == "ref":
            Index(f"{table.name}_{field.name}", table.c.town, table.c[field.name])
        if layer.is_blind(field) and field.name not in layer.match and not geopackage:
            # a town is looked through in a moment, and a tree of chance values costs an import dear
            blind = table.c[blind_name(field.name)]
            Index(
                f"{table.name}_{field.name}_blind",
                table.c.town,
                blind,
                postgresql_where=blind.is_not(None),
            )
    if layer.match:
        alive = text("deleted_at IS NULL")
        Index(
            f"{table.name}_match",
            table.c.town,
            *(compared(table, name) for name in layer.match),
            unique=is_unique(layer),
            sqlite_where=alive,
            postgresql_where=alive,
        )


def is_unique(layer: Layer) -> bool:
    """Whether the engine itself refuses a second record of the same match.

    Only where everybody sees every record. Elsewhere its refusal would tell of a record that
    lies out of sight; there a writer looks up what is in sight while it holds the town's lock,
    and doubles across areas are on a list, see `worklists`.
    """
    return layer.access.everywhere and len(layer.match) == 1


def compared(table: Table, name: str) -> Column[Any]:
    """Return the column by which two values of `name` are told alike: a secret's blind index."""
    own = table.c[name]
    return table.c[blind_name(name)] if isinstance(own.type, Sealed) else own
