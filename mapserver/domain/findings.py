"""What is wrong at a cluster of net segments: who covers its faces, and of what kind that is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Bools, Floats, Shapes, as_one
from mapserver.domain.boxes import widened
from mapserver.domain.clusters import Cluster
from mapserver.domain.defects import (
    Defect,
    Kind,
    Limits,
    hydraulic_m,
    identified,
    is_sliver,
    width_m,
)
from mapserver.domain.faces import Faces, faces
from mapserver.domain.parents import Parent
from mapserver.domain.polygons import refuse_invalid

WINDOW_M = 1.0
"""How far a cluster looks beyond its box, so that each line crosses the faces' own."""

_TOGETHER = 50
"""Places that are moved near zero at once, with all that is near them."""

_FEW = 100
"""So many pairs of shapes are compared one by one: a tree would have to be made first."""

_MISCOUNTED = 0.01
"""Of a face's surface: rounding is far less, a ring that crosses itself far more."""


class Findings(NamedTuple):
    """What a cluster of segments comes from; `signed_m2` is the surface that it encloses."""

    defects: tuple[Defect, ...]
    residual_m2: float
    signed_m2: float


@dataclass(frozen=True, slots=True)
class Near:
    """What lies in the window of a cluster: its parent, and the members in order of their codes.

    What is found at a cluster depends on these and on nothing else.
    """

    shapes: Shapes
    codes: tuple[str, ...]
    parent: Parent | None

    def seen(self, cluster: Cluster) -> Shapes:
        """Return the members, and last the parent as far as it is in the window, or None."""
        parent = self.parent and self.parent.within(widened(cluster.box, WINDOW_M))
        return np.array([*self.shapes, parent], object)


def examined(places: Sequence[Cluster], near: Iterable[Near], limits: Limits) -> Iterator[Findings]:
    """Yield what is wrong where the segments of each cluster are left.

    Raises
    ------
    InvalidRequest
        If a member or the parent is found to be invalid: which, why and where.
    """
    rest = zip(places, near, faces(places), strict=True)
    while some := list(islice(rest, _TOGETHER)):
        yield from _examined(some, limits)


_Examined = tuple[Cluster, Near, Faces]


def _examined(some: Sequence[_Examined], limits: Limits) -> Iterator[Findings]:
    origins = [found.origin for _, _, found in some]
    seen = [near.seen(cluster) for cluster, near, _ in some]
    shapes = _each_moved(seen, [-origin for origin in origins])
    places = [
        _Place.of(one, seen[index][-1], shapes[index], limits) for index, one in enumerate(some)
    ]
    defects = [list(place.defects()) for place in places]
    drawn = [np.array([one.geometry for one in mine], object) for mine in defects]
    for place, mine, back in zip(places, defects, _each_moved(drawn, origins), strict=True):
        told = zip(mine, back, strict=True)
        named = tuple(identified(one._replace(geometry=shape)) for one, shape in told)
        yield Findings(named, place.residual_m2, place.found.signed_m2)


def moved(shapes: Any, by: Floats) -> Any:
    """Return shapes moved by whole metres, which loses no digit."""
    return shapely.transform(shapes, lambda at: at + by)


def _each_moved(some: Sequence[Shapes], by: Sequence[Floats]) -> list[Shapes]:
    """Return arrays of shapes, each moved by its own: at once that costs far less."""
    size = [len(shapes) for shapes in some]
    every = np.concatenate(some)
    vertices = shapely.get_num_coordinates(every)
    every = moved(every, np.repeat(np.repeat(by, size, axis=0), vertices, axis=0))
    ends = np.cumsum(size).tolist()
    return [every[end - count : end] for end, count in zip(ends, size, strict=True)]


class _Part(NamedTuple):
    """A part of the plane, the members that cover it, and whether the parent does."""

    geometry: BaseGeometry
    members: tuple[str, ...]
    within: bool


@dataclass(slots=True)
class _Place:
    """A cluster's faces, and what is near them, all moved near zero.

    `outline` is that of the parent where it is near.
    """

    found: Faces
    near: Near
    limits: Limits
    shapes: Shapes
    parent: BaseGeometry | None
    outline: BaseGeometry | None
    residual_m2: float

    @classmethod
    def of(
        cls, one: _Examined, seen: BaseGeometry | None, near_zero: Shapes, limits: Limits
    ) -> "_Place":
        """Return a place: `near_zero` is what `Near.seen` returned, moved, `seen` its last."""
        _, near, found = one
        parent, outline = near_zero[-1], None
        if near.parent is not None and seen is near.parent.shape:
            outline = parent.boundary
        return cls(found, near, limits, near_zero[:-1], parent, outline, found.residual_m2)

    def defects(self) -> Iterator[Defect]:
        wrong = self._wrong()
        shapes = self.found.shapes[wrong]
        uncovered = 0 if self.parent is None else -1
        for index, near in zip(wrong.tolist(), self._touching(shapes), strict=True):
            face, count = self.found.shapes[index], int(self.found.excess[index])
            if count == uncovered:
                yield self._gap(face, near)
            elif self._all_cover(index, near):
                yield self._defect("overlap", face, self._codes(near))
            else:
                yield from self._covered(face, count, near)
        yield from self._unmatched(shapes)

    # ------------------------------------------------------------ faces

    def _wrong(self) -> NDArray[np.intp]:
        """Return which faces are covered as often as they should not."""
        sound = 1 if self.parent is None else 0
        wide = self.found.diameter_m > self.limits.same_place_m
        return np.flatnonzero((self.found.excess != sound) & wide)

    def _touching(self, shapes: Shapes) -> list[NDArray[np.intp]]:
        """Return for each shape the members that touch it, in the order of their codes."""
        within_m = self.limits.same_place_m
        if len(shapes) * len(self.shapes) <= _FEW:
            touch = shapely.dwithin(shapes[:, None], self.shapes, within_m)
            return [np.flatnonzero(row) for row in touch]
        tree = shapely.STRtree(self.shapes)
        which, member = tree.query(shapes, predicate="dwithin", distance=within_m)
        order = np.lexsort((member, which))
        starts = np.searchsorted(which[order], np.arange(len(shapes)))
        return np.split(member[order], starts)[1:]

    def _covered(self, face: BaseGeometry, count: int, near: NDArray[np.intp]) -> Iterator[Defect]:
        parts = self._split(face, near)
        covered = sum((len(one.members) - one.within) * one.geometry.area for one in parts)
        wanted = (count if self.parent is not None else count - 1) * face.area
        residual = abs(covered - wanted)
        if residual > _MISCOUNTED * face.area:
            self._refuse_invalid(near)
        self.residual_m2 = max(self.residual_m2, residual)
        for part in parts:
            yield from self._named(part)

    def _all_cover(self, index: int, near: NDArray[np.intp]) -> bool:
        """Return whether every member that touches a face covers all of it, two or more.

        It is so where as many touch it as cover it, which is the same all over the face if the
        parent's outline is not near. One that crosses itself may be counted twice.
        """
        wanted = self.found.excess[index] + (self.parent is not None)
        if not len(near) == wanted >= 2 or self._on_outline(self.found.shapes[index]):
            return False
        return bool(shapely.intersects(self.shapes[near], self.found.inside[index]).all())

    def _split(self, face: BaseGeometry, near: NDArray[np.intp]) -> list[_Part]:
        """Return the parts of a face by who covers them and whether the parent does.

        Where one member's edge and the parent's are the same line they cancel, and one face
        may lie on both sides of it.
        """
        shapes = [*self.shapes[near], *([] if self.parent is None else [self.parent])]
        view = widened(face.bounds, WINDOW_M)
        lines = [shapely.clip_by_rect(shapely.boundary(one), *view) for one in shapes]
        cells = shapely.get_parts(shapely.polygonize([shapely.union_all([*lines, face.boundary])]))
        probes = shapely.point_on_surface(cells)
        mine = shapely.intersects(face, probes)
        cells, probes = cells[mine], probes[mine]
        covers = np.array([shapely.intersects(one, probes) for one in shapes]).T
        return [
            self._part(shape, near, which)
            for which, these in _alike(covers)
            for shape in shapely.get_parts(shapely.union_all(cells[these]))
            if hydraulic_m(shape) > self.limits.same_place_m
        ]

    def _part(self, shape: BaseGeometry, near: NDArray[np.intp], covers: Bools) -> _Part:
        members = self._codes(near[covers[: len(near)]])
        return _Part(shape, members, self.parent is None or bool(covers[-1]))

    # ------------------------------------------------------------ kinds

    def _named(self, part: _Part) -> Iterator[Defect]:
        """Yield what a part is: it may be covered twice and lie outside as well."""
        if len(part.members) >= 2:
            yield self._defect("overlap", part.geometry, part.members)
        if part.members and not part.within:
            yield self._defect("outside", part.geometry, part.members)

    def _gap(self, face: BaseGeometry, near: NDArray[np.intp]) -> Defect:
        alone = len(near) == 1 and not self._on_outline(face)
        return self._defect("hole" if alone else "gap", face, self._codes(near))

    def _on_outline(self, face: BaseGeometry) -> bool:
        if self.outline is None:
            return False
        return bool(shapely.dwithin(face, self.outline, self.limits.same_place_m))

    def _unmatched(self, shapes: Shapes) -> Iterator[Defect]:
        """Yield the vertices that stand on another's segment, apart from those of defects."""
        net, within_m = self.found.net, self.limits.same_place_m
        # corners of faces are explained by them; mostly that is all there are
        corners = as_one(shapely.get_coordinates(shapes)).tolist()
        ends = as_one(np.concatenate([net.start, net.end])).tolist()
        at = np.array(sorted((one.real, one.imag) for one in {*ends}.difference(corners)))
        if not len(at):
            return
        points = np.asarray(shapely.points(at), object)
        point, line = shapely.STRtree(self.found.lines).query(
            points, predicate="dwithin", distance=within_m
        )
        apart_m = np.minimum(
            np.hypot(*(net.start[line] - at[point]).T), np.hypot(*(net.end[line] - at[point]).T)
        )
        standing = np.unique(point[apart_m > within_m])
        tree = shapely.STRtree(shapes)
        explained, _ = tree.query(points[standing], predicate="dwithin", distance=within_m)
        left = points[np.delete(standing, explained)]
        for place, near in zip(left, self._touching(left), strict=True):
            code = self.near.parent.code if self.near.parent else None
            yield Defect("", "unmatched", code, self._codes(near), 0.0, 0.0, False, place)

    def _defect(self, kind: Kind, shape: BaseGeometry, members: tuple[str, ...]) -> Defect:
        code = self.near.parent.code if self.near.parent else None
        wide = width_m(shape)
        thin = is_sliver(shape, wide, self.limits)
        return Defect("", kind, code, members, shape.area, wide, thin, shape)

    def _codes(self, members: NDArray[np.intp]) -> tuple[str, ...]:
        return tuple(self.near.codes[index] for index in members.tolist())

    def _refuse_invalid(self, members: NDArray[np.intp]) -> None:
        """Refuse what is invalid of the members around a face that is covered otherwise."""
        refuse_invalid(self.near.shapes[members], self._codes(members))
        if self.near.parent:
            refuse_invalid(np.array([self.near.parent.shape], object), [self.near.parent.code])


def _alike(rows: Bools) -> Sequence[tuple[Bools, list[int]]]:
    """Return each different row with the positions at which it stands."""
    found: dict[bytes, list[int]] = {}
    for index, row in enumerate(rows):
        found.setdefault(row.tobytes(), []).append(index)
    return [(rows[these[0]], these) for these in found.values()]
