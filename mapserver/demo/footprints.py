"""Building footprints as an independent source would have them: oriented, small, not complete.

About one in a hundred has no registered house, and about one in a hundred houses has no
footprint, so that comparing the two finds something both ways.
"""

import datetime
from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from mapserver.demo.ground import degrees
from mapserver.demo.houses import House
from mapserver.demo.records import Record, Value
from mapserver.demo.seeds import Seed

MISSING = 0.01
UNREGISTERED = 0.006
CAPTURED_ON = datetime.date(2026, 4, 12)
SOURCE = "影像解译（演示）"

Floats = NDArray[np.float64]


def footprint_records(seed: Seed, houses: Sequence[House]) -> Iterator[Record]:
    """Yield the footprints: those of registered buildings, then those of no house."""
    buildings = list({house.building: house for house in houses}.values())
    random = seed.random("footprints")
    missing = frozenset(random.sample(range(len(buildings)), round(len(buildings) * MISSING)))
    seen = [house for k, house in enumerate(buildings) if k not in missing]
    known = _rectangles(seed, seen)
    strange, beside = _unregistered(seed, seen, known)
    shapes = shapely.orient_polygons(shapely.transform(np.concatenate([known, strange]), degrees))
    for n, (house, shape) in enumerate(zip([*seen, *beside], shapes, strict=True)):
        code = f"F{house.village.code}-{n + 1:05d}"
        values: dict[str, Value] = {"code": code, "source": SOURCE, "captured_on": CAPTURED_ON}
        yield Record(seed.uuid(n, "footprint", code), shape, house.village.code, values)


def _rectangles(seed: Seed, houses: Sequence[House]) -> NDArray[np.object_]:
    random = seed.random("rectangles")
    middles = np.array([(house.x, house.y) for house in houses])
    # the register's point lies anywhere in the building, not in its middle
    shifts = np.array([(random.uniform(-2, 2), random.uniform(-2, 2)) for _ in houses])
    sizes = np.array(
        [
            (random.uniform(16, 20) * house.units * 0.85, random.uniform(11, 13))
            if house.flat
            else (random.uniform(8.5, 12), random.uniform(7.5, 10))
            for house in houses
        ]
    )
    return _oriented(middles + shifts, sizes, np.array([house.angle for house in houses]))


def _oriented(middles: Floats, sizes: Floats, angles: Floats) -> NDArray[np.object_]:
    """Return rectangles of `sizes` (length, depth) around `middles`, turned by `angles`."""
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    local = corners[None, :, :] * sizes[:, None, :]
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    turned = np.stack(
        [local[..., 0] * cos - local[..., 1] * sin, local[..., 0] * sin + local[..., 1] * cos],
        axis=-1,
    )
    return np.asarray(shapely.polygons(turned + middles[:, None, :]), dtype=object)


def _unregistered(
    seed: Seed, houses: Sequence[House], known: NDArray[np.object_]
) -> tuple[NDArray[np.object_], list[House]]:
    """Return buildings that no register holds, each beside a house but clear of all others."""
    random = seed.random("unregistered")
    beside = random.sample(houses, round(len(houses) * UNREGISTERED * 2))
    middles = np.array([(h.x, h.y) for h in beside])
    shifts = np.array([(random.choice((-1, 1)) * 22, random.uniform(-20, 20)) for _ in beside])
    sizes = np.array([(random.uniform(7, 11), random.uniform(6, 9)) for _ in beside])
    found = _oriented(middles + shifts, sizes, np.array([house.angle for house in beside]))
    grounds = np.array([house.grid.ground for house in beside], dtype=object)
    hit, _ = shapely.STRtree(known).query(shapely.buffer(found, 3), predicate="intersects")
    clear = shapely.contains(grounds, found)
    clear[hit] = False
    kept = [int(k) for k in np.flatnonzero(clear)][: round(len(houses) * UNREGISTERED)]
    return found[kept], [beside[k] for k in kept]
