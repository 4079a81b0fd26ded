"""Areas that meet edge to edge, on whole-number vertices, and still meeting.

Rounding every vertex by itself keeps shared edges shared, and is all that most areas need.
It breaks an area narrower than a unit: its sides cross, or fall on one another. Such an area
is drawn anew together with its neighbours, from the edges of all of them: these are noded
on the grid of whole numbers, and each face between them goes to the areas it lies in.

References
----------
J. D. Hobby, "Practical segment intersection with finite precision output", Computational
Geometry 13 (1999): snap rounding, in GEOS's OverlayNG.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.domain.tiles import Bools, Ints

Geometries = NDArray[np.object_]

_ROUNDS = 3
"""Where drawing anew has spread so often, everything is drawn anew."""


def mended(shapes: Geometries, whole: Geometries) -> Geometries:
    """Return the areas of a coverage with whole-number vertices, all valid.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        The areas before they were rounded.
    whole : ndarray of Polygon or MultiPolygon, shape (n,)
        The same with every vertex rounded by itself.

    Returns
    -------
    ndarray of geometry, shape (n,)
        Those narrower than a unit everywhere are empty.
    """
    group = ~shapely.is_valid(whole)
    if not group.any():
        return whole
    tree = shapely.STRtree(shapes)
    group = _with_neighbours(tree, group)
    for _ in range(_ROUNDS):
        drawn = whole.copy()
        drawn[group] = _drawn_anew(shapes[group])
        # an area drawn otherwise than its neighbour expects takes the neighbour with it
        wider = group | _with_neighbours(tree, ~_same(drawn, whole))
        if (wider == group).all():
            return drawn
        group = wider
    return _drawn_anew(shapes)


def _with_neighbours(tree: Any, some: Bools) -> Bools:
    """Return `some` of the tree's areas and those that touch them."""
    found = some.copy()
    found[tree.query(tree.geometries[some], predicate="intersects")[1]] = True
    return found


def _drawn_anew(shapes: Geometries) -> Geometries:
    """Return the areas put together from the faces between all their edges."""
    edges = shapely.get_parts(shapely.union_all(shapely.boundary(shapes), grid_size=1.0))
    faces = shapely.get_parts(shapely.polygonize(edges))
    face, area = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), "within")
    return np.array([_joined(faces[of]) for of in _by_area(face, area, len(shapes))], object)


def _by_area(face: Ints, area: Ints, areas: int) -> list[Ints]:
    order = np.argsort(area, kind="stable")
    return np.split(face[order], np.searchsorted(area[order], np.arange(1, areas)))


def _joined(faces: Geometries) -> Any:
    return faces[0] if len(faces) == 1 else shapely.coverage_union_all(faces)


def _same(some: Geometries, others: Geometries) -> Bools:
    same: Bools = shapely.equals_exact(shapely.normalize(some), shapely.normalize(others))
    return same
