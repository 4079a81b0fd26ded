"""The audit of a town: whether the grids of every village fill it, and who lives where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mapserver.domain.areas import VILLAGE
from mapserver.domain.coverage import Audit, Coverage, Defect, Kind, audited
from mapserver.domain.crs import meridian_for, to_degrees, to_metric
from mapserver.domain.inside import sums_inside
from mapserver.domain.suppression import LEAST
from mapserver.errors import Conflict, InvalidRequest
from mapserver.roles import Right
from mapserver.services.context import Context
from mapserver.services.defect_names import NAMES
from mapserver.store import columns, counts
from mapserver.store.columns import ShapeTable
from mapserver.store.store import Session


@dataclass(frozen=True, slots=True)
class TownDefect:
    """A defect, its shape in EPSG:4490, and the houses and people inside it.

    Counts are None where they are a few of what the caller may not read one by one.
    `names` are those of the grids that are its members, `village_name` that of the village.
    """

    defect: Defect
    geometry: Any
    title: str
    village_name: str
    names: tuple[str, ...]
    houses: int | None
    people: int | None


@dataclass(frozen=True, slots=True)
class TownAudit:
    """What is wrong with the grids of a town.

    `villages` and `grids` are how many were audited; `left_out` are the codes of the grids
    that could not be, because their village has no boundary that the caller may see.
    """

    defects: tuple[TownDefect, ...]
    villages: int
    grids: int
    left_out: tuple[str, ...]
    residual_m2: float

    def of(self, kind: Kind | None, village: str | None) -> list[TownDefect]:
        """Return the defects of a kind and in a village, where these are asked for."""
        return [
            one
            for one in self.defects
            if kind in (None, one.defect.kind) and village in (None, one.defect.parent)
        ]


@dataclass(frozen=True, slots=True)
class _Read:
    """The villages and grids whose houses the caller may count, these, and who lives in them.

    `open_houses` and `open_people` are the villages whose records the caller may read.
    """

    villages: ShapeTable
    grids: ShapeTable
    houses: ShapeTable
    people: Mapping[str, int]
    open_houses: frozenset[str]
    open_people: frozenset[str]

    @classmethod
    def of(cls, session: Session) -> "_Read":
        def mine(village: str, grid: str | None = None) -> bool:
            return session.scope.holds(Right.COUNT, session.layers["house"], village, grid)

        def opened(layer: str) -> frozenset[str]:
            held = session.layers[layer]
            codes = villages.values["code"]
            return frozenset(c for c in codes if session.scope.holds(Right.READ, held, c, None))

        villages = columns.shapes(session, "village", ("code", "name"))
        grids = columns.shapes(session, "grid", ("code", "name", "village"), undrawn=True)
        return cls(
            villages.where([mine(code) for code in villages.values["code"]]),
            grids.where([mine(code[:VILLAGE], code) for code in grids.values["code"]]),
            columns.shapes(session, "house", ("id",)),
            counts.by_house(session),
            opened("house"),
            opened("person"),
        )


def audit_town(context: Context, language: str) -> TownAudit:
    """Audit the grids of every village within the caller's scope, all villages at once.

    A village is audited where its boundary and so all of its grids may be seen.

    Raises
    ------
    Conflict
        If a boundary that is kept crosses itself, so that it has no inside.
    """
    with context.read() as session:
        read = _Read.of(session)
    known = {code: index for index, code in enumerate(read.villages.values["code"])}
    within = read.grids.values["village"]
    mine = [index for index, village in enumerate(within) if village in known]
    codes: list[str] = read.grids.values["code"]
    left_out = tuple(sorted({*codes} - {codes[index] for index in mine}))
    if not known:
        return TownAudit((), 0, 0, left_out, 0.0)
    zone = meridian_for(read.villages.geometries)
    found = _audited(
        Coverage.of(
            to_metric(read.grids.geometries[mine], zone),
            [codes[index] for index in mine],
            to_metric(read.villages.geometries, zone),
            read.villages.values["code"],
            [known[within[index]] for index in mine],
        )
    )
    return TownAudit(
        tuple(_described(found.defects, read, zone, language)),
        len(known),
        len(mine),
        left_out,
        max(found.residual_m2, found.balance_m2),
    )


def _audited(coverage: Coverage) -> Audit:
    try:
        return audited(coverage)
    except InvalidRequest as error:
        # nothing is wrong with the request: what is kept cannot be audited
        raise Conflict(error.zh, error.en, **error.details) from error


def _told(count: int, is_open: bool) -> int | None:
    """Return a count as it may be told: a few only to those who may read each of them."""
    return count if is_open or not 0 < count < LEAST else None


def _described(
    defects: Sequence[Defect], read: _Read, zone: int, language: str
) -> list[TownDefect]:
    shapes = np.array([one.geometry for one in defects], object)
    lodgers = [read.people.get(house, 0) for house in read.houses.values["id"]]
    points = to_metric(read.houses.geometries, zone)
    houses, people = sums_inside(shapes, points, np.ones(len(points)), lodgers)
    village = dict(zip(read.villages.values["code"], read.villages.values["name"], strict=True))
    grid = dict(zip(read.grids.values["code"], read.grids.values["name"], strict=True))
    return [
        TownDefect(
            defect=one,
            geometry=shape,
            title=NAMES[one.kind][language == "en"],
            village_name=village.get(one.parent or "", ""),
            names=tuple(grid[code] for code in one.members),
            houses=_told(int(count), one.parent in read.open_houses),
            people=_told(int(living), one.parent in read.open_people),
        )
        for one, shape, count, living in zip(
            defects, to_degrees(shapes, zone), houses, people, strict=True
        )
    ]
