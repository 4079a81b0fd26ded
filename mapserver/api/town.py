"""What the page shows first: the town, its layers, search, and what waits for somebody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from mapserver.api.answers import answer, as_json, tag_of
from mapserver.api.desk import Language, TheContext, TheDesk
from mapserver.api.parameters import FURTHEST, VILLAGE, declared_only
from mapserver.api.policy import FOR_STAFF, OPEN
from mapserver.layers import Layer
from mapserver.services import describe, finding, waiting
from mapserver.store.worklists import Kind

router = APIRouter(tags=["town"], dependencies=[*FOR_STAFF, Depends(declared_only)])
operators = APIRouter(tags=["operators"], dependencies=[*OPEN, Depends(declared_only)])


@router.get("/town", summary="The town at a glance")
def town(request: Request, context: TheContext) -> Response:
    """Return the town's counts and villages."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())
    return answer(request, tag, lambda: as_json(_town(describe.town(context))))


def _town(town: describe.Town) -> dict[str, object]:
    return {
        "code": town.code,
        "name": town.name,
        "name_en": town.name_en,
        "synthetic": town.synthetic,
        "bounds": town.bounds,
        "counts": {**town.totals, "area_km2": town.area_km2},
        "villages": town.villages,
        "sequence": town.sequence,
    }


@router.get("/layers", summary="Every layer, in drawing order")
def layers(request: Request, context: TheContext) -> Response:
    """Return what the page needs to draw and describe each layer."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())
    return answer(
        request,
        tag,
        lambda: as_json({"layers": [_layer(one) for one in describe.layers(context)]}),
    )


def _layer(described: describe.Described) -> dict[str, object]:
    layer = described.layer
    return {
        "id": layer.id,
        "title": layer.title.model_dump(),
        "geometry": layer.geometry,
        "kind": layer.kind,
        "count": described.count,
        "sequence": described.sequence,
        "style": layer.style.model_dump(),
        "tiles": _tiles(layer, described.version),
        "fields": [
            field.model_dump(include={"name", "title", "type", "privacy", "required", "codes"})
            for field in layer.fields
        ],
    }


def _tiles(layer: Layer, version: str) -> dict[str, object] | None:
    if layer.tiles is None:
        return None
    path = f"/collections/{layer.id}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}?v={version}"
    return {"url": path, **layer.tiles.model_dump()}


@router.get("/grids/{code}", summary="One grid and what lives in it")
def grid(request: Request, context: TheContext, code: str) -> Response:
    """Return a grid's name, village, bounds and counts."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())
    return answer(request, tag, lambda: as_json(describe.grid(context, code)))


@router.get("/search", summary="Find villages, grids, doors and named places")
def search(
    request: Request,
    context: TheContext,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """Return what answers to the words of `q`."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())
    return answer(request, tag, lambda: as_json({"results": finding.find(context, q, limit)}))


@router.get("/worklists/{kind}", summary="What waits for somebody")
def worklist(  # noqa: PLR0913, PLR0917
    request: Request,
    context: TheContext,
    language: Language,
    kind: Kind,
    village: Annotated[str | None, Query(pattern=VILLAGE)] = None,
    after: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Return houses without a point, features in no grid, or contradicted grids."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())

    def build() -> bytes:
        total, items = waiting.listed(
            context, kind, language, village=village, offset=after, limit=limit
        )
        following = after + limit if after + limit < total else None
        return as_json({"total": total, "items": items, "next": following})

    return answer(request, tag, build)


@operators.get("/health", summary="Whether the server and its store answer")
def health(desk: TheDesk) -> Response:
    """Return the last sequence number as proof that the store can be read."""
    context = desk.context()
    with context.read() as session:
        body = as_json({"status": "ok", "sequence": session.sequence()})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
