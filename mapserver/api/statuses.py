"""With which statuses an operation refuses or fails, for the API's description.

What holds for many is a rule, what holds for few is a row. An answer that is not foreseen here
is a fault: the tests hold what is really answered against it.
"""

from collections.abc import Mapping

from mapserver.api.callers import is_open

ANY = (400, 403, 408, 414, 431, 500, 503)
"""Whatever is asked: it cannot be read; another site's page or another name asks (`guard`); it
comes too slowly, or its head is too large (`wire`); the program or its store fails."""

WRITES = (413, 507)
"""What brings a body or changes something: too large, and no room on the disk."""

_OWN = (409, 429)
"""One's own account: it changed meanwhile; too many wrong passwords or codes."""

OF_OPERATION: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("post", "/session"): (401, 429),
    ("post", "/session/oidc"): (404, 409),
    ("get", "/session/oidc/callback"): (404,),
    ("post", "/session/oidc/code"): (401, 404, 429),
    ("put", "/account/password"): (*_OWN, 422),
    ("post", "/account/totp"): _OWN,
    ("put", "/account/totp"): _OWN,
    ("post", "/account/totp/stop"): _OWN,
    ("post", "/account/recovery-codes"): _OWN,
    ("post", "/accounts"): (409,),
    ("delete", "/accounts/{account}"): (409,),
    ("post", "/accounts/{account}/password"): (409,),
    ("put", "/accounts/{account}/identity"): (409,),
    ("delete", "/accounts/{account}/identity"): (409,),
    ("post", "/appointments"): (404, 409),
    ("delete", "/appointments/{appointment}"): (409,),
    ("post", "/collections/{collection}/items/{item}/openings"): (429,),
    ("get", "/collections/{collection}/items"): (429, 507),
    ("get", "/collections/{collection}/items/{item}"): (429, 507),
    ("post", "/lookups"): (429,),
    ("get", "/boundaries/{village}"): (409,),
    ("post", "/boundaries/{village}/tries"): (409, 422),
    ("post", "/boundaries/{village}/pieces"): (409, 422),
    ("post", "/boundaries/{village}/proposals"): (409, 422),
    ("post", "/boundaries/{village}/groups"): (409, 422),
    ("post", "/boundaries/{village}/group-moves"): (409, 422),
    ("get", "/boundaries/{village}/files/{form}"): (409,),
    ("post", "/boundaries/{village}/drafts"): (409,),
    ("get", "/boundaries/{village}/drafts/{draft}"): (409, 422),
    ("put", "/boundaries/{village}/drafts/{draft}"): (409,),
    ("delete", "/boundaries/{village}/drafts/{draft}"): (409,),
    ("post", "/boundaries/{village}/drafts/{draft}/submission"): (409, 422),
    ("post", "/boundaries/{village}/drafts/{draft}/withdrawal"): (409,),
    ("post", "/boundaries/{village}/drafts/{draft}/return"): (409,),
    ("post", "/boundaries/{village}/drafts/{draft}/approval"): (409, 422),
    ("post", "/worklists/doubles/decisions"): (404,),
    ("post", "/imports"): (404, 409),
    ("get", "/record"): (404,),
    ("get", "/record/events"): (404,),
    ("get", "/imports/{import_id}/rows"): (409,),
    ("get", "/imports/{import_id}/points"): (409,),
    ("get", "/imports/{import_id}/outcomes.xlsx"): (507,),
    ("post", "/imports/{import_id}/decisions"): (409,),
    ("post", "/imports/{import_id}/commit"): (409,),
    ("post", "/imports/{import_id}/undo"): (409,),
    ("delete", "/imports/{import_id}"): (409,),
}


def refusals(verb: str, path: str) -> list[int]:
    """Return the statuses with which an operation refuses or fails, in order."""
    found = {*ANY, *OF_OPERATION.get((verb, path), ())}
    if not is_open(path):
        found.add(401)
    if "{" in path:
        found.add(404)
    if verb != "get":
        found.update(WRITES)
    return sorted(found)
