"""One shape of a file, and what of it is an area or a line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_CLOSED_DEG = 3e-4
"""A line whose ends are so near, some 30 m, goes round, if that is little beside its length."""
_CLOSED_PART = 0.05
_ROUND_DEG = 2e-3
"""A line that is shorter, some 200 m, is a roundabout, and no grid's boundary."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One shape of a file, in degrees, longitude first; code and name as far as it has them.

    A feature without a shape has None.
    """

    code: str | None
    name: str | None
    shape: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class Area:
    """A feature that is an area, empty where its rings enclose nothing.

    `number` is which feature of the file it is, from 1 on.
    """

    code: str | None
    name: str | None
    shape: BaseGeometry
    number: int


def area_and_lines(shape: BaseGeometry | None) -> tuple[BaseGeometry | None, list[BaseGeometry]]:
    """Return the area of a shape, None where it has none, and the lines in it beside that.

    A line that goes round is an area, a walked one as well as a drawn one.
    """
    if shape is None:
        return None, []
    flat = shapely.force_2d(shape)
    if flat.geom_type in ("Polygon", "MultiPolygon"):
        return flat, []
    if flat.geom_type == "GeometryCollection":
        parts = [area_and_lines(part) for part in shapely.get_parts(flat).tolist()]
        areas = [area for area, _ in parts if area is not None]
        return _areas_together(areas), [one for _, lines in parts for one in lines]
    lines = [one for one in shapely.get_parts(flat).tolist() if one.length]
    area = round_of(shapely.line_merge(flat)) if lines else None
    return (None, lines) if area is None else (area, [])


def line(places: Sequence[Any] | np.ndarray) -> BaseGeometry | None:
    """Return a line through places, None of fewer than two."""
    return shapely.LineString(places) if len(places) > 1 else None


def within(shell: np.ndarray, holes: Iterable[np.ndarray] = ()) -> BaseGeometry:
    """Return the area within a ring and outside of its holes; open rings are closed.

    What has fewer than three corners encloses nothing: such a hole is left out, and within such a
    shell the area is empty.

    Parameters
    ----------
    shell : ndarray of float64, shape (n, 2)
    holes : iterable of the same
    """
    if not _has_corners(shell):
        return shapely.Polygon()
    return shapely.Polygon(shell, [ring for ring in holes if _has_corners(ring)])


def _has_corners(ring: np.ndarray) -> bool:
    """Return whether a ring has three places at least that differ."""
    others = ring[(ring != ring[:1]).any(axis=1)]
    return bool((others != others[:1]).any())


def together(shapes: Sequence[BaseGeometry | None]) -> BaseGeometry | None:
    """Return shapes as one, as they are; None where there are none."""
    found = [one for one in shapes if one is not None]
    return shapely.GeometryCollection(found) if len(found) > 1 else next(iter(found), None)


def _areas_together(areas: Sequence[BaseGeometry]) -> BaseGeometry | None:
    if not areas:
        return None
    parts = [one for one in shapely.get_parts(list(areas)).tolist() if not one.is_empty]
    return shapely.MultiPolygon(parts) if len(parts) > 1 else next(iter(parts), areas[0])


def round_of(one: BaseGeometry | None) -> BaseGeometry | None:
    """Return what a line goes round; None where its ends lie apart, or it has too few corners."""
    if one is None or one.geom_type not in ("LineString", "LinearRing"):
        return None
    xy = shapely.get_coordinates(one)
    apart = np.hypot(*(xy[0] - xy[-1]))
    if len(xy) < 4 or one.length < _ROUND_DEG:
        return None
    if apart > min(_CLOSED_DEG, _CLOSED_PART * one.length):
        return None
    return shapely.Polygon(xy)


def text_of(value: Any) -> str | None:
    """Return a value of a field as text, None of nothing and of what is no text or number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None if isinstance(value, str | int) else None
