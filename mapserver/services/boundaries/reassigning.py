"""Whom changed boundaries move: into the grids that they lie in now, in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.assign import GridIndex
from mapserver.domain.records import Change
from mapserver.services.boundaries.answer import grids_of
from mapserver.services.boundaries.drawing import Standing
from mapserver.store import claims, columns, village_points, writing
from mapserver.store.store import Session
from mapserver.store.village_points import Located

_AREAS = ("grid", "village", "town")


@dataclass(frozen=True, slots=True)
class MovedHouse:
    """A house that went to another grid, and how many live there; None who may not read it."""

    id: str
    door: str
    village: str
    before: str | None
    after: str | None
    people: int | None


def reassign(session: Session, changed: list[BaseGeometry]) -> tuple[tuple[MovedHouse, ...], int]:
    """Give every located record near some changed boundaries the grid it lies in now.

    `changed` are grids as they were and as they are, in EPSG:4490 degrees. Return the houses that
    went to another grid, and how many other records did, or are there by other means.
    """
    if not changed:
        return (), 0
    west, south, east, north = shapely.total_bounds(np.array(changed, object)).tolist()
    around = shapely.box(west, south, east, north)
    grids = columns.shapes(session, "grid", ("code", "boundary_version"))
    grids = grids.where(shapely.intersects(grids.geometries, around))
    index = GridIndex(grids.geometries, grids.values["code"])
    versions = dict(zip(grids.values["code"], grids.values["boundary_version"], strict=True))
    houses: tuple[MovedHouse, ...] = ()
    others = 0
    for layer in session.layers.values():
        if not layer.geometry or layer.id in _AREAS:
            continue
        there = village_points.located(session, layer.id)
        moves = _moves(there, index, around)
        changes = [
            Change(there.ids[k], _placed(code, how, versions)) for k, (code, how) in moves.items()
        ]
        writing.change(session, layer.id, changes)
        if layer.id == "house":
            houses = _moved_houses(session, there, moves)
        else:
            others += len(moves)
    _take_claims_along(session, houses)
    return houses, others


def foreseen(
    village: str,
    standing: Standing,
    before: Mapping[str, BaseGeometry],
    after: Mapping[str, BaseGeometry],
) -> tuple[MovedHouse, ...]:
    """Return the houses of a village that lie in other grids by boundaries that are to come."""
    houses = standing.houses
    pairs = zip(grids_of(houses.points, before), grids_of(houses.points, after), strict=True)
    return tuple(
        MovedHouse(houses.ids[k], houses.doors[k], village, was, will, people=int(houses.people[k]))
        for k, (was, will) in enumerate(pairs)
        if was != will
    )


def _take_claims_along(session: Session, houses: tuple[MovedHouse, ...]) -> None:
    """Let what a register said of a house that moved be as right as it was before.

    It named the grid by the boundaries of its day. What it said of another grid stays.
    """
    before = {one.id: one.before for one in houses if one.before and one.after}
    after = {one.id: one.after for one in houses}
    changes: dict[str, list[Change]] = {}
    for layer, identifier, house in claims.agreeing(session, before):
        change = Change(identifier, {"grid_claimed": after[house]})
        changes.setdefault(layer, []).append(change)
    for layer, those in changes.items():
        writing.change(session, layer, those)


_Where = tuple[str | None, str | None]


def _moves(there: Located, index: GridIndex, around: BaseGeometry) -> dict[int, _Where]:
    """Return the records, by position, that are to be in another grid, or by other means."""
    near = np.flatnonzero(shapely.intersects(there.shapes, around))
    by_hand = {k for k in near.tolist() if there.hows[k] == "hand"}
    kept = np.array([k for k in near.tolist() if k not in by_hand], np.int64)
    if not len(kept):
        return {}
    points = shapely.point_on_surface(there.shapes[kept])
    found = index.assign(shapely.get_x(points), shapely.get_y(points))
    answers = zip(kept.tolist(), found.code_list(), found.how_list(), strict=True)
    return {
        k: (code, how) for k, code, how in answers if (code, how) != (there.grids[k], there.hows[k])
    }


def _placed(
    code: str | None, how: str | None, versions: Mapping[str, int | None]
) -> dict[str, Any]:
    return {
        "grid": code,
        "assigned_how": how,
        "assigned_m": 0.0 if code else None,
        "boundary_version": versions.get(code) if code else None,
    }


def _moved_houses(
    session: Session, there: Located, moves: Mapping[int, _Where]
) -> tuple[MovedHouse, ...]:
    gone = {k: code for k, (code, _) in moves.items() if code != there.grids[k]}
    people = village_points.lodgers(session, [there.ids[k] for k in gone])
    return tuple(
        MovedHouse(
            there.ids[k],
            there.doors[k],
            there.villages[k],
            there.grids[k],
            code,
            people.get(there.ids[k], 0),
        )
        for k, code in gone.items()
    )
