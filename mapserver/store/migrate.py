"""Making a store, and bringing one up to its layer files.

A layer file that gained a field adds its column. Whatever would lose or hide data that
the store holds is refused before anything is changed: a field or layer taken away, a
type or geometry changed, a text shortened below its longest value, a code in use removed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text, update
from sqlalchemy.schema import CreateColumn

from mapserver.errors import MigrationRefused, StoreNewer
from mapserver.layers import Layer
from mapserver.store import geopackage
from mapserver.store.engine import on_postgresql
from mapserver.store.geometry import column_kind
from mapserver.store.schema import field_column

FORM = 1
"""The form of the store's own tables; a later program may raise it."""

_APPEND_ONLY = """
CREATE TRIGGER event_no_{verb} BEFORE {verb} ON event
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END
"""


def is_new(connection: Connection) -> bool:
    """Whether nothing was ever stored here."""
    return not inspect(connection).has_table("store_meta")


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
        if on_postgresql(connection):
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
        else:
            geopackage.create_catalogue(connection)
        _create_system(connection, metadata, set(layers))
        write_meta(connection, metadata, "form", str(FORM))
        done.append("created the store")
    _refuse_newer(read_meta(connection, metadata, "form"))
    known = _known_layers(connection, metadata)
    losses = [loss for layer in known.values() for loss in _losses(connection, layer, layers)]
    if losses:
        raise MigrationRefused(
            "图层文件和库里的数据对不上，没有改动任何东西：" + "；".join(zh for zh, _ in losses),
            "The layer files do not fit the data; nothing was changed: "
            + "; ".join(en for _, en in losses),
        )
    for layer in layers.values():
        done += _bring_up(connection, metadata, layer)
        _remember(connection, metadata, layer)
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


def _create_system(connection: Connection, metadata: MetaData, layers: set[str]) -> None:
    own = [table for name, table in metadata.tables.items() if name not in layers]
    metadata.create_all(connection, tables=own)
    if not on_postgresql(connection):
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(_APPEND_ONLY.format(verb=verb))


def _refuse_newer(form: str | None) -> None:
    if form is not None and int(form) > FORM:
        raise StoreNewer(
            f"这个库是更新的版本写的（格式 {form}，本程序认得 {FORM}）。升级程序后再开。",
            f"A later version wrote this store (form {form}, this program knows {FORM}). "
            "Upgrade the program.",
        )


def _known_layers(connection: Connection, metadata: MetaData) -> dict[str, Layer]:
    meta = metadata.tables["store_meta"]
    query = select(meta.c.value).where(meta.c.name.like("layer:%"))
    layers = [Layer.model_validate(orjson.loads(value)) for (value,) in connection.execute(query)]
    return {layer.id: layer for layer in layers}


def _remember(connection: Connection, metadata: MetaData, layer: Layer) -> None:
    write_meta(connection, metadata, f"layer:{layer.id}", layer.model_dump_json())


def _bring_up(connection: Connection, metadata: MetaData, layer: Layer) -> list[str]:
    table = metadata.tables[layer.id]
    if not inspect(connection).has_table(layer.id):
        table.create(connection)
        if not on_postgresql(connection):
            _register(connection, layer)
        return [f"{layer.id}: created"]
    present = {column["name"] for column in inspect(connection).get_columns(layer.id)}
    missing = [field for field in layer.fields if field.name not in present]
    for field in missing:
        column = CreateColumn(field_column(field)).compile(dialect=connection.dialect)
        name = connection.dialect.identifier_preparer.quote(layer.id)
        connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {column}")
    return [f"{layer.id}: added {field.name}" for field in missing]


def _register(connection: Connection, layer: Layer) -> None:
    if layer.geometry:
        geopackage.register_features(connection, layer.id, column_kind(layer.geometry))
    else:
        geopackage.register_attributes(connection, layer.id)


def _losses(
    connection: Connection, old: Layer, layers: Mapping[str, Layer]
) -> Iterator[tuple[str, str]]:
    new = layers.get(old.id)
    table = Table(old.id, MetaData(), autoload_with=connection)
    rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    if not rows:
        return
    if new is None:
        yield (
            f"图层 {old.id} 的文件没有了，库里还有 {rows} 条，把文件放回来",
            f"the file of layer {old.id} is gone while {rows} records remain; put it back",
        )
        return
    if set(old.geometry) - set(new.geometry):
        yield (
            f"图层 {old.id} 的几何类型改了，库里还有 {rows} 条，改回 {'、'.join(old.geometry)}",
            f"layer {old.id} changed its geometry while {rows} records remain; "
            f"change it back to {', '.join(old.geometry)}",
        )
    yield from _field_losses(connection, table, old, new)


def _field_losses(
    connection: Connection, table: Table, old: Layer, new: Layer
) -> Iterator[tuple[str, str]]:
    now = {field.name: field for field in new.fields}
    for field in old.fields:
        column = table.c[field.name]
        other = now.get(field.name)
        if other is None:
            count = _count(connection, table, column.is_not(None))
            what = ("字段没有了", "is gone from the file")
        elif other.type != field.type:
            count = _count(connection, table, column.is_not(None))
            what = (f"类型从 {field.type} 改了", f"changed its type from {field.type}")
        elif other.length and other.length < (field.length or 1 << 30):
            count = _count(connection, table, func.length(column) > other.length)
            what = (f"长度改成 {other.length}", f"was shortened to {other.length}")
        else:
            gone = sorted(set(field.codes) - set(other.codes))
            count = _count(connection, table, column.in_(gone)) if gone else 0
            what = (f"去掉了代码 {'、'.join(gone)}", f"lost the codes {', '.join(gone)}")
        if count:
            yield (
                f"{old.id}.{field.name} {what[0]}，库里还有 {count} 条在用，改回来或先清空",
                f"{old.id}.{field.name} {what[1]} while {count} records use it; change it back "
                "or empty it first",
            )


def _count(connection: Connection, table: Table, condition: Any) -> int:
    query = select(func.count()).select_from(table).where(condition)
    return connection.execute(query).scalar_one()
