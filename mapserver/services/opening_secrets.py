"""Opening a secret: one field of one record, for a stated purpose, and an event of it.

Also finding who has a number: whoever may ask that as often as they like can work out a
masked ID number, so it is counted and told like an opening.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapserver.domain.identity import IdNumber, normalise_id
from mapserver.domain.phones import read_phones
from mapserver.domain.purposes import Purpose
from mapserver.errors import InvalidRequest, NotAllowed
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.context import Context
from mapserver.services.opening_limit import OpeningLimit
from mapserver.store import items, masking
from mapserver.store.events import Event
from mapserver.store.items import Item
from mapserver.store.store import Session

SHOWN_S = 60
"""How long a page shows what was opened."""

_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see; without a field the whole record of a child."""

    layer: str
    item: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened, by name of the field."""

    layer: str
    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holder:
    """A record that has a number, masked as ever."""

    layer: str
    id: str
    values: Mapping[str, Any]


def open_secret(context: Context, limit: OpeningLimit, wanted: Wanted, purpose: Purpose) -> Opened:
    """Return what was asked for, with its event in the record.

    Raises
    ------
    InvalidRequest
        If the field is no secret, or the purpose does not fit the record.
    NotAllowed
        If none of the person's appointments opens secrets of that layer there.
    NotFound
        If there is no such record within the scope.
    TooManyOpenings
        If this person opened too many lately.
    """
    layer = context.layer(wanted.layer)
    _refuse_other_fields(layer, wanted.field)
    with context.unmasked().write() as session:
        limit.hold(session)
        item = items.get(session, layer.id, wanted.item)
        _refuse_without_right(session, layer, item)
        is_child = masking.is_child(layer, item.values, session.today)
        _refuse_unfit(wanted, purpose, is_child=is_child)
        if wanted.field is None:
            values = masking.shown_whole(layer, item.values)
        else:
            values = {wanted.field: item.values[wanted.field]}
        fields = [wanted.field] if wanted.field else ["*"]
        session.append([_noted(layer.id, item.id, purpose, fields=fields)])
    return Opened(layer.id, item.id, values)


def _may_open(session: Session, layer: Layer, item: Item) -> bool:
    return session.scope.holds(Right.OPEN, layer, item.village, item.place.get("grid"))


def _refuse_without_right(session: Session, layer: Layer, item: Item) -> None:
    if not _may_open(session, layer, item):
        raise NotAllowed(
            f"您的岗位不能查看「{layer.title.zh}」里保密的内容。需要的话，请管理员任命。",
            f"Your appointments do not open secrets of {layer.title.en}. Ask the administrator "
            "if you need it.",
        )


def _refuse_other_fields(layer: Layer, name: str | None) -> None:
    secret = {field.name for field in layer.fields if field.is_secret}
    if name is not None and name not in {*secret, layer.minors_by}:
        raise InvalidRequest(
            f"{name} 不是「{layer.title.zh}」里要按用途查看的字段。",
            f"{name} is no field of {layer.title.en} that is opened for a purpose.",
            parameter="field",
        )


def _refuse_unfit(wanted: Wanted, purpose: Purpose, *, is_child: bool) -> None:
    if is_child and not purpose.serves_children:
        raise InvalidRequest(
            "未满 14 周岁的整条保密，只有监护事务可以打开。",
            "The record of somebody under 14 is opened for guardianship only.",
            parameter="purpose",
        )
    if wanted.field is None and not is_child:
        raise InvalidRequest(
            "要写明查看哪个字段，一次一个。",
            "Name the field to open, one at a time.",
            parameter="field",
        )


def _noted(layer: str | None, item: str | None, purpose: Purpose, **details: Any) -> Event:
    said = {**details, "purpose": purpose.reason, "text": purpose.words}
    return Event("open", layer, item, None, {"note": said})


def look_up(
    context: Context, limit: OpeningLimit, number: str, purpose: Purpose
) -> Sequence[Holder]:
    """Return the records that have this ID number or phone, masked; children are left out.

    Raises
    ------
    InvalidRequest
        If it is neither a whole ID number nor a whole phone.
    TooManyOpenings
        If this person opened too many lately.
    """
    kind, value = _number(number)
    with context.write() as session:
        limit.hold(session)
        found = list(_holders(session, kind, value))[:_MOST_FOUND]
        events = [_noted(one.layer, one.id, purpose, looked_up=kind) for one in found]
        session.append(events or [_noted(None, None, purpose, looked_up=kind)])
    return found


def _number(text: str) -> tuple[str, str]:
    read = normalise_id(text)
    if isinstance(read, IdNumber):
        return "id_number", read.number
    phones = read_phones(text)
    if phones is not None and phones.count == 1 and not phones.words:
        return "phone", phones.first
    raise InvalidRequest(
        "要写完整的身份证号或电话，一个字也不少。",
        "Give a whole ID number or phone.",
        parameter="number",
    )


def _holders(session: Session, kind: str, value: str) -> Sequence[Holder]:
    found: dict[tuple[str, str], Item] = {}
    for layer in session.layers.values():
        for field in layer.fields:
            if field.type == kind and layer.is_blind(field):
                query = items.Query(equal={field.name: value}, limit=_MOST_FOUND)
                page = items.page(session, layer.id, query)
                mine = (item for item in page.items if _may_open(session, layer, item))
                found |= {(layer.id, item.id): item for item in mine}
    return [
        Holder(layer, identifier, item.values)
        for (layer, identifier), item in found.items()
        if not item.values.get("secret")
    ]
