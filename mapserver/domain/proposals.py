"""Who might get the place of a defect: proposals, for a person to accept or not.

A gap goes to the member that it shares the longest edge with, an overlap to one of those that
cover it, by a rule; what lies outside the parent goes to nobody. Places of different defects
have no surface in common, so any of the proposals may be accepted without the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.coverage import Audit, Coverage, Defect, Limits
from mapserver.domain.findings import moved


class Keeps(StrEnum):
    """Which of the members that cover one place keeps it; of equals the lowest code."""

    LOWEST_CODE = "lowest-code"
    LONGEST_EDGE = "longest-edge"
    """The one whose rest the place hangs on by the longest edge."""
    SMALLEST_AREA = "smallest-area"


class Proposal(NamedTuple):
    """To give the place of a defect to one member, or to nobody, and take it from others."""

    defect: Defect
    to: str | None
    taken_from: tuple[str, ...]


def proposals(
    coverage: Coverage, found: Audit, keeps: Keeps = Keeps.LOWEST_CODE, limits: Limits | None = None
) -> list[Proposal]:
    """Return a proposal for each gap, overlap and stray part that was found.

    There is none for a gap that touches no member by an edge. Nobody loses all of their
    surface: who would keeps the place against the rule, and if that would be so of several
    nothing is proposed.

    Parameters
    ----------
    coverage : Coverage
        Its codes must differ.
    found : Audit
        What an audit of it found.
    keeps : Keeps, optional
        The rule by which overlaps are trimmed.
    limits : Limits, optional

    Raises
    ------
    ValueError
        If two areas have one code.
    """
    if len(set(coverage.codes)) != len(coverage.codes):
        raise ValueError("two areas have one code")
    desk = _Desk(coverage, keeps, (limits or Limits()).same_place_m)
    return list(desk.proposed(found.defects))


@dataclass(slots=True)
class _Desk:
    coverage: Coverage
    keeps: Keeps
    same_place_m: float

    def proposed(self, defects: Sequence[Defect]) -> Iterator[Proposal]:
        shapes = dict(zip(self.coverage.codes, self.coverage.areas, strict=True))
        left = {code: float(shapely.area(shape)) for code, shape in shapes.items()}
        # parts outside are taken from everybody, so they are reckoned with first
        for one in sorted(defects, key=lambda one: one.kind != "outside"):
            near = {code: shapes[code] for code in one.members}
            proposal = self._for(one, near, left)
            if proposal is None:
                continue
            for code in proposal.taken_from:
                left[code] -= one.area_m2
            yield proposal

    def _for(
        self, one: Defect, near: dict[str, BaseGeometry], left: dict[str, float]
    ) -> Proposal | None:
        match one.kind:
            case "gap" | "hole":
                edges = self._edges_m(one, near)
                longest = min(edges, key=lambda code: (-edges[code], code), default=None)
                if longest is None or edges[longest] == 0:
                    return None
                return Proposal(one, longest, ())
            case "overlap":
                return self._trimmed(one, near, left)
            case "outside" if all(self._stays(one, left[code]) for code in near):
                return Proposal(one, None, one.members)
        return None

    def _trimmed(
        self, one: Defect, near: dict[str, BaseGeometry], left: dict[str, float]
    ) -> Proposal | None:
        lost = [code for code in near if not self._stays(one, left[code])]
        if len(lost) > 1:
            return None
        ranks = self._ranks(one, near)
        keeper = lost[0] if lost else min(near, key=lambda code: (ranks[code], code))
        return Proposal(one, keeper, tuple(code for code in one.members if code != keeper))

    def _stays(self, one: Defect, left_m2: float) -> bool:
        """Return whether more than rounding is left of a member without the place."""
        assert one.geometry is not None
        return left_m2 - one.area_m2 > self.same_place_m * one.geometry.length

    def _ranks(self, one: Defect, near: dict[str, BaseGeometry]) -> dict[str, float]:
        """Return a number for each member: the lowest keeps the place."""
        match self.keeps:
            case Keeps.LONGEST_EDGE:
                # what is not on a member's own boundary is where its rest goes on
                return self._edges_m(one, near)
            case Keeps.SMALLEST_AREA:
                return {code: shape.area for code, shape in near.items()}
            case Keeps.LOWEST_CODE:
                return dict.fromkeys(near, 0.0)

    def _edges_m(self, one: Defect, near: dict[str, BaseGeometry]) -> dict[str, float]:
        """Return how much of a defect's boundary lies on that of each member."""
        assert one.geometry is not None
        origin = np.floor(np.array(one.geometry.bounds[:2]))
        walk = shapely.get_parts(shapely.boundary(moved(one.geometry, -origin)))
        at, ring = shapely.get_coordinates(walk, return_index=True)
        inside = np.flatnonzero(ring[1:] == ring[:-1])
        middles = shapely.points((at[inside] + at[inside + 1]) / 2)
        lengths = np.hypot(*(at[inside + 1] - at[inside]).T)
        found = {}
        for code, shape in near.items():
            edge = shapely.boundary(moved(shape, -origin))
            shapely.prepare(edge)
            found[code] = float(lengths[shapely.dwithin(edge, middles, self.same_place_m)].sum())
        return found
