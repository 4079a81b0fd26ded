"""Drafts of boundaries: tried out, kept, submitted, sent back, approved."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Response, UploadFile

from mapserver.api.answers import JSON, answers_with, json_response
from mapserver.api.boundaries import Village
from mapserver.api.boundary_answers import approved, told, version
from mapserver.api.boundary_bodies import (
    Acts,
    Approval,
    DraftActs,
    Drawn,
    GroupMove,
    Revised,
    RevisedActs,
    SentBack,
    Wanted,
)
from mapserver.api.desk import TheContext, TheDesk
from mapserver.api.parameters import declared_only, identifier
from mapserver.api.policy import FOR_STAFF, for_those
from mapserver.api.uploads import read_upload
from mapserver.domain.datums import Datum
from mapserver.formats.boundary_reading import MOST_BYTES
from mapserver.roles import Duty
from mapserver.services.boundaries import (
    approval,
    arrivals,
    drafts,
    groups,
    history,
    pieces,
    proposals,
)
from mapserver.services.boundaries.answer import answer
from mapserver.services.boundaries.asked import with_codes
from mapserver.services.context import Context
from mapserver.store.boundaries import Kept

router = APIRouter(tags=["boundaries"], dependencies=[*FOR_STAFF, Depends(declared_only)])
drawing = APIRouter(
    tags=["boundaries"], dependencies=[*for_those(Duty.DRAW), Depends(declared_only)]
)
approving = APIRouter(
    tags=["boundaries"], dependencies=[*for_those(Duty.APPROVE), Depends(declared_only)]
)


@router.post(
    "/boundaries/{village}/tries",
    summary="What acts would come to; nothing is kept",
    **answers_with(JSON),
)
def try_out(desk: TheDesk, context: TheContext, village: Village, asked: Acts) -> Response:
    """Return who would live in each grid, who would move, and what is wrong.

    Of acts that cannot all be done, what came before is told, and why the next cannot be.
    """
    drafts.require(context, village, Duty.DRAW, Duty.APPROVE)
    return json_response(_tried(desk, context, village, asked.told()))


def _tried(
    desk: TheDesk, context: TheContext, village: str, acts: list[dict[str, Any]]
) -> dict[str, Any]:
    on = desk.drawing.ground(context, village)
    replay = desk.drawing.done_on(on, acts)
    found = answer(on, replay.version, desk.drawing.standing(context, village))
    refused = replay.refused
    return {
        **told(found, desk.norms.of(on.kind)),
        "acts": with_codes(acts, replay.done),
        "refused": None
        if refused is None
        else {"zh": refused.zh, "en": refused.en, "code": refused.code, **refused.details},
    }


def _told(context: Context, versions: list[Kept]) -> list[dict[str, Any]]:
    called = history.signatures(context, versions)
    return [version(one, called) for one in versions]


def _one(context: Context, kept: Kept) -> dict[str, Any]:
    (told_,) = _told(context, [kept])
    return told_


@drawing.post(
    "/boundaries/{village}/pieces",
    summary="What lies in an area that is being drawn, before anybody has it",
    **answers_with(JSON),
)
def look_inside(desk: TheDesk, context: TheContext, village: Village, asked: Drawn) -> Response:
    """Return houses, households, people and places inside, and which grids hold the houses now."""
    shape = asked.shape.model_dump()
    found = pieces.piece(context, desk.drawing, village, asked.told(), shape, asked.reach_m)
    return json_response(asdict(found))


@drawing.post(
    "/boundaries/{village}/proposals",
    summary="Grids to begin with, balanced by households",
    **answers_with(JSON),
)
def propose(desk: TheDesk, context: TheContext, village: Village, asked: Wanted) -> Response:
    """Return an act that draws so many grids; it is drawn on, and never applied by itself."""
    found = proposals.propose(context, desk.drawing, village, asked.told())
    return json_response(asdict(found))


@drawing.post(
    "/boundaries/{village}/groups",
    summary="The groups (组) of a village, and which grids have how much of each",
    **answers_with(JSON),
)
def groups_of(desk: TheDesk, context: TheContext, village: Village, asked: Acts) -> Response:
    """Return the groups as they would lie in the grids after some acts."""
    found = groups.groups(context, desk.drawing, village, asked.told())
    return json_response({"groups": [asdict(one) for one in found]})


@drawing.post(
    "/boundaries/{village}/group-moves",
    summary="The act that gives a whole group (组) to a grid",
    **answers_with(JSON),
)
def move_group(desk: TheDesk, context: TheContext, village: Village, asked: GroupMove) -> Response:
    """Return an act to be done after those that are sent; nothing is kept."""
    act = groups.moving(
        context, desk.drawing, village, asked.told(), group=asked.group, to=asked.to
    )
    return json_response({"act": act})


@drawing.post(
    "/boundaries/{village}/files",
    summary="Boundaries that another program wrote",
    **answers_with(JSON),
)
def bring_in(
    desk: TheDesk,
    context: TheContext,
    village: Village,
    file: UploadFile,
    datum: Annotated[Datum, Form()],
) -> Response:
    """Return an act that draws the grids of a file; it is drawn on, and never applied by itself.

    `datum` is what its degrees are in. Where the village fits another better, `shift` says so.
    """
    given = read_upload(file, min(desk.max_upload_bytes, MOST_BYTES))
    found = arrivals.arrived(context, desk.drawing, village, (file.filename or "", given), datum)
    return json_response(asdict(found))


@router.get(
    "/boundaries/{village}/drafts",
    summary="What is drafted, submitted or sent back in a village",
    **answers_with(JSON),
)
def open_drafts(context: TheContext, village: Village) -> Response:
    """Return the drafts of a village, for those who draw or approve there."""
    return json_response({"drafts": _told(context, drafts.waiting(context, village))})


@router.get(
    "/boundary-drafts",
    summary="What waits to be drawn on or approved, in all villages that are the caller's",
    **answers_with(JSON),
)
def waiting(context: TheContext) -> Response:
    """Return the drafts of all villages that the caller draws or approves in."""
    return json_response({"drafts": _told(context, drafts.waiting(context))})


@drawing.post(
    "/boundaries/{village}/drafts",
    status_code=201,
    summary="Keep a new draft",
    **answers_with(JSON),
)
def begin(desk: TheDesk, context: TheContext, village: Village, asked: DraftActs) -> Response:
    """Keep a draft on the version in force; it may be at fault."""
    on = desk.drawing.ground(context, village)
    kept = drafts.begin(context, on, asked.told(), asked.base)
    return json_response(
        _one(context, kept), 201, Location=f"/boundaries/{village}/drafts/{kept.id}"
    )


@router.get(
    "/boundaries/{village}/drafts/{draft}",
    summary="A draft or a version, and what its acts come to on the version in force",
    **answers_with(JSON),
)
def read_draft(desk: TheDesk, context: TheContext, village: Village, draft: str) -> Response:
    """Return a draft with its acts done on top of what is in force.

    Of a version that was approved too: its acts tell which grids gave to which, under the codes
    they got, and how the places were found.
    """
    kept = drafts.read(context, village, identifier(draft))
    acts = list(map(dict, kept.acts))
    tried = _tried(desk, context, village, acts)
    return json_response({**_one(context, kept), "acts": acts, "try": tried})


@drawing.put(
    "/boundaries/{village}/drafts/{draft}", summary="Keep a draft anew", **answers_with(JSON)
)
def keep(
    desk: TheDesk, context: TheContext, village: Village, draft: str, asked: RevisedActs
) -> Response:
    """Keep a draft with other acts; it is then drawn on the version in force."""
    on = desk.drawing.ground(context, village)
    told = asked.told()
    kept = drafts.keep(context, on, identifier(draft), asked.revision, told, asked.base)
    return json_response(_one(context, kept))


@drawing.delete("/boundaries/{village}/drafts/{draft}", status_code=204, summary="Forget a draft")
def forget(
    context: TheContext,
    village: Village,
    draft: str,
    revision: Annotated[int, Query(ge=1, le=2**31 - 1)],
) -> Response:
    """Forget a draft that is not submitted."""
    drafts.drop(context, village, identifier(draft), revision)
    return Response(status_code=204)


@drawing.post(
    "/boundaries/{village}/drafts/{draft}/submission",
    summary="Hand a draft in for approval",
    **answers_with(JSON),
)
def submit(
    desk: TheDesk, context: TheContext, village: Village, draft: str, asked: Revised
) -> Response:
    """Submit a draft that is not at fault and was drawn on the version in force."""
    on = desk.drawing.ground(context, village)
    kept = drafts.submit(context, desk.drawing, on, identifier(draft), asked.revision)
    return json_response(_one(context, kept))


@drawing.post(
    "/boundaries/{village}/drafts/{draft}/withdrawal",
    summary="Take back what was submitted",
    **answers_with(JSON),
)
def withdraw(context: TheContext, village: Village, draft: str, asked: Revised) -> Response:
    """Take back a draft, to draw on."""
    return json_response(
        _one(context, drafts.withdraw(context, village, identifier(draft), asked.revision))
    )


@approving.post(
    "/boundaries/{village}/drafts/{draft}/return",
    summary="Send back what was submitted, with a remark",
    **answers_with(JSON),
)
def send_back(context: TheContext, village: Village, draft: str, asked: SentBack) -> Response:
    """Send a draft back to be mended; the remark may be pinned to a place."""
    kept = drafts.send_back(
        context, village, identifier(draft), asked.revision, asked.remark, asked.place
    )
    return json_response(_one(context, kept))


@approving.post(
    "/boundaries/{village}/drafts/{draft}/approval",
    summary="Approve what was submitted",
    **answers_with(JSON),
)
def approve(
    desk: TheDesk, context: TheContext, village: Village, draft: str, asked: Approval
) -> Response:
    """Put a version in force from a day on, and return the houses that it moves."""
    done = approval.approve(
        context, desk.drawing, village, identifier(draft), asked.revision, asked.effective
    )
    return json_response(approved(done, history.signatures(context, [done.version])))
