"""From shapely shapes to the whole-number paths of a vector tile.

Everything here is in the units of one zoom, counted from the world's north-west corner,
y down, until `to_features`.

References
----------
Mapbox Vector Tile Specification 2.1, section 4.3 (https://github.com/mapbox/vector-tile-spec).
"""

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.domain.tile_coverage import mended
from mapserver.domain.tiles import (
    EXTENT,
    Column,
    Ints,
    Kind,
    TileFeatures,
    lengths,
    ranges,
    starts,
)

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

BUFFER = 256
"""Units of shape beyond a tile's edge (32 px): a band drawn inside an edge is no wider."""

TOLERANCE = 2.0
"""Units that simplifying may take away: half a pixel of a dense screen."""

_DECIMALS = 6
_AREAL = 2
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def transformed(shapes: Geometries, move: Callable[[Floats], Floats]) -> Geometries:
    """Return the shapes with `move` applied to their vertices, given as shape (m, 2)."""
    return np.asarray(shapely.transform(shapes, move), object)


def simplified(shapes: Geometries, coverage: bool) -> Geometries:
    """Return the shapes with fewer vertices; areas of a `coverage` go on sharing edges.

    References
    ----------
    M. Visvalingam, J. D. Whyatt, "Line generalisation by repeated elimination of points",
    The Cartographic Journal 30 (1993), in GEOS's CoverageSimplifier.
    """
    meets = np.isin(shapely.get_type_id(shapes), _POLYGONAL) & coverage
    simpler = shapes.copy()
    simpler[meets] = shapely.coverage_simplify(shapes[meets], TOLERANCE)
    simpler[~meets] = shapely.simplify(shapes[~meets], TOLERANCE / 2)
    return simpler


def rounded(shapes: Geometries, coverage: bool = False) -> Geometries:
    """Return the shapes with whole-number vertices, all valid, the collapsed ones empty.

    Every vertex is rounded by itself, so shared ones stay shared. Only a shape that this
    breaks (a spike folded, a neck closed) is noded anew on the whole-number grid; areas of a
    `coverage` together with their neighbours.
    """
    # a cut at a tile's edge may be half a unit off in the last bit only, depending on the
    # direction of the line: such a pair must round to the same side
    whole = transformed(shapes, lambda xy: np.floor(np.round(xy, _DECIMALS) + 0.5))
    if coverage:
        areal = np.isin(shapely.get_type_id(shapes), _POLYGONAL)
        whole[areal] = mended(shapes[areal], whole[areal])
    broken = ~shapely.is_valid(whole)
    if broken.any():
        whole[broken] = shapely.set_precision(shapely.make_valid(shapes[broken]), 1.0)
    return whole


def cut_out(shapes: Geometries, bounds: Floats, corner: Ints) -> Geometries:
    """Return what of the shapes lies in the tile at `corner` and its buffer."""
    low, high = corner - BUFFER, corner + EXTENT + BUFFER
    crossing = ((bounds[:, :2] < low) | (bounds[:, 2:] > high)).any(axis=1)
    cut = shapes.copy()
    if crossing.any():
        cut[crossing] = rounded(shapely.clip_by_rect(shapes[crossing], *low, *high))
    return transformed(cut, lambda xy: xy - corner)


def to_features(
    shapes: Geometries, dimensions: Ints, ids: Ints, columns: tuple[Column, ...]
) -> TileFeatures:
    """Return valid whole-number shapes as features; those without a path left are dropped.

    `dimensions` says what each shape is: 1 a line, 2 an area. Parts of less are left out.
    Rings are wound as the specification asks: exteriors have a positive surface by the
    surveyor's formula in tile coordinates, holes a negative one.
    """
    parts, owner = _parts(shapes, dimensions)
    paths, part = _paths(parts)
    xy, path = _open_vertices(paths, dimensions[owner[part]] == _AREAL)
    sizes = np.bincount(path, minlength=len(paths))
    drawn = sizes > dimensions[owner[part]]
    xy, sizes, part = xy[drawn[path]], sizes[drawn], part[drawn]
    ends = np.cumsum(sizes)
    areal = dimensions[owner[part]] == _AREAL
    exterior = np.diff(part, prepend=-1) != 0
    kept, per_feature = np.unique(owner[part], return_counts=True)
    return TileFeatures(
        np.where(dimensions[kept] == _AREAL, Kind.POLYGON, Kind.LINE).astype(np.int64),
        ids[kept],
        tuple(column.take(kept) for column in columns),
        _wound(xy, ends, areal, exterior),
        ends,
        np.cumsum(per_feature),
    )


def _parts(shapes: Geometries, dimensions: Ints) -> tuple[Geometries, Ints]:
    """Return the single lines and areas, and the position of the shape each is of."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # a collection may hold a multipolygon
    parts, inner = shapely.get_parts(parts, return_index=True)
    owner = owner[inner]
    fits = (shapely.get_dimensions(parts) == dimensions[owner]) & ~shapely.is_empty(parts)
    return parts[fits], owner[fits]


def _paths(parts: Geometries) -> tuple[Geometries, Ints]:
    """Return every line and ring, exteriors before their holes, and the part each is of."""
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    lines = np.flatnonzero(shapely.get_dimensions(parts) < _AREAL)
    paths = np.concatenate([rings, parts[lines]])
    part = np.concatenate([ring_part, lines]).astype(np.int64)
    order = np.argsort(part, kind="stable")
    return paths[order], part[order]


def _open_vertices(paths: Geometries, ring: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return the vertices without repetitions and without a ring's closing one."""
    coordinates, path = shapely.get_coordinates(paths, return_index=True)
    xy = coordinates.astype(np.int64)
    fresh = np.ones(len(xy), bool)
    fresh[1:] = (xy[1:] != xy[:-1]).any(axis=1) | (path[1:] != path[:-1])
    xy, path = xy[fresh], path[fresh]
    closing = ring[path] & (np.diff(path, append=-1) != 0)
    return xy[~closing], path[~closing]


def _wound(xy: Ints, ends: Ints, areal: NDArray[np.bool_], exterior: NDArray[np.bool_]) -> Ints:
    """Return the vertices with those rings reversed that are wound the wrong way."""
    if not len(ends):
        return xy
    first, size = starts(ends), lengths(ends)
    following = np.arange(1, len(xy) + 1)
    following[ends - 1] = first
    x, y = xy[:, 0], xy[:, 1]
    twice_area = np.add.reduceat(x * y[following] - x[following] * y, first)
    wrong = areal & ((twice_area > 0) != exterior)
    order = ranges(first, ends)
    backward = np.repeat(wrong, size)
    order[backward] = np.repeat(first + ends - 1, size)[backward] - order[backward]
    return xy[order]
