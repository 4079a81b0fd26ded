"""An audit that follows the edits of a coverage: each takes only what it touches.

The segments that are left of the areas lie in clusters (`clusters`), and what is wrong at one
of them depends on nothing but its own segments and the members near it (`findings`). An edit
takes the edges of the old shapes from the clusters that they may have touched, adds those of
the new, and looks again at the few clusters that come of it. All others stay what they were,
so the audit is at any time what a full run finds, to the last digit.

Memory holds the members and the clusters of the day, nothing of the edits before.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from mapserver.domain.boundary_sum import Segments, Shapes, boundary_segments, net_segments
from mapserver.domain.boxes import Box, Boxes, widened
from mapserver.domain.clusters import Cluster, clusters
from mapserver.domain.coverage import Audit, Coverage, Limits, Member, summed_up
from mapserver.domain.findings import WINDOW_M, Findings, Near, examined
from mapserver.domain.live_members import LiveMembers
from mapserver.domain.polygons import polygonal, refuse_invalid


class _Place(NamedTuple):
    """A cluster and what was found there."""

    cluster: Cluster
    findings: Findings


class LiveAudit:
    """The audit of a coverage that is being edited.

    Parameters
    ----------
    coverage : Coverage
        Its codes must differ.
    limits : Limits, optional

    Raises
    ------
    ValueError
        If two areas have one code.
    InvalidRequest
        If an area or a parent is invalid: which, why and where.
    """

    def __init__(self, coverage: Coverage, limits: Limits | None = None) -> None:
        if len(set(coverage.codes)) != len(coverage.codes):
            raise ValueError("two areas have one code")
        refuse_invalid(coverage.parents, coverage.parent_codes)
        self._limits = limits or Limits()
        self._parents = [coverage.parent(group) for group in range(len(coverage.parents))] or [None]
        self._group = {one and one.code: group for group, one in enumerate(self._parents)}
        self._parents_m2: list[float] = shapely.area(coverage.parents).tolist()
        self._members = LiveMembers()
        self._places: Boxes[_Place] = Boxes()
        everyone = [coverage.member(index) for index in range(len(coverage.codes))]
        self._take([], everyone, coverage.outlines())

    @property
    def audit(self) -> Audit:
        """What `coverage.audit` returns for the areas as they are now."""
        return summed_up(
            list(self._members.at_fault()),
            [place.findings for place in self._places],
            [*self._parents_m2, *self._members.surfaces_m2()],
        )

    def edit(self, changed: Iterable[Member], gone: Iterable[str] = ()) -> Audit:
        """Give members new shapes, add new ones, take away those that are gone.

        A member that is called otherwise is gone by its old code and new by the other.

        Parameters
        ----------
        changed : iterable of Member
            New ones, and known ones with their new shape or parent.
        gone : iterable of str
            Codes of those that are no more.

        Returns
        -------
        Audit
            What is wrong after the edit.

        Raises
        ------
        ValueError
            If a code is gone that is not here, or a parent is not known.
        InvalidRequest
            If a new shape is no polygon or is invalid. Whatever is raised, nothing changed.
        """
        new, away = {one.code: one for one in changed}, set(gone)
        strange = [code for code in away if code not in self._members]
        strange += [str(one.parent) for one in new.values() if one.parent not in self._group]
        if strange:
            raise ValueError(f"not here: {', '.join(strange)}")
        old = [self._members[code] for code in away | new.keys() if code in self._members]
        self._take(old, list(new.values()))
        return self.audit

    def _take(self, old: Sequence[Member], new: Sequence[Member], *more: Segments) -> None:
        """Replace members, and look again at the places that this touches."""
        codes = [one.code for one in new]
        refuse_invalid(polygonal(_shapes(new), codes), codes)
        edges = net_segments([self._edges(old, -1), self._edges(new, 1), *more])
        for one in old:
            self._members.drop(one.code)
        for one in new:
            self._members.add(one)
        touched = self._touched([*old, *new])
        fresh = self._clustered(edges, touched)
        findings = examined(fresh, map(self._near, fresh), self._limits)
        for cluster, found in zip(fresh, findings, strict=True):
            self._places.add(self._wide(cluster.box), _Place(cluster, found))
        for number in touched:
            self._places.drop(number)

    def _touched(self, members: Sequence[Member]) -> set[int]:
        """Return the places that the members may be near to."""
        boxes = [one.shape.bounds for one in members if one.shape is not None and one.shape]
        return {number for box in boxes for number in self._places.meeting(widened(box, WINDOW_M))}

    def _clustered(self, edges: Segments, touched: set[int]) -> list[Cluster]:
        """Return the clusters of the edges and of the places that are `touched`.

        Those that the new clusters grow into are touched as well, and are added there.
        """
        net = self._with(edges, touched)
        while True:
            found = list(clusters(net, self._limits.same_place_m))
            met = {
                (one.group, n) for one in found for n in self._places.meeting(self._wide(one.box))
            }
            more = {n for group, n in met if self._places[n].cluster.group == group} - touched
            if not more:
                return found
            touched |= more
            net = self._with(net, more)

    def _with(self, net: Segments, places: Iterable[int]) -> Segments:
        return net_segments([net, *(self._places[number].cluster.net for number in places)])

    def _wide(self, box: Box) -> Box:
        """Return the box that clusters are told apart by: where these meet, they are one."""
        return widened(box, self._limits.same_place_m / 2)

    def _edges(self, members: Sequence[Member], sign: int) -> Segments:
        group = np.array([self._group[one.parent] for one in members], np.int64)
        return boundary_segments(_shapes(members), group, sign)

    def _near(self, cluster: Cluster) -> Near:
        parent = self._parents[cluster.group]
        code = None if parent is None else parent.code
        near = self._members.near(widened(cluster.box, WINDOW_M), code)
        return Near(_shapes(near), tuple(one.code for one in near), parent)


def _shapes(members: Sequence[Member]) -> Shapes:
    return np.array([one.shape for one in members], object)
