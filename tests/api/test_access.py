"""Nobody reads past their area: every route, as every role, in every kind of area."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from fastapi import APIRouter
from sqlalchemy import select, text

from mapserver.api.desk import TheContext
from mapserver.api.policy import FOR_STAFF, POLICIES
from mapserver.app import create_app
from mapserver.roles import STAFF, Role
from mapserver.services.context import Context
from mapserver.settings import Settings
from mapserver.store import items
from mapserver.store.scope import Grant, Scope
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.walk import leaks, routes, walked

AREAS = {
    "own village": (small.XINWU,),
    "neighbour": (small.DONGFENG,),
    "town": (small.TOWN,),
    "one grid": (small.SOUTH,),
    "two": (small.NORTH, small.DONGFENG),
    "another town": ("430424101",),
    "none": (),
}
OPEN_TO_ALL = {
    "/",
    "/api",
    "/docs",
    "/conformance",
    "/health",
    "/session",
    "/session/oidc",
    "/session/oidc/callback",
    "/session/oidc/code",
    "/static/{name:path}",
}


def scope_of(role: Role, *areas: str) -> Scope:
    return Scope("someone", small.TOWN, tuple(Grant(role, area) for area in areas))


def context_of(town: Town, scope: Scope) -> Context:
    return Context(town.store, scope, town.clock)


def test_every_route_declares_what_it_asks_of_its_caller(town: Town):
    for route in routes(town.client.app):
        asked = [one.call for one in route.dependant.dependencies if one.call in POLICIES]
        assert len(asked) == 1, f"{sorted(route.methods)} {route.path} declares {asked}"


def test_what_is_open_to_all_is_known(town: Town):
    anyone = POLICIES[0]
    found = {
        route.path
        for route in routes(town.client.app)
        if any(one.call is anyone for one in route.dependant.dependencies)
    }
    assert found == OPEN_TO_ALL


IN_ALL_AREAS = (Role.GRID_HEAD, Role.LEADER, Role.ADMINISTRATOR)
"""One of those who see people, of those who do not, and of those who see nothing of the map."""

WALKS = [
    pytest.param(role, areas, id=f"{role} {name}")
    for role in Role
    for name, areas in AREAS.items()
    if role in IN_ALL_AREAS or name == "own village"
]


@pytest.mark.parametrize(("role", "areas"), WALKS)
def test_no_route_tells_anybody_of_what_is_not_theirs(town: Town, role: Role, areas):
    scope = scope_of(role, *areas)
    answers = walked(town.client.app, town.client, context_of(town, scope))
    assert leaks(answers, scope, town.store.layers) == []
    told = {answer.status for answer in answers if answer.template not in OPEN_TO_ALL}
    if role not in STAFF or not areas:
        assert told == {403}
    else:
        assert 200 in told


def test_who_sees_the_whole_town_is_told_of_it(town: Town):
    """The walk would pass an empty town; so everything it looks for is there to be found."""
    head = context_of(town, scope_of(Role.GRID_HEAD, small.TOWN))
    nobody = scope_of(Role.GRID_HEAD)
    found = "\n".join(leaks(walked(town.client.app, town.client, head), nobody, head.store.layers))
    for word in (small.ADULT, small.SHOP, small.NEW_DISPUTE, "张三", "王五", "排水", "新屋小学"):
        assert word in found


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        (Role.FIRE, ("张三", "房主", "宅基地边界", "校长")),
        (Role.LEADER, ("张三", "房主", "宅基地边界", "校长")),
        (Role.MEDIATOR, ("张三", "房主", "校长")),
        (Role.POLICE, ("房主", "校长")),
        (Role.GRID_MEMBER, ()),
    ],
)
def test_what_is_personal_is_told_to_those_whose_work_it_is(town: Town, role: Role, hidden):
    context = context_of(town, scope_of(role, small.TOWN))
    answers = walked(town.client.app, town.client, context)
    told = "".join(one.text for one in answers if "/items" in one.template)
    personal = ("张三", "房主", "宅基地边界", "校长")
    assert {word for word in personal if word not in told} == set(hidden)


def test_counts_are_those_of_the_callers_area(town: Town):
    context = context_of(town, scope_of(Role.GRID_HEAD, small.XINWU))
    told = {one.path: one for one in walked(town.client.app, town.client, context)}
    town_told = orjson.loads(told["/town"].text)
    assert town_told["counts"]["houses"] == 4
    by_village = {one["code"]: one for one in town_told["villages"]}
    assert (by_village[small.DONGFENG]["houses"], by_village[small.DONGFENG]["people"]) == (0, 0)
    grid = orjson.loads(told[f"/grids/{small.EAST}"].text)
    # the door on the edge is of the village next to the grid that it lies in
    assert (grid["houses"], grid["people"]) == (1, 0)


def planted(town: Town, tmp_path, add: Callable[[APIRouter], Any]) -> list[str]:
    """Return what the walk finds in a server with one route more."""
    app = create_app(Settings(data=str(tmp_path)), town.store, town.clock)
    router = APIRouter(dependencies=FOR_STAFF)
    add(router)
    app.include_router(router)
    scope = scope_of(Role.GRID_HEAD, small.XINWU)
    return leaks(walked(app, town.client, context_of(town, scope)), scope, town.store.layers)


def test_the_walk_finds_a_route_that_selects_past_the_scope(town: Town, tmp_path):
    def add(router: APIRouter) -> None:
        @router.get("/leak")
        def leak(context: TheContext) -> list[str]:
            with context.read() as session:
                return list(
                    session.connection.execute(select(session.table("house").c.id)).scalars()
                )

    assert any("/leak" in line for line in planted(town, tmp_path, add))


def test_the_walk_finds_a_route_that_writes_its_own_sql(town: Town, tmp_path):
    def add(router: APIRouter) -> None:
        @router.get("/leak")
        def leak(context: TheContext) -> list[str]:
            with context.read() as session:
                return list(session.connection.execute(text("SELECT name FROM person")).scalars())

    assert any("/leak" in line for line in planted(town, tmp_path, add))


def test_the_walk_finds_a_cache_that_forgets_who_asks(town: Town, tmp_path):
    kept: dict[str, list[str]] = {}

    def add(router: APIRouter) -> None:
        @router.get("/leak")
        def leak(context: TheContext) -> list[str]:
            if "houses" not in kept:
                with town.context.read() as session:
                    kept["houses"] = [
                        one.id for one in items.page(session, "house", items.Query(limit=100)).items
                    ]
            return kept["houses"]

    assert any("/leak" in line for line in planted(town, tmp_path, add))


def test_a_route_without_a_policy_is_noticed(town: Town, tmp_path):
    app = create_app(Settings(data=str(tmp_path)), town.store, town.clock)
    app.get("/bare")(lambda: "")
    bare = next(route for route in routes(app) if route.path == "/bare")
    assert not [one for one in bare.dependant.dependencies if one.call in POLICIES]
