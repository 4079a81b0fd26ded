"""Finding features by what people call them."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, case, literal, or_, select

from mapserver.domain.word_index import WordIndex
from mapserver.layers import Layer
from mapserver.store.items import within
from mapserver.store.registers import sought
from mapserver.store.store import Session

_FEW = 500
"""So many rows are asked for by their numbers; more are found by a look at all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One feature that answers to a word."""

    layer: str
    id: str
    title: str
    detail: str | None
    village: str | None
    geometry: BaseGeometry | None


def word_index(session: Session, layer: Layer) -> WordIndex:
    """Return an index of what may be searched of a layer, within the session's scope."""
    table = session.table(layer.id)
    query = select(table.c.fid, *(table.c[name] for name in _searched(layer)))
    rows = session.connection.execute(query.where(within(session, table)))
    return WordIndex((fid, texts) for fid, *texts in rows)


def by_words(
    session: Session,
    layer: Layer,
    words: Sequence[str],
    limit: int,
    index: WordIndex | None = None,
) -> list[Hit]:
    """Return features of a layer in which every word occurs in a field that may be searched.

    Those whose title begins with the first word come first. With an `index` of the same scope
    no row is looked at that holds none of them.
    """
    table = session.table(layer.id)
    names = _searched(layer)
    if not names or not words:
        return []
    held = index.holding(words, _FEW) if index else None
    if held is not None and not len(held):
        return []
    if held is None:
        conditions = [
            or_(*(_holds(session, table.c[name], word) for name in names)) for word in words
        ]
    else:
        conditions = [table.c.fid.in_(held.tolist())]
    title = table.c[_title(layer)]
    public = {field.name for field in layer.fields if field.privacy == "public"}
    detail = table.c.address if "address" in public else literal(None)
    begins = case((title.istartswith(words[0], autoescape=True), 0), else_=1)
    query = (
        select(table.c.id, title.label("title"), detail.label("detail"), table.c.village)
        .add_columns(table.c.geom)
        .where(within(session, table), *conditions)
        .order_by(begins, table.c.village.nulls_last(), title, table.c.id)
        .limit(limit)
    )
    return [
        Hit(layer.id, row.id, row.title or "", row.detail, row.village, row.geom)
        for row in session.connection.execute(query)
    ]


def is_searched(layer: Layer) -> bool:
    """Whether anything of a layer can be found."""
    return bool(_searched(layer))


def _searched(layer: Layer) -> list[str]:
    """Return the fields that may be searched, none where nothing of a layer is on the map."""
    if not layer.geometry:
        return []
    return [field.name for field in layer.fields if field.search and field.privacy != "secret"]


def _holds(session: Session, column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Return the condition that a word occurs in a column; SQLite's LIKE minds no case."""
    if session.on_postgresql:
        return column.icontains(word, autoescape=True)
    return column.contains(word, autoescape=True)


def by_key(session: Session, keys: Sequence[str]) -> list[Hit]:
    """Return the houses with these address keys."""
    table = session.table("house")
    column, found_by = sought(session, table, "address_key", keys)
    query = select(table.c.id, table.c.door, table.c.address, table.c.village, table.c.geom).where(
        within(session, table), column.in_(list(found_by))
    )
    return [
        Hit("house", row.id, row.door or "", row.address, row.village, row.geom)
        for row in session.connection.execute(query)
    ]


def _title(layer: Layer) -> str:
    if layer.style.label:
        return layer.style.label
    return next(field.name for field in layer.fields if field.search)
