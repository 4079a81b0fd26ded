"""Repairs of Denver's precincts beside their authors' own, maup's and GEOS's.

What is left is counted twice, by the audit and by plain union and intersection, and must be
the same. All fill gaps under 10 hectares: the three larger ones are taken for enclaves.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from benchmarks.measure import Row, cpu_in_turn
from mapserver.domain.coverage import Audit, Coverage, audited
from mapserver.domain.proposals import Keeps, proposals
from mapserver.domain.repairs import repaired

DATA = Path(__file__).parents[1] / "tests" / "data" / "denver"
YEARS = (2016, 2018)
FOOT_M = 1200 / 3937
ENCLAVE_M2 = 100_000
WIDE_M = 250
"""The width up to which the coverage cleaner fills the same seven gaps."""

_SAME_M2 = 1e-3


@dataclass(frozen=True, slots=True)
class Outcome:
    """Areas after a repair, in metres, and what an audit finds of them."""

    areas: Any
    left: Audit

    def told(self, before: Any) -> str:
        """Return what is left, and how much surface members gained and lost."""
        gaps, overlaps = self.left.of_kind("gap", "hole"), self.left.of_kind("overlap")
        moved = float(shapely.area(shapely.symmetric_difference(before, self.areas)).sum())
        return f"{len(gaps)} gaps, {len(overlaps)} overlaps left, {moved / 1e4:,.1f} ha moved"


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield what each repair leaves and moves, and its CPU time."""
    for year in YEARS:
        given = _read(f"precincts_{year}_orig.parquet")
        before = _metres(given)
        mine = _outcome(_ours(before))
        found = _outcome(before).told(before).rpartition(",")[0]
        what = f"repair of Denver's {len(before)} precincts of {year} ({found})"
        authors = _outcome(_metres(_read(f"precincts_{year}_repaired.parquet")))
        told = mine.told(before)
        yield Row(what, told, f"their authors': {authors.told(before)}", "", "")
        for name, peer in _peers(given, before):
            if peer is None:
                yield Row(what, told, f"{name} is not installed", "", "")
                continue
            theirs = _outcome(peer())
            ours_s, peer_s, ratio = cpu_in_turn(partial(_ours, before), peer, times)
            yield Row(
                what,
                f"{told}, {ours_s * 1000:.0f} ms",
                f"{name}: {theirs.told(before)}, {peer_s * 1000:.0f} ms",
                f"{ratio:.1f} times faster",
                "",
            )


def _peers(given: Any, before: Any) -> Iterator[tuple[str, Callable[[], Any] | None]]:
    clean = getattr(shapely, "coverage_clean", None)
    yield (
        f"shapely.coverage_clean {shapely.__version__}, gaps to {WIDE_M} m",
        clean and partial(clean, before, gap_width=WIDE_M),
    )
    try:
        maup = import_module("maup")
    except ImportError:
        yield "maup", None
        return
    maup.progress.enabled = False
    yield f"maup.smart_repair {maup.__version__}", partial(_smart, maup, given)


def _smart(maup: Any, given: Any) -> Any:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return _metres(maup.smart_repair(given))


def _ours(areas: Any) -> Any:
    coverage = _coverage(areas)
    found = proposals(coverage, audited(coverage), Keeps.LONGEST_EDGE)
    return repaired(coverage, [one for one in found if one.defect.area_m2 < ENCLAVE_M2]).after.areas


def _outcome(areas: Any) -> Outcome:
    found = audited(_coverage(areas))
    gaps = sum(one.area_m2 for one in found.of_kind("gap", "hole"))
    pairs = sum(
        len(one.members) * (len(one.members) - 1) / 2 * one.area_m2
        for one in found.of_kind("overlap")
    )
    if not np.allclose([gaps, pairs], _by_overlay(areas), rtol=0, atol=_SAME_M2):
        raise AssertionError(f"{(gaps, pairs)} is not {_by_overlay(areas)}")
    return Outcome(areas, found)


def _by_overlay(areas: Any) -> tuple[float, float]:
    """Return the surface of holes in the union, and what pairs have in common."""
    union = shapely.union_all(areas)
    filled = [shapely.Polygon(part.exterior) for part in shapely.get_parts(union)]
    holes = shapely.difference(shapely.union_all(filled), union)
    left, right = shapely.STRtree(areas).query(areas, predicate="intersects")
    once = left < right
    common = shapely.intersection(areas[left[once]], areas[right[once]])
    return float(shapely.area(holes)), float(shapely.area(common).sum())


def _coverage(areas: Any) -> Coverage:
    return Coverage.of(areas, [f"{index:03d}" for index in range(len(areas))])


def _read(name: str) -> Any:
    return geopandas.read_parquet(DATA / name)


def _metres(frame: Any) -> Any:
    shapes = np.asarray(frame.geometry.array, object)
    return shapely.transform(shapes, lambda at: at * FOOT_M)
