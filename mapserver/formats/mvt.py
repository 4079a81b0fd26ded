"""Vector tiles as bytes: the layers of a tile, each no larger than it should be.

References
----------
Mapbox Vector Tile Specification 2.1 (https://github.com/mapbox/vector-tile-spec).
"""

from collections.abc import Iterable

import numpy as np

from mapserver.domain.tiles import EXTENT, Dots, TileFeatures, merge
from mapserver.formats import mvt_dots
from mapserver.formats.mvt_features import encode_features
from mapserver.formats.mvt_values import Tags
from mapserver.formats.mvt_wire import (
    LAYER_EXTENT,
    LAYER_KEY,
    LAYER_NAME,
    LAYER_VERSION,
    TILE_LAYER,
    block,
    number,
)

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_BYTES = 500_000
"""A layer in a tile grows no larger than this; the next coarser draft is taken instead."""

_VERSION = 2


def encode_within(
    name: str, *drafts: Iterable[TileFeatures | Dots], max_bytes: int = MAX_BYTES
) -> bytes:
    """Return the layer made of the first of `drafts`, fine to coarse, that is small enough.

    Several drafts are the parts of one layer (its points, and its lines and areas) and
    are taken step by step together. If even the coarsest is too large, it is returned.
    """
    parts: tuple[TileFeatures | Dots, ...] = ()
    for parts in zip(*drafts, strict=False):
        if sum(map(_least_bytes, parts)) <= max_bytes:
            layer = encode_layer(name, *parts)
            if len(layer) <= max_bytes:
                return layer
    return encode_layer(name, *parts) if parts else b""


def _least_bytes(features: TileFeatures | Dots) -> int:
    """Return what features take at least: 7 bytes each, and 2 for a vertex and an attribute."""
    attributes = sum(int(np.count_nonzero(column.codes >= 0)) for column in features.columns)
    return 7 * len(features) + 2 * (len(features.xy) + attributes)


def encode_layer(name: str, *parts: TileFeatures | Dots) -> bytes:
    """Return one layer with the features of all `parts`; nothing where there are none.

    A tile is its layers' bytes one after the other; no two layers may share a name.
    """
    features = parts[0] if len(parts) == 1 else merge(parts)
    if not len(features):
        return b""
    tags = Tags.of(features.columns, len(features))
    layer = (
        number(LAYER_VERSION, _VERSION),
        block(LAYER_NAME, name.encode()),
        *_encoded(features, tags),
        *(block(LAYER_KEY, column.name.encode()) for column in features.columns),
        *tags.values,
        number(LAYER_EXTENT, EXTENT),
    )
    return block(TILE_LAYER, b"".join(layer))


def _encoded(features: TileFeatures | Dots, tags: Tags) -> Iterable[bytes]:
    if isinstance(features, Dots):
        return mvt_dots.encode_dots(features, tags.places)
    return [encode_features(features, tags.places)]
