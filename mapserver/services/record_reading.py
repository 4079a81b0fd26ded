"""What auditors read: who did what, when and to which layer, in words, without any value."""

from collections.abc import Mapping
from dataclasses import dataclass

from mapserver.domain.telling import Detail
from mapserver.layers import Title
from mapserver.services.context import Context
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

_COLUMNS = {
    "geom": ("图形", "Shape"),
    "town": ("镇", "Town"),
    "village": ("村（社区）", "Village"),
    "grid": ("网格", "Grid"),
    "assigned_how": ("归属方式", "How assigned"),
    "assigned_m": ("归属距离", "Distance"),
    "boundary_version": ("边界版本", "Boundary version"),
    "datum": ("坐标系", "Datum"),
    "deleted_at": ("删除时间", "Removed at"),
}
"""What every table has beside the fields of its layer."""


class _Titles:
    """What layers and fields are called in one language."""

    def __init__(self, context: Context, language: str) -> None:
        self._layers = context.store.layers
        self._subjects = subjects(context)
        self._english = language == "en"

    def layer(self, name: str | None) -> str | None:
        """Return a layer's title; its own name where no file describes it (any more)."""
        title = self._subjects.get(name or "")
        if title is None:
            return name
        return title.en if self._english else title.zh

    def fields(self, layer: str | None, names: tuple[str, ...]) -> tuple[NamedField, ...]:
        """Return fields with their titles."""
        return tuple(NamedField(name, self._field(layer, name)) for name in names)

    def _field(self, layer_name: str | None, name: str) -> str:
        layer = self._layers.get(layer_name or "")
        known = {field.name: field.title for field in layer.fields} if layer else {}
        if name in known:
            return known[name].en if self._english else known[name].zh
        zh, en = _COLUMNS.get(name, (name, name))
        return en if self._english else zh
