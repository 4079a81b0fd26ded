"""A door, and the ground it may be built on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.demo.areas import Grid, Village

SPACING_M = 15.0
"""Buildings stand at least this far apart."""


@dataclass(frozen=True, slots=True)
class House:
    """One door: its place on the board in metres, and its address in the village's words.

    `building` tells doors of one building; `storeys` and `units` are the building's.
    """

    grid: Grid
    x: float
    y: float
    angle: float
    address: str
    group: str | None
    building: str
    storeys: int
    units: int = 1
    flat: bool = False

    @property
    def village(self) -> Village:
        """The village or community it belongs to."""
        return self.grid.village


class Taken:
    """Places already built on; a new one must keep its distance from them."""

    def __init__(self, spacing: float) -> None:
        self._spacing = spacing
        self._cells: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def take(self, x: float, y: float) -> bool:
        """Build at a place and return True, or return False where it is too near to another."""
        if self._near(x, y):
            return False
        self._build(x, y)
        return True

    def take_all(self, places: Sequence[tuple[float, float]]) -> bool:
        """Build at every place and return True, or at none of them."""
        if any(self._near(x, y) for x, y in places):
            return False
        for x, y in places:
            self._build(x, y)
        return True

    def _near(self, x: float, y: float) -> bool:
        column, row = int(x // self._spacing), int(y // self._spacing)
        near = (
            place
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for place in self._cells.get((i, j), ())
        )
        return any(math.dist(place, (x, y)) < self._spacing for place in near)

    def _build(self, x: float, y: float) -> None:
        cell = int(x // self._spacing), int(y // self._spacing)
        self._cells.setdefault(cell, []).append((x, y))


def room_in(ground: Polygon, margin: float) -> BaseGeometry:
    """Return the ground without its margin: no house stands on a border."""
    room = ground.buffer(-margin)
    return ground.buffer(-1) if room.is_empty else room
