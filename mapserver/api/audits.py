"""What is wrong with the boundaries, as GeoJSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from mapserver.api.answers import GEOJSON, answer, answers_with, as_json, tag_of
from mapserver.api.desk import Language, TheContext
from mapserver.api.parameters import VILLAGE, declared_only
from mapserver.api.policy import FOR_STAFF
from mapserver.domain.coverage import Kind
from mapserver.formats import geojson
from mapserver.services.audits import TownAudit, TownDefect, audit_town

router = APIRouter(tags=["audits"], dependencies=[*FOR_STAFF, Depends(declared_only)])


@router.get(
    "/audits",
    summary="Gaps, overlaps and stray parts of the grids, and who lives there",
    **answers_with(GEOJSON),
)
def audits(
    request: Request,
    context: TheContext,
    language: Language,
    kind: Annotated[Kind | None, Query(description="Only defects of this kind.")] = None,
    village: Annotated[
        str | None, Query(pattern=VILLAGE, description="Only defects of this village's grids.")
    ] = None,
) -> Response:
    """Return every defect of the grids as a feature, with its size, members, houses and people."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())

    def build() -> bytes:
        found = audit_town(context, language)
        return as_json(_collection(found, found.of(kind, village)))

    return answer(request, tag, build, media_type=GEOJSON)


def _collection(found: TownAudit, defects: list[TownDefect]) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [_feature(one) for one in defects],
        "numberMatched": len(defects),
        "numberReturned": len(defects),
        "villages": found.villages,
        "grids": found.grids,
        "leftOut": found.left_out,
        "residual_m2": found.residual_m2,
    }


def _feature(one: TownDefect) -> dict[str, object]:
    defect = one.defect
    return geojson.feature(
        defect.id,
        one.geometry,
        {
            "kind": defect.kind,
            "title": one.title,
            "village": defect.parent,
            "village_name": one.village_name,
            "grids": defect.members,
            "grid_names": one.names,
            "area_m2": defect.area_m2,
            "width_m": defect.width_m,
            "sliver": defect.sliver,
            "houses": one.houses,
            "people": one.people,
        },
    )
