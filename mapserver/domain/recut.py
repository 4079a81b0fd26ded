"""Proposals carried out together: the places of defects change hands, cell by cell (`cutting`)."""

from collections.abc import Sequence

import numpy as np
import shapely

from mapserver.domain.boundary_sum import Ints, Shapes
from mapserver.domain.coverage import Coverage, Limits
from mapserver.domain.cutting import NOBODY, Cells
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
    cells = Cells.of(members, outline)
    given, place = cells.covered_by(np.array([one.defect.geometry for one in accepted], object))
    kept = ~np.isin(cells.cell, given)
    to = _receivers(accepted, codes)[place]
    # what lies outside goes to nobody, whoever else is to have it
    real = ~np.isin(given, given[to == NOBODY])
    return cells.joined(
        np.r_[cells.cell[kept], given[real]], np.r_[cells.member[kept], to[real]], members
    )


def _receivers(accepted: Sequence[Proposal], codes: Sequence[str]) -> Ints:
    """Return the position of the member that each proposal gives to, NOBODY for none."""
    position = {code: index for index, code in enumerate(codes)}
    return np.array([NOBODY if one.to is None else position[one.to] for one in accepted], np.int64)
