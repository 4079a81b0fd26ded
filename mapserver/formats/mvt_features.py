"""The features of a tile layer as bytes, whatever their geometry.

Everything in a feature is a variable-length number: tags, lengths, ids, attributes and
vertices. So features are laid out as one array of numbers, and that array becomes bytes in
one go. Single dots have a shorter way, `mvt_dots`.

References
----------
Mapbox Vector Tile Specification 2.1, section 4.3 (https://github.com/mapbox/vector-tile-spec).
"""

import numpy as np

from mapserver.domain.tiles import Ints, Kind, TileFeatures, lengths, ranges, starts
from mapserver.formats.mvt_wire import (
    CLOSE_PATH,
    FEATURE_GEOMETRY,
    FEATURE_ID,
    FEATURE_TAGS,
    FEATURE_TYPE,
    LAYER_FEATURE,
    LINE_TO,
    MOVE_TO,
    sizes,
    to_bytes,
    zigzag,
)


def encode_features(features: TileFeatures, places: Ints) -> bytes:
    """Return the features one after the other; `places` as in `mvt_values.Tags`."""
    return to_bytes(_words(features, places.T))


def _words(features: TileFeatures, places: Ints) -> Ints:
    """Return all features of a layer as the numbers that protobuf writes, in order.

    Each is: its tag and length; id; attributes as (key, value) pairs; kind; geometry.
    """
    geometry, ends = _geometry_words(features)
    geometry_bytes = _sums(sizes(geometry), ends)
    has = places >= 0
    keys = np.arange(len(features.columns))
    tag_bytes = ((sizes(keys) + sizes(places)) * has).sum(axis=1)
    identified, tagged = features.ids >= 0, tag_bytes > 0
    body_bytes = identified * (1 + sizes(features.ids)) + 2
    body_bytes += tagged * (1 + sizes(tag_bytes) + tag_bytes)
    body_bytes += 1 + sizes(geometry_bytes) + geometry_bytes

    id_at = 2
    tags_at = id_at + 2 * identified
    kind_at = tags_at + 2 * tagged + 2 * has.sum(axis=1)
    geometry_at = kind_at + 2
    word_ends = np.cumsum(geometry_at + 2 + lengths(ends))
    begin = starts(word_ends)
    words = np.empty(int(word_ends[-1]), np.int64)
    _put(words, begin, LAYER_FEATURE, body_bytes)
    _put(words, (begin + id_at)[identified], FEATURE_ID, features.ids[identified])
    _put(words, (begin + tags_at)[tagged], FEATURE_TAGS, tag_bytes[tagged])
    feature, column = np.nonzero(has)
    earlier: Ints = (np.cumsum(has, axis=1) - has)[feature, column]
    pair_at = (begin + tags_at)[feature] + 2 + 2 * earlier
    _put(words, pair_at, column, places[feature, column])
    _put(words, begin + kind_at, FEATURE_TYPE, features.kinds)
    _put(words, begin + geometry_at, FEATURE_GEOMETRY, geometry_bytes)
    words[ranges(begin + geometry_at + 2, word_ends)] = geometry
    return words


def _geometry_words(features: TileFeatures) -> tuple[Ints, Ints]:
    """Return the commands and steps of all geometries, and where each feature's end.

    A path is MoveTo and its first vertex, LineTo and the others, and for a ring ClosePath;
    a point feature is one MoveTo with all its dots. Every vertex is written as the step
    from the one before it in the feature, the first as the step from the tile's corner.
    """
    kind = np.repeat(features.kinds, lengths(features.feature_ends))
    drawn, ring = kind != Kind.POINT, kind == Kind.POLYGON
    size = lengths(features.path_ends)
    word_ends = np.cumsum(1 + 2 * size + drawn + ring)
    begin = starts(word_ends)
    words = np.empty(int(word_ends[-1]), np.int64)
    words[begin] = MOVE_TO | np.where(drawn, 1, size) << 3
    words[begin[drawn] + 3] = LINE_TO | (size[drawn] - 1) << 3
    words[word_ends[ring] - 1] = CLOSE_PATH

    path_start = starts(features.path_ends)
    within = np.arange(len(features.xy)) - np.repeat(path_start, size)
    at = np.repeat(begin + 1, size) + 2 * within + (np.repeat(drawn, size) & (within > 0))
    step = np.diff(features.xy, axis=0, prepend=0)
    first = path_start[starts(features.feature_ends)]
    step[first] = features.xy[first]
    _put(words, at, zigzag(step[:, 0]), zigzag(step[:, 1]))
    return words, word_ends[features.feature_ends - 1]


def _put(words: Ints, at: Ints, first: Ints | int, second: Ints) -> None:
    words[at] = first
    words[at + 1] = second


def _sums(values: Ints, ends: Ints) -> Ints:
    """Return the sum of each run of `values`."""
    return np.diff(np.cumsum(values)[ends - 1], prepend=0)
