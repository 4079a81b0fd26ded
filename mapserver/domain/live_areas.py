"""Areas while they are drawn: one is changed at a time, and asked about at once.

An R-tree over their boxes takes inserts and deletes one by one; whatever it finds is then
settled by the exact predicate. For many points see `assign.GridIndex`.

References
----------
A. Guttman, "R-trees: a dynamic index structure for spatial searching", SIGMOD 1984.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boxes import Box, Boxes
from mapserver.domain.polygons import polygonal
from mapserver.errors import NotFound


@dataclass(frozen=True, slots=True)
class Snap:
    """The place a pointer snaps to, on what, and whose it is; `away` in the areas' unit."""

    x: float
    y: float
    on: Literal["vertex", "edge"]
    codes: tuple[str, ...]
    away: float


class LiveAreas:
    """Areas by code, in plane coordinates; not for several threads at once.

    Parameters
    ----------
    areas : mapping of code to Polygon or MultiPolygon
        Valid; an empty one covers nothing.

    Raises
    ------
    InvalidRequest, ValueError
        As `change` does.
    """

    __slots__ = ("_areas", "_boxes", "_numbers")

    def __init__(self, areas: Mapping[str, BaseGeometry]) -> None:
        self._areas: dict[str, BaseGeometry] = {}
        self._boxes: Boxes[str] = Boxes()
        self._numbers: dict[str, int] = {}
        self.change(areas)

    def __len__(self) -> int:
        """Return the number of areas."""
        return len(self._areas)

    def __contains__(self, code: object) -> bool:
        """Return whether there is an area of that code."""
        return code in self._areas

    def get(self, code: str) -> BaseGeometry | None:
        """Return an area, None where there is none of that code."""
        return self._areas.get(code)

    def __getitem__(self, code: str) -> BaseGeometry:
        """Return an area.

        Raises
        ------
        NotFound
            If there is no area of that code.
        """
        if code not in self._areas:
            raise NotFound(f"没有代码为 {code} 的区域。", f"There is no area {code}.")
        return self._areas[code]

    def change(self, areas: Mapping[str, BaseGeometry | None]) -> None:
        """Put new shapes in place, and take away those that are None; all of them or none.

        Raises
        ------
        InvalidRequest
            If an area is not polygonal.
        ValueError
            If a coordinate is not finite.
        """
        given = {code: area for code, area in areas.items() if area is not None}
        shapes = polygonal(np.array(list(given.values()), object), list(given))
        if not np.isfinite(shapely.get_coordinates(shapes)).all():
            raise ValueError("a coordinate is not finite")
        for code, area in areas.items():
            if code in self._areas:
                self._take(code)
            if area is not None:
                self._put(code, area)

    def near(self, bounds: Box) -> list[str]:
        """Return the codes of areas whose boxes meet `bounds` (west, south, east, north)."""
        return sorted(self._boxes[number] for number in self._boxes.meeting(bounds))

    def covering(self, x: float, y: float) -> list[str]:
        """Return the codes of the areas that cover a point, boundary included, ascending."""
        return [
            code
            for code in self.near((x, y, x, y))
            if shapely.intersects_xy(self._areas[code], x, y)
        ]

    def neighbours(self, code: str) -> list[str]:
        """Return the codes of areas that share more than single points with one."""
        area = self[code]
        around = [other for other in self.near(area.bounds) if other != code]
        shared = shapely.intersection(area, np.array([self._areas[c] for c in around], object))
        lines = shapely.length(shared) > 0
        return [other for other, meets in zip(around, lines, strict=True) if meets]

    def snap(self, x: float, y: float, reach: float) -> Snap | None:
        """Return the nearest vertex within `reach`, else the nearest place on an edge."""
        codes = self.near((x - reach, y - reach, x + reach, y + reach))
        found = self._snap_to_vertex(codes, x, y, reach)
        return found or self._snap_to_edge(codes, x, y, reach)

    def _snap_to_vertex(
        self, codes: Sequence[str], x: float, y: float, reach: float
    ) -> Snap | None:
        areas = np.array([self._areas[code] for code in codes], object)
        at, owner = shapely.get_coordinates(areas, return_index=True)
        away = np.hypot(*(at - [x, y]).T)
        if not len(away) or away.min() > reach:
            return None
        nearest = at[away.argmin()]
        owners = np.unique(owner[(at == nearest).all(axis=1)]).tolist()
        return _snapped(nearest, "vertex", [codes[k] for k in owners], float(away.min()))

    def _snap_to_edge(self, codes: Sequence[str], x: float, y: float, reach: float) -> Snap | None:
        outlines = shapely.boundary(np.array([self._areas[code] for code in codes], object))
        away = shapely.distance(outlines, shapely.Point(x, y))
        if not len(away) or not away.min() <= reach:
            return None
        line = shapely.shortest_line(outlines[away.argmin()], shapely.Point(x, y))
        # neighbours walk their edge in opposite ways, which rounds differently
        rounding = 16 * np.spacing(max(abs(x), abs(y), reach))
        owners = np.flatnonzero(away <= away.min() + rounding).tolist()
        place = shapely.get_coordinates(line)[0]
        return _snapped(place, "edge", [codes[k] for k in owners], float(away.min()))

    def _put(self, code: str, area: BaseGeometry) -> None:
        self._areas[code] = area
        if not area.is_empty:
            self._numbers[code] = self._boxes.add(area.bounds, code)

    def _take(self, code: str) -> None:
        del self._areas[code]
        if code in self._numbers:
            self._boxes.drop(self._numbers.pop(code))


def _snapped(
    at: Iterable[float], on: Literal["vertex", "edge"], codes: list[str], away: float
) -> Snap:
    x, y = (float(value) for value in at)
    return Snap(x, y, on, tuple(codes), away)
