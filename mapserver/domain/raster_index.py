"""Areas as cells: most points are placed by looking up a cell, the rest by a few edges.

A raster lies over all areas. A cell that no edge touches has one answer for all of its
points, found once. A cell that edges touch keeps its candidates, its edges, and an anchor
whose side of each candidate is known; a point in it counts the edges between itself and
the anchor. Where many points are asked for, touched cells are refined into parts, most of
which again have one answer.

The count is the even-odd rule of the exact predicate. Every comparison in it is exact or
known to be certain; a point for which one is not (it lies on a slanting edge, or nearer
to it than arithmetic tells) is handed back as unsure, and so is one in a cell with very
many edges or candidates: for those a tree is better.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.domain.raster_asking_kernel import place_points
from mapserver.domain.raster_filling_kernel import BEFORE, Filling, fill_cells, put_in_order
from mapserver.domain.raster_kernel import ANSWERS, EMPTY, START, Cells, Lines, Raster
from mapserver.domain.raster_parts_kernel import fill_parts
from mapserver.domain.raster_rows_kernel import Outlines, enter_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Geometries = NDArray[np.object_]

CELLS_PER_EDGE = 4
_ENTRIES_PER_EDGE, _FEWEST_ENTRIES = 16, 1 << 14
_FEWEST, _MOST = 1 << 10, 1 << 24
_MOST_ACROSS = 1 << 20
_LEAST_ULPS = 1 << 14
"""A cell is so many of the least steps of its coordinates wide: edges are told apart in it."""
_LEAST_EXTENT, _MOST_EXTENT = 1e-150, 1e150


@dataclass(frozen=True, slots=True)
class Placed:
    """Of each point: the first area's answer, whether there are others, and the unsure ones."""

    index: Ints
    edge: Bools
    unsure: Ints


class Rings(NamedTuple):
    """Vertices, the ring of each, and where those of each area end."""

    xy: Floats
    ring: Ints
    vertex_ends: Ints


@dataclass(frozen=True, slots=True)
class RasterIndex:
    """The cells of some areas; made by `of`."""

    cells: Cells
    is_refined: bool = False

    @classmethod
    def of(cls, areas: Geometries, answers: Ints) -> "RasterIndex | None":
        """Return the index of `areas`, the first of which win; None where cells do not suit.

        They do not suit areas without extent or with coordinates that are not finite, nor
        extents beyond 1e-150 to 1e150, where products of differences under- or overflow.

        Parameters
        ----------
        areas : ndarray of Polygon, shape (n,), n > 0
            In any plane coordinates, and none of them empty. Of an invalid one it is not
            defined what it covers.
        answers : ndarray of int64, shape (n,)
            What to say of a point in each area, 0 or more; areas may share an answer.
        """
        rings, ring_area = shapely.get_rings(areas, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        vertices = np.bincount(ring_area[ring], minlength=len(areas))
        ends = np.cumsum(vertices)
        # by every vertex: the bounds of a polygon are those of its shell, valid or not
        low = np.minimum.reduceat(xy, ends - vertices)
        high = np.maximum.reduceat(xy, ends - vertices)
        extent = xy.max(axis=0) - xy.min(axis=0)
        if not ((extent > _LEAST_EXTENT) & (extent < _MOST_EXTENT)).all():
            return None
        raster = _raster(low, high, xy, ring)
        outlines = _outlines(raster, low[:, 1], high[:, 1], Rings(xy, ring, ends))
        return cls(_fill(raster, outlines, answers))

    @property
    def touched(self) -> int:
        """Return the number of cells that an edge may touch."""
        return len(self.cells.touched)

    @property
    def nbytes(self) -> int:
        """Return the size of everything kept, in bytes."""
        cells = self.cells
        kept = (cells.labels, cells.touched, cells.candidates, *cells.lines)
        return sum(array.nbytes for array in kept)

    def refined(self) -> "RasterIndex":
        """Return the index with its touched cells refined."""
        cells = self.cells._replace(touched=self.cells.touched.copy())
        fill_parts(cells)
        return RasterIndex(cells, is_refined=True)

    def place(self, x: Floats, y: Floats) -> Placed:
        """Place points in the areas' coordinates; those that are not finite lie nowhere."""
        index = np.empty(len(x), np.int64)
        edge = np.zeros(len(x), np.bool_)
        unsure = np.empty(len(x) + 1, np.int64)
        left_over, _ = place_points(self.cells, x, y, index, edge, unsure)
        return Placed(index, edge, unsure[:left_over].copy())


def _raster(low: Floats, high: Floats, xy: Floats, ring: Ints) -> Raster:
    """Return cells that are about square, some to each edge.

    Fewer where areas lie over each other or edges are long: what is kept of a cell is
    kept for each area and edge in it.
    """
    west, south = low.min(axis=0).tolist()
    east, north = high.max(axis=0).tolist()
    extent = np.array([east - west, north - south])
    ulp = float(np.spacing(np.abs([west, south, east, north]).max()))
    layers = float(np.prod((high - low) / extent, axis=1).sum())
    wanted = min(max(CELLS_PER_EDGE * len(xy), _FEWEST), _MOST) / max(layers, 1.0)
    across = (wanted * extent[0] / extent[1]) ** 0.5
    finest = np.minimum(extent / (_LEAST_ULPS * ulp), _MOST_ACROSS)
    cells = np.clip([across, wanted / across], 1, np.maximum(finest, 1))
    steps = np.abs(np.diff(xy, axis=0))[ring[1:] == ring[:-1]].sum(axis=0) / extent
    entries = max(_ENTRIES_PER_EDGE * len(xy), _FEWEST_ENTRIES)
    cells = np.maximum(cells * min(entries / float((steps * cells).sum()), 1.0), 1)
    columns, rows = cells.astype(int).tolist()
    x_per_unit, y_per_unit = (np.array([columns, rows]) / extent).tolist()
    return Raster(west, south, east, north, columns, rows, x_per_unit, y_per_unit, 16 * ulp)


def _outlines(raster: Raster, south: Floats, north: Floats, rings: Rings) -> Outlines:
    """Return the edges in their rows, of areas from `south` to `north`."""
    first_row, last_row = _rows(raster, south), _rows(raster, north)
    rows = last_row - first_row + 1
    ends = np.cumsum(rows)
    counts = np.zeros(int(ends[-1]), np.int64)
    nothing = np.empty(0, np.int32)
    row_at = ends - rows - first_row
    outlines = Outlines(*rings, first_row, last_row, row_at, counts, nothing)
    enter_rows(raster, outlines, counts, enters=False)
    row_ends = np.append(0, np.cumsum(counts))
    edges = np.empty(int(row_ends[-1]), np.int32)
    outlines = outlines._replace(row_ends=row_ends, edges=edges)
    enter_rows(raster, outlines, row_ends[:-1].copy(), enters=True)
    return outlines


def _fill(raster: Raster, outlines: Outlines, answers: Ints) -> Cells:
    """Return the cells of areas with such outlines, not refined."""
    longest = int(np.diff(outlines.row_ends).max())
    made = Filling(
        raster,
        np.full(raster.rows * raster.columns + 1, EMPTY, np.int32),
        np.empty((2 * len(outlines.edges) + 2 * raster.columns, BEFORE + 1), np.int32),
        np.empty(2 * len(outlines.edges) + raster.columns, np.int32),
        np.zeros(2, np.int64),
        np.empty((longest, 2), np.int32),
        np.empty((longest, 4), np.int32),
        np.empty(raster.columns, np.int64),
        np.empty(raster.columns, np.int32),
    )
    area = len(outlines.last_row) - 1
    row = int(outlines.last_row[-1])
    while area >= 0:
        area, row = fill_cells(made, outlines, area, row)
        if area >= 0:
            made = made._replace(chain=_doubled(made.chain), edges=_doubled(made.edges))
    links, kept = made.used.tolist()
    touched = np.count_nonzero(made.labels < EMPTY)
    cells = Cells(
        raster,
        made.labels,
        np.zeros((touched, START + 1 + ANSWERS), np.int32),
        np.empty((links, BEFORE), np.int32),
        Lines(outlines.xy, made.edges[:kept].copy()),
    )
    put_in_order(made, answers, cells)
    return cells


def _doubled(full: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return an array with room for twice as much."""
    return np.concatenate([full, np.empty_like(full)])


def _rows(raster: Raster, y: Floats) -> Ints:
    """Return the row of each height, as `raster_kernel.place_of` tells it."""
    rows = ((y - raster.south) * raster.rows_per_unit).astype(np.int64)
    return np.clip(rows, 0, raster.rows - 1)
