"""Answers with a validator: the reader who already has this gets 304 and no body."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import Request, Response

from mapserver import __version__
from mapserver.api.language import language_of
from mapserver.services.context import Context

JSON = "application/json"
GEOJSON = "application/geo+json"
PDF = "application/pdf"


def answers_with(*media_types: str, also: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Return how a route tells the API's description what it answers with.

    `also` are further statuses without a body, and what they mean.
    """
    content: dict[str, Any] = {media_type: {} for media_type in media_types}
    bare = {status: {"description": text} for status, text in (also or {}).items()}
    return {"response_class": Response, "responses": {200: {"content": content}, **bare}}


def tag_of(request: Request, context: Context, sequence: int) -> str:
    """Return the entity tag of what this caller gets at this address now.

    It names the address, language, scope, the version of the program, the layer files, and
    the sequence number of the town's record, so it changes with whatever could change the
    answer.
    """
    scope = context.scope
    parts = (
        __version__,
        context.store.layers_digest,
        request.url.path,
        request.url.query,
        language_of(request),
        *scope.mark,
        str(context.today()),
        str(sequence),
    )
    return f'"{hashlib.blake2b("|".join(parts).encode(), digest_size=12).hexdigest()}"'


def answer(
    request: Request,
    tag: str,
    build: Callable[[], bytes],
    *,
    media_type: str = JSON,
    cache: str = "private, no-cache",
    headers: dict[str, str] | None = None,
) -> Response:
    """Return 304 where the reader has the entity `tag`, else what `build` makes."""
    common = {"ETag": tag, "Cache-Control": cache, "Vary": "Accept-Language", **(headers or {})}
    known = request.headers.get("if-none-match", "")
    if tag in (part.strip().removeprefix("W/") for part in known.split(",")) or known == "*":
        return Response(status_code=304, headers=common)
    return Response(build(), media_type=media_type, headers=common)


def as_json(value: Any) -> bytes:
    """Return `value` as JSON; dataclasses, dates and UUIDs are understood."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def json_response(value: Any, status: int = 200, **headers: str) -> Response:
    """Return `value` as a JSON response that nobody keeps."""
    return Response(
        as_json(value), status, media_type=JSON, headers={"Cache-Control": "no-store", **headers}
    )
