"""Grids to begin with, for a village that has none: balanced, compact, each of one piece.

Where there are lines that grids should follow (roads, rivers), the village is cut along them first
(`regions`). Each part is then cut along the cells of balanced sites (`power_diagram`), or along the
edges of what shall stay whole (the lands of its 组), and the faces that this leaves are given to
grids whole. A proposal is drawn on, never applied by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import turn
from mapserver.domain.boundary.power_diagram import Sites, balanced
from mapserver.domain.boundary.regions import Region, first_of, regions
from mapserver.domain.boundary.sharing import Faces
from mapserver.domain.boundary_sum import Floats, Shapes
from mapserver.domain.cutting import Cells
from mapserver.errors import ActRefused

_FINE = 6
"""So many small cells a grid are cut as well, to be given to and fro."""


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
    blocks: Sequence[BaseGeometry] = (),
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
    blocks : sequence of Polygon or MultiPolygon
        Areas apart from each other that no grid should part. A line parts them; and they are
        parted where the village between lines has fewer of them than it is due grids.

    Raises
    ------
    ActRefused
        If fewer than `count` places, or blocks and places beside them, have households.
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
    whole = np.array(blocks, object)
    shapes: list[BaseGeometry] = []
    for region in regions(outline, homes, people, count, lines):
        mine = region.homes
        shapes += _shared_out(region, homes[mine], people[mine], whole, parted=len(lines) > 0)
    if len(shapes) < count:
        raise _only(len(shapes))
    shapes.sort(key=turn)
    return _together(outline, np.array(shapes, object), homes, people)


def _only(most: int) -> ActRefused:
    return ActRefused(
        f"按现在的要求最多分 {most} 个网格。请减少网格数，或不跟着线、允许拆开组。",
        f"As it is asked there are {most} grids at most. Ask for fewer, follow no lines, or let "
        "groups be parted.",
        most=most,
    )


def _shared_out(
    region: Region, homes: Floats, people: Floats, blocks: Shapes, *, parted: bool
) -> list[BaseGeometry]:
    """Return the grids of one region; whether blocks may be parted where there are too few."""
    if region.grids == 1:
        return [region.shape]
    sites = balanced(homes, people, region.grids)
    walls = _walls(region.shape, homes, people, sites)
    around = shapely.difference(walls, shapely.union_all(blocks))
    faces = Faces.of(region.shape, homes, people, sites, [*shapely.boundary(blocks), *around])
    if faces.lived_in() < region.grids:
        if len(blocks) and not parted:
            raise _only(faces.lived_in())
        faces = Faces.of(region.shape, homes, people, sites, walls)
    faces.settle()
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
    held = np.bincount(first_of(after, homes), people, len(after))
    return [Proposed(shape, float(many)) for shape, many in zip(after, held, strict=True)]


def _walls(outline: BaseGeometry, homes: Floats, people: Floats, sites: Sites) -> Shapes:
    """Return the edges of the sites' cells, and of many small ones."""
    west, south, east, north = outline.bounds
    bounds = (west - 1, south - 1, east + 1, north + 1)
    apart = len(np.unique(homes, axis=0))
    fine = balanced(homes, people, min(_FINE * len(sites.at), apart))
    cells = [*sites.cells(bounds), *fine.cells(bounds)] if len(sites.at) > 1 else []
    return np.asarray(shapely.boundary(np.array(cells, object)), object)
