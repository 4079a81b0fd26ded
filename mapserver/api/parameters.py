"""Parameters of OGC API - Features (OGC 17-069r4): bbox, datetime, and a field's value."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any
from uuid import UUID

from fastapi import Request

from mapserver.domain.geopackage_blob import Box
from mapserver.errors import InvalidRequest, NotFound
from mapserver.layers import Layer, LayerField

OPEN_ENDS = ("", "..")
EVERYWHERE = ("lang", "f")
"""Parameters of every address: the language of the answer, and its form (json)."""
MOST = 2**63 - 1
"""The largest whole number that a column holds."""


VILLAGE = "^[0-9]{12}$"
GRID = "^[0-9]{15}$"
"""The pattern of a village's code."""

FURTHEST = 10**9
"""The furthest that a list can be read from."""

LIMIT, LIMIT_MOST = 10, 10_000
"""How many features a page has unless asked, and the most that it has."""

ITEMS_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "limit",
        "in": "query",
        "description": "How many features a page has; more than the maximum counts as it.",
        "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT},
        "style": "form",
        "explode": False,
    },
    {
        "name": "bbox",
        "in": "query",
        "description": "west,south,east,north in degrees of CRS84; with heights six numbers.",
        "schema": {
            "type": "array",
            "items": {"type": "number"},
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
        },
        "style": "form",
        "explode": False,
    },
    {
        "name": "datetime",
        "in": "query",
        "description": "A date or time of RFC 3339, or an interval: 2026-11-01/..",
        "schema": {"type": "string"},
        "style": "form",
        "explode": False,
    },
    {
        "name": "after",
        "in": "query",
        "description": "Set by next links.",
        "schema": {"type": "integer", "format": "int64", "minimum": 0, "default": 0},
    },
    {
        "name": "properties",
        "in": "query",
        "description": "Any property of the collection's queryables, by its own name.",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "style": "form",
        "explode": True,
    },
]
"""The parameters of a page of features as clauses 7.15.2 to 7.15.5 write them."""


async def declared_only(request: Request) -> None:
    """Refuse parameters that the address does not know (clause 7.6, /req/core/query-param-unknown).

    Raises
    ------
    InvalidRequest
        If there is one, or `f` asks for another form than json.
    """
    known = {one.alias for one in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name not in known and name not in EVERYWHERE:
            raise InvalidRequest(
                f"这个地址没有参数 {name}。",
                f"This address has no parameter {name}.",
                parameter=name,
            )
    known_form(request)


def known_form(request: Request) -> None:
    """Refuse to answer in another form than JSON where `f` asks for it.

    Raises
    ------
    InvalidRequest
        If `f` is not json.
    """
    if request.query_params.get("f", "json") != "json":
        raise InvalidRequest("参数 f 只能是 json。", "f can only be json.", parameter="f")


def boxes(text: str | None) -> tuple[Box, ...]:
    """Return the boxes of a `bbox` parameter: two where it crosses the antimeridian.

    Clause 7.15.3: west, south, east, north; or six numbers with heights, which are left out.

    Raises
    ------
    InvalidRequest
        If it is not four or six numbers, or north lies south of south.
    """
    if text is None:
        return ()
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(abs(number) <= 360 for number in numbers):
        raise InvalidRequest(
            "参数 bbox 要四个数：西,南,东,北，例如 112.89,27.03,113.01,27.15。",
            "bbox takes four numbers: west,south,east,north, such as 112.89,27.03,113.01,27.15.",
            parameter="bbox",
        )
    west, south, east, north = numbers
    if south > north:
        raise InvalidRequest(
            "参数 bbox 的南边在北边之上，按 西,南,东,北 的顺序写。",
            "bbox has its south above its north; the order is west,south,east,north.",
            parameter="bbox",
        )
    if west > east:
        return ((west, south, 180.0, north), (-180.0, south, east, north))
    return ((west, south, east, north),)


_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interval:
    """What a `datetime` parameter asks for: both ends inclusive, with their zone; None is open."""

    since: datetime | None = None
    until: datetime | None = None

    def for_days(self) -> tuple[date | None, date | None]:
        """Return the ends for a column of dates: the days on which the ends lie."""
        return (self.since and self.since.date(), self.until and self.until.date())

    def for_moments(self) -> tuple[datetime | None, datetime | None]:
        """Return the ends for a column of moments in UTC without their zone."""
        return (self.since and _in_utc(self.since), self.until and _in_utc(self.until))


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def interval(text: str | None) -> Interval:
    """Return what a `datetime` parameter asks for (clause 7.15.4); a date is its whole day.

    Raises
    ------
    InvalidRequest
        If it is not an RFC 3339 date or time, or an interval of two in their order.
    """
    if text is None:
        return Interval()
    parts = text.split("/")
    try:
        if len(parts) == 1:
            return Interval(*_ends(text))
        first, last = parts
        asked = Interval(
            None if first in OPEN_ENDS else _ends(first)[0],
            None if last in OPEN_ENDS else _ends(last)[1],
        )
        if asked.since and asked.until and asked.since > asked.until:
            raise ValueError("the end is before the beginning")
    except (ValueError, OverflowError) as error:
        raise InvalidRequest(
            "参数 datetime 写成 2026-11-01、2026-11-01/2026-11-30 或 2026-11-01/..",
            "Write datetime as 2026-11-01, 2026-11-01/2026-11-30 or 2026-11-01/..",
            parameter="datetime",
        ) from error
    return asked


def _ends(text: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a date or time of RFC 3339, section 5.6."""
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC)
    if not _TIME.fullmatch(text):
        raise ValueError("no date or time of RFC 3339")
    moment = datetime.fromisoformat(text.upper())
    _in_utc(moment)  # a moment that UTC cannot say is refused here
    return moment, moment


def equals(
    layer: Layer, queryables: Iterable[str], given: Mapping[str, str], known: Iterable[str]
) -> dict[str, object]:
    """Return the fields that a request asks for by value.

    Raises
    ------
    InvalidRequest
        If a parameter is neither `known` nor a queryable, or its value is of another type.
    """
    allowed = set(queryables)
    wanted: dict[str, object] = {}
    for name, text in given.items():
        if name in known:
            continue
        if name not in allowed:
            raise InvalidRequest(
                f"没有参数 {name}。可以用的在 /collections/{layer.id}/queryables。",
                f"There is no parameter {name}; see /collections/{layer.id}/queryables.",
                parameter=name,
            )
        wanted[name] = _value(layer, name, text)
    return wanted


def _value(layer: Layer, name: str, text: str) -> object:
    fields = {field.name: field for field in layer.fields}
    try:
        return _whole(text) if name == "fid" else _typed(fields.get(name), text)
    except (ValueError, KeyError) as error:
        raise InvalidRequest(
            f"参数 {name} 的值「{text[:40]}」类型不对。",
            f"The value “{text[:40]}” of {name} is of the wrong type.",
            parameter=name,
        ) from error


def _typed(field: LayerField | None, text: str) -> object:
    match field.type if field else "text":
        case "integer":
            return _whole(text)
        case "number":
            return _finite(text)
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        case "date":
            return date.fromisoformat(text)
        case "ref":
            return str(UUID(text))
        case _:
            return text


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > MOST:
        raise ValueError("more than a column holds")
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("not a finite number")
    return number


def identifier(text: str) -> str:
    """Return the identifier of a record in its usual form.

    Raises
    ------
    NotFound
        If it is none, so nothing has it.
    """
    try:
        return str(UUID(text))
    except ValueError as error:
        raise NotFound(f"没有 {text[:40]} 这一条。", f"There is no {text[:40]}.") from error
