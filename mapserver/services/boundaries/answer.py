"""What a draft comes to: who lives in each grid, who would move, and what is wrong."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.assign import GridIndex
from mapserver.domain.boundary import Lineage, Version
from mapserver.domain.boundary.measures import Measures, measured
from mapserver.domain.coverage import Kind, audit
from mapserver.domain.inside import sums_inside
from mapserver.services.boundaries.drawing import Standing
from mapserver.services.boundaries.ground import Ground
from mapserver.store.boundaries import areas_of

_NAMED = 12
"""So many doors of those who would move are named."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is in one grid."""

    houses: int
    households: int
    people: int
    schools: int
    organizations: int


@dataclass(frozen=True, slots=True)
class DraftGrid:
    """A grid of a draft: its boundary in EPSG:4490 degrees, and what is in it.

    `was` is what is in the grid that is in force under the same code, None where it is new.
    Counts are None for those who may not read all that stands in the village.
    """

    code: str
    name: str
    geometry: BaseGeometry
    changed: bool
    counts: Counts | None
    was: Counts | None
    measures: Measures

    @property
    def label(self) -> tuple[float, float]:
        """Where on the map its name stands: its centroid, or another place within it."""
        if shapely.contains_xy(self.geometry, *self.measures.middle):
            return self.measures.middle
        at = shapely.point_on_surface(self.geometry)
        return at.x, at.y


@dataclass(frozen=True, slots=True)
class Moved:
    """Who would go from one grid to another; None is outside of all grids."""

    before: str | None
    after: str | None
    houses: int
    households: int
    people: int
    doors: tuple[str, ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps the grids from filling the village, and who lives inside it."""

    id: str
    kind: Kind
    grids: tuple[str, ...]
    area_m2: float
    width_m: float
    geometry: BaseGeometry | None
    houses: int
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a draft comes to."""

    number: int
    grids: tuple[DraftGrid, ...]
    gone: tuple[str, ...]
    moved: tuple[Moved, ...]
    faults: tuple[Fault, ...]
    lineage: tuple[Lineage, ...]


def answer(on: Ground, version: Version, standing: Standing) -> Answer:
    """Return what a version comes to, held against the grids in force."""
    shapes = on.degrees(version.grids)
    before = areas_of(on.grids)
    houses, was = (
        grids_of(standing.houses.points, shapes),
        grids_of(standing.houses.points, before),
    )
    now, then = counts_in(shapes, houses, standing), counts_in(before, was, standing)
    return Answer(
        number=on.number,
        grids=tuple(
            DraftGrid(
                code=code,
                name=name_of(on, code),
                geometry=shape,
                changed=version.grids[code] is not on.version.grids.get(code),
                counts=now[code] if standing.whole else None,
                was=then.get(code) if standing.whole else None,
                measures=measured(shape),
            )
            for code, shape in shapes.items()
        ),
        gone=tuple(code for code in on.grids if code not in shapes),
        moved=_moved(was, houses, standing),
        faults=faults_of(on, version, standing),
        lineage=version.lineage,
    )


def name_of(on: Ground, code: str) -> str:
    """Return what a grid is called; a new one by its number in the village."""
    known = on.grids.get(code)
    return known.name if known is not None else f"第{int(code[len(on.village) :])}网格"


def faults_of(on: Ground, version: Version, standing: Standing) -> tuple[Fault, ...]:
    """Return what is wrong with a version as a coverage of its village."""
    outline = np.array([version.outline], object)
    codes = list(version.grids)
    areas = np.array(list(version.grids.values()), object)
    found = audit(areas, codes, outline, [version.village]).defects
    shapes = np.array([one.geometry for one in found], object)
    degrees = on.plane.to_degrees(shapes) if len(shapes) else shapes
    houses = standing.houses
    counted = sums_inside(
        degrees, houses.points, np.ones(len(houses.ids)), houses.households, houses.people
    )
    return tuple(
        Fault(
            id=one.id,
            kind=one.kind,
            grids=one.members,
            area_m2=one.area_m2,
            width_m=one.width_m,
            geometry=shape,
            houses=int(count),
            households=int(homes),
            people=int(people),
        )
        for one, shape, count, homes, people in zip(found, degrees, *counted, strict=True)
    )


def grids_of(points: np.ndarray, shapes: Mapping[str, BaseGeometry]) -> list[str | None]:
    """Return the grid that each point lies in, as the register would have it."""
    if not len(points) or not shapes:
        return [None] * len(points)
    index = GridIndex(np.array(list(shapes.values()), object), list(shapes))
    found: list[str | None] = index.assign(shapely.get_x(points), shapely.get_y(points)).code_list()
    return found


def counts_in(
    shapes: Mapping[str, BaseGeometry], houses: Sequence[str | None], standing: Standing
) -> dict[str, Counts]:
    """Return what lies in each shape, by its code; `houses` are those in which each house does."""
    tally: dict[str, Counter[str | None]] = {
        "houses": Counter(houses),
        "households": _weighed(houses, standing.houses.households),
        "people": _weighed(houses, standing.houses.people),
        "schools": Counter(grids_of(standing.places["school"], shapes)),
        "organizations": Counter(grids_of(standing.places["organization"], shapes)),
    }
    return {
        code: Counts(**{name: int(each[code]) for name, each in tally.items()}) for code in shapes
    }


def _weighed(codes: Sequence[str | None], weights: np.ndarray) -> Counter[str | None]:
    total: Counter[str | None] = Counter()
    for code, weight in zip(codes, weights.tolist(), strict=True):
        total[code] += weight
    return total


def _moved(
    was: Sequence[str | None], now: Sequence[str | None], standing: Standing
) -> tuple[Moved, ...]:
    flows: dict[tuple[str | None, str | None], list[int]] = {}
    for index, pair in enumerate(zip(was, now, strict=True)):
        if pair[0] != pair[1]:
            flows.setdefault(pair, []).append(index)
    ordered = sorted(flows.items(), key=lambda one: (-len(one[1]), str(one[0])))
    return tuple(_flow(pair, who, standing) for pair, who in ordered)


def _flow(pair: tuple[str | None, str | None], who: list[int], standing: Standing) -> Moved:
    houses = standing.houses
    points = shapely.get_coordinates(houses.points[who]).tolist()
    return Moved(
        before=pair[0],
        after=pair[1],
        houses=len(who),
        households=int(houses.households[who].sum()),
        people=int(houses.people[who].sum()),
        doors=tuple(houses.doors[index] for index in who[:_NAMED]),
        points=tuple((float(lon), float(lat)) for lon, lat in points),
    )
