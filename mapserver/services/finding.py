"""Search: villages, grids, groups, doors and everything else that has a name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shapely import Point

from mapserver.domain.address import parse
from mapserver.domain.areas import Gazetteer
from mapserver.domain.word_index import WordIndex
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer
from mapserver.services.context import Context
from mapserver.services.kept import Kept
from mapserver.store import search
from mapserver.store.store import Session

LONGEST = 60
"""Characters of a question; what follows is left out."""

_FIRST = 2
"""How many of a layer are shown before others have had their turn."""

_LAYERS_KEPT = 200

_Key = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """That a layer was searched as it was at a sequence number, and its index once it has one."""

    sequence: int
    index: WordIndex | None


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: a point to fly to, or bounds where it is an area."""

    layer: str
    id: str
    title: str
    subtitle: str
    point: tuple[float, float] | None
    bounds: tuple[float, float, float, float] | None


class Finder:
    """Finds, and keeps an index of what is searched again before it changes.

    Whoever has the same scope is served from one index, and nobody else; threads may share it.
    """

    def __init__(self) -> None:
        self._kept: Kept[_Key, _Asked] = Kept(_LAYERS_KEPT)

    def find(self, context: Context, text: str, limit: int) -> list[Found]:
        """Return what answers to `text`, the exact door first, then areas, then the rest."""
        words = text[:LONGEST].split()
        if not words:
            return []
        with context.read() as session:
            names = gazetteer(session)
            found: dict[tuple[str, str], Found] = {}
            for hit in self._hits(session, names, words, limit):
                found.setdefault((hit.layer, hit.id), _found(hit, names))
                if len(found) >= limit:
                    break
            return list(found.values())

    def _hits(
        self, session: Session, names: Gazetteer, words: Sequence[str], limit: int
    ) -> Iterator[search.Hit]:
        yield from _at_door(session, names, " ".join(words), limit)
        written = session.sequences()
        of_layers = [
            search.by_words(session, layer, words, limit, self._index(session, layer, written))
            for layer in session.layers.values()
        ]
        # areas come before what lies in them; then a few of every layer, then the rest
        of_layers.sort(key=lambda hits: bool(hits) and session.layers[hits[0].layer].kind != "area")
        for hits in of_layers:
            yield from hits[:_FIRST]
        for hits in of_layers:
            yield from hits[_FIRST:]

    def _index(
        self, session: Session, layer: Layer, written: Mapping[str, int]
    ) -> WordIndex | None:
        """Return the index of a layer; none at the first question since the layer was written.

        One question is sooner answered by a look at every row.
        """
        if not search.is_searched(layer):
            return None
        key, last = (session.scope.mark, layer.id), written.get(layer.id, 0)
        known = self._kept.get(key)
        if known is None or known.sequence != last:
            self._kept.put(key, _Asked(last, None))
            return None
        if known.index is None:
            known = _Asked(last, search.word_index(session, layer))
            self._kept.put(key, known)
        return known.index


def _at_door(session: Session, names: Gazetteer, text: str, limit: int) -> Iterator[search.Hit]:
    """Yield the houses at the door that a text names, in every village where it names none."""
    address = parse(text, names.names)
    if address.reaches_door:
        named = names.village(address.village) if address.village else None
        villages = [named] if named else list(names.villages)
        keys = [key for village in villages if (key := address.key(village))]
        yield from search.by_key(session, keys)[:limit]


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
