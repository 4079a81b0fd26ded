"""Drawing grids: the version in force, tries, drafts, approval, and earlier versions."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.answers import (
    GEOJSON,
    JSON,
    answer,
    answers_with,
    as_json,
    json_response,
    tag_of,
)
from mapserver.api.desk import TheContext, TheDesk
from mapserver.api.parameters import VILLAGE, declared_only, identifier
from mapserver.api.policy import FOR_STAFF, for_those
from mapserver.domain.boundary import ActKind
from mapserver.domain.boundary.measures import Norm
from mapserver.formats import geojson
from mapserver.formats.boundary_files import KINDS
from mapserver.roles import Duty
from mapserver.services.boundaries import approval, drafts, files, history, proposals
from mapserver.services.boundaries.answer import Answer, DraftGrid, Fault, Moved
from mapserver.services.boundaries.answer import answer as found_of
from mapserver.services.boundaries.approval import Approved
from mapserver.services.boundaries.asked import MOST_ACTS, MOST_VERTICES, with_codes
from mapserver.store.boundaries import Kept

router = APIRouter(tags=["boundaries"], dependencies=[*FOR_STAFF, Depends(declared_only)])
drawing = APIRouter(
    tags=["boundaries"], dependencies=[*for_those(Duty.DRAW), Depends(declared_only)]
)
approving = APIRouter(
    tags=["boundaries"], dependencies=[*for_those(Duty.APPROVE), Depends(declared_only)]
)

Village = Annotated[str, Path(pattern=VILLAGE, description="The village's 12 digits.")]
Degrees = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Accuracy = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Place = Annotated[tuple[Degrees, Degrees], Field(description="longitude, latitude; EPSG:4490")]


Position = Annotated[list[Degrees], Field(min_length=2, max_length=3)]
Line = Annotated[list[Position], Field(min_length=1)]
Rings = Annotated[list[Line], Field(min_length=1)]


class Shape(BaseModel):
    """A GeoJSON geometry, longitude before latitude."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Polygon", "MultiPolygon", "LineString"]
    coordinates: Line | Rings | Annotated[list[Rings], Field(min_length=1)]


class Capture(BaseModel):
    """How the places of an act were found, and how well; kept with the version."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["screen", "cross", "walk"]
    datum: Literal["cgcs2000", "wgs84"]
    accuracy_m: Annotated[list[Accuracy], Field(max_length=MOST_VERTICES)] = []
    trace: Annotated[
        list[tuple[Degrees, Degrees, Accuracy]],
        Field(max_length=MOST_VERTICES, description="longitude, latitude, accuracy in metres"),
    ] = []


class Asked(BaseModel):
    """One act; which of its parts it needs is said in docs/boundaries.md."""

    model_config = ConfigDict(extra="forbid")

    kind: ActKind
    grids: Annotated[list[str], Field(max_length=999)] = []
    shape: Shape | None = None
    at: Place | None = None
    to: Place | None = None
    reach_m: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0.0
    codes: Annotated[list[str], Field(max_length=999)] = []
    parts: dict[str, Shape] = {}
    names: dict[str, Annotated[str, Field(min_length=1, max_length=50)]] = {}
    kinds: dict[str, Literal["ordinary", "dedicated"]] = {}
    capture: Capture | None = None


class Acts(BaseModel):
    """The acts of a draft, in order."""

    model_config = ConfigDict(extra="forbid")

    acts: Annotated[list[Asked], Field(max_length=MOST_ACTS)]

    def told(self) -> list[dict[str, Any]]:
        """Return the acts as drafts keep them: without what they do not say."""
        return [one.model_dump(exclude_defaults=True) | {"kind": one.kind} for one in self.acts]


class Revised(BaseModel):
    """The revision that its writer saw."""

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class RevisedActs(Acts, Revised):
    """The acts of a draft, and the revision that they follow."""


class Wanted(BaseModel):
    """How many grids a village shall have."""

    model_config = ConfigDict(extra="forbid")

    grids: Annotated[int, Field(ge=1, le=proposals.MOST)]


class SentBack(Revised):
    """What is to be mended, and where."""

    remark: Annotated[str, Field(max_length=drafts.LONGEST_REMARK)]
    place: Place | None = None


class Approval(Revised):
    """From which day the version counts; today where none is named."""

    effective: date | None = None


@router.get(
    "/boundaries",
    summary="All grids as they were on a day",
    **answers_with(GEOJSON),
)
def grids_on(
    request: Request,
    context: TheContext,
    as_of: Annotated[date | None, Query(description="The day, by default today.")] = None,
) -> Response:
    """Return the grids of the town as they were in force on a day."""
    day = as_of or context.clock().date()
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())

    def build() -> bytes:
        features = [
            geojson.feature(
                one.code,
                one.geometry,
                {
                    "code": one.code,
                    "name": one.name,
                    "village": one.village,
                    "version": one.number,
                },
            )
            for one in history.grids_on(context, day)
        ]
        return as_json(
            {
                "type": "FeatureCollection",
                "asOf": day,
                "features": features,
                "numberMatched": len(features),
                "numberReturned": len(features),
            }
        )

    return answer(request, tag, build, media_type=GEOJSON)


@router.get(
    "/boundaries/{village}",
    summary="A village's grids as they are in force, and its versions",
    **answers_with(JSON),
)
def in_force(desk: TheDesk, context: TheContext, village: Village) -> Response:
    """Return the village's outline, its grids with what is in them, and the approved versions."""
    on = desk.drawing.ground(context, village)
    found = found_of(on, on.version, desk.drawing.standing(context, village))
    norm = desk.norms.of(on.kind)
    told = {
        "village": village,
        "name": on.village_name,
        "outline": geojson.geometry(on.outline),
        "may": {duty: drafts.may(context, duty, village) for duty in (Duty.DRAW, Duty.APPROVE)},
        "norm": None if norm is None else asdict(norm),
        **_told(found, norm),
        "versions": [_version(one) for one in history.versions(context, village)],
    }
    return json_response(told)


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
    found = found_of(on, replay.version, desk.drawing.standing(context, village))
    refused = replay.refused
    return {
        **_told(found, desk.norms.of(on.kind)),
        "acts": with_codes(acts, replay.done),
        "refused": None
        if refused is None
        else {"zh": refused.zh, "en": refused.en, "code": refused.code, **refused.details},
    }


@router.get(
    "/boundaries/{village}/files/{form}",
    summary="A village's grids as a file for other programs",
    **answers_with(*(one.media_type for one in KINDS.values())),
)
def file(
    desk: TheDesk,
    context: TheContext,
    village: Village,
    form: Literal["geojson", "gpkg", "shp", "kml", "dxf"],
) -> Response:
    """Return the grids in force in EPSG:4490 degrees; a Shapefile comes as a zip."""
    on = desk.drawing.ground(context, village)
    made = KINDS[form]
    ending = ".zip" if form == "shp" else made.ending
    name = f'attachment; filename="grids-{village}{ending}"'
    content = files.as_file(on, form, context.clock().date())
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(content, media_type=made.media_type, headers=headers)


@drawing.post(
    "/boundaries/{village}/proposals",
    summary="Grids to begin with, balanced by households",
    **answers_with(JSON),
)
def propose(desk: TheDesk, context: TheContext, village: Village, asked: Wanted) -> Response:
    """Return an act that draws so many grids; it is drawn on, and never applied by itself."""
    found = proposals.propose(context, desk.drawing, village, asked.grids)
    return json_response({"act": found.act, "households": found.households})


@router.get(
    "/boundaries/{village}/drafts",
    summary="What is drafted, submitted or sent back in a village",
    **answers_with(JSON),
)
def open_drafts(context: TheContext, village: Village) -> Response:
    """Return the drafts of a village, for those who draw or approve there."""
    return json_response({"drafts": [_version(one) for one in drafts.waiting(context, village)]})


@router.get(
    "/boundary-drafts",
    summary="What waits to be drawn on or approved, in all villages that are the caller's",
    **answers_with(JSON),
)
def waiting(context: TheContext) -> Response:
    """Return the drafts of all villages that the caller draws or approves in."""
    return json_response({"drafts": [_version(one) for one in drafts.waiting(context)]})


@drawing.post(
    "/boundaries/{village}/drafts",
    status_code=201,
    summary="Keep a new draft",
    **answers_with(JSON),
)
def begin(desk: TheDesk, context: TheContext, village: Village, asked: Acts) -> Response:
    """Keep a draft on the version in force; it may be at fault."""
    on = desk.drawing.ground(context, village)
    kept = drafts.begin(context, on, asked.told())
    return json_response(_version(kept), 201, Location=f"/boundaries/{village}/drafts/{kept.id}")


@router.get(
    "/boundaries/{village}/drafts/{draft}",
    summary="A draft, and what it comes to on the version in force",
    **answers_with(JSON),
)
def read_draft(desk: TheDesk, context: TheContext, village: Village, draft: str) -> Response:
    """Return a draft with its acts done on top of what is in force."""
    kept = drafts.read(context, village, identifier(draft))
    return json_response(
        {**_version(kept), "try": _tried(desk, context, village, list(map(dict, kept.acts)))}
    )


@drawing.put(
    "/boundaries/{village}/drafts/{draft}", summary="Keep a draft anew", **answers_with(JSON)
)
def keep(
    desk: TheDesk, context: TheContext, village: Village, draft: str, asked: RevisedActs
) -> Response:
    """Keep a draft with other acts; it is then drawn on the version in force."""
    on = desk.drawing.ground(context, village)
    kept = drafts.keep(context, on, identifier(draft), asked.revision, asked.told())
    return json_response(_version(kept))


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
    return json_response(_version(kept))


@drawing.post(
    "/boundaries/{village}/drafts/{draft}/withdrawal",
    summary="Take back what was submitted",
    **answers_with(JSON),
)
def withdraw(context: TheContext, village: Village, draft: str, asked: Revised) -> Response:
    """Take back a draft, to draw on."""
    return json_response(
        _version(drafts.withdraw(context, village, identifier(draft), asked.revision))
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
    return json_response(_version(kept))


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
    return json_response(_approved(done))


@router.get(
    "/boundaries/{village}/versions/{number}/act",
    summary="The act that brings back an earlier version",
    **answers_with(JSON),
)
def earlier(
    context: TheContext, village: Village, number: Annotated[int, Path(ge=1, le=2**31 - 1)]
) -> Response:
    """Return an act for a draft, by which an earlier version is drawn again as it was."""
    return json_response(history.as_act(context, village, number))


def _approved(done: Approved) -> dict[str, Any]:
    return {
        **_version(done.version),
        "moved": [asdict(one) for one in done.houses],
        "people": sum(one.people or 0 for one in done.houses),
        "others": done.others,
    }


def _version(one: Kept) -> dict[str, Any]:
    return {
        "id": one.id,
        "village": one.village,
        "state": one.state,
        "number": one.number,
        "base": one.base,
        "revision": one.revision,
        "author": one.author,
        "changed_at": one.changed_at,
        "submitted_at": one.submitted_at,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "effective": None if one.effective == approval.BEGINNING else one.effective,
        "in_force": one.applied_at is not None,
        "remark": one.remark,
        "place": one.place,
        "acts": list(one.acts) if one.state != "approved" else [],
    }


def _told(found: Answer, norm: Norm | None) -> dict[str, Any]:
    return {
        "number": found.number,
        "grids": [_grid(one, norm) for one in found.grids],
        "gone": found.gone,
        "moved": [_moved(one) for one in found.moved],
        "faults": [_fault(one) for one in found.faults],
        "lineage": [asdict(one) for one in found.lineage],
    }


def _grid(one: DraftGrid, norm: Norm | None) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "geometry": geojson.geometry(one.geometry),
        "changed": one.changed,
        "counts": None if one.counts is None else asdict(one.counts),
        "was": None if one.was is None else asdict(one.was),
        "norm": norm.of(one.counts.households) if norm and one.counts else None,
        **asdict(one.measures),
    }


def _moved(one: Moved) -> dict[str, Any]:
    return asdict(one)


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "grids": one.grids,
        "area_m2": one.area_m2,
        "width_m": one.width_m,
        "geometry": geojson.geometry(one.geometry),
        "houses": one.houses,
        "households": one.households,
        "people": one.people,
    }
