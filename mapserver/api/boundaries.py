"""Boundaries as they are and were: those in force, of any day, earlier ones, and as files."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from mapserver.api.answers import (
    GEOJSON,
    JSON,
    PDF,
    answer,
    answers_with,
    as_json,
    json_response,
    tag_of,
)
from mapserver.api.boundary_answers import told, version
from mapserver.api.desk import Language, TheContext, TheDesk
from mapserver.api.parameters import GRID, VILLAGE, declared_only
from mapserver.api.policy import FOR_STAFF
from mapserver.formats import geojson
from mapserver.formats.boundary_files import KINDS
from mapserver.roles import Duty
from mapserver.services.boundaries import drafts, files, history, printing
from mapserver.services.boundaries.answer import answer as found_of

router = APIRouter(tags=["boundaries"], dependencies=[*FOR_STAFF, Depends(declared_only)])

Village = Annotated[str, Path(pattern=VILLAGE, description="The village's 12 digits.")]


@router.get(
    "/boundaries",
    summary="All grids as they were, or will be, on a day",
    **answers_with(GEOJSON),
)
def grids_on(
    request: Request,
    context: TheContext,
    as_of: Annotated[date | None, Query(description="The day, by default today.")] = None,
) -> Response:
    """Return the grids of the town as they were in force on a day, or will be by what is approved.

    `label` is a place within the grid for its name.
    """
    day = as_of or context.today()
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
                    "label": one.label,
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
    versions = history.versions(context, village)
    called = history.signatures(context, versions)
    whole = {
        "village": village,
        "name": on.village_name,
        "outline": geojson.geometry(on.outline),
        "may": {duty: drafts.may(context, duty, village) for duty in (Duty.DRAW, Duty.APPROVE)},
        "norm": None if norm is None else asdict(norm),
        **told(found, norm),
        "versions": [version(one, called) for one in versions],
    }
    return json_response(whole)


@router.get(
    "/boundaries/{village}/files/{form}",
    summary="A village's grids as a file for other programs",
    **answers_with(*(one.media_type for one in KINDS.values())),
)
def file(
    desk: TheDesk,
    context: TheContext,
    village: Village,
    form: Literal["geojson", "gpkg", "shp", "kml", "dxf", "gpx"],
) -> Response:
    """Return the grids in force in EPSG:4490 degrees; a Shapefile comes as a zip."""
    on = desk.drawing.ground(context, village)
    made = KINDS[form]
    ending = ".zip" if form == "shp" else made.ending
    name = f'attachment; filename="grids-{village}{ending}"'
    content = files.as_file(on, form, context.today())
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(content, media_type=made.media_type, headers=headers)


@router.get(
    "/boundaries/{village}/print",
    summary="A village's grids on paper, A3",
    **answers_with(PDF),
)
def on_paper(
    desk: TheDesk,
    context: TheContext,
    language: Language,
    village: Village,
    grid: Annotated[
        str | None, Query(pattern=GRID, description="One grid; by default village and all grids.")
    ] = None,
) -> Response:
    """Return pages with the grids in force: map, neighbours, head, counts, scale and date."""
    content = printing.printed(context, desk.drawing, village, grid, language)
    name = f'inline; filename="grids-{grid or village}.pdf"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(content, media_type=PDF, headers=headers)


@router.get(
    "/boundaries/{village}/lineage",
    summary="What became of a village's grids, from version to version",
    **answers_with(JSON),
)
def lineage(context: TheContext, village: Village) -> Response:
    """Return for each version in force since, the latest first, which grid went to which.

    `share` is how much of the surface that the grid `before` had lies in the grid `after`; grids
    that kept all of their own are left out.
    """
    return json_response({"versions": [asdict(one) for one in history.lineage(context, village)]})


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
