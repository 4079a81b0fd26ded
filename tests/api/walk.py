"""Every address of every route, filled so that it answers, and whether its policy is declared."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from mapserver.api.policy import POLICIES, Policy
from mapserver.domain.mercator import tile_at
from tests.api import town as small
from tests.api.roll import Other
from tests.api.wire_in_process import Ask

ITEMS: Mapping[str, Sequence[str]] = {
    "house": (small.FIRST_DOOR, small.OTHER_DOOR, small.SHOP, small.ON_EDGE, small.ADULT),
    "person": (small.ADULT, small.CHILD, small.GUEST),
    "school": (small.SCHOOL,),
    "dispute": (small.OLD_DISPUTE, small.NEW_DISPUTE),
    "grid": (small.ident(20), small.ident(22)),
    "facility": (small.ident(999),),
}
"""What there is, by layer; and what there is not: an address of another layer, an empty one."""

LAYERS = (*ITEMS, "village", "town", "control_total")
TILED = ("house", "school", "dispute", "grid", "person")
SPOTS = ((9, 112.905, 27.005), (14, 112.905, 27.005), (14, 112.93, 27.01))
QUERIES: Mapping[str, Sequence[str]] = {
    "/search": ("?q=号", "?q=排水", "?q=希望"),
    "/record/events": ("?limit=500", "?layer=person&limit=500", "?layer=account&limit=500"),
    "/accounts": ("?q=officer", "?limit=500"),
}
FILTERS = ("?bbox=112.8,26.9,113.0,27.1", f"?village={small.DONGFENG}")
FILTERED = ("/collections/house/items", "/collections/person/items")
OF_LAYERS: Mapping[str, Sequence[str]] = {
    "/collections/{collection}/items": LAYERS,
    "/collections/{collection}": ("person",),
    "/collections/{collection}/tiles/{tile_matrix_set}": ("house",),
    "/collections/{collection}/template.xlsx": ("person", "school"),
}
"""Layers by address, where others than those that have tiles are asked for: what counts the whole
town for its answer is asked of few."""


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Yield every route of an app that answers HTTP and is declared as one of the API."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.route, APIRoute):
            yield context.route


def policy_of(route: APIRoute) -> Policy | None:
    """Return the policy that a route declares; None where it is not exactly one."""
    asked = [one.call for one in route.dependant.dependencies if one.call in POLICIES]
    return asked[0] if len(asked) == 1 else None


def undeclared(app: FastAPI) -> list[str]:
    """Return what of an app answers without saying whom: no policy, or no way to have one.

    What is mounted, a plain route and a socket take no policy, so none of them is let in.
    """
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.route
        if not isinstance(route, APIRoute) or policy_of(route) is None:
            found.append(f"{type(route).__name__} {getattr(route, 'path', '?')}")
    return found


def reads(app: FastAPI, others: Sequence[Other]) -> list[Ask]:
    """Return a request for every address of every route that is only read."""
    found = []
    for route in routes(app):
        if "GET" in (route.methods or ()):
            found += [Ask("GET", path) for path in addresses(route, others)]
    return found


def addresses(route: APIRoute, others: Sequence[Other]) -> list[str]:
    """Return the addresses at which a route is asked; a parameter that is not known fails."""
    names = _parameters(route)
    if "item" in names:
        paths = [
            _filled(route, {"collection": layer, "item": item})
            for layer, items in ITEMS.items()
            for item in items
        ]
    else:
        known = _values(route, others)
        plain = [name for name in names if name not in ("tile_matrix", "tile_row", "tile_col")]
        paths = [
            _filled(route, dict(zip(plain, chosen, strict=True)))
            for chosen in product(*(known[name] for name in plain))
        ]
    asked = [path + query for path in paths for query in QUERIES.get(route.path, ("",))]
    asked += [path + query for path in asked if path in FILTERED for query in FILTERS]
    return list(dict.fromkeys(tile for path in asked for tile in _tiles(path)))


def _parameters(route: APIRoute) -> list[str]:
    every = [route.dependant, *route.dependant.dependencies]
    return list(dict.fromkeys(one.alias for part in every for one in part.path_params))


def _values(route: APIRoute, others: Sequence[Other]) -> Mapping[str, Sequence[str]]:
    return {
        "name": ("index.html",),
        "collection": OF_LAYERS.get(route.path, TILED),
        "code": (small.SOUTH, small.EAST),
        "kind": ("unplaced", "unassigned", "contradictions"),
        "form": ("shp", "kml"),
        "tile_matrix_set": ("WebMercatorQuad",),
        "import_id": (small.ident(999), *(one.held for one in others), *(o.kept for o in others)),
        "village": (small.XINWU, small.DONGFENG),
        "draft": (small.ident(999), *(one.draft for one in others)),
        "number": ("1",),
        "account": (small.ident(999), *(one.account for one in others)),
    }


def _filled(route: APIRoute, values: Mapping[str, str]) -> str:
    path = route.path.replace(":path", "")
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _tiles(path: str) -> Iterator[str]:
    if "{tile_matrix}" not in path:
        yield path
        return
    for zoom, lon, lat in SPOTS:
        x, y = tile_at(zoom, lon, lat)
        filled = path.replace("{tile_matrix}", str(zoom))
        yield filled.replace("{tile_row}", str(y)).replace("{tile_col}", str(x))
