"""The API described by itself: OpenAPI 3.0, as the Features standard asks (clause 9)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from mapserver.api.answers import as_json
from mapserver.api.features import OPENAPI

router = APIRouter(include_in_schema=False)


@router.get("/api")
def api(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(as_json(described(request.app.openapi())), media_type=OPENAPI)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document in the words of 3.0.3.

    Only what the framework writes is translated: a type that may be null, a constant, and
    bounds that exclude their end.
    """
    translated = _translated(document)
    assert isinstance(translated, dict)
    return {**translated, "openapi": "3.0.3"}


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
