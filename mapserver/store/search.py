"""Finding features by what people call them."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry
from sqlalchemy import case, literal, or_, select

from mapserver.layers import Layer
from mapserver.store.items import within
from mapserver.store.registers import sought
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class Hit:
    """One feature that answers to a word."""

    layer: str
    id: str
    title: str
    detail: str | None
    village: str | None
    geometry: BaseGeometry | None


def by_words(session: Session, layer: Layer, words: Sequence[str], limit: int) -> list[Hit]:
    """Return features of a layer in which every word occurs in a field that may be searched.

    Those whose title begins with the first word come first.
    """
    table = session.table(layer.id)
    names = [field.name for field in layer.fields if field.search and field.privacy != "secret"]
    if not names or not layer.geometry or not words:
        return []
    conditions = [
        or_(*(table.c[name].icontains(word, autoescape=True) for name in names)) for word in words
    ]
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
