"""Coverage rules: areas meet at their edges and fill their parent, without gaps or overlaps.

Pure geometry in planar metres (`crs.to_metric`): no database, no files, no HTTP. What is
wrong with a coverage is a list of defects, each with its kind, place, size and members:

- gap: a part of the parent that no member covers
- hole: a gap that lies within one member alone
- overlap: a part that more than one member covers
- outside: a part of a member beyond its parent
- duplicate: members of the very same shape
- missing: a member that has no shape
- unmatched: a vertex on a neighbour's edge where the neighbour has none

Gaps, overlaps and stray parts are found by net signed segments (`boundary_sum`), which miss
nothing whatever its size; `coverage_is_valid` finds no gap that a whole missing member
leaves, and a wider `gap_width` can hide one that a narrower one finds. What is left falls into
clusters (`clusters`), and each is looked at by itself (`findings`).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from mapserver.domain.boundary_sum import Ints, Segments, Shapes, boundary_segments, net_segments
from mapserver.domain.boxes import widened
from mapserver.domain.clusters import Cluster, clusters
from mapserver.domain.defects import Audit, Defect, Kind, Limits, told_apart
from mapserver.domain.duplicates import Member, duplicates, missing
from mapserver.domain.findings import WINDOW_M, Findings, Near, examined
from mapserver.domain.parents import Parent
from mapserver.domain.polygons import polygonal

__all__ = [
    "Audit",
    "Coverage",
    "Defect",
    "Kind",
    "Limits",
    "Member",
    "Progress",
    "audit",
    "audited",
]

Progress = Callable[[str, int, int], None]
"""Is told the stage ("edges", "places"), and how much of how much of it is done."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Areas and what they should fill; see `audit` for the parameters."""

    areas: Shapes
    codes: tuple[str, ...]
    parents: Shapes
    parent_codes: tuple[str, ...]
    group: Ints

    @classmethod
    def of(
        cls,
        areas: ArrayLike,
        codes: Sequence[str],
        parents: ArrayLike = (),
        parent_codes: Sequence[str] = (),
        parent_of: Sequence[int] | None = None,
    ) -> "Coverage":
        """Return a coverage of these; raises as `audit` does."""
        shapes, outer = polygonal(areas, codes), polygonal(parents, parent_codes)
        group = np.zeros(len(shapes), np.int64) if parent_of is None else np.asarray(parent_of)
        if len(group) != len(shapes):
            raise ValueError(f"{len(group)} parents named for {len(shapes)} areas")
        return cls(shapes, tuple(codes), outer, tuple(parent_codes), group.astype(np.int64))

    def member(self, index: int) -> Member:
        """Return one of the areas by its position."""
        return Member(self.codes[index], self.areas[index], self.parent_code(index))

    def parent_code(self, index: int) -> str | None:
        """Return the code of an area's parent."""
        return self.parent_codes[self.group[index]] if len(self.parents) else None

    def parent(self, group: int) -> Parent | None:
        """Return the parent of a group; None where the outline of all is taken for right."""
        if not len(self.parents):
            return None
        return Parent(self.parent_codes[group], self.parents[group])

    def net(self) -> Segments:
        """Return the segments that keep the areas from filling their parents."""
        shapes = np.concatenate([self.areas, self.parents])
        group = np.concatenate([self.group, self._parent_groups()])
        sign = np.repeat([1, -1], [len(self.areas), len(self.parents)])
        return net_segments([boundary_segments(shapes, group, sign)])

    def outlines(self) -> Segments:
        """Return the edges of the parents, walked backwards."""
        return boundary_segments(self.parents, self._parent_groups(), -1)

    def _parent_groups(self) -> Ints:
        return np.arange(len(self.parents), dtype=np.int64)


def audit(
    areas: ArrayLike,
    codes: Sequence[str],
    parents: ArrayLike = (),
    parent_codes: Sequence[str] = (),
    parent_of: Sequence[int] | None = None,
    limits: Limits | None = None,
) -> Audit:
    """Return everything that keeps `areas` from being a coverage of their parents.

    Parameters
    ----------
    areas : array of Polygon or MultiPolygon, shape (n,), planar metres
        None or empty for a member that is registered and was never drawn.
    codes : sequence of str, length n
    parents : array of Polygon or MultiPolygon, shape (m,), optional
        Without one, the outline of all areas together is taken for right.
    parent_codes : sequence of str, length m
    parent_of : sequence of int, length n, optional
        Position of each area's parent; by default all belong to the first.
    limits : Limits, optional

    Raises
    ------
    ValueError
        If lengths differ.
    InvalidRequest
        If an area or a parent is no polygon or is invalid: which, why and where.

    References
    ----------
    Net signed segments: docs/architecture.md, "Audits".
    """
    return audited(Coverage.of(areas, codes, parents, parent_codes, parent_of), limits)


def audited(
    coverage: Coverage, limits: Limits | None = None, progress: Progress | None = None
) -> Audit:
    """Return what `audit` does of a coverage, telling `progress` how far it is."""
    chosen, tell = limits or Limits(), progress or _silent
    tell("edges", 0, 1)
    net = coverage.net()
    tell("edges", 1, 1)
    places = list(clusters(net, chosen.same_place_m))
    findings = []
    for found in examined(places, _near(coverage, places), chosen):
        findings.append(found)
        tell("places", len(findings), len(places))
    drawn = ~shapely.is_missing(coverage.areas) & ~shapely.is_empty(coverage.areas)
    never = (missing(coverage.member(index)) for index in np.flatnonzero(~drawn).tolist())
    twice = _duplicates(coverage, np.flatnonzero(drawn))
    surfaces = [shapely.area(coverage.parents), -shapely.area(coverage.areas[drawn])]
    return summed_up([*never, *twice], findings, np.concatenate(surfaces).tolist())


def summed_up(
    by_themselves: Sequence[Defect], findings: Sequence[Findings], surfaces_m2: Sequence[float]
) -> Audit:
    """Return the audit of all clusters, and of the members that are at fault by themselves.

    `surfaces_m2` are those of the parents, and those of all members less than 0. What is
    said of members that are drawn twice is not said again of their overlap.
    """
    same = {one.members for one in by_themselves if one.kind == "duplicate"}
    defects: list[Sequence[Defect]] = [by_themselves, *(one.defects for one in findings)]
    if same:
        defects = [
            [one for one in some if one.kind != "overlap" or one.members not in same]
            for some in defects
        ]
    return Audit(
        told_apart(defects),
        max((one.residual_m2 for one in findings), default=0.0),
        _balance_m2(findings, surfaces_m2),
    )


def _balance_m2(findings: Sequence[Findings], surfaces_m2: Sequence[float]) -> float:
    """Return `Audit.balance_m2`: an exact sum, which does not depend on the order."""
    return abs(math.fsum([*surfaces_m2, *(one.signed_m2 for one in findings)]))


def _silent(_: str, __: int, ___: int) -> None:
    """Tell nobody."""


def _near(coverage: Coverage, places: Sequence[Cluster]) -> Iterator[Near]:
    """Yield what is near each of the clusters."""
    views = np.array([shapely.box(*widened(one.box, WINDOW_M)) for one in places], object)
    place, member = shapely.STRtree(coverage.areas).query(views)
    group = np.array([one.group for one in places], np.int64)
    mine = coverage.group[member] == group[place]
    place, member = place[mine], member[mine]
    by_code = np.argsort(np.array(coverage.codes, object)[member], kind="stable")
    order = by_code[np.argsort(place[by_code], kind="stable")]
    member = member[order]
    ends = np.cumsum(np.bincount(place, minlength=len(places))).tolist()
    parents = {one: coverage.parent(one) for one in np.unique(group).tolist()}
    for one, start, end in zip(places, [0, *ends], ends, strict=False):
        members = member[start:end]
        codes = tuple(coverage.codes[index] for index in members.tolist())
        yield Near(coverage.areas[members], codes, parents[one.group])


def _duplicates(coverage: Coverage, drawn: NDArray[np.intp]) -> Iterator[Defect]:
    bounds = shapely.bounds(coverage.areas[drawn])
    _, box, count = np.unique(bounds, axis=0, return_inverse=True, return_counts=True)
    alike: dict[int, list[Member]] = {}
    for at in np.flatnonzero(count[box] > 1).tolist():
        alike.setdefault(int(box[at]), []).append(coverage.member(int(drawn[at])))
    for same in alike.values():
        yield from duplicates(same)
