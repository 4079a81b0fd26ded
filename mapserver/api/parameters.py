"""Parameters of OGC API - Features (OGC 17-069r4): bbox, datetime, and a field's value."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from mapserver.errors import InvalidRequest
from mapserver.layers import Layer, LayerField
from mapserver.store.geometry import Box

OPEN_ENDS = ("", "..")


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


Moment = date | datetime


def interval(text: str | None) -> tuple[Moment | None, Moment | None]:
    """Return the two ends of a `datetime` parameter (clause 7.15.4); None is open.

    Raises
    ------
    InvalidRequest
        If it is not an RFC 3339 date or time, or an interval of two.
    """
    if text is None:
        return None, None
    parts = text.split("/")
    try:
        if len(parts) == 1:
            return _day(parts[0]), _day(parts[0])
        since, until = (None if part in OPEN_ENDS else _day(part) for part in parts)
    except ValueError as error:
        raise InvalidRequest(
            "参数 datetime 写成 2026-11-01、2026-11-01/2026-11-30 或 2026-11-01/..",
            "Write datetime as 2026-11-01, 2026-11-01/2026-11-30 or 2026-11-01/..",
            parameter="datetime",
        ) from error
    return since, until


def _day(text: str) -> Moment:
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC).replace(tzinfo=None)


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
        return int(text) if name == "fid" else _typed(fields.get(name), text)
    except (ValueError, KeyError) as error:
        raise InvalidRequest(
            f"参数 {name} 的值「{text[:40]}」类型不对。",
            f"The value “{text[:40]}” of {name} is of the wrong type.",
            parameter=name,
        ) from error


def _typed(field: LayerField | None, text: str) -> object:
    match field.type if field else "text":
        case "integer":
            return int(text)
        case "number":
            return float(text)
        case "boolean":
            return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
        case "date":
            return date.fromisoformat(text)
        case _:
            return text
