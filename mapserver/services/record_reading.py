"""What auditors read: who did what, when and to which layer, in words, without any value."""

from collections.abc import Mapping
from dataclasses import dataclass

from mapserver.domain.telling import Detail
from mapserver.layers import Title
from mapserver.services.context import Context
from mapserver.services.record_words import COLUMNS, Said, said, worded
from mapserver.store import record_search
from mapserver.store.record_search import Entry, Extent, Wanted


@dataclass(frozen=True, slots=True)
class NamedField:
    """A field of a layer, as its file calls it in the reader's language."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the record in words."""

    first: int
    last: int
    count: int
    at: str
    actor: str
    action: str
    layer: str | None
    layer_title: str | None
    item: str | None
    batch: str | None
    fields: tuple[NamedField, ...]
    details: Mapping[str, Detail]
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, where the next page begins, and how much of the record there is."""

    lines: tuple[Line, ...]
    next: str | int | None
    extent: Extent


def entries(
    context: Context, wanted: Wanted, language: str, *, before: str | None, limit: int
) -> Page:
    """Return the newest entries, each what one person did to one layer in one transaction."""
    with context.read() as session:
        found, following = record_search.entries(session, wanted, before, limit)
        extent = record_search.extent(session)
    return Page(_lines(context, found, language), following, extent)


def events(
    context: Context, wanted: Wanted, language: str, *, before: int | None, limit: int
) -> Page:
    """Return the newest events one by one."""
    with context.read() as session:
        found, following = record_search.events(session, wanted, before, limit)
        extent = record_search.extent(session)
    return Page(_lines(context, found, language), following, extent)


def subjects(context: Context) -> dict[str, Title]:
    """Return what events can be of, by id: the layers, then the store's own tables."""
    layers = {name: one.title for name, one in context.store.layers.items()}
    return layers | _OWN


def _lines(context: Context, found: list[Entry], language: str) -> tuple[Line, ...]:
    titles = _Titles(context, language)
    return tuple(
        Line(
            first=one.first,
            last=one.last,
            count=one.count,
            at=one.at,
            actor=one.actor,
            action=one.action,
            layer=one.layer,
            layer_title=titles.layer(one.layer),
            item=one.item,
            batch=one.batch,
            fields=titles.fields(one.layer, one.told.fields),
            details=one.told.details,
            said=said(one.told.details, language),
        )
        for one in found
    )


_OWN = {
    "account": Title(zh="账号", en="Account"),
    "appointment": Title(zh="任职", en="Appointment"),
    "session": Title(zh="登录状态", en="Session"),
    "sign_in": Title(zh="登录", en="Sign-in"),
    "token": Title(zh="令牌", en="Token"),
}
"""The store's own tables that events tell of."""

_OF_EVERY_TABLE = {
    "geom": Title(zh="图形", en="Shape"),
    "town": Title(zh="镇", en="Town"),
    "village": Title(zh="村（社区）", en="Village"),
    "grid": Title(zh="网格", en="Grid"),
    "assigned_how": Title(zh="归属方式", en="How assigned"),
    "assigned_m": Title(zh="归属距离", en="Distance"),
    "boundary_version": Title(zh="边界版本", en="Boundary version"),
    "datum": Title(zh="坐标系", en="Datum"),
    "deleted_at": Title(zh="删除时间", en="Removed at"),
}
"""What every table has beside the fields of its layer."""


class _Titles:
    """What layers and fields are called in one language."""

    def __init__(self, context: Context, language: str) -> None:
        self._layers = context.store.layers
        self._subjects = subjects(context)
        self._language = language

    def layer(self, name: str | None) -> str | None:
        """Return a layer's title; its own name where no file describes it (any more)."""
        return None if name is None else worded(self._subjects.get(name), name, self._language)

    def fields(self, layer: str | None, names: tuple[str, ...]) -> tuple[NamedField, ...]:
        """Return fields with their titles."""
        known = self._fields_of(layer or "")
        return tuple(
            NamedField(name, worded(known.get(name), name, self._language)) for name in names
        )

    def _fields_of(self, layer: str) -> Mapping[str, Title]:
        described = self._layers.get(layer)
        if described is None:
            return COLUMNS
        return _OF_EVERY_TABLE | {field.name: field.title for field in described.fields}
