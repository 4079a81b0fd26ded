"""The land of each 组 of a village: what lies nearest to its houses.

A 组 is told by the addresses of houses and has no boundary of its own. The place that is nearer to
one of its houses than to any other house goes with that house (Voronoi 1908), so an edge between
two groups runs halfway between their houses.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Floats


def group_lands(
    outline: BaseGeometry, places: Floats, groups: Sequence[str]
) -> dict[str, BaseGeometry]:
    """Return the land of each group, in order of the names; together they cover the village.

    Where houses of several groups stand at one place, the group that has most of them has it; of
    as many, the one whose name comes first.

    Parameters
    ----------
    outline : Polygon or MultiPolygon, planar metres
        The village. Lands reach beyond it.
    places : ndarray of float64, shape (n, 2)
        Where the houses of the village stand.
    groups : sequence of str, length n
        The group of each house. Houses of no group have one in common, by whatever name.
    """
    if not len(places):
        return {}
    origin = places.mean(axis=0)
    # what is nearer together than a millimetre is one place; GEOS cannot part less than 1e-8
    at, where = np.unique(np.round(places - origin, 3), axis=0, return_inverse=True)
    names, group = np.unique(np.asarray(groups, str), return_inverse=True)
    held = np.zeros((len(at), len(names)), np.int64)
    np.add.at(held, (where.reshape(-1), group), 1)
    owner = held.argmax(axis=1)
    around = shapely.transform(outline, lambda xy: xy - origin)
    cells = _cells(at, around)
    return {
        str(names[index]): shapely.transform(
            shapely.coverage_union_all(cells[owner == index]), lambda xy: xy + origin
        )
        for index in np.unique(owner).tolist()
    }


def _cells(at: Floats, around: BaseGeometry) -> np.ndarray:
    """Return what is nearest to each of several places."""
    if len(at) == 1:
        return np.array([shapely.box(*shapely.union(around, shapely.points(at[0])).bounds)], object)
    cells = shapely.voronoi_polygons(shapely.multipoints(at), extend_to=around, ordered=True)
    return np.asarray(shapely.get_parts(cells), object)
