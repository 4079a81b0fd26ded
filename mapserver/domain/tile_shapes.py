"""Lines and polygons of one layer, and the tiles cut from them.

Each zoom is prepared once: shapes are projected, simplified and rounded to that zoom's
units as a whole, and only then cut into tiles. So an edge that two areas share has the
same vertices on both sides in every tile and at every zoom, and no tile's edge shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from mapserver.domain import mercator, zorder
from mapserver.domain.labels import label_points
from mapserver.domain.tile_geometry import (
    BUFFER,
    cut_out,
    rounded,
    simplified,
    to_features,
    transformed,
)
from mapserver.domain.tile_points import PointColumns
from mapserver.domain.tiles import (
    COUNT,
    EXTENT,
    NO_ID,
    THINNING,
    Column,
    Ints,
    Thinning,
    TileFeatures,
    shared_codes,
)

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

EXACT_FROM = 16
"""From this zoom on nothing is simplified: a unit is at most 15 cm."""

_LINEAR = 1
_ROW = 4 * EXTENT


@dataclass(frozen=True, slots=True)
class ShapeColumns:
    """Lines and polygons in degrees, an `ids` number of 0 or more for each, and attributes.

    `coverage` says that they are areas that meet edge to edge, and must go on doing so.
    """

    shapes: Geometries
    ids: Ints
    columns: tuple[Column, ...] = ()
    coverage: bool = False

    @classmethod
    def of(
        cls,
        shapes: ArrayLike,
        ids: ArrayLike,
        columns: tuple[Column, ...] = (),
        *,
        coverage: bool = False,
    ) -> "ShapeColumns":
        """Leave out what has no place on a map: the missing, the empty, and points."""
        geometries = np.asarray(shapes, object)
        kept = np.flatnonzero(
            (shapely.get_dimensions(geometries) >= _LINEAR) & ~shapely.is_empty(geometries)
        )
        return cls(
            geometries[kept],
            np.asarray(ids, np.int64)[kept],
            tuple(column.take(kept) for column in columns),
            coverage,
        )

    def labels(self) -> PointColumns:
        """Return one point per shape with the same ids and attributes, where its name stands."""
        return PointColumns.of(zorder.zkeys(*label_points(self.shapes)), self.ids, self.columns)


class ShapePyramid:
    """The tiles of `ShapeColumns`; each zoom is prepared when it is first asked for.

    Threads may share it: at worst two of them prepare the same zoom.
    """

    __slots__ = ("_dimensions", "_square", "_zooms", "columns")

    def __init__(self, columns: ShapeColumns) -> None:
        self.columns = columns
        self._dimensions = np.asarray(shapely.get_dimensions(columns.shapes), np.int64)
        self._square = transformed(
            columns.shapes, lambda xy: np.column_stack(mercator.to_unit(xy[:, 0], xy[:, 1]))
        )
        self._zooms: dict[int, tuple[Geometries, Floats]] = {}

    def drafts(
        self, z: int, x: int, y: int, thinning: Thinning = THINNING
    ) -> Iterator[TileFeatures]:
        """Yield tile (z, x, y), each draft coarser than the one before.

        The caller takes the first that is small enough. A shape with a side longer than
        the cell always stands for itself; smaller ones may share a cell. Such a feature has
        the shape of the largest, no id, the attributes that all share, and the count `n`.
        """
        mercator.check_tile(z, x, y)
        shapes, bounds = self.zoom(z)
        corner = np.array([x, y]) * EXTENT
        near = np.flatnonzero(
            (bounds[:, :2] < corner + EXTENT + BUFFER).all(axis=1)
            & (bounds[:, 2:] > corner - BUFFER).all(axis=1)
        )
        for cell in thinning.cells(z, len(near)):
            kept = self._thinned(near, corner, z, cell) if cell else self._whole(near)
            cut = cut_out(shapes[kept.index], bounds[kept.index], corner)
            dimensions = self._dimensions[kept.index]
            yield to_features(cut, dimensions, kept.ids, kept.columns)

    def zoom(self, z: int) -> tuple[Geometries, Floats]:
        """Return all shapes in the whole-number units of zoom `z`, and their bounds."""
        if z not in self._zooms:
            scale = float(EXTENT << z)
            shapes = transformed(self._square, lambda xy: xy * scale)
            if z < EXACT_FROM:
                shapes = simplified(shapes, self.columns.coverage)
            shapes = rounded(shapes, self.columns.coverage)
            self._zooms[z] = shapes, np.asarray(shapely.bounds(shapes))
        return self._zooms[z]

    def _whole(self, near: Ints) -> "_Kept":
        columns = tuple(column.take(near) for column in self.columns.columns)
        return _Kept(near, self.columns.ids[near], columns)

    def _thinned(self, near: Ints, corner: Ints, z: int, cell: int) -> "_Kept":
        """Return which of the shapes `near` to keep: the largest of those that share a cell."""
        bounds = self.zoom(z)[1][near]
        middle = ((bounds[:, :2] + bounds[:, 2:]) / 2 - corner + 2 * EXTENT) // cell
        place = (middle[:, 1] * _ROW + middle[:, 0]).astype(np.int64)
        size = (bounds[:, 2:] - bounds[:, :2]).max(axis=1)
        # a large shape has a place of its own, below all others
        place = np.where(size > cell, -1 - np.arange(len(near)), place)
        order = np.lexsort((near, -size, place))
        first = np.flatnonzero(np.diff(place[order], prepend=-1 - len(near)))
        counts = np.diff(first, append=len(order))
        back = np.argsort(near[order[first]])
        index = near[order]
        columns = [
            Column(c.name, shared_codes(c.codes[index], first)[back], c.values)
            for c in self.columns.columns
            if c.name != COUNT
        ]
        columns.append(Column.of(COUNT, counts[back].tolist()))
        kept = index[first][back]
        ids = np.where(counts[back] > 1, NO_ID, self.columns.ids[kept])
        return _Kept(kept, ids, tuple(columns))


@dataclass(frozen=True, slots=True)
class _Kept:
    index: Ints
    ids: Ints
    columns: tuple[Column, ...]
