"""The audit of a coverage, beside union and difference as a GIS does it by hand.

Both must find the same surface missing, covered twice and outside; the peer gives no members,
no ids and no kinds.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.measure import Row, cpu_in_turn
from benchmarks.plots import Plots, damaged, plots
from mapserver.domain.coverage import Audit, audit

SIZES = (500, 5000)
_SAME_M2 = 1e-3


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield the CPU time of an audit of damaged and of sound coverages."""
    for size in SIZES:
        whole = plots(size)
        for what, areas in (("damaged", damaged(whole.areas)), ("sound", whole.areas)):
            _check(_audited(areas, whole), _by_overlay(areas, whole))
            ours, peer, ratio = cpu_in_turn(
                partial(_audited, areas, whole), partial(_by_overlay, areas, whole), times
            )
            yield Row(
                f"audit of {len(areas):,} {what} areas, {_vertices(areas):,} vertices, CPU",
                f"{ours * 1000:.0f} ms",
                f"union and difference, shapely {shapely.__version__}: {peer * 1000:.0f} ms",
                f"{ratio:.1f} times faster",
                "at least 12 times",
            )


def _vertices(areas: Any) -> int:
    return int(shapely.get_num_coordinates(areas).sum())


def _audited(areas: Any, whole: Plots) -> Audit:
    codes = [f"{index:06d}" for index in range(len(areas))]
    return audit(areas, codes, np.array([whole.outline]), ["all"])


def _by_overlay(areas: Any, whole: Plots) -> tuple[float, float, float]:
    """Return the surface that is missing, outside, and covered by pairs."""
    union = shapely.union_all(areas)
    gaps = shapely.get_parts(shapely.difference(whole.outline, union))
    strays = shapely.get_parts(shapely.difference(union, whole.outline))
    left, right = shapely.STRtree(areas).query(areas, predicate="intersects")
    once = left < right
    overlaps = shapely.intersection(areas[left[once]], areas[right[once]])
    return tuple(float(shapely.area(one).sum()) for one in (gaps, strays, overlaps))  # type: ignore[return-value]


def _check(found: Audit, by_overlay: tuple[float, float, float]) -> None:
    overlaps = found.of_kind("overlap")
    pairs = sum(len(one.members) * (len(one.members) - 1) / 2 * one.area_m2 for one in overlaps)
    gaps = sum(one.area_m2 for one in found.of_kind("gap", "hole"))
    strays = sum(one.area_m2 for one in found.of_kind("outside"))
    if not np.allclose([gaps, strays, pairs], by_overlay, rtol=0, atol=_SAME_M2):
        raise AssertionError(f"{(gaps, strays, pairs)} is not {by_overlay}")
