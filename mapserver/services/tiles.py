"""Vector tiles of every layer, from sorted columns in memory.

The columns of a layer are read once for each sequence number that touched it, and are
kept by scope: what one caller may see is never drawn from what another was shown.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mapserver.domain.areas import VILLAGE
from mapserver.domain.tile_points import PointColumns, point_drafts
from mapserver.domain.tile_shapes import ShapeColumns, ShapePyramid
from mapserver.domain.tiles import Column
from mapserver.domain.tints import tints
from mapserver.errors import NotFound
from mapserver.formats.mvt import encode_within
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.context import Context
from mapserver.services.kept import Kept
from mapserver.store import columns, counts
from mapserver.store.store import Session

_LAYERS_KEPT = 48
_TILES_KEPT = 512
TINTED = "village"
"""The layer whose neighbours are told apart by six tints."""

COUNTING, COUNTED = "grid", "house"
"""The layer whose features tell how many of another's lie in them."""

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """Everything tiles of one layer are made of."""

    points: PointColumns
    shapes: ShapePyramid | None
    labels: PointColumns | None


class TileMaker:
    """Makes tiles and keeps those asked for last; threads may share it, and take turns."""

    def __init__(self) -> None:
        self._sources: Kept[_Key, _Source] = Kept(_LAYERS_KEPT)
        self._tiles: Kept[_Key, bytes] = Kept(_TILES_KEPT)
        self._making = threading.Lock()

    def forget_tiles(self) -> None:
        """Forget the tiles that were made, but not the columns they are made of."""
        self._tiles.forget()

    def sequence(
        self, context: Context, layer_id: str, told: Mapping[str, int] | None = None
    ) -> int:
        """Return the sequence number that last touched a layer.

        Parameters
        ----------
        told : mapping of str to int, optional
            What `context.sequences` said since the request came; it is asked where absent.

        Raises
        ------
        NotFound
            If there is no such layer, or it has no tiles.
        """
        layer = context.layer(layer_id)
        if layer.tiles is None:
            raise NotFound(
                f"「{layer.title.zh}」没有瓦片。", f"{layer.title.en} has no vector tiles."
            )
        return drawn_sequence(context.sequences() if told is None else told, layer_id)

    def tile(
        self, context: Context, layer_id: str, sequence: int, at: tuple[int, int, int]
    ) -> bytes:
        """Return the tile at (zoom, column, row) as MVT; empty where nothing lies.

        Raises
        ------
        NotFound
            If the layer has no tiles at that zoom.
        """
        layer, key = _drawn(context, layer_id, at), _tile_key(context, layer_id, sequence, at)
        kept = self._tiles.get(key)
        if kept is not None:
            return kept
        source = self._source(context, layer, sequence)
        # threads that make tiles at once would hand the interpreter to and fro at every step
        with self._making:
            made = self._tiles.get(key)
            if made is None:
                made = _encode(layer, source, at)
                self._tiles.put(key, made)
        return made

    def at_hand(
        self, context: Context, layer_id: str, sequence: int, at: tuple[int, int, int]
    ) -> bytes | None:
        """Return what `tile` does if that takes no more than milliseconds, else None.

        So it is where the tile was made before, or is one of points that are in memory. It is
        for the one thread that reads requests: several would make the same tile.
        """
        layer, key = _drawn(context, layer_id, at), _tile_key(context, layer_id, sequence, at)
        made = self._tiles.get(key)
        if made is not None:
            return made
        source = self._sources.get(_source_key(context, layer_id, sequence))
        if source is None or source.shapes is not None:
            return None
        made = _encode(layer, source, at)
        self._tiles.put(key, made)
        return made

    def points(self, context: Context, layer_id: str, sequence: int) -> PointColumns:
        """Return the points of a layer within the caller's scope, in key order."""
        return self._source(context, context.layer(layer_id), sequence).points

    def _source(self, context: Context, layer: Layer, sequence: int) -> _Source:
        key = _source_key(context, layer.id, sequence)

        def make() -> _Source:
            with context.read() as session:
                source = _read(session, layer)
            self._sources.forget(lambda old: (old[0], old[2:]) == (key[0], key[2:]))
            return source

        return self._sources.made(key, make)


def _drawn(context: Context, layer_id: str, at: tuple[int, int, int]) -> Layer:
    layer = context.layer(layer_id)
    if layer.tiles is None or not layer.tiles.minzoom <= at[0] <= layer.tiles.maxzoom:
        raise NotFound("这个级别没有瓦片。", "There are no tiles at this zoom.")
    return layer


def _source_key(context: Context, layer_id: str, sequence: int) -> _Key:
    """Return what is the same for all who see the same of a layer."""
    counted = context.reach(COUNTED, Right.COUNT) if layer_id == COUNTING else ()
    return (layer_id, sequence, context.reach(layer_id), counted)


def _tile_key(context: Context, layer_id: str, sequence: int, at: tuple[int, int, int]) -> _Key:
    return (*_source_key(context, layer_id, sequence), at)


def version(context: Context, sequence: int) -> str:
    """Return what tiles of that sequence number are called in their addresses.

    Other layer files draw other tiles of the same records, and who sees other records has
    other addresses: a browser keeps tiles by address, and may be another's tomorrow.
    """
    return f"{sequence}-{context.store.layers_digest}-{_digest(context.scope.mark)}"


@lru_cache(1000)
def _digest(mark: tuple[str, ...]) -> str:
    return hashlib.blake2b("|".join(mark).encode(), digest_size=8).hexdigest()


def drawn_sequence(sequences: Mapping[str, int], layer_id: str) -> int:
    """Return the sequence number that last touched what tiles of a layer show.

    A grid's tiles tell how many houses lie in it, so they change with the houses too.
    """
    shown = (layer_id, COUNTED) if layer_id == COUNTING else (layer_id,)
    return max(sequences.get(name, 0) for name in shown)


def _read(session: Session, layer: Layer) -> _Source:
    names = layer.tiles.fields if layer.tiles else ()
    found = columns.points(session, layer.id, names) if "point" in layer.geometry else None
    points = (
        PointColumns.of(found.zkeys, found.fids, _columns(found.values))
        if found
        else PointColumns.of([], [])
    )
    if layer.geometry == ("point",):
        return _Source(points, None, None)
    shapes = columns.shapes(session, layer.id, names)
    values = dict(shapes.values)
    if layer.id == TINTED:
        values["tint"] = tints(shapes.geometries).tolist()
    if layer.id == COUNTING and "households" in values:
        values["households"] = _houses(session, values["code"])
    drawn = ShapeColumns.of(
        shapes.geometries, shapes.fids, _columns(values), coverage=layer.kind == "area"
    )
    labels = drawn.labels() if layer.kind == "area" else None
    return _Source(points, ShapePyramid(drawn), labels)


def _houses(session: Session, grids: list[str]) -> list[int | None]:
    """Return how many houses stand in each grid, None where the caller may not know."""
    inside = counts.by_grid(session)
    layer, blank = session.layers[COUNTED], counts.GridCount(0, 0, 0)
    return [
        inside.get(code, blank).houses
        if session.scope.holds(Right.COUNT, layer, code[:VILLAGE], code)
        else None
        for code in grids
    ]


def _columns(values: dict[str, list[Any]]) -> tuple[Column, ...]:
    return tuple(Column.of(name, map(_plain, column)) for name, column in values.items())


def _plain(value: Any) -> Any:
    """Return a value as tiles may hold it: dates become text."""
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _encode(layer: Layer, source: _Source, at: tuple[int, int, int]) -> bytes:
    drafts = []
    if len(source.points):
        drafts.append(point_drafts(source.points, *at))
    if source.shapes is not None:
        drafts.append(source.shapes.drafts(*at))
    tile = encode_within(layer.id, *drafts) if drafts else b""
    if source.labels is not None:
        tile += encode_within(f"{layer.id}_label", point_drafts(source.labels, *at))
    return tile
