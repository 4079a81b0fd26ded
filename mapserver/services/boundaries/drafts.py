"""Drafts of a village's boundaries: kept as their acts, submitted, sent back.

Every write names the revision that its writer saw, so nobody overwrites another unseen; and the
version that it was drawn on, so a draft is submitted only on top of what is in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.areas import VILLAGE
from mapserver.domain.boundary.fitting import TOUCH_DEG, fitted
from mapserver.domain.polygons import invalid_areas
from mapserver.errors import Conflict, InvalidRequest, NotAllowed
from mapserver.roles import Duty
from mapserver.services.boundaries.answer import faults_of, name_of
from mapserver.services.boundaries.asked import in_order, with_codes
from mapserver.services.boundaries.drawing import Drawing, Standing, whole
from mapserver.services.boundaries.ground import Ground
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.record import About, note_in
from mapserver.store import boundaries
from mapserver.store.boundaries import Kept, KeptGrid
from mapserver.store.store import Session

Told = Sequence[Mapping[str, Any]]
LONGEST_REMARK = 500


def may(context: Context, duty: Duty, village: str) -> bool:
    """Whether the caller has a duty over a whole village."""
    return any(
        village.startswith(area[:VILLAGE]) and len(area) <= VILLAGE
        for area in context.scope.areas_of(duty)
    )


def require(context: Context, village: str, *duties: Duty) -> None:
    """Refuse whoever has none of these duties over a village."""
    if not any(may(context, duty, village) for duty in duties):
        raise NotAllowed(
            "这个村的边界不归您画，也不归您审。请这个村的网格长或督导员来办。",
            "The boundaries of this village are not yours to draw or to approve. Ask its grid "
            "head or supervisor.",
        )


def waiting(context: Context, village: str | None = None) -> list[Kept]:
    """Return the drafts that the caller may see, the latest first."""
    with context.read() as session:
        found = boundaries.open_ones(session, None if village is None else [village])
    return [
        one
        for one in found
        if any(may(context, duty, one.village) for duty in (Duty.DRAW, Duty.APPROVE))
    ]


def begin(context: Context, on: Ground, acts: Told, seen: int | None = None) -> Kept:
    """Keep a new draft on the version in force.

    Where the answer was lost on the way and it is asked for again, it is the draft that there is.

    Raises
    ------
    Conflict
        If its writer has seen another in force.
    """
    require(context, on.village, Duty.DRAW)
    _refuse_overtaken(on, seen)
    with context.write() as session:
        for known in boundaries.open_ones(session, [on.village]):
            if _is_untouched(known, on, context.scope.actor, acts):
                return known
        one = Kept(
            id=new_id(),
            village=on.village,
            state="draft",
            number=None,
            base=on.number,
            revision=1,
            author=context.scope.actor,
            created_at=session.stamp,
            changed_at=session.stamp,
            acts=list(acts),
        )
        boundaries.add(session, one)
        return one


def _is_untouched(one: Kept, on: Ground, author: str, acts: Told) -> bool:
    """Return whether a draft is what somebody would keep, and nobody went on with it."""
    mine = (one.author, one.base, one.state, one.revision) == (author, on.number, "draft", 1)
    return mine and in_order(one.acts) == in_order(acts)


def read(context: Context, village: str, identifier: str) -> Kept:
    """Return a draft; NotFound where there is none."""
    require(context, village, Duty.DRAW, Duty.APPROVE)
    with context.read() as session:
        return boundaries.get(session, village, identifier)


def keep(
    context: Context,
    on: Ground,
    identifier: str,
    revision: int,
    acts: Told,
    seen: int | None = None,
) -> Kept:
    """Keep a draft with other acts, on the version in force; it may be at fault.

    Raises
    ------
    Conflict
        If somebody kept it meanwhile, it is submitted, or its writer has seen another version in
        force.
    """
    require(context, on.village, Duty.DRAW)
    _refuse_overtaken(on, seen)
    with context.write() as session:
        one = _current(session, on.village, identifier, revision)
        _refuse_state(one, "draft", "returned")
        return boundaries.put(session, replace(one, acts=list(acts), base=on.number))


def drop(context: Context, village: str, identifier: str, revision: int) -> None:
    """Forget a draft."""
    require(context, village, Duty.DRAW)
    with context.write() as session:
        one = _current(session, village, identifier, revision)
        _refuse_state(one, "draft", "returned")
        boundaries.drop(session, one)


def submit(context: Context, drawing: Drawing, on: Ground, identifier: str, revision: int) -> Kept:
    """Hand a draft in for approval.

    Raises
    ------
    Conflict
        If it was kept anew, was drawn on a version that is no longer in force, changes nothing,
        or is at fault: what, and where.
    """
    require(context, on.village, Duty.DRAW)
    standing = drawing.standing(context, on.village)
    with context.write() as session:
        one = _current(session, on.village, identifier, revision)
        _refuse_state(one, "draft", "returned")
        shapes, acts = sound(drawing, on, one, standing)
        later = replace(
            one,
            state="submitted",
            submitted_at=session.stamp,
            acts=acts,
            remark=None,
            place=None,
        )
        _noted(session, later, "submitted")
        return boundaries.put(session, later, shapes)


def withdraw(context: Context, village: str, identifier: str, revision: int) -> Kept:
    """Take back what was submitted, to draw on."""
    require(context, village, Duty.DRAW)
    with context.write() as session:
        one = _current(session, village, identifier, revision)
        _refuse_state(one, "submitted")
        _noted(session, one, "withdrawn")
        return boundaries.put(session, replace(one, state="draft"))


def send_back(
    context: Context,
    village: str,
    identifier: str,
    revision: int,
    remark: str,
    place: tuple[float, float] | None,
) -> Kept:
    """Send back what was submitted, with what is to be mended and where."""
    require(context, village, Duty.APPROVE)
    if not remark.strip() or len(remark) > LONGEST_REMARK:
        raise InvalidRequest(
            f"退回要写明改什么，最多 {LONGEST_REMARK} 个字。",
            f"Say what is to be mended, in {LONGEST_REMARK} characters at most.",
            parameter="remark",
        )
    with context.write() as session:
        one = _current(session, village, identifier, revision)
        _refuse_state(one, "submitted")
        later = replace(
            one,
            state="returned",
            remark=remark.strip(),
            place=place,
            decided_by=context.scope.actor,
            decided_at=session.stamp,
        )
        _noted(session, later, "returned")
        return boundaries.put(session, later)


def sound(
    drawing: Drawing, on: Ground, one: Kept, standing: Standing
) -> tuple[dict[str, KeptGrid], list[dict[str, Any]]]:
    """Return the grids of a draft, and its acts with the codes they give, if it may be approved.

    Raises
    ------
    Conflict
        If it may not.
    """
    _refuse_overtaken(on, one.base)
    version, done = whole(drawing.done_on(on, one.acts))
    same = version.grids.keys() == on.version.grids.keys() and all(
        shapely.equals(one, on.version.grids[code]) for code, one in version.grids.items()
    )
    if not done or same:
        raise Conflict(
            "画来画去，边界和现在的一样，没有要审的。",
            "What is drawn comes to the boundaries in force; there is nothing to approve.",
        )
    faults = faults_of(on, version, standing)
    if faults:
        raise Conflict(
            f"还有 {len(faults)} 处没画好，先改好再提交；草稿已经存着。",
            f"{len(faults)} places are not right yet. Mend them first; the draft is kept.",
            faults=[one.kind for one in faults],
        )
    shapes = on.degrees(version.grids)
    _refuse_touching_itself(on, shapes)
    told = with_codes(one.acts, done)
    names = {code: name for act in told for code, name in act.get("names", {}).items()}
    kinds = {code: kind for act in told for code, kind in act.get("kinds", {}).items()}
    return {
        code: KeptGrid(
            names.get(code) or name_of(on, code), kinds.get(code) or kind_of(on, code), shape
        )
        for code, shape in shapes.items()
    }, told


def _refuse_touching_itself(on: Ground, shapes: Mapping[str, BaseGeometry]) -> None:
    """Refuse grids that are sound on the plane and would not be where they are kept.

    A corner in the middle of a very long edge lies on it in degrees and beside it in metres; what
    is left between them is thinner than degrees can tell.
    """
    fits = fitted(np.array(list(shapes.values()), object), TOUCH_DEG)
    for fault in invalid_areas(fits, list(shapes)):
        name = name_of(on, fault.code)
        raise Conflict(
            f"{name}有一处细得合在了一起。把那里的角点吸附到边上，或挪开一点再提交；草稿已经存着。",
            f"{name} is so thin at one place that it touches itself. Snap the corner there to the "
            "edge, or move it away; the draft is kept.",
            grid=fault.code,
            at=fault.where,
        )


def _refuse_overtaken(on: Ground, base: int | None) -> None:
    """Refuse what was drawn on another version than the one in force."""
    if base is not None and base != on.number:
        raise Conflict(
            f"这份草稿画在第 {base} 版上，现在生效的是第 {on.number} 版。"
            "先看看变了哪里，在新版上接着画。",
            f"The draft was drawn on version {base}, and version {on.number} is in force. "
            "See what changed, and draw on top of it.",
            base=base,
            number=on.number,
        )


def kind_of(on: Ground, code: str) -> str | None:
    """Return which kind of grid one is; a new one is ordinary."""
    known = on.grids.get(code)
    return known.kind if known is not None else "ordinary"


def _current(session: Session, village: str, identifier: str, revision: int) -> Kept:
    one = boundaries.get(session, village, identifier)
    if one.revision != revision:
        raise Conflict(
            f"这份草稿已由 {one.author} 改到第 {one.revision} 次，你看到的是第 {revision} 次。"
            "先看看再改，你的没有丢。",
            f"The draft has been kept anew ({one.revision}); you saw revision {revision}. Look at "
            "it first; nothing of yours is lost.",
            revision=one.revision,
        )
    return one


def _refuse_state(one: Kept, *states: boundaries.State) -> None:
    if one.state not in states:
        raise Conflict(
            {"submitted": "已经提交，正等审核。", "approved": "已经审核通过。"}.get(
                one.state, "还没有提交。"
            ),
            {
                "submitted": "It has been submitted and waits for approval.",
                "approved": "It has been approved.",
            }.get(one.state, "It has not been submitted."),
            state=one.state,
        )


def _noted(session: Session, one: Kept, step: str) -> None:
    note_in(session, "boundary", About("grid", one.id), area=one.village, step=step)
