"""Made-up coverages: skewed plots whose winding edges are shared to the last digit."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

ORIGIN = (38_400_000.0, 2_980_000.0)
"""Easting and northing in metres, in a zone with its number in front."""
SIDE_M = 300.0
BENDS = 25


@dataclass(frozen=True, slots=True)
class Plots:
    """A coverage of `areas`, shape (n,), in metres, and the outline that they fill."""

    areas: NDArray[np.object_]
    outline: shapely.Polygon


def plots(count: int, seed: int = 1, side_m: float = SIDE_M) -> Plots:
    """Return a coverage of some `count` plots with 100 vertices each, `side_m` wide."""
    rng = np.random.default_rng(seed)
    rows = round(count**0.5)
    columns = -(-count // rows)
    corners = np.stack(
        np.meshgrid(np.arange(columns + 1) * side_m, np.arange(rows + 1) * side_m), axis=-1
    )
    corners += rng.uniform(-0.2, 0.2, corners.shape) * side_m + ORIGIN
    bend_m = 0.01 * side_m
    flat = _edges(corners[:, :-1], corners[:, 1:], bend_m, rng)
    upright = _edges(corners[:-1], corners[1:], bend_m, rng)
    rings = [
        np.concatenate(
            [
                flat[r, c],
                upright[r, c + 1],
                flat[r + 1, c, ::-1],
                upright[r, c, ::-1],
            ]
        )
        for r in range(rows)
        for c in range(columns)
    ]
    areas = np.array([shapely.Polygon(_without_repeats(ring)) for ring in rings], object)
    outline = shapely.coverage_union_all(areas)
    assert isinstance(outline, shapely.Polygon)
    return Plots(areas, outline)


def _edges(
    start: NDArray[np.float64], end: NDArray[np.float64], bend_m: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return winding lines from `start` to `end`, shape (..., BENDS + 1, 2)."""
    along = np.linspace(0, 1, BENDS + 1)[:, None]
    lines = start[..., None, :] * (1 - along) + end[..., None, :] * along
    lines[..., 1:-1, :] += rng.uniform(-bend_m, bend_m, lines[..., 1:-1, :].shape)
    lines[..., 0, :], lines[..., -1, :] = start, end
    return lines


def _without_repeats(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return ring[np.r_[True, (ring[1:] != ring[:-1]).any(axis=1)]]


def damaged(areas: NDArray[np.object_], seed: int = 2, share: float = 0.05) -> NDArray[np.object_]:
    """Return the areas, one vertex in each of some of them moved by 1 mm to 5 m."""
    rng = np.random.default_rng(seed)
    moved = areas.copy()
    for index in rng.choice(len(areas), int(len(areas) * share), replace=False):
        ring = shapely.get_coordinates(areas[index])
        place = rng.integers(1, len(ring) - 1)
        ring[place] += rng.normal(size=2) * rng.choice([1e-3, 0.1, 1, 5])
        area = shapely.Polygon(ring)
        moved[index] = area if area.is_valid else areas[index]
    return moved
