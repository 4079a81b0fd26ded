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
leaves, and a wider `gap_width` can hide one that a narrower one finds.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary_sum import Segments, boundary_segments, net_segments
from mapserver.domain.polygons import not_polygonal
from mapserver.errors import InvalidRequest

Kind = Literal["gap", "hole", "overlap", "outside", "duplicate", "missing", "unmatched"]
Shapes = NDArray[np.object_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as thin, and what as one place, in metres.

    A defect is a sliver where it is narrower than `sliver_width_m`, or its surface over its
    perimeter is less than `sliver_ratio_m`. Vertices closer than
    `same_place_m` are one; a part narrower than that is rounding, not a part.
    """

    sliver_width_m: float = 2.0
    sliver_ratio_m: float = 0.5
    same_place_m: float = 1e-6


class Defect(NamedTuple):
    """One thing that is wrong with a coverage.

    Parameters
    ----------
    id : str
        The same in every audit that finds the same defect.
    kind : str
    parent : str, optional
        Code of the parent whose members are at fault.
    members : tuple of str
        Codes of the members that touch it: of an overlap, those that cover it.
    area_m2 : float
        0 for a defect without surface.
    width_m : float
        The narrowest strip that holds it, or four times its surface over its perimeter (its
        hydraulic diameter) where that is less: a bent sliver fits no strip.
    sliver : bool
    geometry : shapely geometry, metres
        None for a member that is missing.
    """

    id: str
    kind: Kind
    parent: str | None
    members: tuple[str, ...]
    area_m2: float
    width_m: float
    sliver: bool
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    `residual_m2` is the self-check: the largest difference between the surface that the net
    segments enclose and that of the faces and parts found, each as often as it is covered. It
    is 0 but for rounding.
    """

    defects: tuple[Defect, ...]
    residual_m2: float

    def of_kind(self, *kinds: Kind) -> list[Defect]:
        """Return the defects of these kinds."""
        return [one for one in self.defects if one.kind in kinds]


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
    """
    town = _Coverage(
        _polygonal(areas, codes),
        tuple(codes),
        _polygonal(parents, parent_codes),
        tuple(parent_codes),
        parent_of,
        limits or Limits(),
    )
    return town.audited()


class _Part(NamedTuple):
    """A part of the plane, the members that cover it, and whether the parent does."""

    geometry: BaseGeometry
    members: Ints
    within: bool


@dataclass(slots=True)
class _Coverage:
    areas: Shapes
    codes: tuple[str, ...]
    parents: Shapes
    parent_codes: tuple[str, ...]
    parent_of: Sequence[int] | None
    limits: Limits
    group: Ints = field(init=False)
    tree: shapely.STRtree = field(init=False)
    residual_m2: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        size = len(self.areas)
        group = np.zeros(size, np.int64) if self.parent_of is None else np.asarray(self.parent_of)
        if len(group) != size:
            raise ValueError(f"{len(group)} parents named for {size} areas")
        self.group = group.astype(np.int64)
        self.tree = shapely.STRtree(self.areas)

    def audited(self) -> Audit:
        parts = [boundary_segments(self.areas, self.group)]
        if len(self.parents):
            numbers = np.arange(len(self.parents), dtype=np.int64)
            parts.append(boundary_segments(self.parents, numbers, -1))
        net = net_segments(parts)
        duplicates = self._duplicates()
        defects = [*self._missing(), *duplicates]
        same = {one.members for one in duplicates}
        if len(net):
            origin = np.floor(net.start.min(axis=0))
            self._move(-origin)
            net = net.moved(-origin)
            groups = (self._of_group(net.of_group(n), n) for n in np.unique(net.group).tolist())
            found = [
                one
                for one in chain.from_iterable(groups)
                if one.kind != "overlap" or one.members not in same
            ]
            back = _moved(np.array([one.geometry for one in found], object), origin)
            defects += [
                one._replace(geometry=shape) for one, shape in zip(found, back, strict=True)
            ]
        return Audit(tuple(_numbered(defects)), self.residual_m2)

    def _move(self, by: Floats) -> None:
        """Move everything: near zero, GEOS tells apart what it would snap together far out.

        Its snapping noder takes places for one that are within 1e-12 of the largest
        coordinate, 0.04 mm in a zone with its number in front.
        """
        self.areas, self.parents = _moved(self.areas, by), _moved(self.parents, by)
        self.tree = shapely.STRtree(self.areas)

    # ------------------------------------------------------------ faces

    def _of_group(self, net: Segments, group: int) -> Iterator[Defect]:
        uncovered = -1 if self._has_parent else 0
        lines = net.lines()
        faces = self._faces(net, lines)
        for face, excess in faces:
            if excess == uncovered:
                yield self._gap(face, group)
                continue
            parts = self._split(face, group)
            covered = sum((len(one.members) - one.within) * one.geometry.area for one in parts)
            wanted = (excess if self._has_parent else excess - 1) * face.area
            residual = abs(covered - wanted)
            if residual > _MISCOUNTED * face.area:
                self._refuse_invalid(self._touching(face, group), group)
            self.residual_m2 = max(self.residual_m2, residual)
            for part in parts:
                yield from self._named(part, group)
        yield from self._unmatched(net, lines, group, [face for face, _ in faces])

    def _faces(self, net: Segments, lines: Shapes) -> list[tuple[BaseGeometry, int]]:
        """Return the faces between the net segments that are covered as often as they should not.

        With each face goes the number of members that cover it, less one within a parent.
        """
        faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
        probes = shapely.point_on_surface(faces)
        excess = net.winding_numbers(shapely.get_x(probes), shapely.get_y(probes))
        residual = abs(float((excess * shapely.area(faces)).sum()) - net.signed_area())
        self.residual_m2 = max(self.residual_m2, residual)
        sound = 0 if self._has_parent else 1
        return [
            (face, count)
            for face, count in zip(faces, excess.tolist(), strict=True)
            if count != sound and _hydraulic_m(face) > self.limits.same_place_m
        ]

    def _split(self, face: BaseGeometry, group: int) -> list[_Part]:
        """Return the parts of a face by who covers them and whether the parent does.

        Where one member's edge and the parent's are the same line they cancel, and one face
        may lie on both sides of it.
        """
        near = self._touching(face, group)
        shapes = [*self.areas[near], *self.parents[group : group + 1]]
        # a metre further on every side, so that each line crosses the face's own
        window = shapely.bounds(face) + np.repeat([-1.0, 1.0], 2)
        lines = [shapely.clip_by_rect(shapely.boundary(one), *window) for one in shapes]
        noded = shapely.union_all([*lines, face.boundary])
        cells = shapely.get_parts(shapely.polygonize([noded]))
        probes = shapely.point_on_surface(cells)
        mine = shapely.intersects(face, probes)
        cells, probes = cells[mine], probes[mine]
        covers = np.array([shapely.intersects(one, probes) for one in shapes]).T
        alike: dict[bytes, list[int]] = {}
        for index, which in enumerate(covers):
            alike.setdefault(which.tobytes(), []).append(index)
        return [
            _Part(shape, near[which[: len(near)]], bool(which[-1]) or not self._has_parent)
            for these in alike.values()
            for which in (covers[these[0]],)
            for shape in shapely.get_parts(shapely.union_all(cells[these]))
            if _hydraulic_m(shape) > self.limits.same_place_m
        ]

    @property
    def _has_parent(self) -> bool:
        return bool(len(self.parents))

    def _members(self, found: NDArray[np.intp], group: int) -> Ints:
        return np.sort(found[self.group[found] == group]).astype(np.int64)

    def _named(self, part: _Part, group: int) -> Iterator[Defect]:
        """Yield what a part is: it may be covered twice and lie outside as well."""
        if len(part.members) >= 2:
            yield self._defect("overlap", part.geometry, group, part.members)
        if len(part.members) and not part.within:
            yield self._defect("outside", part.geometry, group, part.members)

    def _gap(self, face: BaseGeometry, group: int) -> Defect:
        near = self._touching(face, group)
        alone = len(near) == 1 and not self._on_outline(face, group)
        return self._defect("hole" if alone else "gap", face, group, near)

    def _touching(self, shape: BaseGeometry, group: int) -> Ints:
        within_m = self.limits.same_place_m
        return self._members(self.tree.query(shape, predicate="dwithin", distance=within_m), group)

    def _on_outline(self, face: BaseGeometry, group: int) -> bool:
        if not self._has_parent:
            return False
        return bool(shapely.dwithin(face, self.parents[group].boundary, self.limits.same_place_m))

    def _defect(self, kind: Kind, shape: BaseGeometry, group: int, members: Ints) -> Defect:
        width, limits = _width(shape), self.limits
        thin = width < limits.sliver_width_m or shape.area / shape.length < limits.sliver_ratio_m
        return Defect(
            "", kind, self._parent(group), self._codes(members), shape.area, width, thin, shape
        )

    # ------------------------------------------------------------ what has no surface

    def _unmatched(
        self, net: Segments, lines: Shapes, group: int, faces: Sequence[BaseGeometry]
    ) -> Iterator[Defect]:
        """Yield the vertices that stand on another's segment, apart from those of defects."""
        within_m = self.limits.same_place_m
        at = np.unique(np.concatenate([net.start, net.end]), axis=0)
        points = np.asarray(shapely.points(at), object)
        point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=within_m)
        apart_m = np.minimum(
            np.hypot(*(net.start[line] - at[point]).T), np.hypot(*(net.end[line] - at[point]).T)
        )
        standing = np.unique(point[apart_m > within_m])
        if len(faces):
            tree = shapely.STRtree(faces)
            explained, _ = tree.query(points[standing], predicate="dwithin", distance=within_m)
            standing = np.delete(standing, explained)
        for place in points[standing]:
            members = self._codes(self._touching(place, group))
            yield Defect("", "unmatched", self._parent(group), members, 0.0, 0.0, False, place)

    def _duplicates(self) -> list[Defect]:
        """Return one defect for each set of members of the same shape."""
        drawn = np.flatnonzero(shapely.area(self.areas) > 0)
        bounds = shapely.bounds(self.areas[drawn])
        _, which, count = np.unique(bounds, axis=0, return_inverse=True, return_counts=True)
        alike = drawn[count[which.ravel()] > 1]
        sets: dict[bytes, list[int]] = {}
        for index in alike.tolist():
            key = shapely.to_wkb(shapely.normalize(self.areas[index]))
            sets.setdefault(key, []).append(index)
        return [
            Defect(
                "",
                "duplicate",
                self._parent(int(self.group[one[0]])),
                self._codes(np.array(one)),
                self.areas[one[0]].area,
                _width(self.areas[one[0]]),
                False,
                self.areas[one[0]],
            )
            for one in sets.values()
            if len(one) > 1
        ]

    def _missing(self) -> Iterator[Defect]:
        for index in np.flatnonzero(shapely.is_missing(self.areas) | shapely.is_empty(self.areas)):
            parent = self._parent(int(self.group[index]))
            yield Defect("", "missing", parent, (self.codes[index],), 0.0, 0.0, False, None)

    # ------------------------------------------------------------ names

    def _parent(self, group: int) -> str | None:
        return self.parent_codes[group] if self._has_parent else None

    def _codes(self, members: Ints) -> tuple[str, ...]:
        return tuple(sorted(self.codes[index] for index in members.tolist()))

    def _refuse_invalid(self, members: Ints, group: int) -> None:
        """Refuse what is invalid of the members around a face that is covered otherwise."""
        _refuse_invalid(self.areas[members], [self.codes[index] for index in members.tolist()])
        if self._has_parent:
            _refuse_invalid(self.parents[group : group + 1], [self.parent_codes[group]])


def _moved(shapes: Any, by: Floats) -> Any:
    """Return shapes moved by whole metres, which loses no digit."""
    return shapely.transform(shapes, lambda at: at + by)


def _hydraulic_m(shape: BaseGeometry) -> float:
    """Return four times surface over perimeter: a circle's or a square's diameter, in metres."""
    return 4 * shape.area / shape.length if shape.length else 0.0


def _width(shape: BaseGeometry) -> float:
    """Return how wide a shape is: see `Defect.width_m`."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shape))[:3]
    strip = np.hypot(*np.diff(corners, axis=0).T).min() if len(corners) == 3 else 0.0
    return min(float(strip), _hydraulic_m(shape))


def _numbered(defects: Sequence[Defect]) -> Iterator[Defect]:
    """Yield the defects with their ids, which say what and where, not in which order."""
    seen: dict[str, int] = {}
    for one in defects:
        bounds = shapely.bounds(one.geometry) if one.geometry is not None else np.zeros(4)
        place = ",".join(f"{value:.4f}" for value in bounds)
        told = "|".join((one.kind, one.parent or "", *one.members, place))
        seen[told] = seen.get(told, 0) + 1
        if seen[told] > 1:
            told += f"|{seen[told]}"
        yield one._replace(id=hashlib.sha256(told.encode()).hexdigest()[:12])


_MISCOUNTED = 0.01
"""Of a face's surface: rounding is far less, a ring that crosses itself far more."""


def _polygonal(areas: ArrayLike, codes: Sequence[str]) -> Shapes:
    shapes = np.asarray(areas, object)
    if len(shapes) != len(codes):
        raise ValueError(f"{len(codes)} codes for {len(shapes)} areas")
    for index in not_polygonal(shapes):
        kind = shapes[index].geom_type
        raise InvalidRequest(
            f"{codes[index]} 是 {kind}，不是面。请换成面（Polygon）图层再试。",
            f"{codes[index]} is a {kind}, not a polygon. Pass a layer of polygons.",
            area=codes[index],
            kind=kind,
        )
    return shapes


def _refuse_invalid(areas: Shapes, codes: Sequence[str]) -> None:
    for index in np.flatnonzero(~shapely.is_valid(areas) & ~shapely.is_missing(areas)).tolist():
        reason = str(shapely.is_valid_reason(areas[index]))
        raise InvalidRequest(
            f"{codes[index]} 的边界自相交或不合规（{reason}）。先改好这条边界再检查。",
            f"The boundary of {codes[index]} is invalid ({reason}). Mend it, then audit again.",
            area=codes[index],
            reason=reason,
        )
