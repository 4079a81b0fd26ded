"""DXF as text: polylines, called by their layer (AutoCAD DXF Reference, Entities)."""

from collections.abc import Iterator

from mapserver.formats.shapes_in.shape import Feature, line, text_of

Pair = tuple[int, str]

_LAYER, _X, _Y, _FLAGS = 8, 10, 20, 70
_CLOSED = 1
_LINES = ("LWPOLYLINE", "POLYLINE")
_PARTS = ("VERTEX", "SEQEND")


def read(data: bytes) -> Iterator[Feature]:
    """Yield each polyline, and whatever else is drawn without a shape."""
    drawn: list[list[Pair]] = []
    for entity in _entities(_pairs(data)):
        if entity[0][1] == "POLYLINE":
            # its own place is that of none of its vertices, which follow
            drawn.append([pair for pair in entity if pair[0] not in (_X, _Y)])
        elif entity[0][1] not in _PARTS:
            drawn.append(entity)
        elif drawn and entity[0][1] == "VERTEX":
            drawn[-1] += [pair for pair in entity if pair[0] in (_X, _Y)]
    for entity in drawn:
        yield _polyline(entity) if entity[0][1] in _LINES else Feature(None, None, None)


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


def _polyline(entity: list[Pair]) -> Feature:
    xs, ys = ([float(value) for code, value in entity if code == wanted] for wanted in (_X, _Y))
    places = list(zip(xs, ys, strict=True))
    flags = next((int(value) for code, value in entity if code == _FLAGS), 0)
    if flags & _CLOSED and places and places[0] != places[-1]:
        places.append(places[0])
    layer = next((text_of(value) for code, value in entity if code == _LAYER), None)
    return Feature(layer, None, line(places))
