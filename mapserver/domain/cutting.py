"""Areas cut along all their edges at once into cells, and put together anew.

The members, their parent's outline and whatever else is drawn are noded together. Each cell that
this leaves lies in a member or not, as a whole. Whoever gives cells to members, and each member
is then the union of its cells, gets members that share every edge: a vertex that the cutting made
is one of all who meet there, or of none where none of them turns.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Bools, Floats, Ints, Shapes, as_one
from mapserver.domain.findings import moved
from mapserver.domain.needless import without_needless

NOBODY = -1

_PIXEL_M = 1e-7
"""Edges that pass a vertex nearer than this meet it there."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of some members and their parent, moved near zero by `-origin`.

    Attributes
    ----------
    shapes : ndarray of Polygon, shape (n,)
    cell, member : ndarray of int64, shape (m,)
        Pairs of a cell and a member that covers it.
    """

    members: Shapes
    parent: Shapes
    origin: Floats
    shapes: Shapes
    probes: Shapes
    cell: Ints
    member: Ints

    @classmethod
    def of(cls, members: Shapes, parent: Shapes, drawn: Iterable[BaseGeometry] = ()) -> "Cells":
        """Return the cells of members, of their parent (one, or none) and of what is drawn.

        Parameters
        ----------
        members : ndarray of Polygon or MultiPolygon, shape (k,), planar metres
        parent : ndarray of Polygon or MultiPolygon, shape (0,) or (1,)
        drawn : iterable of polygons or lines
        """
        origin = np.floor(shapely.total_bounds(np.concatenate([members, parent]))[:2])
        near, outer = moved(members, -origin), moved(parent, -origin)
        lines = [shapely.boundary(one) if one.area else one for one in drawn]
        further = moved(np.array(lines, object), -origin)
        walls = np.concatenate([shapely.boundary(np.concatenate([near, outer])), further])
        shapes = shapely.get_parts(shapely.polygonize([_noded(walls)]))
        probes = shapely.point_on_surface(shapes)
        cell, member = shapely.STRtree(near).query(probes, predicate="intersects")
        return cls(near, outer, origin, shapes, probes, cell, member)

    def covered_by(self, places: Shapes) -> tuple[Ints, Ints]:
        """Return pairs of a cell and a place that covers it; the edges of places must be cut."""
        near = moved(places, -self.origin)
        cell, place = shapely.STRtree(near).query(self.probes, predicate="intersects")
        return cell, place

    def within_parent(self) -> Ints:
        """Return the cells that the parent covers."""
        cell, _ = shapely.STRtree(self.parent).query(self.probes, predicate="intersects")
        return np.asarray(cell, np.int64)

    def joined(self, cell: Ints, member: Ints, before: Shapes | None = None) -> Shapes:
        """Return members put together from pairs of a cell and a member that is to have it.

        One whose shape is what it was is the very same; one without a cell is empty.

        Parameters
        ----------
        cell, member : ndarray of int64, shape (m,)
        before : ndarray of Polygon or MultiPolygon, shape (k,), optional
            What each member was, where they are not those that were cut.
        """
        was = moved(self.members, self.origin) if before is None else before
        whole = [
            shapely.coverage_union_all(self.shapes[np.unique(cell[member == index])])
            for index in range(len(was))
        ]
        near = moved(was, -self.origin)
        after = moved(without_needless(np.array(whole, object), near, self.parent), self.origin)
        return np.where(_same(was, after), was, after)


def _same(one: Shapes, other: Shapes) -> Bools:
    """Return which are alike to the last digit; an area is what one of that one part is."""
    near, far = (shapely.normalize(_bare(each)) for each in (one, other))
    found: Bools = shapely.equals_exact(near, far, 0)
    return found


def _bare(shapes: Shapes) -> Shapes:
    one = shapely.get_num_geometries(shapes) == 1
    return np.where(one, shapely.get_geometry(shapes, 0), shapes)


def _noded(walls: Shapes) -> BaseGeometry:
    """Return lines that meet at their vertices alone.

    Noding by snap rounding cannot fail; vertices that were there before get every digit back.

    References
    ----------
    J. D. Hobby, "Practical segment intersection with finite precision output", Computational
    Geometry 13 (1999), as in GEOS's OverlayNG.
    """
    known = shapely.get_coordinates(walls)
    pixels, first = np.unique(_pixel(known), return_index=True)

    def restored(xy: Floats) -> Floats:
        wanted = _pixel(xy)
        at = np.searchsorted(pixels, wanted).clip(max=len(pixels) - 1)
        return np.where((pixels[at] == wanted)[:, None], known[first[at]], xy)

    return shapely.transform(shapely.union_all(walls, grid_size=_PIXEL_M), restored)


def _pixel(xy: Floats) -> NDArray[np.complex128]:
    return as_one(np.rint(xy / _PIXEL_M))
