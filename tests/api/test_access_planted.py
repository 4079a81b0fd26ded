"""Leaks that are planted are found by the walk, on either engine; so it would find others.

And PostgreSQL answers the walk as the GeoPackage does.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from sqlalchemy import select, text

from mapserver.api.desk import TheContext
from mapserver.api.policy import FOR_STAFF
from mapserver.app import create_app
from mapserver.roles import Role
from mapserver.services.context import Context
from mapserver.services.opening import open_store
from mapserver.settings import Settings
from mapserver.store import items
from tests.api import town as small
from tests.api.test_access import wrongly_let
from tests.api.walks import Walks, Who, walks
from tests.store.conftest import as_role
from tests.support.postgres import Cluster

HEAD: Who = (Role.GRID_HEAD, "grid")
"""Who comes upon what is planted."""

FEW: list[Who] = [
    (Role.GRID_HEAD, "own"),
    (Role.INFORMATION_OFFICER, "several"),
    (Role.INFORMATION_OFFICER, "parent"),
    (Role.POLICE, "neighbour"),
    (Role.MEDIATOR, "own"),
    (Role.FIRE, "none"),
    (Role.ADMINISTRATOR, "parent"),
    (Role.AUDITOR, "parent"),
    (Role.GRID_HEAD, "ended"),
]


@contextmanager
def database(cluster: Cluster, name: str, key: Path) -> Iterator[str]:
    """Yield a database with the small town, also open to a role that is no superuser."""
    app = f"{name}_app"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE empty STRATEGY file_copy")
    url = cluster.url(name)
    small.build(url, key)
    with closing(open_store(Settings(data=url, key_file=key))) as store:
        store.make_app_role(app)
    yield url
    cluster.execute(f"DROP OWNED BY {app} CASCADE", database=name)
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {app}")


@pytest.fixture(scope="module", params=["geopackage", "postgresql", "second wall"])
def walked(
    request: pytest.FixtureRequest, town_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walks]:
    """Yield walks of the small town by a few, on either engine."""
    if request.param == "geopackage":
        folder = tmp_path_factory.mktemp("planted") / "data"
        shutil.copytree(town_folder, folder)
        with walks(folder, [*FEW, HEAD]) as found:
            yield found
        return
    cluster = request.getfixturevalue("postgres_cluster")
    key, bounded = tmp_path_factory.mktemp("key") / "town.key", request.param == "second wall"
    name = "bounded" if bounded else "walked"
    with database(cluster, name, key) as url:
        # the tests' own role is a superuser, whom row security does not hold
        place, people = (as_role(url, f"{name}_app"), []) if bounded else (url, FEW)
        with walks(place, [*people, HEAD], key_file=key) as found:
            yield found


@pytest.mark.parametrize("walked", ["geopackage", "postgresql"], indirect=True)
@pytest.mark.parametrize("who", FEW, ids=" ".join)
def test_a_short_walk_is_told_of_nothing_that_is_not_theirs(walked: Walks, who: Who):
    """On the GeoPackage it is the same walk that everybody makes, of a few."""
    answers, scope = walked.of(*who), walked.people[who].scope
    assert walked.leaks(who, answers) == []
    assert [f"{one.ask} {one.status}" for one in answers if wrongly_let(one, scope)] == []
    assert [f"{one.ask} {one.status}" for one in answers if one.status >= 500] == []


def planted(walked: Walks, tmp_path: Path, add: Callable[[APIRouter], Any]) -> list[str]:
    """Return what the walk finds at one route more."""
    app = create_app(Settings(data=str(tmp_path)), walked.desk.store, walked.desk.system.clock)
    router = APIRouter(dependencies=FOR_STAFF)
    add(router)
    app.include_router(router)
    return walked.leaks(HEAD, walked.reads(app, HEAD, "/leak"))


def by_core(router: APIRouter) -> None:
    """Add a route that selects past the scope."""

    @router.get("/leak")
    def leak(context: TheContext) -> list[str]:
        with context.read() as session:
            found = session.connection.execute(select(session.table("house").c.id)).scalars()
            return [str(one) for one in found]


def by_text(router: APIRouter) -> None:
    """Add a route that writes its own SQL."""

    @router.get("/leak")
    def leak(context: TheContext) -> list[str]:
        with context.read() as session:
            # a child's name is sealed where it is kept, and its column empty
            query = text("SELECT name FROM person WHERE name IS NOT NULL")
            return list(session.connection.execute(query).scalars())


def by_cache(system: Context) -> Callable[[APIRouter], None]:
    """Return what adds a route that keeps what it read, and forgets for whom."""
    kept: dict[str, list[str]] = {}

    def add(router: APIRouter) -> None:
        @router.get("/leak")
        def leak() -> list[str]:
            if "houses" not in kept:
                with system.read() as session:
                    found = items.page(session, "house", items.Query(limit=100)).items
                    kept["houses"] = [one.id for one in found]
            return kept["houses"]

    return add


LEAKS = [
    (by_core, f"GET /leak: {small.SHOP}"),
    (by_text, "GET /leak: 王五"),
]


@pytest.mark.parametrize(("add", "leak"), LEAKS)
@pytest.mark.parametrize("walked", ["geopackage", "postgresql"], indirect=True)
def test_the_walk_finds_a_route_that_goes_past_the_scope(walked: Walks, tmp_path, add, leak):
    assert leak in planted(walked, tmp_path, add)


@pytest.mark.parametrize("walked", ["second wall"], indirect=True)
@pytest.mark.parametrize("add", [by_core, by_text])
def test_the_database_holds_back_what_a_route_would_tell_past_the_scope(
    walked: Walks, tmp_path, add
):
    assert planted(walked, tmp_path, add) == []


def test_the_walk_finds_a_cache_that_forgets_who_asks(walked: Walks, tmp_path: Path):
    assert f"GET /leak: {small.SHOP}" in planted(walked, tmp_path, by_cache(walked.desk.system))
