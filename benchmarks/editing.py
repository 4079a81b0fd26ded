"""Boundaries while they are drawn: points that follow a shared edge, and the memory it takes."""

import gc
import os
import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from benchmarks.measure import Row, cpu
from benchmarks.plots import BENDS, plots
from mapserver.domain.assign import GridIndex
from mapserver.domain.live_assignment import LiveAssignment

POINTS, AREAS = 1_000_000, 5_000
EDITS, MORE_EDITS = 200, 3_000

Areas = dict[str, Polygon]
Floats = NDArray[np.float64]


def measure(_folder: Path, _times: int) -> Iterator[Row]:
    """Yield the CPU time of an edit, and by how much memory grew with many."""
    areas = {f"{number:06d}": area for number, area in enumerate(plots(AREAS).areas.tolist())}
    chance = np.random.default_rng(4)
    west, south, east, north = shapely.total_bounds(list(areas.values()))
    x, y = chance.uniform(west, east, POINTS), chance.uniform(south, north, POINTS)
    live = LiveAssignment(x, y, areas)
    spent = [_edit(live, areas, chance) for _ in range(EDITS)]
    _check(live, areas, x, y)
    yield Row(
        f"{POINTS:,} points after a shared edge of {len(areas):,} areas moved, CPU, "
        f"median of {EDITS}",
        f"{statistics.median(spent) * 1000:.1f} ms "
        f"(19 of 20 within {np.quantile(spent, 0.95) * 1000:.1f} ms)",
        "all anew: " + f"{cpu(partial(_anew, areas, x, y)) * 1000:.0f} ms",
        "",
        "under 5 ms",
    )
    before = _resident_mib()
    for _ in range(MORE_EDITS):
        _edit(live, areas, chance)
    grown = _resident_mib() - before
    _check(live, areas, x, y)
    yield Row(
        f"memory after {MORE_EDITS:,} edits more",
        f"{grown:+.1f} MiB of {before:.0f}",
        "",
        "",
        "not growing",
    )


def _edit(live: LiveAssignment, areas: Areas, chance: np.random.Generator) -> float:
    """Move a vertex that two areas share, and return the CPU seconds that points took to follow."""
    change = _shared_edge_moved(areas, chance)
    areas |= change
    return cpu(partial(live.change, change))


def _shared_edge_moved(areas: Areas, chance: np.random.Generator) -> Areas:
    while True:
        number = int(chance.integers(len(areas) - 1))
        pair = {code: areas[code] for code in (f"{number:06d}", f"{number + 1:06d}")}
        # the vertices of the eastern edge, which the next plot of the row walks the other way
        ring = shapely.get_coordinates(pair[f"{number:06d}"])
        old = ring[BENDS + int(chance.integers(3, BENDS - 3))]
        move = partial(_moved, old=old, new=old + chance.normal(0, 2, 2))
        made = {code: shapely.transform(area, move) for code, area in pair.items()}
        if all(made[code] != pair[code] and made[code].is_valid for code in pair):
            return made


def _moved(ring: Floats, old: Floats, new: Floats) -> Floats:
    return np.where((ring == old).all(axis=1)[:, None], new, ring)


def _anew(areas: Areas, x: Floats, y: Floats) -> list[str | None]:
    return GridIndex(np.array(list(areas.values())), list(areas)).assign(x, y).code_list()


def _check(live: LiveAssignment, areas: Areas, x: Floats, y: Floats) -> None:
    if live.code_list() != _anew(areas, x, y):
        raise AssertionError("points that followed the edits are not where a full run puts them")


def _resident_mib() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
