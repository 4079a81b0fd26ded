"""What may be an area: a polygon, several, or nothing yet; and whether it is sound.

An area is valid by OGC 06-103r4, clause 6.1.11: its rings do not cross themselves or one
another, holes lie inside, and the interior is of one piece. GEOS says what is wrong and
where; here each of its reasons is said in Chinese as well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.errors import InvalidRequest

Shapes = NDArray[np.object_]

_REASONS = {
    "Topology Validation Error": ("拓扑有错", "its topology is at fault"),
    "Repeated Point": ("有重复的点", "a point is repeated"),
    "Hole lies outside shell": ("洞在外圈之外", "a hole lies outside its shell"),
    "Holes are nested": ("洞里套洞", "a hole lies within another"),
    "Interior is disconnected": ("内部断成了几块", "its interior is in pieces"),
    "Self-intersection": ("边界自相交", "its boundary crosses itself"),
    "Ring Self-intersection": ("一圈边界碰到自己", "a ring touches itself"),
    "Nested shells": ("一块套在另一块里", "a part lies within another"),
    "Duplicate Rings": ("有重复的圈", "a ring is there twice"),
    "Too few points in geometry component": ("一圈不到三个点", "a ring has too few points"),
    "Invalid Coordinate": ("坐标不是有限的数", "a coordinate is not a finite number"),
    "Ring is not closed": ("一圈没有闭合", "a ring is not closed"),
}
"""Every reason that GEOS gives (its TopologyValidationError), in Chinese and in English."""

_NAMED = 10
"""So many faults are named; the number of all is told."""

_REASON_AND_PLACE = re.compile(r"(?P<reason>[^\[]*)(?:\[(?P<x>\S+) (?P<y>[^\s\]]+).*\])?")


@dataclass(frozen=True, slots=True)
class InvalidArea:
    """An area that is invalid: which, why, and where.

    Attributes
    ----------
    index : int
        Position among the areas.
    code : str
    zh, en : str
        Why, in Chinese and in English.
    where : tuple of float, optional
        The place of the fault, in the coordinates of the area.
    """

    index: int
    code: str
    zh: str
    en: str
    where: tuple[float, float] | None

    def text(self, language: str) -> str:
        """Return which, why and where in `language` ("zh" or "en")."""
        place = "" if self.where is None else " ({:.12g}, {:.12g})".format(*self.where)
        if language == "en":
            return f"{self.code}: {self.en}{place}"
        return f"{self.code}：{self.zh}{place}"


def not_polygonal(shapes: Shapes) -> list[int]:
    """Return the positions of shapes that are no area; a missing one may become one."""
    kind = shapely.get_type_id(shapes)
    areal = (kind == shapely.GeometryType.POLYGON) | (kind == shapely.GeometryType.MULTIPOLYGON)
    wrong: list[int] = np.flatnonzero(~areal & (kind != shapely.GeometryType.MISSING)).tolist()
    return wrong


def invalid_areas(areas: Shapes, codes: Sequence[str]) -> list[InvalidArea]:
    """Return what is wrong with each area that is invalid; a missing or empty one is not.

    Parameters
    ----------
    areas : ndarray of Polygon or MultiPolygon, shape (n,)
    codes : sequence of str, length n
    """
    wrong = np.flatnonzero(~shapely.is_valid(areas) & ~shapely.is_missing(areas))
    return [_told(index, codes[index], areas[index]) for index in wrong.tolist()]


def repaired(areas: Shapes) -> Shapes:
    """Return the areas, made valid: rings are kept apart by what is shell and what is hole.

    Only what has surface is kept: a spike or a ring without surface is dropped. An area of
    which nothing is left, or that has coordinates that are not finite, stays as it was.
    """
    after = np.array(areas, object)
    for index in np.flatnonzero(~shapely.is_valid(areas)).tolist():
        if not np.isfinite(shapely.get_coordinates(areas[index])).all():
            continue
        whole = shapely.make_valid(areas[index], method="structure", keep_collapsed=False)
        # GEOS may leave parts that share an edge: together they are one
        parts = _polygons_of(shapely.union_all(_polygons_of(whole)))
        if len(parts):
            after[index] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return after


def _polygons_of(shape: BaseGeometry) -> Shapes:
    """Return the polygons, not empty, that a shape consists of, of any depth."""
    parts = np.array([shape], object)
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    kept: Shapes = parts[
        (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    ]
    return kept


def _told(index: int, code: str, area: BaseGeometry) -> InvalidArea:
    found = _REASON_AND_PLACE.fullmatch(str(shapely.is_valid_reason(area)))
    assert found is not None  # every part of the pattern may be empty
    reason = found["reason"]
    zh, en = _REASONS.get(reason, (reason, reason))
    where = None if found["x"] is None else (float(found["x"]), float(found["y"]))
    return InvalidArea(index, code, zh, en, where)


def polygonal(areas: ArrayLike, codes: Sequence[str]) -> NDArray[np.object_]:
    """Return the areas as an array.

    Raises
    ------
    ValueError
        If there are not as many areas as codes.
    InvalidRequest
        If one is no polygon: which, and what it is.
    """
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


def refuse_invalid(areas: NDArray[np.object_], codes: Sequence[str]) -> None:
    """Refuse areas whose rings cross themselves or each other.

    Raises
    ------
    InvalidRequest
        If there are any: which, why and where.
    """
    faults = invalid_areas(areas, codes)
    if faults:
        zh, en = ("; ".join(one.text(way) for one in faults[:_NAMED]) for way in ("zh", "en"))
        raise InvalidRequest(
            f"{len(faults)} 个面的边界不合规：{zh}。先改好再试。",
            f"The boundaries of {len(faults)} areas are invalid: {en}. Mend them, then try again.",
            area=faults[0].code,
            count=len(faults),
        )
