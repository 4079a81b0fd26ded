"""Putting a version in force: the grids, their neighbours' vertices, and everybody it moves.

All of it is one transaction: whoever reads sees the old boundaries with the old assignment, or
the new with the new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.fitting import TOUCH_DEG, fitted
from mapserver.domain.records import Change, Placement, Record
from mapserver.errors import Conflict, InvalidRequest, MapserverError, StoreError
from mapserver.roles import Duty, Right
from mapserver.services.boundaries.drafts import require, sound
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.boundaries.ground import Ground, ground
from mapserver.services.boundaries.reassigning import MovedHouse, foreseen, reassign
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.record import About, note_in
from mapserver.store import boundaries, columns, writing
from mapserver.store.boundaries import Kept, KeptGrid, areas_of
from mapserver.store.store import Session

BEGINNING = date(1900, 1, 1)
"""From when the boundaries count that a village had before any was drawn here."""

FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Approved:
    """A version that was approved, and the houses it moved, or will where its day is to come."""

    version: Kept
    houses: tuple[MovedHouse, ...]
    others: int


def approve(
    context: Context,
    drawing: Drawing,
    village: str,
    identifier: str,
    revision: int,
    effective: date | None = None,
) -> Approved:
    """Approve what was submitted, from a day on, by default from today.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to approve.
    Conflict
        If it is not what the caller saw, was drawn on a version that is no longer in force, or
        is at fault.
    """
    require(context, village, Duty.APPROVE)
    today = context.today()
    day = effective or today
    if not today - FURTHEST <= day <= today + FURTHEST:
        raise InvalidRequest(
            "生效日期要在前后一年之内。",
            "The day must lie within a year of today.",
            parameter="effective",
        )
    # the approver need not hold the right to write grids and houses one by one
    whole_town = replace(context, scope=replace(context.scope, grants=None))
    with whole_town.write() as session:
        one = boundaries.get(session, village, identifier)
        if one.revision != revision or one.state != "submitted":
            raise Conflict(
                "这一版已经不是你看到的那样。重新打开再审。",
                "This is no longer what you saw. Open it again.",
                state=one.state,
                revision=one.revision,
            )
        on = ground(session, village)
        standing = drawing.standing(whole_town, village)
        shapes, acts = sound(drawing, on, one, standing)
        number = _next_number(session, on)
        _keep_as_found(session, on)
        later = replace(
            one,
            state="approved",
            number=number,
            acts=acts,
            effective=day,
            decided_by=context.scope.actor,
            decided_at=session.stamp,
        )
        note_in(
            session, "boundary", About("grid", one.id), area=village, step="approved", number=number
        )
        if day > today:
            before, after = areas_of(on.grids), areas_of(shapes)
            will = foreseen(village, standing, before, after)
            done = Approved(boundaries.put(session, later, shapes), will, 0)
        else:
            done = _in_force(session, on, later, shapes)
    return replace(done, houses=_readable(context, done.houses))


def _readable(context: Context, houses: tuple[MovedHouse, ...]) -> tuple[MovedHouse, ...]:
    """Return the houses that the approver may read, with people where they may be read too."""

    def reads(layer: str, one: MovedHouse) -> bool:
        held = context.store.layer(layer)
        return context.scope.holds(Right.READ, held, one.village, one.after or one.before)

    return tuple(
        one if reads("person", one) else replace(one, people=None)
        for one in houses
        if reads("house", one)
    )


def put_due_in_force(context: Context, drawing: Drawing) -> None:
    """Put in force what was approved for today; one that cannot be goes back to who drew it."""
    with context.read() as session:
        due = boundaries.due(session, context.today())
    for one in sorted(due, key=lambda each: each.number or 0):
        try:
            _due(context, drawing, one)
        except StoreError:
            raise
        except MapserverError as error:
            _give_back(context, one, error)


def _due(context: Context, drawing: Drawing, told: Kept) -> None:
    standing = drawing.standing(context, told.village)
    with context.write() as session:
        one = _still_due(session, told)
        if one is None:
            return
        on = ground(session, one.village)
        shapes, _ = sound(drawing, on, one, standing)
        _in_force(session, on, one, shapes)


def _give_back(context: Context, told: Kept, error: MapserverError) -> None:
    with context.write() as session:
        one = _still_due(session, told)
        if one is not None:
            back = replace(one, state="returned", number=None, remark=error.zh)
            boundaries.put(session, back)
            note_in(session, "boundary", About("grid", one.id), area=one.village, step="returned")


def _still_due(session: Session, told: Kept) -> Kept | None:
    """Return a version as it is now, under the lock; None where another saw to it meanwhile."""
    one = boundaries.get(session, told.village, told.id)
    waits = one.state == "approved" and one.applied_at is None and one.revision == told.revision
    return one if waits else None


def _next_number(session: Session, on: Ground) -> int:
    return max(boundaries.last_number(session, on.village) or 0, on.number) + 1


def _keep_as_found(session: Session, on: Ground) -> None:
    """Keep the boundaries that a village had before any was drawn here, the first time."""
    if boundaries.approved(session, on.village):
        return
    first = Kept(
        id=new_id(),
        village=on.village,
        state="approved",
        number=on.number,
        base=on.number,
        revision=1,
        author="",
        created_at=session.stamp,
        changed_at=session.stamp,
        effective=BEGINNING,
        applied_at=session.stamp,
    )
    boundaries.add(session, first, on.grids)


def _in_force(session: Session, on: Ground, one: Kept, shapes: Mapping[str, KeptGrid]) -> Approved:
    assert one.number is not None
    assert one.effective is not None
    fits = _Neighbourhood.of(session, on, areas_of(shapes)).fitted()
    final = {code: replace(grid, geometry=fits.own[code]) for code, grid in shapes.items()}
    before = areas_of(on.grids)
    _write_grids(session, on, final, one.number, one.effective)
    writing.change(session, "grid", [Change(i, {"geom": s}) for i, s in fits.grids.items()])
    writing.change(session, "village", [Change(i, {"geom": s}) for i, s in fits.villages.items()])
    changed = [
        shape
        for code in {*before, *final}
        for shape in (before.get(code), final[code].geometry if code in final else None)
        if shape is not None and not _same(before.get(code), final.get(code))
    ]
    houses, others = reassign(session, changed)
    kept = boundaries.put(session, replace(one, applied_at=session.stamp), final)
    return Approved(kept, houses, others)


def _same(before: BaseGeometry | None, after: KeptGrid | None) -> bool:
    return before is not None and after is not None and before.equals_exact(after.geometry, 0)


@dataclass(frozen=True, slots=True)
class _Fits:
    """A village's grids that fit their neighbours, and what of the neighbours is another."""

    own: Mapping[str, BaseGeometry]
    grids: Mapping[str, BaseGeometry]
    villages: Mapping[str, BaseGeometry]


@dataclass(frozen=True, slots=True)
class _Neighbourhood:
    """A village's new grids, and the grids and villages that touch it, by the id of the record."""

    on: Ground
    own: Mapping[str, BaseGeometry]
    grids: Mapping[str, BaseGeometry]
    villages: Mapping[str, BaseGeometry]

    @classmethod
    def of(cls, session: Session, on: Ground, own: Mapping[str, BaseGeometry]) -> "_Neighbourhood":
        """Return what lies around a village; what crosses itself there is left as it is."""
        around = shapely.union_all([one.envelope for one in own.values()]).envelope
        grids = columns.shapes(session, "grid", ("id", "village"))
        villages = columns.shapes(session, "village", ("id",))

        def near(table: columns.ShapeTable) -> columns.ShapeTable:
            meets = shapely.intersects(table.geometries, around)
            return table.where(meets & shapely.is_valid(table.geometries))

        others = near(grids.where([one != on.village for one in grids.values["village"]]))
        outlines = near(villages)
        return cls(
            on,
            own,
            dict(zip(others.values["id"], others.geometries, strict=True)),
            dict(zip(outlines.values["id"], outlines.geometries, strict=True)),
        )

    def fitted(self) -> _Fits:
        """Return all of it with a vertex wherever another turns on an edge."""
        groups = (self.own, self.grids, self.villages)
        shapes = np.array([one for group in groups for one in group.values()], object)
        after = fitted(shapes, TOUCH_DEG)
        keys = [key for group in groups for key in group]
        found = dict(zip(keys, after, strict=True))
        is_new = dict(zip(keys, after != shapes, strict=True))
        return _Fits(
            {code: found[code] for code in self.own},
            {one: found[one] for one in self.grids if is_new[one]},
            {one: found[one] for one in self.villages if is_new[one]},
        )


def _as_it_was(before: KeptGrid | None, after: KeptGrid) -> bool:
    if before is None or (before.name, before.kind) != (after.name, after.kind):
        return False
    return _same(before.geometry, after)


def _write_grids(
    session: Session, on: Ground, final: Mapping[str, KeptGrid], number: int, since: date
) -> None:
    """Write the grids that changed, those that are new, and remove those that are gone."""

    def columns_of(grid: KeptGrid) -> dict[str, Any]:
        return {
            "geom": grid.geometry,
            "name": grid.name,
            "kind": grid.kind,
            "boundary_version": number,
            "boundary_from": since,
        }

    changes = [
        Change(on.ids[code], columns_of(grid))
        for code, grid in final.items()
        if code in on.ids and not _as_it_was(on.grids.get(code), grid)
    ]
    added = [
        Record(
            id=new_id(),
            geometry=grid.geometry,
            village=on.village,
            values={
                "code": code,
                "name": grid.name,
                "village_name": on.village_name,
                "kind": grid.kind,
                "boundary_from": since,
            },
            placement=Placement(code, None, None, number),
            datum="cgcs2000",
        )
        for code, grid in final.items()
        if code not in on.ids
    ]
    writing.change(session, "grid", changes)
    writing.add(session, "grid", added)
    writing.remove(session, "grid", [on.ids[code] for code in on.grids if code not in final])
