"""Vector tiles at the door: OGC API - Tiles (OGC 20-057), with TileJSON 3.0."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from mapserver.api.answers import JSON, answer, answers_with, as_json, tag_of
from mapserver.api.desk import Language, TheContext, TheDesk
from mapserver.api.features import STRICT, link
from mapserver.api.policy import FOR_STAFF
from mapserver.errors import NotFound
from mapserver.services import describe
from mapserver.services.context import Context
from mapserver.services.tiles import version

router = APIRouter(tags=["tiles"], dependencies=FOR_STAFF)

MVT = "application/vnd.mapbox-vector-tile"
MATRIX_SET = "WebMercatorQuad"
MATRIX_SET_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
A_DAY = "private, max-age=86400"

TileSet = Annotated[str, Path(description=MATRIX_SET)]
Zoom = Annotated[int, Path(ge=0, le=22)]
Cell = Annotated[int, Path(ge=0)]


def _known(tile_matrix_set: str) -> None:
    if tile_matrix_set != MATRIX_SET:
        raise NotFound(
            f"瓦片只有 {MATRIX_SET} 一种。", f"{MATRIX_SET} is the only tile matrix set."
        )


@router.get(
    "/collections/{collection}/tiles",
    summary="The tile sets of a collection",
    dependencies=STRICT,
)
def tilesets(request: Request, desk: TheDesk, context: TheContext, collection: str) -> Response:
    """Return the one tile set that there is (OGC 20-057, clause 8)."""
    desk.tiles.sequence(context, collection)
    path = f"/collections/{collection}/tiles"
    body = {
        "links": [link(request, path, "self", JSON, "This page")],
        "tilesets": [_tileset(request, collection)],
    }
    return Response(as_json(body), media_type=JSON)


def _tileset(request: Request, collection: str) -> dict[str, object]:
    """Return what clause 8 tells of a tile set."""
    path = f"/collections/{collection}/tiles/{MATRIX_SET}"
    tiles = link(request, f"{path}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", MVT, "Tiles")
    return {
        "dataType": "vector",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
        "tileMatrixSetURI": MATRIX_SET_URI,
        "links": [
            link(request, path, "self", JSON, "TileJSON"),
            {**tiles, "templated": True},
            link(request, f"/collections/{collection}", "collection", JSON, "Collection"),
        ],
    }


@router.get(
    "/collections/{collection}/tiles/{tile_matrix_set}",
    summary="TileJSON",
    dependencies=STRICT,
)
def tilejson(
    request: Request,
    desk: TheDesk,
    context: TheContext,
    language: Language,
    collection: str,
    tile_matrix_set: TileSet,
) -> Response:
    """Return TileJSON 3.0.0 for a collection, which is also the tile set's metadata."""
    _known(tile_matrix_set)
    sequence = desk.tiles.sequence(context, collection)
    layer = context.layer(collection)
    base = str(request.base_url).rstrip("/")
    path = f"{base}/collections/{collection}/tiles/{tile_matrix_set}"

    def build() -> bytes:
        types = {field.name: field.type for field in layer.fields}
        carried = layer.tiles.fields if layer.tiles else ()
        fields = {name: types.get(name, "text") for name in carried}
        names = [layer.id, f"{layer.id}_label"] if layer.kind == "area" else [layer.id]
        zooms = layer.tiles.model_dump(include={"minzoom", "maxzoom"}) if layer.tiles else {}
        body = {
            **_tileset(request, collection),
            "tilejson": "3.0.0",
            "name": layer.title.model_dump()[language],
            "tiles": [f"{path}/{{z}}/{{y}}/{{x}}?v={version(context, sequence)}"],
            "vector_layers": [{"id": name, "fields": fields, **zooms} for name in names],
            **zooms,
        }
        bounds = describe.town(context).bounds
        return as_json(body | ({"bounds": bounds} if bounds else {}))

    return answer(request, tag_of(request, context, sequence), build)


async def tile_address(
    tile_matrix_set: TileSet, tile_matrix: Zoom, tile_row: Cell, tile_col: Cell
) -> tuple[int, int, int]:
    """Return (zoom, column, row) of the tile that an address names.

    Raises
    ------
    NotFound
        If there is none.
    """
    _known(tile_matrix_set)
    if max(tile_row, tile_col) >= 1 << tile_matrix:
        raise NotFound("这个级别没有这一块。", "There is no such tile at this zoom.")
    return tile_matrix, tile_col, tile_row


TileAddress = Annotated[tuple[int, int, int], Depends(tile_address)]
Version = Annotated[str | None, Query(max_length=80, description="Version, set by TileJSON")]


@router.get(
    "/collections/{collection}/tiles/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}",
    summary="One vector tile",
    dependencies=STRICT,
    **answers_with(MVT, also={204: "Nothing lies in this tile"}),
)
async def tile(
    request: Request,
    desk: TheDesk,
    context: TheContext,
    collection: str,
    at: TileAddress,
    v: Version = None,
) -> Response:
    """Return a Mapbox Vector Tile 2.1; 204 where nothing lies."""
    # what is at hand is answered here: to hand it to a thread would take as long again
    sequence = desk.tiles.sequence(context, collection, request.state.told)
    made = desk.tiles.at_hand(context, collection, sequence, at)
    if made is None:
        made = await run_in_threadpool(desk.tiles.tile, context, collection, sequence, at)
    return answer_tile(request, context, made, sequence, v)


def answer_tile(
    request: Request, context: Context, made: bytes, sequence: int, named: str | None
) -> Response:
    """Return a tile made of what `sequence` last touched; `named` is the version asked for."""
    tag = tag_of(request, context, sequence)
    # an address that names the version of its content never changes it
    cache = A_DAY if named == version(context, sequence) else "private, no-cache"
    if not made:
        return Response(status_code=204, headers={"ETag": tag, "Cache-Control": cache})
    return answer(request, tag, lambda: made, media_type=MVT, cache=cache)
