"""Areas cut anew along all their edges at once, so that neighbours go on sharing theirs.

The members around the places that change hands and their parent's outline are noded
together, which leaves cells that each member either covers or not. A place is given by giving
its cells; a member is then the union of its cells, and a vertex that the cutting made is one of
all who meet there, or of none where none of them turns.
"""

from collections.abc import Sequence

import numpy as np
import shapely

from mapserver.domain.boundary_sum import Ints, Shapes
from mapserver.domain.coverage import Coverage, Limits
from mapserver.domain.findings import moved
from mapserver.domain.needless import without_needless
from mapserver.domain.proposals import Proposal


def recut(coverage: Coverage, accepted: Sequence[Proposal], limits: Limits | None = None) -> Shapes:
    """Return the areas of a coverage after the accepted proposals; those untouched as they were.

    Parameters
    ----------
    coverage : Coverage
        The one that the proposals were made for.
    accepted : sequence of Proposal
    limits : Limits, optional
    """
    within_m = (limits or Limits()).same_place_m
    areas = coverage.areas.copy()
    places = np.array([one.defect.geometry for one in accepted], object)
    place, member = shapely.STRtree(areas).query(places, predicate="dwithin", distance=within_m)
    parent = np.array([one.defect.parent for one in accepted], object)
    own = np.array([coverage.parent_code(index) for index in range(len(areas))], object)
    mine = parent[place] == own[member]
    place, member = place[mine], member[mine]
    for group in np.unique(coverage.group[member]).tolist():
        of_group = coverage.group[member] == group
        these, cut = np.unique(place[of_group]), np.unique(member[of_group])
        outline = coverage.parents[group : group + 1]
        areas[cut] = _cut(
            areas[cut],
            [coverage.codes[index] for index in cut],
            outline,
            [accepted[index] for index in these],
        )
    return areas


def _cut(
    members: Shapes, codes: Sequence[str], outline: Shapes, accepted: Sequence[Proposal]
) -> Shapes:
    """Return the members of one parent after the proposals."""
    origin = np.floor(shapely.total_bounds(members)[:2])
    near, parent = moved(members, -origin), moved(outline, -origin)
    places = moved(np.array([one.defect.geometry for one in accepted], object), -origin)
    edges = shapely.union_all(shapely.boundary(np.concatenate([near, parent])))
    cells = shapely.get_parts(shapely.polygonize([edges]))
    probes = shapely.point_on_surface(cells)
    cell, owner = shapely.STRtree(near).query(probes, predicate="intersects")
    given, place = shapely.STRtree(places).query(probes, predicate="intersects")
    kept = ~np.isin(cell, given)
    to = _receivers(accepted, codes)[place]
    # what lies outside goes to nobody, whoever else is to have it
    nobodys = given[to < 0]
    real = ~np.isin(given, nobodys)
    cell, owner = np.r_[cell[kept], given[real]], np.r_[owner[kept], to[real]]
    whole = [
        shapely.coverage_union_all(cells[np.unique(cell[owner == index])])
        for index in range(len(members))
    ]
    after = moved(without_needless(np.array(whole, object), near, parent), origin)
    same = shapely.equals_exact(shapely.normalize(members), shapely.normalize(after), 0)
    return np.where(same, members, after)


def _receivers(accepted: Sequence[Proposal], codes: Sequence[str]) -> Ints:
    """Return the position of the member that each proposal gives to, -1 for nobody."""
    position = {code: index for index, code in enumerate(codes)}
    return np.array([-1 if one.to is None else position[one.to] for one in accepted], np.int64)
