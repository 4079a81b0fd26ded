"""Grids to begin with, for a village that has none: balanced, compact, each of one piece.

Where there are lines that grids should follow (roads, rivers, edges of a 组), the village is cut
along them first (`regions`). Each part is then cut along the cells of balanced sites
(`power_diagram`), and the faces that this leaves are given to grids whole. A proposal is drawn on,
never applied by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import turn
from mapserver.domain.boundary.power_diagram import Sites, balanced
from mapserver.domain.boundary.regions import Region, meetings, regions
from mapserver.domain.boundary_sum import Floats, Ints, Shapes
from mapserver.domain.cutting import NOBODY, Cells
from mapserver.domain.inside import sums_inside
from mapserver.errors import ActRefused

_FINE = 6
"""So many small cells a grid are cut as well, to be given to and fro."""
_ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Proposed:
    """A grid that is proposed, and the households in it."""

    shape: BaseGeometry
    households: float


def proposed(
    outline: BaseGeometry,
    places: Floats,
    households: Floats,
    count: int,
    lines: Sequence[BaseGeometry] = (),
) -> list[Proposed]:
    """Return `count` grids that fill a village, from west to east and then from north to south.

    Parameters
    ----------
    outline : Polygon or MultiPolygon, planar metres
        A village in several parts gets grids in several parts only where a part is too small
        for one of its own.
    places : ndarray of float64, shape (m, 2)
        Where the houses stand; those outside the village are not counted.
    households : ndarray of float64, shape (m,)
        How many live in each.
    count : int
    lines : sequence of LineString or MultiLineString
        What grids should follow.

    Raises
    ------
    ActRefused
        If fewer than `count` places have households.
    """
    inside = shapely.contains_xy(outline, places) & (households > 0)
    homes, people = places[inside], households[inside]
    apart = len(np.unique(homes, axis=0))
    if not 1 <= count <= apart:
        raise ActRefused(
            f"要分 {count} 个网格，村里有人住的地方只有 {apart} 处。请减少网格数，或先把房屋定位。",
            f"{count} grids are wanted, and people live in {apart} places. Ask for fewer, or put "
            "houses in their places first.",
            places=apart,
        )
    shapes: list[BaseGeometry] = []
    for region in regions(outline, homes, people, count, lines):
        mine = shapely.intersects_xy(region.shape, homes)
        shapes += _shared_out(region, homes[mine], people[mine])
    shapes.sort(key=turn)
    return _together(outline, np.array(shapes, object), homes, people)


def _shared_out(region: Region, homes: Floats, people: Floats) -> list[BaseGeometry]:
    """Return the grids of one region."""
    if region.grids == 1:
        return [region.shape]
    faces = _Faces.of(region.shape, homes, people, balanced(homes, people, region.grids))
    faces.hang_together()
    faces.even_out()
    return [one for one in faces.grids() if not one.is_empty]


def _together(
    outline: BaseGeometry, shapes: Shapes, homes: Floats, people: Floats
) -> list[Proposed]:
    """Return grids of all regions with a vertex wherever another turns on their edge."""
    whole = np.array([outline], object)
    cells = Cells.of(whole, whole, list(shapes))
    cell, grid = cells.covered_by(shapes)
    none = np.array([Polygon()] * len(shapes), object)
    after = cells.joined(cell, grid, none)
    (held,) = sums_inside(after, _points(homes), people)
    return [Proposed(shape, float(many)) for shape, many in zip(after, held, strict=True)]


@dataclass(slots=True)
class _Faces:
    """The faces of a village, who has each, and along which length two of them meet."""

    cells: Cells
    people: Floats
    owner: Ints
    meets: list[dict[int, float]]
    count: int

    @classmethod
    def of(
        cls,
        outline: BaseGeometry,
        homes: Floats,
        people: Floats,
        sites: Sites,
    ) -> "_Faces":
        """Return the faces, each given to the site whose people live in most of it."""
        walls = _walls(outline, homes, people, sites)
        whole = np.array([outline], object)
        cells = Cells.of(whole, whole, [one for one in walls if not one.is_empty])
        shapes = shapely.transform(cells.shapes, lambda at: at + cells.origin)
        face, home = shapely.STRtree(_points(homes)).query(shapes, predicate="contains")
        held = np.zeros((len(shapes), len(sites.at)))
        np.add.at(held, (face, sites.owner(homes)[home]), people[home])
        middles = shapely.get_coordinates(cells.probes) + cells.origin
        owner = np.where(held.any(axis=1), held.argmax(axis=1), sites.owner(middles))
        inside = np.zeros(len(shapes), bool)
        inside[cells.within_parent()] = True
        return cls(
            cells,
            held.sum(axis=1),
            np.where(inside, owner, NOBODY),
            meetings(shapes),
            len(sites.at),
        )

    def hang_together(self) -> None:
        """Leave each grid its piece with most people; the others go to the neighbour beside."""
        for index in range(self.count):
            pieces = self._pieces(np.flatnonzero(self.owner == index).tolist())
            for piece in pieces[1:]:
                heir = self._neighbour(piece, index)
                if heir is not None:
                    self.owner[piece] = heir

    def even_out(self) -> None:
        """Give faces at edges to a neighbour as long as shares become more equal by it."""
        for _ in range(_ROUNDS):
            best = max(self._gains(self._held()), default=None)
            if best is None:
                return
            _, face, to = best
            self.owner[face] = to

    def _held(self) -> Floats:
        """Return the people whom each grid has."""
        real = self.owner >= 0
        held = np.bincount(self.owner[real], self.people[real], self.count)
        return np.asarray(held, np.float64)

    def _gains(self, held: Floats) -> list[tuple[float, int, int]]:
        """Return by how much each move makes shares more equal: the gain, the face, to whom."""
        found = []
        for face, around in enumerate(self.meets):
            own, moved = int(self.owner[face]), float(self.people[face])
            if own < 0 or not moved:
                continue
            for to in {int(self.owner[one]) for one in around} - {own, NOBODY}:
                gain = moved * (held[own] - held[to] - moved)
                if gain > 0 and self._can_go(face, own):
                    found.append((float(gain), face, to))
        return found

    def _can_go(self, face: int, own: int) -> bool:
        rest = np.flatnonzero(self.owner == own).tolist()
        rest.remove(face)
        return len(rest) > 0 and len(self._pieces(rest)) <= 1

    def _pieces(self, faces: list[int]) -> list[list[int]]:
        """Return faces in pieces that hang together, the one with most people first."""
        left, pieces = set(faces), []
        while left:
            piece, waiting = [], [left.pop()]
            while waiting:
                face = waiting.pop()
                piece.append(face)
                new = left & self.meets[face].keys()
                left -= new
                waiting += sorted(new)
            pieces.append(sorted(piece))
        return sorted(pieces, key=lambda one: (-self.people[one].sum(), -len(one), one))

    def _neighbour(self, piece: list[int], own: int) -> int | None:
        lengths: dict[int, float] = {}
        for face in piece:
            for other, length in self.meets[face].items():
                to = int(self.owner[other])
                if to not in {own, NOBODY}:
                    lengths[to] = lengths.get(to, 0.0) + length
        return max(sorted(lengths), key=lambda to: lengths[to], default=None)

    def grids(self) -> list[BaseGeometry]:
        """Return the grids, put together from their faces."""
        real = np.flatnonzero(self.owner >= 0)
        none = np.array([Polygon()] * self.count, object)
        return list(self.cells.joined(real, self.owner[real], none))


def _walls(outline: BaseGeometry, homes: Floats, people: Floats, sites: Sites) -> Shapes:
    """Return the edges of the sites' cells, and of many small ones."""
    west, south, east, north = outline.bounds
    bounds = (west - 1, south - 1, east + 1, north + 1)
    apart = len(np.unique(homes, axis=0))
    fine = balanced(homes, people, min(_FINE * len(sites.at), apart))
    cells = [*sites.cells(bounds), *fine.cells(bounds)] if len(sites.at) > 1 else []
    return np.asarray(shapely.boundary(np.array(cells, object)), object)


def _points(places: Floats) -> Shapes:
    return np.asarray(shapely.points(places), object)
