"""DXF as text: polylines and lines, called by their layer (AutoCAD DXF Reference, Entities)."""

from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.formats.shapes_in.shape import Feature, line, text_of

Pair = tuple[int, str]

_LAYER, _X, _Y, _FLAGS = 8, 10, 20, 70
_END_X, _END_Y = 11, 21
_CLOSED = 1
_POLYLINES = ("LWPOLYLINE", "POLYLINE")
_PARTS = ("VERTEX", "SEQEND")


def read(data: bytes) -> Iterator[Feature]:
    """Yield each polyline, lines that meet as one, and whatever else is drawn without a shape."""
    straight: dict[str | None, list[BaseGeometry]] = {}
    for entity in _drawn(_entities(_pairs(data))):
        if entity[0][1] == "LINE":
            straight.setdefault(_layer(entity), []).append(_line(entity))
        else:
            yield _polyline(entity) if entity[0][1] in _POLYLINES else Feature(None, None, None)
    for layer, lines in straight.items():
        for one in shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines))).tolist():
            yield Feature(layer, None, one)


def _pairs(data: bytes) -> Iterator[Pair]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    lines = iter(text.splitlines())
    for code in lines:
        yield int(code), next(lines, "").strip()


def _entities(pairs: Iterator[Pair]) -> Iterator[list[Pair]]:
    """Yield what stands in the section of entities, each as its pairs."""
    section, entity = "", list[Pair]()
    for code, value in pairs:
        if code == 0:
            if entity and section == "ENTITIES":
                yield entity
            entity = [(code, value)]
            section = "" if value in ("SECTION", "ENDSEC") else section
            entity = [] if value in ("SECTION", "ENDSEC", "EOF") else entity
        elif code == 2 and not section and not entity:
            section = value
        elif entity:
            entity.append((code, value))


def _drawn(entities: Iterator[list[Pair]]) -> list[list[Pair]]:
    """Return entities, each polyline with the places of the vertices that follow it."""
    drawn: list[list[Pair]] = []
    for entity in entities:
        if entity[0][1] == "POLYLINE":
            # its own place is that of none of its vertices
            drawn.append([pair for pair in entity if pair[0] not in (_X, _Y)])
        elif entity[0][1] not in _PARTS:
            drawn.append(entity)
        elif drawn and entity[0][1] == "VERTEX":
            drawn[-1] += [pair for pair in entity if pair[0] in (_X, _Y)]
    return drawn


def _polyline(entity: list[Pair]) -> Feature:
    places = list(zip(_numbers(entity, _X), _numbers(entity, _Y), strict=True))
    flags = next((int(value) for code, value in entity if code == _FLAGS), 0)
    if flags & _CLOSED and places and places[0] != places[-1]:
        places.append(places[0])
    return Feature(_layer(entity), None, line(places))


def _line(entity: list[Pair]) -> BaseGeometry:
    ends = [(*_numbers(entity, x), *_numbers(entity, y)) for x, y in ((_X, _Y), (_END_X, _END_Y))]
    return shapely.LineString(ends)


def _numbers(entity: list[Pair], wanted: int) -> list[float]:
    return [float(value) for code, value in entity if code == wanted]


def _layer(entity: list[Pair]) -> str | None:
    return next((text_of(value) for code, value in entity if code == _LAYER), None)
