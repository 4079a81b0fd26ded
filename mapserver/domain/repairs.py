"""What repairs would change: shapes, surfaces, who belongs to whom, and what is left.

Nothing is changed here: a repair holds the new areas for whoever accepts it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.assign import GridIndex
from mapserver.domain.boundary_sum import Shapes
from mapserver.domain.coverage import Audit, Coverage, Defect, Limits, audited
from mapserver.domain.defects import hydraulic_m
from mapserver.domain.findings import moved
from mapserver.domain.proposals import Keeps, Proposal
from mapserver.domain.recut import recut


class Change(NamedTuple):
    """What a repair changes of one member; one that only gains a vertex has no surface moved."""

    code: str
    before: BaseGeometry
    after: BaseGeometry
    gained_m2: float
    lost_m2: float


class Move(NamedTuple):
    """A point, by its position, that a repair gives to another member, or from or to none."""

    point: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Repair:
    """A coverage as it would be after a repair.

    `changes` are those of the members that are not what they were; `left` is the audit of the
    coverage after it.
    """

    before: Coverage
    after: Coverage
    changes: tuple[Change, ...]
    left: Audit

    @property
    def moved_m2(self) -> float:
        """The surface that members gain and lose; what goes from one to another counts twice."""
        return sum(one.gained_m2 + one.lost_m2 for one in self.changes)

    def moves(self, x: ArrayLike, y: ArrayLike) -> list[Move]:
        """Return the points at `x`, `y` that would belong to another member.

        Parameters
        ----------
        x, y : array of float, shape (n,), in the plane of the coverage
        """
        old = GridIndex(self.before.areas, self.before.codes).assign(x, y).code_list()
        new = GridIndex(self.after.areas, self.after.codes).assign(x, y).code_list()
        pairs = enumerate(zip(old, new, strict=True))
        return [Move(point, one, other) for point, (one, other) in pairs if one != other]


def repaired(
    coverage: Coverage, accepted: Sequence[Proposal], limits: Limits | None = None
) -> Repair:
    """Return the coverage after the accepted proposals (see `proposals.proposals`)."""
    return _repair(coverage, recut(coverage, accepted, limits), limits)


def cleaned(
    coverage: Coverage,
    gap_width_m: float = 0.0,
    keeps: Keeps = Keeps.LONGEST_EDGE,
    limits: Limits | None = None,
) -> Repair:
    """Return the coverage after GEOS's coverage cleaner, with those parents that it mends.

    It knows no parent and may move vertices, so the members of a parent stay as they were if
    it would make a defect where there was none.

    Parameters
    ----------
    coverage : Coverage
    gap_width_m : float
        Gaps that hold no wider circle are filled.
    keeps : Keeps
    limits : Limits, optional

    References
    ----------
    `shapely.coverage_clean`, GEOS 3.14.
    """
    areas = coverage.areas.copy()
    for group in np.unique(coverage.group).tolist():
        drawn = ~shapely.is_missing(areas) & ~shapely.is_empty(areas)
        mine = np.flatnonzero((coverage.group == group) & drawn)
        in_order = mine[np.argsort(np.array(coverage.codes, object)[mine], kind="stable")]
        part = _part(coverage, in_order, group)
        clean = shapely.coverage_clean(  # type: ignore[attr-defined]
            part.areas, gap_width=gap_width_m, merge_strategy=_STRATEGIES[keeps]
        )
        trial = replace(part, areas=np.asarray(clean, object))
        if not made(audited(part, limits), audited(trial, limits), limits):
            areas[in_order] = trial.areas
    return _repair(coverage, areas, limits)


_STRATEGIES = {
    Keeps.LOWEST_CODE: "min_index",
    Keeps.LONGEST_EDGE: "longest_border",
    Keeps.SMALLEST_AREA: "min_area",
}


def made(before: Audit, after: Audit, limits: Limits | None = None) -> list[Defect]:
    """Return the defects after a repair that lie where there was none before."""
    within_m = (limits or Limits()).same_place_m
    known = {one.id for one in before.defects}
    old = np.array([one.geometry for one in before.defects if one.geometry is not None], object)
    tree = shapely.STRtree(old)
    found = []
    for one in after.defects:
        if one.id in known:
            continue
        shape = one.geometry
        if shape is not None:
            near = old[tree.query(shape, predicate="dwithin", distance=within_m)]
            if _explained(shape, near, within_m):
                continue
        found.append(one)
    return found


def _explained(shape: BaseGeometry, near: Shapes, within_m: float) -> bool:
    """Return whether the places of old defects hold all of a new one, but for rounding."""
    if not shape.area:
        return len(near) > 0
    origin = np.floor(np.array(shape.bounds[:2]))
    rest = shapely.difference(moved(shape, -origin), shapely.union_all(moved(near, -origin)))
    return all(hydraulic_m(part) <= within_m for part in shapely.get_parts(rest))


def _part(coverage: Coverage, members: NDArray[np.intp], group: int) -> Coverage:
    """Return the members of one parent as a coverage."""
    has_parent = len(coverage.parents) > 0
    return Coverage(
        coverage.areas[members],
        tuple(coverage.codes[index] for index in members),
        coverage.parents[group : group + 1],
        coverage.parent_codes[group : group + 1] if has_parent else (),
        np.zeros(len(members), np.int64),
    )


def _repair(coverage: Coverage, areas: Shapes, limits: Limits | None) -> Repair:
    after = replace(coverage, areas=areas)
    return Repair(coverage, after, tuple(_changes(coverage, areas)), audited(after, limits))


def _changes(coverage: Coverage, areas: Shapes) -> Iterator[Change]:
    for code, before, after in zip(coverage.codes, coverage.areas, areas, strict=True):
        if before is not after:
            gained, lost = after.difference(before).area, before.difference(after).area
            yield Change(code, before, after, gained, lost)
