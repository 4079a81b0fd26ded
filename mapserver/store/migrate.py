"""Making a store, and bringing one up to its layer files.

A layer file that gained a field adds its column; other changes of form rebuild the
table. Whatever would lose or hide data that the store holds is refused before anything
is changed, see `losses`.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    null,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateColumn

from mapserver.errors import MigrationRefused, StoreError, StoreNewer
from mapserver.layers import Layer, LayerField
from mapserver.store import append_only, geopackage, minors, row_security
from mapserver.store.engine import on_postgresql
from mapserver.store.geometry import column_kind
from mapserver.store.losses import losses
from mapserver.store.record_tables import OPENINGS
from mapserver.store.schema import build, field_columns, is_unique, meta_table, minor_column

FORM = 4
"""The form of the store's own tables; a later program may raise it.

1 at first; 2 with the records of children sealed, without unique matches where not everybody
sees every record, and on PostgreSQL with policies on events, imports and accounts; 3 with the
versions of boundaries; 4 with an index of openings.
"""

_TURNS = 0x6D6170  # any number, the same in every process


def is_new(connection: Connection) -> bool:
    """Whether nothing was ever stored here."""
    return not inspect(connection).has_table("store_meta")


def is_current(connection: Connection, layers: Mapping[str, Layer]) -> bool:
    """Whether the store fits its layer files as it is.

    Raises
    ------
    StoreNewer
        If a later version of the program wrote it.
    """
    if is_new(connection):
        return False
    metadata = _own_tables()
    form = read_meta(connection, metadata, "form")
    _refuse_newer(form)
    return form == str(FORM) and _known_layers(connection, metadata) == dict(layers)


def take_turns(connection: Connection) -> None:
    """Wait until no other process is making or changing the tables."""
    if on_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_TURNS)))


def migrate(connection: Connection, metadata: MetaData, layers: Mapping[str, Layer]) -> list[str]:
    """Create what is missing and return what was done, a line each.

    Raises
    ------
    StoreNewer
        If a later version of the program wrote the store.
    MigrationRefused
        If the layer files would lose data; nothing was changed.
    """
    done: list[str] = []
    if is_new(connection):
        _create_system(connection, metadata, set(layers))
        write_meta(connection, metadata, "form", str(FORM))
        done.append("created the store")
    form = read_meta(connection, metadata, "form")
    _refuse_newer(form)
    known = _known_layers(connection, metadata)
    if on_postgresql(connection):
        row_security.admit_all(connection, {*known, *layers})
    before = build(known, geopackage=not on_postgresql(connection))
    if form is not None and int(form) < FORM:
        _bring_forward(connection, metadata, before, int(form))
        done.append(f"brought from form {form} to {FORM}")
    _refuse_losses(connection, before, known, layers)
    for layer in known.values():
        if layer.id not in layers:
            _drop(connection, before.tables[layer.id])
            _forget(connection, metadata, layer.id)
            done.append(f"{layer.id}: dropped, it was empty")
    for layer in layers.values():
        done += _bring_up(connection, (before, metadata), known.get(layer.id), layer)
        write_meta(connection, metadata, f"layer:{layer.id}", layer.model_dump_json())
    if on_postgresql(connection):
        walled = (*layers, *row_security.OF_TOWN)
        row_security.install(connection, [metadata.tables[name] for name in walled])
    return done


def read_meta(connection: Connection, metadata: MetaData, name: str) -> str | None:
    """Return what the store says of itself under `name`."""
    meta = metadata.tables["store_meta"]
    return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()


def write_meta(connection: Connection, metadata: MetaData, name: str, value: str) -> None:
    """Set what the store says of itself under `name`."""
    meta = metadata.tables["store_meta"]
    changed = connection.execute(update(meta).where(meta.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(meta).values(name=name, value=value))


def _own_tables() -> MetaData:
    metadata = MetaData()
    meta_table(metadata)
    return metadata


def _create_system(connection: Connection, metadata: MetaData, layers: set[str]) -> None:
    if on_postgresql(connection):
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    else:
        _refuse_foreign(connection)
        geopackage.create_catalogue(connection)
    own = [table for name, table in metadata.tables.items() if name not in layers]
    metadata.create_all(connection, tables=own)
    append_only.guard(connection)


def _refuse_foreign(connection: Connection) -> None:
    if inspect(connection).get_table_names():
        raise StoreError(
            "文件夹里的 town.gpkg 是别的程序建的，没有改动它。换一个文件夹，或先把它移走。",
            "The town.gpkg in this folder was made by another program and was not touched. "
            "Choose another folder or move it away.",
        )


def _refuse_newer(form: str | None) -> None:
    if form is not None and int(form) > FORM:
        raise StoreNewer(
            f"这个库是更新的版本写的（格式 {form}，本程序认得 {FORM}）。升级程序后再开。",
            f"A later version wrote this store (form {form}, this program knows {FORM}). "
            "Upgrade the program.",
        )


def _refuse_losses(
    connection: Connection,
    before: MetaData,
    known: Mapping[str, Layer],
    layers: Mapping[str, Layer],
) -> None:
    found = [
        loss
        for layer in known.values()
        for loss in losses(connection, before.tables[layer.id], layer, layers.get(layer.id))
    ]
    if found:
        raise MigrationRefused(
            "图层文件和库里的数据对不上，没有改动任何东西：" + "；".join(zh for zh, _ in found),
            "The layer files do not fit the data; nothing was changed: "
            + "; ".join(en for _, en in found),
        )


def _known_layers(connection: Connection, metadata: MetaData) -> dict[str, Layer]:
    meta = metadata.tables["store_meta"]
    query = select(meta.c.value).where(meta.c.name.like("layer:%"))
    layers = [Layer.model_validate(orjson.loads(value)) for (value,) in connection.execute(query)]
    return {layer.id: layer for layer in layers}


def _forget(connection: Connection, metadata: MetaData, layer_id: str) -> None:
    meta = metadata.tables["store_meta"]
    connection.execute(meta.delete().where(meta.c.name == f"layer:{layer_id}"))


def _bring_up(
    connection: Connection, tables: tuple[MetaData, MetaData], old: Layer | None, new: Layer
) -> list[str]:
    before, after = tables
    if old is None:
        _create(connection, after.tables[new.id], new)
        return [f"{new.id}: created"]
    if _form(old) == _form(new):
        return []
    known = {field.name for field in old.fields}
    gained = [field for field in new.fields if field.name not in known]
    plain = all(field.type != "ref" and not new.is_blind(field) for field in gained)
    if plain and _form(old) == _form(new, without=gained):
        for field in gained:
            _add_column(connection, new, field)
        return [f"{new.id}: added {field.name}" for field in gained]
    _rebuild(connection, before.tables[new.id], after.tables[new.id], old, new)
    return [f"{new.id}: rebuilt"]


def _bring_forward(connection: Connection, metadata: MetaData, before: MetaData, form: int) -> None:
    """Bring the store's own tables from an earlier form to this one."""
    if form < 2:
        _renew_matches(connection, before)
        _add_minor_columns(connection, before)
    metadata.tables["boundary"].create(connection, checkfirst=True)
    for index in metadata.tables["event"].indexes:
        if index.name == OPENINGS:
            index.create(connection, checkfirst=True)
    write_meta(connection, metadata, "form", str(FORM))


def _add_minor_columns(connection: Connection, tables: MetaData) -> None:
    """Add the column of what is personal of children, where the first form had none."""
    gained = minor_column()
    for table in tables.tables.values():
        if minors.of(table) is not None:
            there = {one["name"] for one in inspect(connection).get_columns(table.name)}
            if gained.name not in there:
                _alter(connection, table.name, minor_column())


def _renew_matches(connection: Connection, tables: MetaData) -> None:
    """Make the indexes of matches anew: all that are of one field were unique."""
    for table in tables.tables.values():
        for index in table.indexes:
            if index.name == f"{table.name}_match":
                index.drop(connection)
                index.create(connection)


def _form(layer: Layer, without: list[LayerField] | None = None) -> tuple[object, ...]:
    """Return what of a layer its table is made from."""
    left_out = without or []
    columns = {
        field.name: (field.is_secret, layer.is_blind(field), *_typed(field))
        for field in layer.fields
        if field not in left_out
    }
    kind = column_kind(layer.geometry) if layer.geometry else None
    return columns, kind, layer.match, is_unique(layer), layer.minors_by is not None


def _typed(field: LayerField) -> tuple[object, ...]:
    return field.type, field.length if field.type == "text" and not field.is_secret else None


def _create(connection: Connection, table: Table, layer: Layer) -> None:
    table.create(connection)
    if on_postgresql(connection):
        return
    if layer.geometry:
        geopackage.register_features(connection, layer.id, column_kind(layer.geometry))
    else:
        geopackage.register_attributes(connection, layer.id)


def _drop(connection: Connection, table: Table) -> None:
    if not on_postgresql(connection):
        geopackage.unregister(connection, table.name)
    table.drop(connection)


def _add_column(connection: Connection, layer: Layer, field: LayerField) -> None:
    for gained in field_columns(layer, field):
        _alter(connection, layer.id, gained)


def _alter(connection: Connection, table: str, gained: Column[Any]) -> None:
    name = connection.dialect.identifier_preparer.quote(table)
    column = CreateColumn(gained).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {column}")


def _rebuild(connection: Connection, before: Table, after: Table, old: Layer, new: Layer) -> None:
    """Make the table anew and move every row into it, with its fid.

    A column whose type changed, or that became or ceased to be secret, is empty, or `losses`
    would have refused.
    """
    aside = f"{old.id}__before"
    quote = connection.dialect.identifier_preparer.quote
    for index in before.indexes:
        index.drop(connection)
    if not on_postgresql(connection):
        geopackage.unregister(connection, old.id)
    connection.exec_driver_sql(f"ALTER TABLE {quote(old.id)} RENAME TO {quote(aside)}")
    _create(connection, after, new)
    types = {field.name: (field.type, field.is_secret) for field in old.fields}
    fields = {field.name: (field.type, field.is_secret) for field in new.fields}
    source = before.to_metadata(MetaData(), name=aside)
    kept = [
        column.name
        for column in after.c
        if column.name in source.c and types.get(column.name) == fields.get(column.name)
    ]
    moved = select(*(source.c[name] for name in kept)).order_by(source.c.fid)
    connection.execute(insert(after).from_select(kept, moved, include_defaults=False))
    connection.exec_driver_sql(f"DROP TABLE {quote(aside)}")
    if on_postgresql(connection):
        _restart_fids(connection, after)
    elif new.geometry:
        geopackage.set_extent(connection, new.id)


def _restart_fids(connection: Connection, table: Table) -> None:
    name = connection.dialect.identifier_preparer.quote(table.name)
    sequence = func.pg_get_serial_sequence(name, "fid")
    last = select(func.max(table.c.fid)).scalar_subquery()
    connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(null()))))
