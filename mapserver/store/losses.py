"""What data a changed layer file would lose or hide.

A field or layer taken away, a type or geometry changed, a text shortened below its
longest value, a code in use removed, a match that records do not meet: each is told with
the field and how many records it concerns. What nothing uses may go.
A secret cannot be looked into, so any use of it counts; and none becomes one afterwards, as
the record of events already tells it in clear.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select

from mapserver.layers import Layer, LayerField
from mapserver.store import minors
from mapserver.store.minors import MINOR
from mapserver.store.schema import compared, is_unique

Loss = tuple[str, str]
"""One loss in Chinese and in English."""


def losses(connection: Connection, table: Table, old: Layer, new: Layer | None) -> Iterator[Loss]:
    """Yield what `new` would lose of the records that `table` holds for `old`."""
    rows = _count(connection, table)
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
    yield from _minor_losses(connection, table, old, new)
    yield from _field_losses(connection, table, old, new)
    yield from _match_losses(connection, table, old, new)


def _minor_losses(connection: Connection, table: Table, old: Layer, new: Layer) -> Iterator[Loss]:
    """Yield where the sealed records of children could not be opened any more."""
    if old.minors_by is None or new.minors_by == old.minors_by:
        return
    sealed = _count(connection, table, table.c[MINOR].is_not(None))
    if sealed:
        yield (
            f"{old.id} 的 minors_by 改了，库里还有 {sealed} 条未满 14 周岁的已经加密，改回来",
            f"{old.id} changed minors_by while {sealed} records of children are sealed by it; "
            "change it back",
        )


def _field_losses(connection: Connection, table: Table, old: Layer, new: Layer) -> Iterator[Loss]:
    now = {field.name: field for field in new.fields}
    for field in old.fields:
        condition, zh, en = _loss(table, field, now.get(field.name))
        if condition is not None and minors.is_folded(table, field.name):
            # a child's record cannot be looked into
            condition = or_(condition, table.c[MINOR].is_not(None))
        count = _count(connection, table, condition) if condition is not None else 0
        if count:
            yield (
                f"{old.id}.{field.name} {zh}，库里还有 {count} 条在用，改回来或先清空",
                f"{old.id}.{field.name} {en} while {count} records use it; change it back "
                "or empty it first",
            )


def _loss(table: Table, old: LayerField, new: LayerField | None) -> tuple[Any, str, str]:
    """Return which rows a field's change would hurt, and what changed; None for no row."""
    column = table.c[old.name]
    if new is None:
        return column.is_not(None), "字段没有了", "is gone from the file"
    if (new.type, new.layer) != (old.type, old.layer):
        changed = old.layer if new.type == old.type else old.type
        return column.is_not(None), f"类型从 {changed} 改了", f"changed its type from {changed}"
    if new.is_secret != old.is_secret:
        return column.is_not(None), "改了是否保密", "changed whether it is secret"
    if new.type == "text" and new.length and new.length < (old.length or new.length + 1):
        length = new.length
        longer = column.is_not(None) if old.is_secret else func.length(column) > length
        return longer, f"长度改成 {length}", f"was shortened to {length}"
    gone = sorted(set(old.codes) - set(new.codes))
    if gone:
        return (
            column.is_not(None) if old.is_secret else column.in_(gone),
            f"去掉了代码 {'、'.join(gone)}",
            f"lost the codes {', '.join(gone)}",
        )
    return None, "", ""


def _match_losses(connection: Connection, table: Table, old: Layer, new: Layer) -> Iterator[Loss]:
    """Yield where a field shall tell records apart that it does not, or cannot any more."""
    sealed = [field.name for field in old.fields if field.is_secret and not old.is_blind(field)]
    for name in set(sealed).intersection(new.match):
        if known := _count(connection, table, table.c[name].is_not(None)):
            yield (
                f"{old.id} 改用保密的 {name} 认人认物，可库里有 {known} 条已经加密，改回来",
                f"{old.id} now matches by {name}, which is secret and already sealed in "
                f"{known} records; change it back",
            )
    if set(sealed).intersection(new.match) or not _newly_unique(table, old, new):
        return
    column = compared(table, new.match[0])
    alive = (table.c.deleted_at.is_(None), column.is_not(None))
    groups = select(func.count().label("n")).where(*alive).group_by(table.c.town, column)
    shared = groups.having(func.count() > 1).subquery()
    count = connection.execute(select(func.sum(shared.c.n))).scalar()
    if count:
        yield (
            f"{old.id} 改用 {new.match[0]} 认人认物，可库里有 {count} 条的值相同，先改成不同",
            f"{old.id} now matches by {new.match[0]}, but {count} records share their value; "
            "make them differ first",
        )


def _newly_unique(table: Table, old: Layer, new: Layer) -> bool:
    """Whether a single field of the table newly tells records apart, by the engine itself."""
    same = is_unique(old) and new.match == old.match
    return is_unique(new) and not same and new.match[0] in table.c


def _count(connection: Connection, table: Table, *conditions: Any) -> int:
    query = select(func.count()).select_from(table).where(*conditions)
    return connection.execute(query).scalar_one()
