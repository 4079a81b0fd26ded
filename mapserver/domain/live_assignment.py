"""Points and the areas that cover them, kept true while areas are changed.

A change moves only the points within the boxes of what changed: of a reshaped area the
segments that are new or gone, of a new or removed one all of it. Those few are assigned
anew among the areas nearby; the answer is that of assigning all points to all areas.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from mapserver.domain.assign import GridIndex
from mapserver.domain.boundary_sum import boundary_segments, net_segments
from mapserver.domain.live_areas import LiveAreas
from mapserver.domain.point_boxes import PointBoxes

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moved:
    """Points that a change gave another area: their numbers, and their codes before and after."""

    points: Ints
    before: tuple[str | None, ...]
    after: tuple[str | None, ...]


class LiveAssignment:
    """Points assigned to areas that change; not for several threads at once.

    Parameters
    ----------
    x, y : array of float64, shape (n,)
        In the areas' plane coordinates; one that is not finite belongs nowhere.
    areas : mapping of code to Polygon or MultiPolygon, valid

    Attributes
    ----------
    areas : LiveAreas
        As they are now; change them through `change` only.
    edge : ndarray of bool, shape (n,)
        More than one area covers the point, and the lowest code was taken.
    """

    __slots__ = ("_at", "_boxes", "_codes", "_free", "_slots", "areas", "edge")

    def __init__(self, x: ArrayLike, y: ArrayLike, areas: Mapping[str, BaseGeometry]) -> None:
        self.areas = LiveAreas(areas)
        self._boxes = PointBoxes(x, y)
        codes = list(areas)
        shapes = np.array(list(areas.values()), object)
        found = GridIndex(shapes, codes).assign(self._boxes.x, self._boxes.y)
        self._at: Numbers = found.index.astype(np.int32)
        self.edge = found.edge
        self._codes: list[str | None] = [*codes]
        self._slots = {code: slot for slot, code in enumerate(codes)}
        self._free: list[int] = []

    def code_list(self) -> list[str | None]:
        """Return each point's code, None where no area covers it."""
        return self._named(self._at)

    def change(self, areas: Mapping[str, BaseGeometry | None]) -> Moved:
        """Put new shapes in place, take away those that are None, and say which points moved."""
        old = {code: self.areas.get(code) for code in areas}
        self.areas.change(areas)
        regions = _regions(old, areas)
        points = self._boxes.within(regions)
        before = self._named(self._at[points])
        self._name(areas)
        self._assign(points, regions)
        after = self._named(self._at[points])
        moved = [k for k, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
        return Moved(points[moved], tuple(before[k] for k in moved), tuple(after[k] for k in moved))

    def _name(self, areas: Mapping[str, BaseGeometry | None]) -> None:
        """Give new codes a slot; the slots of codes that are gone are used again."""
        for code, area in areas.items():
            if area is None and code in self._slots:
                slot = self._slots.pop(code)
                self._codes[slot] = None
                self._free.append(slot)
        for code, area in areas.items():
            if area is not None and code not in self._slots:
                if not self._free:
                    self._free.append(len(self._codes))
                    self._codes.append(None)
                self._slots[code] = self._free.pop()
                self._codes[self._slots[code]] = code

    def _assign(self, points: Ints, regions: Floats) -> None:
        codes = sorted({code for box in regions.tolist() for code in self.areas.near(tuple(box))})
        shapes = np.array([self.areas[code] for code in codes], object)
        found = GridIndex(shapes, codes).assign(self._boxes.x[points], self._boxes.y[points])
        slots = np.array([*(self._slots[code] for code in codes), -1], np.int32)
        self._at[points] = slots[found.index]
        self.edge[points] = found.edge

    def _named(self, slots: Numbers) -> list[str | None]:
        lookup = np.array([*self._codes, None], object)
        named: list[str | None] = lookup[slots].tolist()
        return named


def _regions(
    old: Mapping[str, BaseGeometry | None], new: Mapping[str, BaseGeometry | None]
) -> Floats:
    """Return the boxes (west, south, east, north), shape (n, 4), of all that changes."""
    shapes = np.array([*old.values(), *new.values()], object)
    group = np.tile(np.arange(len(new)), 2)
    there = ~shapely.is_missing(shapes)
    was = np.arange(len(shapes)) < len(new)
    net = net_segments(
        [
            boundary_segments(shapes[there & was], group[there & was]),
            boundary_segments(shapes[there & ~was], group[there & ~was], -1),
        ]
    )
    ends = np.concatenate([net.start, net.end])
    of = np.concatenate([net.group, net.group])
    parts = [ends[of == one] for one in np.unique(of)]
    return np.array([[*part.min(axis=0), *part.max(axis=0)] for part in parts]).reshape(-1, 4)
