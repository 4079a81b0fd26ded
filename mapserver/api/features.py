"""OGC API - Features, part 1 core, with GeoJSON (OGC 17-069r4), and queryables of part 3."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from mapserver.api.answers import GEOJSON, JSON, answer, answers_with, as_json, tag_of
from mapserver.api.desk import Language, TheContext, TheDesk
from mapserver.api.parameters import (
    ITEMS_PARAMETERS,
    LIMIT,
    LIMIT_MOST,
    MOST,
    boxes,
    declared_only,
    equals,
    identifier,
    interval,
    known_form,
)
from mapserver.api.policy import FOR_STAFF, OPEN
from mapserver.formats import geojson
from mapserver.formats.template import template
from mapserver.layers import Layer, LayerField
from mapserver.services import describe
from mapserver.services.context import Context
from mapserver.store import items

router = APIRouter(tags=["features"], dependencies=FOR_STAFF)
public = APIRouter(tags=["features"], dependencies=OPEN)

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SPEC = "http://www.opengis.net/spec"
CONFORMANCE = (
    f"{SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
)
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
OWN_PARAMETERS = ("limit", "bbox", "datetime", "after", "f", "lang")
STRICT = [Depends(declared_only)]
ITEMS = "/collections/{collection}/items"
ITEM = f"{ITEMS}/{{item}}"


def link(request: Request, path: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    """Return one link, absolute as clients of the standard expect."""
    base = str(request.base_url).rstrip("/")
    return {"href": base + path, "rel": rel, "type": media_type, "title": title}


def landing(request: Request) -> dict[str, object]:
    """Return the landing page (clause 7.2) as data."""
    return {
        "title": "网格一张图",
        "description": "One map of a township's grids.",
        "links": [
            link(request, "/?f=json", "self", JSON, "This page"),
            link(request, "/", "alternate", "text/html", "The map"),
            link(request, "/api", "service-desc", OPENAPI, "The API"),
            link(request, "/docs", "service-doc", "text/html", "The API, to read"),
            link(request, "/conformance", "conformance", JSON, "What the server conforms to"),
            link(request, "/collections", "data", JSON, "The collections"),
        ],
    }


@public.get("/conformance", summary="What the server conforms to", dependencies=STRICT)
def conformance() -> dict[str, tuple[str, ...]]:
    """Return the conformance classes (clause 7.4)."""
    return {"conformsTo": CONFORMANCE}


@router.get("/collections", summary="The collections", dependencies=STRICT)
def collections(request: Request, context: TheContext, language: Language) -> Response:
    """Return every collection (clause 7.13)."""
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())

    def build() -> bytes:
        bounds = describe.town(context).bounds
        every = [
            _collection(request, one.layer, language, bounds) for one in describe.layers(context)
        ]
        links = [link(request, "/collections", "self", JSON, "This page")]
        return as_json({"links": links, "collections": every})

    return answer(request, tag, build)


@router.get("/collections/{collection}", summary="One collection", dependencies=STRICT)
def collection(
    request: Request, context: TheContext, language: Language, collection: str
) -> Response:
    """Return one collection (clause 7.14)."""
    layer = context.layer(collection)
    with context.read() as session:
        tag = tag_of(request, context, session.sequence())
    return answer(
        request,
        tag,
        lambda: as_json(_collection(request, layer, language, describe.town(context).bounds)),
    )


def _collection(
    request: Request, layer: Layer, language: str, bounds: describe.Bounds | None
) -> dict[str, object]:
    path = f"/collections/{layer.id}"
    title = layer.title.en if language == "en" else layer.title.zh
    text = layer.description.model_dump()[language] if layer.description else title
    links = [
        link(request, path, "self", JSON, title),
        link(request, f"{path}/items", "items", GEOJSON, title),
        link(
            request,
            f"{path}/queryables",
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            "Queryables",
        ),
    ]
    if layer.tiles:
        rel = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
        links.append(link(request, f"{path}/tiles", rel, JSON, "Vector tiles"))
    located = bool(layer.geometry or layer.located_by)
    extent = {"spatial": {"bbox": [bounds], "crs": CRS84}} if located and bounds else None
    return {
        "id": layer.id,
        "title": title,
        "description": text,
        "itemType": "feature",
        "crs": [CRS84],
        "links": links,
        **({"extent": extent} if extent else {}),
    }


@router.get(
    "/collections/{collection}/queryables",
    summary="What may be asked for",
    dependencies=STRICT,
    **answers_with(SCHEMA),
)
def queryables(
    request: Request, context: TheContext, language: Language, collection: str
) -> Response:
    """Return the queryables as a JSON schema (OGC 19-079r2, clause 6)."""
    layer = context.layer(collection)
    fields = {field.name: field for field in layer.fields}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": str(request.url.replace(query="")),
        "type": "object",
        "title": layer.title.model_dump()[language],
        "properties": {
            name: _schema(fields.get(name), name, language) for name in items.queryables(layer)
        },
        "additionalProperties": False,
    }
    return Response(as_json(schema), media_type=SCHEMA, headers={"Vary": "Accept-Language"})


_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "ref": {"type": "string", "format": "uuid"},
}


def _schema(field: LayerField | None, name: str, language: str) -> dict[str, Any]:
    if field is None:
        return {"type": "integer" if name == "fid" else "string", "title": name}
    schema = {**_SCHEMAS.get(field.type, {"type": "string"})}
    schema["title"] = field.title.model_dump()[language]
    if field.codes:
        schema["enum"] = list(field.codes)
    return schema


@router.get(
    ITEMS,
    summary="Features of a collection",
    dependencies=[Depends(known_form)],
    openapi_extra={"parameters": ITEMS_PARAMETERS},
    **answers_with(GEOJSON),
)
def items_page(  # noqa: PLR0913, PLR0917
    request: Request,
    desk: TheDesk,
    context: TheContext,
    collection: str,
    limit: Annotated[int, Query(ge=1, include_in_schema=False)] = LIMIT,
    bbox: Annotated[str | None, Query(include_in_schema=False)] = None,
    datetime: Annotated[str | None, Query(include_in_schema=False)] = None,
    after: Annotated[int, Query(ge=0, le=MOST, include_in_schema=False)] = 0,
) -> Response:
    """Return a page of features (clauses 7.15, 7.16); other parameters filter by value."""
    layer = context.layer(collection)
    given = dict(request.query_params)
    asked = interval(datetime)
    since, until = asked.for_days() if layer.when else asked.for_moments()
    query = items.Query(
        boxes=boxes(bbox),
        since=since,
        until=until,
        equal=equals(layer, items.queryables(layer), given, OWN_PARAMETERS),
        after=after,
        limit=min(limit, LIMIT_MOST),
    )
    tag = tag_of(request, context, context.last_written())

    def build() -> bytes:
        with context.read() as session:
            page = items.page(session, layer.id, query)
        desk.reads.note(context, layer, page.items, ITEMS)
        return _page(request, context, layer, page)

    return answer(request, tag, build, media_type=GEOJSON)


def _page(request: Request, context: Context, layer: Layer, page: items.Page) -> bytes:
    path = f"/collections/{layer.id}/items"
    asked = {k: v for k, v in request.query_params.items() if k != "after"}
    own = f"{path}?{urlencode(dict(request.query_params))}" if request.query_params else path
    links = [
        link(request, own, "self", GEOJSON, "This page"),
        link(request, f"/collections/{layer.id}", "collection", JSON, "Collection"),
    ]
    if page.after is not None:
        following = f"{path}?{urlencode({**asked, 'after': page.after})}"
        links.append(link(request, following, "next", GEOJSON, "Next page"))
    body = {
        "type": "FeatureCollection",
        "features": [_feature(one) for one in page.items],
        "numberMatched": page.matched,
        "numberReturned": len(page.items),
        "timeStamp": context.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "links": links,
    }
    return as_json(body)


def _feature(item: items.Item, **more: Any) -> dict[str, Any]:
    properties = {
        **item.values,
        "fid": item.fid,
        "village": item.village,
        **item.place,
        "revision": item.revision,
        "updated_at": f"{item.updated_at.isoformat(timespec='milliseconds')}Z",
    }
    return geojson.feature(item.id, item.geometry, properties, **more)


@router.get(
    ITEM,
    summary="One feature",
    dependencies=STRICT,
    **answers_with(GEOJSON),
)
def item(
    request: Request, desk: TheDesk, context: TheContext, collection: str, item: str
) -> Response:
    """Return one feature (clause 7.16)."""
    layer = context.layer(collection)
    tag = tag_of(request, context, context.last_written())
    with context.read() as session:
        found = items.get(session, layer.id, identifier(item))
    desk.reads.note(context, layer, (found,), ITEM)
    path = f"/collections/{collection}"
    links = [
        link(request, f"{path}/items/{found.id}", "self", GEOJSON, "This feature"),
        link(request, path, "collection", JSON, "Collection"),
    ]
    return answer(request, tag, lambda: as_json(_feature(found, links=links)), media_type=GEOJSON)


SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get(
    "/collections/{collection}/template.xlsx",
    summary="An empty spreadsheet to fill in",
    dependencies=STRICT,
    **answers_with(SPREADSHEET),
)
def blank(context: TheContext, language: Language, collection: str) -> Response:
    """Return the layer's spreadsheet template."""
    layer = context.layer(collection)
    name = f"{layer.id}-template.xlsx"
    return Response(
        template(layer, language),
        media_type=SPREADSHEET,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
