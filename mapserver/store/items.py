"""Reading features: one by id, or a page of those that a query asks for.

Pages go by `fid`, which only grows: a `next` link that somebody holds stays right
while others write, nothing is skipped and nothing comes twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, cast

from shapely.geometry.base import BaseGeometry
from sqlalchemy import (
    Alias,
    ColumnElement,
    Date,
    Row,
    Select,
    Table,
    and_,
    column,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy import table as table_named
from sqlalchemy.sql.selectable import FromClause

from mapserver.domain.areas import VILLAGE
from mapserver.domain.geopackage_blob import Box
from mapserver.errors import NotFound
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.store import masking
from mapserver.store.column_types import Identifier
from mapserver.store.geometry import Geom, frame
from mapserver.store.geopackage import rtree_name
from mapserver.store.minors import MINOR
from mapserver.store.schema import canonical, compared
from mapserver.store.secrets import Sealed
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class Item:
    """One feature as it leaves the store, masked by the session's scope.

    `place` holds grid, assigned_how, assigned_m and boundary_version.
    """

    id: str
    fid: int
    geometry: BaseGeometry | None
    village: str | None
    place: Mapping[str, Any]
    revision: int
    updated_at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a collection; an empty query asks for everything.

    Parameters
    ----------
    boxes : tuple of Box
        Any of them meets the feature; more than one where the antimeridian is crossed.
    since, until : date or datetime, both inclusive
    equal : mapping of field to value
    after : int
        Only features with a greater `fid`.
    """

    boxes: tuple[Box, ...] = ()
    since: date | datetime | None = None
    until: date | datetime | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    after: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Page:
    """The features of one page, how many match in all, and where the next page starts."""

    items: tuple[Item, ...]
    matched: int
    after: int | None


_PLACE = ("grid", "assigned_how", "assigned_m", "boundary_version")


def get(session: Session, layer_id: str, identifier: str) -> Item:
    """Return one feature.

    Raises
    ------
    NotFound
        If there is none of that id within the scope; why is not told.
    """
    layer = session.layer(layer_id)
    table = session.table(layer_id)
    source = _place_source(session, layer)
    query = _select(session, layer, source).where(_is(table.c.id, identifier))
    row = session.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            f"「{layer.title.zh}」里没有这一条。",
            f"There is no such record in {layer.title.en}.",
        )
    return _item(session, layer, row)


def page(session: Session, layer_id: str, query: Query) -> Page:
    """Return the features that `query` asks for, in the order of `fid`."""
    layer = session.layer(layer_id)
    table = session.table(layer_id)
    source = _place_source(session, layer)
    conditions = _conditions(session, layer, source, query)
    wanted = _select(session, layer, source).where(*conditions)
    counted = select(func.count()).select_from(wanted.order_by(None).subquery())
    matched = session.connection.execute(counted).scalar_one()
    ordered = wanted.where(table.c.fid > query.after).order_by(table.c.fid)
    rows = session.connection.execute(ordered.limit(query.limit + 1)).all()
    items = tuple(_item(session, layer, row) for row in rows[: query.limit])
    more = len(rows) > query.limit
    return Page(items, matched, items[-1].fid if more else None)


def of_ids(session: Session, layer_id: str, identifiers: Sequence[str]) -> dict[str, Item]:
    """Return the features with these ids, by id; those out of reach are left out."""
    layer = session.layer(layer_id)
    table = session.table(layer_id)
    query = _select(session, layer, _place_source(session, layer))
    found: dict[str, Item] = {}
    known = [one for one in map(canonical, identifiers) if one]
    for start in range(0, len(known), 500):
        some = known[start : start + 500]
        for row in session.connection.execute(query.where(table.c.id.in_(some))):
            item = _item(session, layer, row)
            found[item.id] = item
    return found


def within(session: Session, table: FromClause, right: Right = Right.READ) -> ColumnElement[bool]:
    """Return the condition that a row is alive, of the town, and where the scope holds `right`."""
    alive = and_(table.c.town == session.town, table.c.deleted_at.is_(None))
    layer = session.layers[_name(table)]
    reach = session.scope.reach(layer, right)
    if session.town in reach:
        return alive
    return and_(alive, or_(false(), *(_in_area(session, table, area) for area in reach)))


def _name(table: FromClause) -> str:
    """Return what a table is called, also under another name in a statement."""
    own = table.element if isinstance(table, Alias) else table
    return cast(Table, own).name


def _in_area(session: Session, table: FromClause, area: str) -> ColumnElement[bool]:
    if len(area) <= VILLAGE:
        return table.c.village.startswith(area, autoescape=True)
    if "grid" in table.c:
        return table.c.grid.startswith(area, autoescape=True)
    layer = session.layers[_name(table)]
    if not layer.located_by:
        return false()
    lender = session.table(_located_in(layer))
    inside = lender.c.grid.startswith(area, autoescape=True)
    near = select(lender.c.id).where(lender.c.town == session.town, inside)
    return table.c[layer.located_by].in_(near)


def _place_source(session: Session, layer: Layer) -> FromClause | None:
    """Return the table whose geometry and grid a layer's features have."""
    if layer.geometry:
        return session.table(layer.id)
    return session.table(_located_in(layer)).alias("place") if layer.located_by else None


def _located_in(layer: Layer) -> str:
    """Return the layer that holds the geometry of this layer's features."""
    lender = layer.get(layer.located_by).layer if layer.located_by else None
    return lender or layer.id


def _select(session: Session, layer: Layer, source: FromClause | None) -> Select[Any]:
    table = session.table(layer.id)
    columns: list[ColumnElement[Any]] = [
        one for one in table.c if one.name not in ("geom", *_PLACE)
    ]
    if source is None:
        return select(*columns).where(within(session, table))
    columns += [source.c.geom, *(source.c[name] for name in _PLACE)]
    if source is table:
        return select(*columns).where(within(session, table))
    link = table.c[layer.located_by or ""]
    joined = table.outerjoin(source, and_(source.c.town == table.c.town, source.c.id == link))
    return select(*columns).select_from(joined).where(within(session, table))


def _conditions(
    session: Session, layer: Layer, source: FromClause | None, query: Query
) -> list[ColumnElement[bool]]:
    table = session.table(layer.id)
    conditions = [
        _equals(session, table, source, name, value) for name, value in query.equal.items()
    ]
    moment = table.c[layer.when] if layer.when else table.c.updated_at
    if query.since is not None:
        conditions.append(moment >= _as_kept(moment, query.since))
    if query.until is not None:
        conditions.append(moment <= _as_kept(moment, query.until, ends=True))
    guarded = {field.name for field in layer.fields if field.privacy != "public"}
    if guarded.intersection(query.equal):
        # an answer would tell what the record holds
        conditions.append(within(session, table, Right.PERSONAL))
    if layer.minors_by and not session.scope.sees_secrets and _tells(layer, query.equal):
        born = table.c[layer.minors_by]
        conditions.append(or_(born.is_(None), born <= masking.last_birthday(session.today)))
        conditions.append(table.c[MINOR].is_(None))
    if query.boxes:
        met = [] if source is None else [_meets(session, layer, source, box) for box in query.boxes]
        conditions.append(or_(false(), *met))
    return conditions


def _as_kept(
    column: ColumnElement[Any], moment: date | datetime, *, ends: bool = False
) -> date | datetime:
    """Return one end of an interval in the type of the column; a day ends at its midnight."""
    if isinstance(column.type, Date):
        return moment.date() if isinstance(moment, datetime) else moment
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return datetime.combine(moment, time.max if ends else time.min)


def _tells(layer: Layer, equal: Mapping[str, Any]) -> bool:
    """Whether a question would tell by its answer what a child's record holds."""
    return any(one.name in equal and one.type != "ref" for one in layer.fields)


def _equals(
    session: Session, table: FromClause, source: FromClause | None, name: str, value: Any
) -> ColumnElement[bool]:
    own = name in table.c or source is None
    asked = table.c[name] if own or source is None else source.c[name]
    if value is None:
        return asked.is_(None)
    if isinstance(asked.type, Sealed):
        own_table = cast(Table, table)
        blind = compared(own_table, name)
        return blind.in_(session.secrets.blinds(own_table, name, [value]))
    return _is(asked, value)


def _is(asked: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    wanted = canonical(value) if asked.type is Identifier else value
    same: ColumnElement[bool] = asked == wanted
    return false() if wanted is None else same


def _meets(session: Session, layer: Layer, source: FromClause, box: Box) -> ColumnElement[bool]:
    if session.on_postgresql:
        # ST_Intersects looks into the index by itself
        return cast(
            ColumnElement[bool], func.ST_Intersects(source.c.geom, literal(frame(box), Geom()))
        )
    west, south, east, north = box
    tree = table_named(
        rtree_name(_located_in(layer)), *map(column, ("id", "minx", "maxx", "miny", "maxy"))
    )
    near = select(tree.c.id).where(
        tree.c.maxx >= west, tree.c.minx <= east, tree.c.maxy >= south, tree.c.miny <= north
    )
    exact = func.meets_box(source.c.geom, west, south, east, north) == 1
    return and_(source.c.fid.in_(near), exact)


def _item(session: Session, layer: Layer, row: Row[Any]) -> Item:
    values = row._mapping
    table = session.table(layer.id)
    own = {field.name: values[field.name] for field in layer.fields}
    if values.get(MINOR) is not None:
        own = session.secrets.opened_minor(table, values["id"], {**own, MINOR: values[MINOR]})
    place = {name: values[name] for name in _PLACE if name in values}
    today, sees = session.today, session.scope.sees_secrets
    of_people = session.scope.holds(Right.PERSONAL, layer, values["village"], place.get("grid"))
    if sees or (of_people and not masking.is_child(layer, own, today)):
        own = session.secrets.opened(table, values["id"], own)
    if not sees:
        own = masking.masked(layer, own, today, of_people=of_people)
    return Item(
        id=values["id"],
        fid=values["fid"],
        geometry=values.get("geom"),
        village=values["village"],
        place=place,
        revision=values["revision"],
        updated_at=values["updated_at"],
        values=own,
    )


def queryables(layer: Layer) -> list[str]:
    """Return the properties that may be asked for: those of the table that may be seen.

    A date of birth leaves as an age only, so nobody may ask day by day whose it is.
    """
    seen = (field for field in layer.fields if field.name != layer.minors_by)
    own = [field.name for field in seen if field.privacy != "secret"]
    placed = ["village", *(_PLACE[:2] if layer.geometry or layer.located_by else ())]
    return [*own, *placed, "fid"]
