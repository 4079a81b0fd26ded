"""Defects of every kind and size, put into a sound coverage so that no two touch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from benchmarks.plots import BENDS, plots
from mapserver.domain.coverage import Audit, Kind, audit

LEAST_M, MOST_M = 1e-4, 500.0
"""How deep a defect is, or how wide a hole."""

SIDE_M = 3000.0
"""How wide a plot is, so that no defect reaches a second neighbour."""

Damage = Callable[[Polygon, float, np.random.Generator], Polygon | None]


@dataclass(frozen=True, slots=True)
class Injected:
    """A damaged coverage: its areas by code, the outline they should fill, and what was put in.

    `put` has the kind of defect by the code of the member it was put into.
    """

    areas: NDArray[np.object_]
    codes: list[str]
    outline: Polygon
    put: dict[str, Kind]

    def audited(self) -> Audit:
        """Return what the audit says."""
        return audit(self.areas, self.codes, np.array([self.outline]), ["all"])


def injected(size: int, each: int, seed: int = 20261123) -> Injected:
    """Return some `size` plots with `each` defects of every kind put in."""
    whole = plots(size, side_m=SIDE_M)
    areas = whole.areas.copy()
    rng = np.random.default_rng(seed)
    inside, border = _apart(size, rng), _on_the_border(size, rng)
    put: dict[str, Kind] = {}
    for kind, damage in DAMAGES.items():
        for deep_m in np.geomspace(LEAST_M, MOST_M, each).tolist():
            index = next(border if kind == "outside" else inside)
            areas[index] = _damaged(areas[index], damage, deep_m, rng)
            put[f"{index:05d}"] = kind
    twice = [next(inside) for _ in range(each)]
    put |= {f"{index:05d}": "duplicate" for index in twice}
    codes = [f"{index:05d}" for index in range(len(areas))]
    codes += [f"again {index}" for index in twice]
    return Injected(np.concatenate([areas, areas[twice]]), codes, whole.outline, put)


def _apart(size: int, rng: np.random.Generator) -> Iterator[int]:
    """Yield plots of the inside that have no neighbour in common."""
    rows = round(size**0.5)
    columns = -(-size // rows)
    inside = [
        row * columns + column
        for row in range(1, rows - 1, 3)
        for column in range(1, columns - 1, 3)
    ]
    yield from rng.permutation(inside).tolist()


def _on_the_border(size: int, rng: np.random.Generator) -> Iterator[int]:
    """Yield plots of the last row, which has no neighbour in common with those inside."""
    rows = round(size**0.5)
    columns = -(-size // rows)
    yield from (rng.permutation(columns) + (rows - 1) * columns).tolist()


def _damaged(
    area: Polygon, damage: Damage, deep_m: float, rng: np.random.Generator
) -> Polygon | None:
    """Return the area with a damage of that size, at one of the places where it is valid."""
    while True:
        damaged = damage(area, deep_m, rng)
        if damaged is None or (damaged.is_valid and not damaged.equals(area)):
            return damaged


def _gap(area: Polygon, deep_m: float, rng: np.random.Generator) -> Polygon:
    return _bent(area, -deep_m, rng)


def _overlap(area: Polygon, deep_m: float, rng: np.random.Generator) -> Polygon:
    return _bent(area, deep_m, rng)


def _outside(area: Polygon, deep_m: float, rng: np.random.Generator) -> Polygon:
    return _bent(area, deep_m, rng, edge=2)


def _hole(area: Polygon, wide_m: float, _: np.random.Generator) -> Polygon:
    hole = area.representative_point().buffer(wide_m / 2, quad_segs=2)
    return Polygon(area.exterior, [hole.exterior])


def _missing(_: Polygon, __: float, ___: np.random.Generator) -> None:
    return None


def _unmatched(area: Polygon, _: float, rng: np.random.Generator) -> Polygon:
    return _bent(area, 0.0, rng)


def _bent(area: Polygon, out_m: float, rng: np.random.Generator, edge: int = 0) -> Polygon:
    """Return the area with a new vertex on one of its four edges, pushed outwards by `out_m`."""
    ring = shapely.get_coordinates(area)
    at = edge * BENDS + int(rng.integers(3, 20))
    (ax, ay), (bx, by) = ring[at], ring[at + 1]
    # rings run counter-clockwise: outwards is to the right of the edge
    away = np.array([by - ay, ax - bx]) / np.hypot(bx - ax, by - ay)
    place = (ring[at] + ring[at + 1]) / 2 + out_m * away
    return Polygon(np.insert(ring, at + 1, place, axis=0))


DAMAGES: dict[Kind, Damage] = {
    "gap": _gap,
    "hole": _hole,
    "overlap": _overlap,
    "outside": _outside,
    "missing": _missing,
    "unmatched": _unmatched,
}
