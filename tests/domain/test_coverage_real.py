"""Real precincts of Denver, with holes of their own and with damage: beside plain overlays."""

import geopandas
import numpy as np
import pytest
import shapely

from benchmarks.repairing import DATA, FOOT_M
from mapserver.domain.coverage import Audit, Coverage, Member, audited
from mapserver.domain.live_audit import LiveAudit
from mapserver.domain.proposals import Keeps, proposals
from mapserver.domain.repairs import made, repaired

SURFACE = ("gap", "hole", "overlap", "outside")


def precincts(name: str) -> np.ndarray:
    """Return the precincts of a file in metres."""
    frame = geopandas.read_parquet(DATA / f"precincts_{name}.parquet")
    return shapely.transform(np.asarray(frame.geometry.array, object), lambda at: at * FOOT_M)


def covered(areas: np.ndarray) -> Coverage:
    """Return the areas as a coverage that takes their own outline for right."""
    return Coverage.of(areas, [f"{index:03d}" for index in range(len(areas))])


def surfaces(found: Audit) -> tuple[float, float]:
    """Return the surface of gaps, and that of overlaps as often as it is covered too often."""
    gaps = sum(one.area_m2 for one in found.of_kind("gap", "hole"))
    overlaps = found.of_kind("overlap")
    return gaps, sum((len(one.members) - 1) * one.area_m2 for one in overlaps)


def by_overlay(areas: np.ndarray) -> tuple[float, float]:
    """Return the same by union and difference."""
    union = shapely.union_all(areas)
    filled = shapely.polygons([shapely.get_exterior_ring(one) for one in shapely.get_parts(union)])
    gaps = shapely.difference(shapely.union_all(filled), union)
    return gaps.area, shapely.area(areas).sum() - union.area


def shaken(areas: np.ndarray, seed: int) -> np.ndarray:
    """Return the areas, one vertex in each of a fifth moved by 0.1 mm to 30 m."""
    rng = np.random.default_rng(seed)
    moved = areas.copy()
    for index in rng.choice(len(areas), len(areas) // 5, replace=False):
        part = shapely.get_parts(areas[index])[0]
        ring = shapely.get_coordinates(part.exterior)
        ring[rng.integers(1, len(ring) - 1)] += rng.normal(size=2) * rng.choice([1e-4, 0.1, 3, 30])
        shape = shapely.Polygon(ring, part.interiors)
        if shape.is_valid:
            moved[index] = shape
    return moved


@pytest.mark.parametrize("name", ["2016_orig", "2016_repaired", "2018_orig", "2018_repaired"])
def test_precincts_as_published_have_the_gaps_that_overlays_find(name):
    areas = precincts(name)
    found = audited(covered(areas))
    assert surfaces(found) == pytest.approx(by_overlay(areas), abs=1e-3)
    assert (len(found.of_kind("gap", "hole")), len(found.of_kind("overlap"))) == (10, 0)
    assert max(found.residual_m2, found.balance_m2) < 1e-3


@pytest.mark.parametrize("seed", range(4))
def test_shaken_precincts_are_audited_as_overlays_find_and_can_be_mended(seed):
    areas = shaken(precincts("2018_orig"), seed)
    coverage = covered(areas)
    found = audited(coverage)
    assert surfaces(found) == pytest.approx(by_overlay(areas), abs=1e-3)
    repair = repaired(coverage, proposals(coverage, found, list(Keeps)[seed % 3]))
    assert repair.left.of_kind(*SURFACE) == []
    assert made(found, repair.left) == []
    assert shapely.is_valid(repair.after.areas).all()


def test_edits_of_precincts_leave_the_audit_of_a_full_run():
    areas = precincts("2018_orig")
    live = LiveAudit(covered(areas))
    changed = shaken(areas, 9)
    for index in np.flatnonzero(changed != areas)[:12].tolist():
        areas[index] = changed[index]
        assert live.edit([Member(f"{index:03d}", areas[index])]) == audited(covered(areas))
