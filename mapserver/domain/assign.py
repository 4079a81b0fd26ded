"""Which area a point belongs to: exact, and the same answer always.

A point belongs to the area that covers it, boundary included. Where several cover it
(on a shared edge, or where areas overlap) the lowest code wins, and the assignment says
that this rule decided. A point outside every area belongs to none, and one without
coordinates is reported apart; neither is ever guessed.

Points and areas are compared in the coordinates they come in, so both must be of the
same reference system; any will do.
"""

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from operator import lt
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from mapserver.domain.polygons import polygonal, refuse_invalid, repaired
from mapserver.domain.strips import in_boxes

if TYPE_CHECKING:
    from mapserver.domain.raster_index import RasterIndex

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
How = Literal["covers", "edge"]

_CHUNK = 200_000
_WORTH_A_TREE = 50_000
"""With so many points in the strips of the boxes of all areas a tree is faster."""
_WORTH_CELLS = 50_000
_WORTH_THE_COMPILER = 500_000
_VERTICES_PER_POINT = 4
"""Making so many vertices into cells takes as long as asking the tree about one point."""
_WORTH_PARTS = 8
"""So many points to a touched cell make up for refining it."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What `GridIndex.assign` found, one entry per point.

    Attributes
    ----------
    index : ndarray of int64
        Position of the area in the index's `codes`; -1 where there is none.
    edge : ndarray of bool
        More than one area covers the point, and the lowest code was taken.
    unplaced : ndarray of bool
        The point has no usable coordinates: missing, empty, NaN or infinite.
    codes : tuple of str
        The codes of the areas, as given to the index.
    """

    index: Ints
    edge: Bools
    unplaced: Bools
    codes: tuple[str, ...]

    @property
    def unassigned(self) -> Bools:
        """Where a point has coordinates and no area covers it."""
        return (self.index < 0) & ~self.unplaced

    def code_list(self) -> list[str | None]:
        """Return each point's code, None where no area covers it."""
        lookup = np.array([*self.codes, None], object)
        codes: list[str | None] = lookup[self.index].tolist()
        return codes

    def how_list(self) -> list[How | None]:
        """Return how each point was assigned, None where it was not."""
        lookup = np.array([None, "covers", "edge"], object)
        hows: list[How | None] = lookup[(self.index >= 0).astype(int) + self.edge].tolist()
        return hows


class GridIndex:
    """Areas prepared once for any number of points; threads may share it.

    A tree over the areas serves few points. For many, cells are made when they are first
    worth it (`raster_index.RasterIndex`), and refined once that is worth it. The answers are
    the same.

    Parameters
    ----------
    areas : array of Polygon or MultiPolygon
        Missing and empty ones cover nothing. Whether they are valid is not asked here: see
        `polygons`. Of an invalid area it is not defined what it covers.
    codes : sequence of str
        One per area. Several areas may share a code: they are parts of one.

    Raises
    ------
    ValueError
        If `areas` and `codes` differ in length.
    InvalidRequest
        If an area is not polygonal.
    """

    __slots__ = (
        "_areas",
        "_asked",
        "_boxes",
        "_by_rank",
        "_cells",
        "_making",
        "_rank",
        "_tree",
        "_worth",
        "codes",
    )

    def __init__(self, areas: ArrayLike, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        self._areas = polygonal(areas, self.codes)
        self._rank, self._by_rank = _ranks(self.codes)
        self._boxes = shapely.bounds(self._areas)
        self._tree: shapely.STRtree | None = None
        self._cells: RasterIndex | None = None
        self._asked = 0
        self._worth: float | None = None
        self._making = threading.Lock()

    def assign(self, x: ArrayLike, y: ArrayLike) -> Assignment:
        """Assign the points at `x`, `y`; see the module for the rules.

        Raises
        ------
        ValueError
            If `x` and `y` are not two rows of as many numbers.
        """
        x = np.require(x, np.float64, ("C", "A", "W"))
        y = np.require(y, np.float64, ("C", "A", "W"))
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(f"x of shape {x.shape} and y of shape {y.shape} are no points")
        cells = self._cells_for(len(x))
        if cells is None:
            index, edge = np.full(len(x), -1, np.int64), np.zeros(len(x), bool)
            rest = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        else:
            placed = cells.place(x, y)
            index, edge, rest = placed.index, placed.edge, placed.unsure
        for start in range(0, len(rest), _CHUNK):
            part = rest[start : start + _CHUNK]
            index[part], edge[part] = self._lowest(x[part], y[part])
        unplaced = np.zeros(len(x), bool)
        nowhere = np.flatnonzero(index < 0)
        unplaced[nowhere] = ~(np.isfinite(x[nowhere]) & np.isfinite(y[nowhere]))
        return Assignment(index, edge, unplaced, self.codes)

    def _cells_for(self, points: int) -> "RasterIndex | None":
        """Return the cells if they are worth having for so many more points.

        One thread makes them; meanwhile the others do with what there is.
        """
        if self._making.acquire(blocking=False):
            try:
                self._asked += points
                self._cells = self._grown()
            finally:
                self._making.release()
        return self._cells

    def _grown(self) -> "RasterIndex | None":
        cells = self._cells
        if cells is None and self._asked >= _WORTH_CELLS and self._asked >= self._worth_cells():
            cells = self._made_cells()
            self._worth = np.inf
        if cells and not cells.is_refined and self._asked >= _WORTH_PARTS * cells.touched:
            cells = cells.refined()
        return cells

    def _worth_cells(self) -> float:
        """Return from how many points on cells are worth the time to make them, once."""
        if self._worth is None:
            vertices = int(shapely.get_num_coordinates(self._areas).sum())
            self._worth = vertices / _VERTICES_PER_POINT
        loaded = "mapserver.domain.raster_index" in sys.modules
        return max(self._worth, _WORTH_CELLS if loaded else _WORTH_THE_COMPILER)

    def _made_cells(self) -> "RasterIndex | None":
        from mapserver.domain.raster_index import RasterIndex  # noqa: PLC0415 (it loads a compiler)

        order = np.argsort(self._rank, kind="stable")
        parts, area = shapely.get_parts(self._areas[order], return_index=True)
        kept = ~shapely.is_empty(parts)
        answers = self._by_rank[self._rank[order[area[kept]]]]
        return RasterIndex.of(parts[kept], answers) if kept.any() else None

    def _lowest(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Ints, Bools]:
        point, rank = self._covering(x, y)
        none = len(self._by_rank) - 1
        lowest = np.full(len(x), none, np.int64)
        highest = np.full(len(x), -1, np.int64)
        np.minimum.at(lowest, point, rank)
        np.maximum.at(highest, point, rank)
        return self._by_rank[lowest], highest > lowest

    def _covering(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Ints, Ints]:
        """Return all pairs (point, rank of the area's code) where the area covers the point."""
        found = in_boxes(x, y, self._boxes, _WORTH_A_TREE)
        point, area = self._in_tree(x, y) if found is None else found
        covers = shapely.intersects_xy(self._areas[area], x[point], y[point])
        return point[covers], self._rank[area[covers]]

    def _in_tree(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Ints, Ints]:
        """Return all pairs (point, area in whose box it lies), one area after the other.

        What it takes to ask an area stays at hand that way. Threads may make the tree twice.
        """
        if self._tree is None:
            self._tree = shapely.STRtree(self._areas)
        point, area = self._tree.query(shapely.points(x, y))
        order = np.argsort(area, kind="stable")
        return point[order], area[order]


def _ranks(codes: Sequence[str]) -> tuple[Ints, Ints]:
    """Return each code's rank, and the position of the first of each rank, -1 behind them."""
    if all(map(lt, codes, codes[1:])):
        rank = first = np.arange(len(codes), dtype=np.int64)
    else:
        _, first, rank = np.unique(
            np.array(codes, object).astype(str), return_index=True, return_inverse=True
        )
    return rank.astype(np.int64), np.append(first, -1).astype(np.int64)


def assign(
    points: ArrayLike, areas: ArrayLike, codes: Sequence[str], *, repair: bool = False
) -> Assignment:
    """Assign shapely `points` to `areas`; other geometries count as unplaced.

    Use `GridIndex` where the same areas serve more than once, and
    `labels.label_points` for lines and polygons.

    Parameters
    ----------
    points : array of Point, shape (n,)
    areas : array of Polygon or MultiPolygon, shape (m,)
        In the coordinates of the points; missing and empty ones cover nothing.
    codes : sequence of str, length m
    repair : bool
        Make invalid areas valid (`polygons.repaired`) instead of refusing them.

    Raises
    ------
    ValueError
        If `areas` and `codes` differ in length.
    InvalidRequest
        If an area is not polygonal, or is invalid: which, why and where.
    """
    around = polygonal(areas, codes)
    around = repaired(around) if repair else around
    refuse_invalid(around, codes)
    shapes = np.asarray(points, object)
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    located = (shapely.get_type_id(shapes) == shapely.GeometryType.POINT) & ~shapely.is_empty(
        shapes
    )
    x[located], y[located] = shapely.get_x(shapes[located]), shapely.get_y(shapes[located])
    return GridIndex(around, codes).assign(x, y)
