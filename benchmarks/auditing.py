"""The audit of a coverage, beside its peers.

Union and difference, as a GIS does it by hand, must find the same surface missing, covered
twice and outside; it gives no members, no ids and no kinds. `maup.doctor` says how many pairs
overlap and how many holes the union has, and whether unions differ: no place, no size, no
members. Its counts must be those of the audit.

The audit after an edit must be that of a full run.
"""

import contextlib
import io
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from benchmarks.measure import Row, cpu_in_turn
from benchmarks.plots import Plots, damaged, plots
from mapserver.domain.coverage import Audit, Coverage, Member, audit, audited
from mapserver.domain.live_audit import LiveAudit

SIZES = (500, 5000)
EDITS = 100
_SAME_M2 = 1e-3


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield the CPU time of audits of damaged and of sound coverages, and of one edit."""
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
        yield _beside_doctor(whole, damaged(whole.areas), times)
        yield _after_edits(whole, damaged(whole.areas))


def _beside_doctor(whole: Plots, areas: Any, times: int) -> Row:
    what = f"the same of {len(areas):,} damaged areas, beside maup.doctor, CPU"
    bound = "at least 20 times"
    try:
        doctor = _doctor()
    except ImportError:
        return Row(what, "", "maup is not installed", "", bound)
    ours, peer, ratio = cpu_in_turn(
        partial(_audited, areas, whole), partial(doctor, areas, whole), min(times, 3)
    )
    found = _audited(areas, whole)
    pairs = {pair for one in found.of_kind("overlap") for pair in combinations(one.members, 2)}
    _same_counts(doctor(areas, whole), len(pairs))
    told = f"maup.doctor {import_module('maup').__version__}: {peer * 1000:.0f} ms"
    return Row(what, f"{ours * 1000:.0f} ms", told, f"{ratio:.1f} times faster", bound)


def _doctor() -> Callable[[Any, Plots], str]:
    """Return what runs maup's doctor on areas and their outline, and returns what it prints."""
    maup = import_module("maup")
    maup.progress.enabled = False

    def doctor(areas: Any, whole: Plots) -> str:
        zone = "EPSG:4526"
        given = geopandas.GeoDataFrame(geometry=areas, crs=zone)
        target = geopandas.GeoDataFrame(geometry=[whole.outline], crs=zone)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            maup.doctor(given, target)
        return said.getvalue()

    return doctor


def _same_counts(said: str, pairs: int) -> None:
    if f"There are {pairs} overlaps." not in said:
        raise AssertionError(f"{pairs} pairs overlap, and maup.doctor says: {said}")


def _after_edits(whole: Plots, areas: Any) -> Row:
    """Move one vertex of one area after the other."""
    rng = np.random.default_rng(3)
    codes = [f"{index:06d}" for index in range(len(areas))]
    live = LiveAudit(Coverage.of(areas, codes, np.array([whole.outline]), ["all"]))
    spent: list[float] = []
    while len(spent) < EDITS:
        index = int(rng.integers(len(areas)))
        (moved,) = damaged(areas[[index]], int(rng.integers(2**31)), share=1)
        began = time.process_time()
        found = live.edit([Member(codes[index], moved, "all")])
        spent.append(time.process_time() - began)
        areas[index] = moved
    if found != audited(Coverage.of(areas, codes, np.array([whole.outline]), ["all"])):
        raise AssertionError("the audit after edits is not that of a full run")
    most = np.quantile(spent, 0.95) * 1000
    return Row(
        f"audit after one edit of {len(areas):,} areas, CPU, median of {EDITS}",
        f"{statistics.median(spent) * 1000:.1f} ms (19 of 20 within {most:.1f} ms)",
        "",
        "",
        "under 5 ms" if len(areas) > 1000 else "",
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
