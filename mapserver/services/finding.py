"""Search: villages, grids, groups, doors and everything else that has a name."""

from collections.abc import Iterator
from dataclasses import dataclass

from shapely import Point

from mapserver.domain.address import parse
from mapserver.domain.areas import Gazetteer
from mapserver.services.areas import gazetteer
from mapserver.services.context import Context
from mapserver.store import search
from mapserver.store.store import Session

LONGEST = 60
"""Characters of a question; what follows is left out."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: a point to fly to, or bounds where it is an area."""

    layer: str
    id: str
    title: str
    subtitle: str
    point: tuple[float, float] | None
    bounds: tuple[float, float, float, float] | None


def find(context: Context, text: str, limit: int) -> list[Found]:
    """Return what answers to `text`, the exact door first, then areas, then the rest."""
    words = text[:LONGEST].split()
    if not words:
        return []
    with context.read() as session:
        names = gazetteer(session)
        found: dict[tuple[str, str], Found] = {}
        for hit in _hits(session, names, " ".join(words), limit):
            found.setdefault((hit.layer, hit.id), _found(hit, names))
            if len(found) >= limit:
                break
        return list(found.values())


def _hits(session: Session, names: Gazetteer, text: str, limit: int) -> Iterator[search.Hit]:
    address = parse(text, names.names)
    if address.reaches_door:
        named = names.village(address.village) if address.village else None
        villages = [named] if named else list(names.villages)
        keys = [key for village in villages if (key := address.key(village))]
        yield from search.by_key(session, keys)[:limit]
    of_layers = [
        search.by_words(session, layer, text.split(), limit) for layer in session.layers.values()
    ]
    # areas come before what lies in them; then a few of every layer, then the rest
    of_layers.sort(key=lambda hits: bool(hits) and session.layers[hits[0].layer].kind != "area")
    for hits in of_layers:
        yield from hits[:_FIRST]
    for hits in of_layers:
        yield from hits[_FIRST:]


_FIRST = 2
"""How many of a layer are shown before others have had their turn."""


def _found(hit: search.Hit, names: Gazetteer) -> Found:
    point, bounds = None, None
    if isinstance(hit.geometry, Point):
        point = (hit.geometry.x, hit.geometry.y)
    elif hit.geometry is not None:
        bounds = hit.geometry.bounds
    village = names.villages.get(hit.village or "", "")
    subtitle = hit.detail or village
    title = f"{village} {hit.title}".strip() if hit.layer in ("house", "grid") else hit.title
    return Found(hit.layer, hit.id, title, subtitle, point, bounds)
