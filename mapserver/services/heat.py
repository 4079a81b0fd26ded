"""Heat maps of every layer with points, from the columns that its tiles are cut from.

People are counted where their house stands.

Counts of layers that hold anything personal are published as `domain/suppression.py` says,
the same for every tile of a scope and sequence number, whatever is asked for first.
"""

import numpy as np

from mapserver.domain.heat import TILE_BITS, HeatLevels, heat_features
from mapserver.domain.suppression import Published, published
from mapserver.domain.tiles import Ints
from mapserver.errors import NotFound
from mapserver.formats.mvt import encode_layer
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.context import Context
from mapserver.services.kept import Kept
from mapserver.services.tiles import TileMaker
from mapserver.store import counts

PEOPLE, HOUSES = "person", "house"
_LAYERS_KEPT = 16
_LEVELS_KEPT = 64

_Key = tuple[object, ...]


class HeatMaker:
    """Makes heat tiles and keeps the counts that they are made of; threads may share it."""

    def __init__(self, tiles: TileMaker) -> None:
        self._tiles = tiles
        self._heats: Kept[_Key, HeatLevels] = Kept(_LAYERS_KEPT)
        self._levels: Kept[_Key, Published] = Kept(_LEVELS_KEPT)

    def sequence(self, context: Context, layer_id: str) -> int:
        """Return the sequence number that last touched what a layer's heat map shows.

        Raises
        ------
        NotFound
            If there is no such layer, or nothing of it is on the map.
        """
        if layer_id != PEOPLE:
            return self._tiles.sequence(context, layer_id)
        touched = context.sequences()
        return max(touched.get(name, 0) for name in (PEOPLE, HOUSES))

    def tile(
        self,
        context: Context,
        layer_id: str,
        sequence: int,
        at: tuple[int, int, int],
        bits: int = TILE_BITS,
    ) -> bytes:
        """Return the heat tile at (zoom, column, row) as MVT; empty where nothing lies.

        It has 2**`bits` cells a side.

        Raises
        ------
        NotFound
            If the layer has no points, or no tiles at that zoom.
        """
        layer = context.layer(layer_id, Right.COUNT)
        placed = context.layer(HOUSES, Right.COUNT) if layer_id == PEOPLE else layer
        if placed.tiles is None or "point" not in placed.geometry:
            raise NotFound(
                f"「{layer.title.zh}」没有点，做不了热力图。",
                f"{layer.title.en} has no points, so there is no heat map of it.",
            )
        if not placed.tiles.minzoom <= at[0] <= placed.tiles.maxzoom:
            raise NotFound("这个级别没有热力图。", "There is no heat map at this zoom.")
        level = self._level(context, layer, sequence, at[0] + bits)
        return encode_layer(layer.id, heat_features(level.counts, level.shown, *at))

    def _level(self, context: Context, layer: Layer, sequence: int, level: int) -> Published:
        def make() -> Published:
            heat = self._heat(context, layer, sequence)
            return published(heat, level) if tells_of_people(layer) else _whole(heat, level)

        return self._levels.made((*_heat_key(context, layer, sequence), level), make)

    def _heat(self, context: Context, layer: Layer, sequence: int) -> HeatLevels:
        key = _heat_key(context, layer, sequence)
        return self._heats.made(key, lambda: HeatLevels(self._zkeys(context, layer, sequence)))

    def _zkeys(self, context: Context, layer: Layer, sequence: int) -> Ints:
        if layer.id != PEOPLE:
            return self._tiles.points(context, layer.id, sequence).zkeys
        with context.read() as session:
            return counts.residents(session)


def _heat_key(context: Context, layer: Layer, sequence: int) -> _Key:
    """Return what is the same for all whose counts are the same."""
    reach = context.reach(layer.id, Right.COUNT if layer.id == PEOPLE else Right.READ)
    return (layer.id, sequence, reach, context.reach(HOUSES, Right.COUNT))


def tells_of_people(layer: Layer) -> bool:
    """Say whether a layer holds anything personal, so that its small counts are not told."""
    return any(field.privacy != "public" for field in layer.fields)


def _whole(heat: HeatLevels, level: int) -> Published:
    counts = heat.level(level)
    return Published(counts, np.ones(len(counts), bool), np.arange(len(counts)))
