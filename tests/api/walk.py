"""Walking every route as somebody, and looking for what is not theirs in the answers."""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient, Response

from mapserver.api.desk import Desk
from mapserver.domain.mercator import tile_at
from mapserver.services.context import Context
from mapserver.services.refusals import Refusals
from mapserver.store.scope import Scope
from tests.api import town as small

ZOOMS = (9, 14)
VALUES: Mapping[str, Sequence[str]] = {
    "name": ("index.html",),
    "item": (
        small.FIRST_DOOR,
        small.SHOP,
        small.ADULT,
        small.GUEST,
        small.OLD_DISPUTE,
        small.NEW_DISPUTE,
        small.SCHOOL,
    ),
    "code": (small.SOUTH, small.EAST),
    "kind": ("unplaced", "unassigned", "contradictions", "doubles"),
    **dict.fromkeys(
        ("import_id", "session", "token", "account", "appointment"), (small.ident(999),)
    ),
    "tile_matrix_set": ("WebMercatorQuad",),
}
"""What a route's parameters are filled with; one that is not named here fails the walk."""

QUERIES: Mapping[str, Sequence[str]] = {
    "/search": ("?q=号", "?q=王五", "?q=排水", "?q=东风"),
    "/collections/{collection}/items": (
        "",
        "?bbox=112.8,26.9,113.0,27.1",
        f"?village={small.DONGFENG}",
        f"?house={small.SHOP}",
        "?name=%E6%8E%92%E6%B0%B4",
    ),
}
BODIES = {"POST": {"json": {}}, "DELETE": {}, "GET": {}, "PUT": {"json": {}}, "PATCH": {"json": {}}}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody was told at an address."""

    method: str
    template: str
    path: str
    status: int
    text: str


def routes(app: FastAPI) -> Iterator[APIRoute]:
    """Yield every route of an app."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.route, APIRoute):
            yield context.route


def walked(app: FastAPI, client: TestClient, context: Context) -> list[Answer]:
    """Return what `context`'s caller is told at every address of every route of an app.

    The app is asked in the event loop of a client that is open: a client of this thread would
    change threads seven times for each request. What is refused is not noted, as that is a write.
    """
    asked = [
        (method, route.path, path)
        for route in routes(app)
        for method in sorted(route.methods)
        for path in addresses(route, context.store.layers)
    ]

    async def ask() -> list[Answer]:
        transport, base = ASGITransport(app), client.base_url
        async with AsyncClient(transport=transport, base_url=base, headers=client.headers) as one:
            return [
                _answer(method, template, path, await one.request(method, path, **BODIES[method]))
                for method, template, path in asked
            ]

    # not by an override: while there is one, each request reads all signatures of its route anew
    with patch.object(Desk, "context", lambda *_: context), patch.object(Refusals, "note"):
        assert client.portal is not None
        return client.portal.call(ask)


def _answer(method: str, template: str, path: str, answer: Response) -> Answer:
    return Answer(method, template, path, answer.status_code, _text(answer.content))


def addresses(route: APIRoute, layers: Sequence[str]) -> list[str]:
    """Return the addresses at which a route is asked."""
    found = []
    names = [one.alias for one in route.dependant.path_params]
    names += [
        one.alias
        for below in route.dependant.dependencies
        for one in below.path_params
        if one.alias not in names
    ]
    plain = [name for name in names if not name.startswith("tile_") or name == "tile_matrix_set"]
    values = [layers if name == "collection" else VALUES[name] for name in plain]
    for chosen in product(*values):
        path = route.path.replace(":path", "")
        for name, value in zip(plain, chosen, strict=True):
            path = path.replace(f"{{{name}}}", value)
        found += [path + query for query in QUERIES.get(route.path, ("",))]
    return list(dict.fromkeys(tile for path in found for tile in _tiles(path)))


def _tiles(path: str) -> Iterator[str]:
    if "{tile_matrix}" not in path:
        yield path
        return
    for zoom in ZOOMS:
        for lon, lat in ((112.905, 27.005), (112.93, 27.01), (112.95, 27.03)):
            x, y = tile_at(zoom, lon, lat)
            filled = path.replace("{tile_matrix}", str(zoom))
            yield filled.replace("{tile_row}", str(y)).replace("{tile_col}", str(x))


def _text(body: bytes) -> str:
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    return body.decode(errors="replace")


CANARIES: Mapping[str, Sequence[str]] = {
    small.XINWU: (
        small.FIRST_DOOR,
        small.OTHER_DOOR,
        small.UNPLACED,
        small.ON_EDGE,
        small.ADULT,
        small.CHILD,
        small.SCHOOL,
        small.OLD_DISPUTE,
        "组20号",
        "组21号",
        "张三",
        "新屋小学",
        "宅基地边界",
    ),
    small.DONGFENG: (
        small.OUTSIDE,
        small.SHOP,
        small.GUEST,
        small.NEW_DISPUTE,
        "东风社区5号",
        "东风社区6号",
        "王五",
        "排水",
    ),
}
"""By village, what no answer may hold unless the caller may see records there."""


def leaks(answers: Iterable[Answer], scope: Scope, layers: Mapping[str, object]) -> list[str]:
    """Return what the answers tell that is not theirs to know, a line each."""
    found = []
    house, person = layers["house"], layers["person"]
    for answer in answers:
        asked = answer.path
        forbidden = [*small.SECRETS]
        for village, words in CANARIES.items():
            if not _reaches(scope, house, village):
                forbidden += words
        if not scope.reach(person):
            forbidden += [small.ADULT, small.GUEST, "张三", "王五"]
        found += [
            f"{answer.method} {answer.path}: {word}"
            for word in forbidden
            if word in answer.text and word not in asked
        ]
        if answer.status >= 500:
            found.append(f"{answer.method} {answer.path}: {answer.status}")
    return found


def _reaches(scope: Scope, layer: object, village: str) -> bool:
    return any(area.startswith(village) or village.startswith(area) for area in scope.reach(layer))
