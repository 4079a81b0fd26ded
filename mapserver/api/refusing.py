"""Refusals into the record: who was refused what, by the route and never by what was typed.

A route's refusal is noted by its error's handler. What is refused before there is a route, by
the guard and by who finds the caller, is noted when its answer is out: nobody who is refused
waits for the store, and nobody's refusals hold a thread but those that are written.
"""

import re
from functools import lru_cache

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import compile_path
from starlette.types import Scope

from mapserver.api.desk import Desk
from mapserver.services.caller import Caller
from mapserver.services.refusals import Refused

REFUSED = (401, 403, 429)
"""Statuses of who may not do what they asked for."""

_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"))


def note_refusal(request: Request, code: str) -> None:
    """Note what a route refused to its caller, or to a stranger where it is open to all."""
    desk: Desk = request.app.state.desk
    context = getattr(request.state, "context", desk.system)
    route = getattr(request.scope.get("route"), "path", "")
    desk.refusals.note(context, Refused(code, request.method, route))


async def note_early(scope: Scope, desk: Desk, code: str, caller: Caller | None) -> None:
    """Note what was refused before there was a route."""
    context = desk.context(caller.scope) if caller else desk.system
    method = scope["method"] if scope["method"] in _METHODS else ""
    due = desk.refusals.count(context, Refused(code, method, _route_of(scope)))
    if due:
        await run_in_threadpool(desk.refusals.write, due)


def _route_of(scope: Scope) -> str:
    """Return the template of an address that no route was asked for yet, "" where none fits."""
    known = _templates(scope["app"])
    return next((template for one, template in known if one.match(scope["path"])), "")


@lru_cache(8)
def _templates(app: FastAPI) -> tuple[tuple[re.Pattern[str], str], ...]:
    routes = (found.route for found in iter_route_contexts(app.routes))
    paths = [route.path for route in routes if isinstance(route, APIRoute)]
    return tuple((compile_path(path)[0], path) for path in dict.fromkeys(paths))
