"""The API described by itself: OpenAPI 3.0, as the Features standard asks (clause 9)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from mapserver.api.answers import answers_with, as_json
from mapserver.api.features import OPENAPI, STRICT
from mapserver.api.policy import OPEN
from mapserver.api.problems import PROBLEM
from mapserver.api.statuses import refusals

router = APIRouter(dependencies=OPEN)


@router.get(
    "/api",
    summary="The API",
    tags=["features"],
    dependencies=STRICT,
    **answers_with(OPENAPI),
)
def api(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(as_json(described(request.app.openapi())), media_type=OPENAPI)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document in the words of 3.0.3, with what every answer shares.

    Only what the framework writes is translated: a type that may be null, a constant, and
    a file. Its own form of a refusal gives way to the problem details that are really sent.
    """
    translated = _translated(document)
    assert isinstance(translated, dict)
    info = translated["info"]
    schemas = translated["components"]["schemas"]
    own = {name: schema for name, schema in schemas.items() if name not in _FRAMEWORK_SCHEMAS}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": info["title"],
            "description": info["summary"],
            "version": info["version"],
        },
        "servers": [{"url": "/"}],
        "paths": {
            path: {verb: _shared(path, verb, operation) for verb, operation in verbs.items()}
            for path, verbs in translated["paths"].items()
        },
        "components": {
            "schemas": {**own, "Problem": PROBLEM_SCHEMA},
            "parameters": {"lang": LANGUAGE_PARAMETER},
            "responses": {"Problem": PROBLEM_RESPONSE},
        },
    }


def _shared(path: str, verb: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation with what holds for each: the language, 304 for readers, refusals."""
    language = {"$ref": "#/components/parameters/lang"}
    problem = {"$ref": "#/components/responses/Problem"}
    known = {"304": {"description": "The reader has this already (If-None-Match)"}}
    responses = {status: one for status, one in operation["responses"].items() if status != "422"}
    return {
        **operation,
        "parameters": [*operation.get("parameters", ()), language],
        "responses": {
            **responses,
            **(known if verb == "get" else {}),
            **{str(status): problem for status in refusals(verb, path)},
        },
    }


_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")
_TEXT = {"type": "string"}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "Problem details (RFC 9457); `code` never changes.",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        **dict.fromkeys(("type", "title", "detail", "code", "instance"), _TEXT),
        "status": {"type": "integer"},
    },
}
PROBLEM_RESPONSE = {
    "description": "What is wrong and what to do",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
LANGUAGE_PARAMETER = {
    "name": "lang",
    "in": "query",
    "description": "The language of what people read, else by Accept-Language.",
    "schema": {"type": "string", "enum": ["zh", "en"]},
}


def _translated(value: Any) -> Any:
    if isinstance(value, list):
        return [_translated(one) for one in value]
    if not isinstance(value, dict):
        return value
    same = {key: _translated(one) for key, one in value.items()}
    options = same.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [one for one in options if one != {"type": "null"}]
        same.pop("anyOf")
        same |= {"nullable": True, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}
    if "const" in same:
        same["enum"] = [same.pop("const")]
    if "contentMediaType" in same:
        same.pop("contentMediaType")
        same["format"] = "binary"
    if isinstance(same.get("prefixItems"), list):
        same["items"] = same.pop("prefixItems")[0]
    return same
