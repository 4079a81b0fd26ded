"""Points to areas, beside everything that does it exactly, on one core.

Each side gets points and areas in its own form: coordinates, geometries, or tables that are
already loaded. Warm, the areas are indexed beforehand and the points are new, so an index of
the points is part of the work; at one shot everything is. All answers are compared.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks import assign_peers, postgis
from benchmarks.measure import Row, cpu, median
from benchmarks.plots import plots
from mapserver.domain.assign import GridIndex

Floats = NDArray[np.float64]
Pairs = tuple[Any, Any]
Ask = Callable[[], Pairs]

WARM = ((1_000_000, 500, False), (1_000_000, 5_000, False), (10_000_000, 5_000, True))
AT_ONE_SHOT = ((1_000, 500, False), *WARM, (10_000_000, 50_000, True))
LARGE = 2_000_000
HAMLETS, HAMLET_M = 1_000, 60.0


@dataclass
class Work:
    """Points and areas; `clustered` points lie in hamlets, the others anywhere."""

    points: int
    areas: int
    clustered: bool

    def __str__(self) -> str:
        crowded = " in hamlets" if self.clustered else ""
        return f"{self.points:,} points{crowded} to {len(self.shapes):,} areas"

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The areas, 100 vertices each."""
        return plots(self.areas).areas

    @cached_property
    def codes(self) -> list[str]:
        """A code for each area, ascending."""
        return [f"{number:06d}" for number in range(len(self.shapes))]

    @cached_property
    def xy(self) -> tuple[Floats, Floats]:
        """The points."""
        chance = np.random.default_rng(4)
        west, south, east, north = shapely.total_bounds(self.shapes)
        if not self.clustered:
            return (
                chance.uniform(west, east, self.points),
                chance.uniform(south, north, self.points),
            )
        middle = chance.uniform([west, south], [east, north], (HAMLETS, 2))
        hamlet = chance.integers(0, HAMLETS, self.points)
        at = middle[hamlet] + chance.normal(0, HAMLET_M, (self.points, 2))
        return np.ascontiguousarray(at[:, 0]), np.ascontiguousarray(at[:, 1])

    @cached_property
    def geometries(self) -> NDArray[np.object_]:
        """The points as shapely has them."""
        return np.asarray(shapely.points(*self.xy), object)


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield the CPU time of assigning, warm and at one shot."""
    with postgis.running() as base:
        peers = assign_peers.peers(base)
        for size in WARM:
            yield _row(Work(*size), peers, times, warm=True)
        for size in AT_ONE_SHOT:
            yield _row(Work(*size), peers, times, warm=False)


def _row(work: Work, peers: Mapping[str, assign_peers.Peer], times: int, *, warm: bool) -> Row:
    ours = _warm(work) if warm else partial(_once, work)
    answer = ours().index
    taken: dict[str, float] = {}
    notes: list[str] = []
    mine: list[float] = []
    for name, peer in peers.items():
        ask = _peer(peer, work, warm)
        if isinstance(ask, str):
            notes.append(f"{name}: {ask}")
            continue
        theirs, wrong = [], 0
        for turn in range(1 if work.points > LARGE else times):
            ours()  # what the peer before left in the processor's caches is not ours to clear
            mine.append(cpu(ours))
            kept: list[Pairs] = []
            theirs.append(cpu(partial(_keep, ask, kept), peer.cpu_s))
            if turn == 0:
                wrong = int((_lowest(kept[0], work) != answer).sum())
        taken[name] = median(theirs)
        note = f"{name} {_ms(taken[name])}"
        notes.append(f"{note} ({wrong} points wrong)" if wrong else note)
    fastest = min(taken, key=lambda name: taken[name])
    ratio = f"{taken[fastest] / median(mine):.1f} times {fastest}"
    if "SedonaDB" in taken and fastest != "SedonaDB":
        ratio += f", {taken['SedonaDB'] / median(mine):.1f} times SedonaDB"
    if not any(name.startswith("PostGIS") for name in peers):
        notes.append("PostGIS: absent")
    return Row(
        f"{'warm' if warm else 'one shot'}: {work}, CPU",
        _ms(median(mine)),
        "; ".join(notes),
        ratio,
        "25 times the fastest, 30 times SedonaDB" if warm else "never slower",
    )


def _keep(ask: Ask, kept: list[Pairs]) -> None:
    kept.append(ask())


def _peer(peer: assign_peers.Peer, work: Work, warm: bool) -> Ask | str:
    """Return the peer ready to be asked, or why it is absent."""
    try:
        return peer.ready(work, warm)
    except ImportError as error:
        return f"absent ({error})"


def _warm(work: Work) -> Callable[[], Any]:
    """Return our side with its index made; it refines itself as points come."""
    index = GridIndex(work.shapes, work.codes)
    x, y = work.xy
    for _ in range(6_000_000 // work.points + 1):
        index.assign(x, y)
    return partial(index.assign, x, y)


def _once(work: Work) -> Any:
    return GridIndex(work.shapes, work.codes).assign(*work.xy)


def _lowest(pairs: Pairs, work: Work) -> NDArray[np.int64]:
    """Return the lowest area of each point; -1 where there is none."""
    point, area = (np.asarray(one, np.int64) for one in pairs)
    lowest = np.full(work.points, len(work.shapes))
    np.minimum.at(lowest, point, area)
    return np.where(lowest == len(work.shapes), -1, lowest)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"
