"""Defects that were put into a coverage, and how many of them the audit finds."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.injected import DAMAGES, LEAST_M, MOST_M, Injected, injected
from benchmarks.measure import Row
from benchmarks.plots import plots
from mapserver.domain.coverage import Audit, audit

SIZE, EACH = 5_000, 40


def measure(_: Path, __: int) -> Iterator[Row]:
    """Yield how many defects of each kind are found, and how many where there are none."""
    whole, damaged = plots(SIZE), injected(SIZE, EACH)
    found = damaged.audited()
    told = _found(damaged, found)
    # the place of a member that is missing is a gap as well
    others = len(found.defects) - sum(told.values()) - told["missing"]
    put = f"{EACH} put into {len(whole.areas):,} areas, {LEAST_M * 1000:g} mm to {MOST_M:g} m"
    for kind in (*DAMAGES, "duplicate"):
        yield Row(
            f"{kind}: {put}",
            f"{told[kind]} found",
            "",
            "",
            "every one",
        )
    codes = [f"{index:05d}" for index in range(len(whole.areas))]
    sound = audit(whole.areas, codes, np.array([whole.outline]), ["all"])
    yield Row("others told beside them", str(others), "", "", "none")
    yield Row(f"told of {len(codes):,} sound areas", str(len(sound.defects)), "", "", "none")
    yield Row(
        "what is left of the sum of signed surfaces",
        f"{max(found.residual_m2, sound.residual_m2):.1e} m2",
        "",
        "",
        "under 0.001 m2",
    )


def _found(damaged: Injected, found: Audit) -> Counter[str]:
    """Return how many were found by kind, each at its member."""
    told = {code: one.kind for one in found.defects for code in one.members if code in damaged.put}
    return Counter(kind for code, kind in damaged.put.items() if told.get(code) == kind)
