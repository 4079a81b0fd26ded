"""The map page, the API's page, and the files they are made of."""

from fastapi import APIRouter, Request, Response

from mapserver.api.answers import JSON, answers_with, as_json
from mapserver.api.desk import TheDesk
from mapserver.api.features import landing
from mapserver.api.files import File
from mapserver.api.policy import OPEN

router = APIRouter(dependencies=OPEN)

FORM_PARAMETER = {
    "name": "f",
    "in": "query",
    "description": "json asks for the landing page as data.",
    "schema": {"type": "string", "enum": ["json"]},
}


def _send(request: Request, file: File, vary: str = "Accept-Encoding") -> Response:
    headers = {"ETag": file.tag, "Cache-Control": "no-cache", "Vary": vary}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    body = file.body
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = file.packed
        headers["Content-Encoding"] = "gzip"
    media_type = file.media_type
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(body, media_type=media_type, headers=headers)


@router.get(
    "/",
    summary="The map, or the landing page",
    tags=["features"],
    openapi_extra={"parameters": [FORM_PARAMETER]},
    **answers_with(JSON, "text/html"),
)
def home(request: Request, desk: TheDesk) -> Response:
    """Return the map; as data (OGC's landing page) where JSON is asked for."""
    if _wants_data(request):
        return Response(as_json(landing(request)), media_type=JSON, headers={"Vary": "Accept"})
    return _send(request, desk.files.get("index.html"), "Accept, Accept-Encoding")


def _wants_data(request: Request) -> bool:
    form = request.query_params.get("f")
    accepts = request.headers.get("accept", "")
    return form == "json" or (form is None and JSON in accepts and "text/html" not in accepts)


@router.get("/docs", include_in_schema=False)
def docs(request: Request, desk: TheDesk) -> Response:
    """Return the page that shows the API."""
    return _send(request, desk.files.get("docs.html"))


@router.get("/static/{name:path}", include_in_schema=False)
def static(request: Request, desk: TheDesk, name: str) -> Response:
    """Return one of the page's files."""
    return _send(request, desk.files.get(name))
