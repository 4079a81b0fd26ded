"""What the page shows first: the town, its layers, search, and what waits for somebody."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict

from mapserver.api.answers import answer, as_json, json_response, tag_of
from mapserver.api.desk import Desk, Language, TheContext, TheDesk
from mapserver.api.parameters import FURTHEST, VILLAGE, declared_only, identifier
from mapserver.api.policy import FOR_STAFF, OPEN
from mapserver.layers import Layer
from mapserver.services import describe, doubles, waiting
from mapserver.services.context import Context
from mapserver.store.worklists import Kind

router = APIRouter(tags=["town"], dependencies=[*FOR_STAFF, Depends(declared_only)])
operators = APIRouter(tags=["operators"], dependencies=[*OPEN, Depends(declared_only)])


@router.get("/town", summary="The town at a glance")
def town(request: Request, desk: TheDesk, context: TheContext) -> Response:
    """Return the town's counts and villages."""
    return _kept(request, desk, context, lambda: _town(describe.town(context)))


def _kept(
    request: Request,
    desk: Desk,
    context: Context,
    build: Callable[[], Any],
    sequence: int | None = None,
) -> Response:
    """Answer with what `build` returns, made once for all who get the same until a record changes.

    An entity tag names whatever an answer goes by, the caller's scope included. `sequence` is what
    the answer changes with, where that is not the records alone.
    """
    tag = tag_of(request, context, context.last_written() if sequence is None else sequence)
    return answer(request, tag, lambda: desk.glances.made(tag, lambda: as_json(build())))


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
def layers(request: Request, desk: TheDesk, context: TheContext) -> Response:
    """Return what the page needs to draw and describe each layer."""
    return _kept(
        request,
        desk,
        context,
        lambda: {"layers": [_layer(one) for one in describe.layers(context)]},
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
def grid(request: Request, desk: TheDesk, context: TheContext, code: str) -> Response:
    """Return a grid's name, village, bounds, numbers and counts, and the norm of its village."""
    tag = tag_of(request, context, context.last_written())
    return answer(request, tag, lambda: as_json(_grid(desk, describe.grid(context, code))))


def _grid(desk: Desk, grid: describe.Grid) -> dict[str, Any]:
    norm = desk.norms.of(grid.village_kind) if grid.counted else None
    told = norm and {**asdict(norm), "stands": norm.of(grid.households)}
    return {**asdict(grid), "norm": told}


@router.get("/search", summary="Find villages, grids, doors and named places")
def search(
    request: Request,
    desk: TheDesk,
    context: TheContext,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Response:
    """Return what answers to the words of `q`."""
    tag = tag_of(request, context, context.last_written())
    return answer(request, tag, lambda: as_json({"results": desk.finder.find(context, q, limit)}))


@router.get("/worklists/{kind}", summary="What waits for somebody")
def worklist(  # noqa: PLR0913, PLR0917
    request: Request,
    desk: TheDesk,
    context: TheContext,
    language: Language,
    kind: Kind,
    village: Annotated[str | None, Query(pattern=VILLAGE)] = None,
    after: Annotated[int, Query(ge=0, le=FURTHEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Return houses without a point, features in no grid, contradicted grids, or doubles."""

    def build() -> dict[str, Any]:
        total, items = waiting.listed(
            context, kind, language, village=village, offset=after, limit=limit
        )
        following = after + limit if after + limit < total else None
        return {"total": total, "items": items, "next": following}

    sequence = None
    if kind == "doubles":
        # whose numbers are the same is told by their sealed forms, which a change of keys renews
        with context.read() as session:
            sequence = session.sequence()
    return _kept(request, desk, context, build, sequence)


class LivesHere(BaseModel):
    """Which of the records with one ID number is where the person lives."""

    model_config = ConfigDict(extra="forbid")

    lives: Annotated[str, AfterValidator(identifier)]


@router.post("/worklists/doubles/decisions", summary="Where somebody in two villages lives")
def decide_double(context: TheContext, made: LivesHere) -> Response:
    """Keep one record as who lives there; those of the same ID number elsewhere moved out."""
    return json_response({"moved_out": doubles.settle(context, made.lives)})


@operators.get("/health", summary="Whether the server and its store answer")
def health(desk: TheDesk) -> Response:
    """Read the store, and say that it can be read: anybody may ask, and learns nothing else."""
    with desk.system.read() as session:
        session.sequence()
    body = as_json({"status": "ok"})
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
