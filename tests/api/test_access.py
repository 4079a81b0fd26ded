"""Nobody reads past their area: every operation, as every role, in every kind of area."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mapserver.api.policy import POLICIES, Policy
from mapserver.errors import InvalidRequest
from mapserver.roles import STAFF, Duty, Role
from mapserver.services import accounts
from mapserver.store.scope import Scope
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.leaks import canaries, leaks, told
from tests.api.roll import AREAS, EVERYBODY
from tests.api.walk import policy_of, reads, routes
from tests.api.walks import Walks, walks
from tests.api.wire_in_process import Answer, Ask

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
_NO_SERVICE = "no other service is set up here; tests/api/test_api_oidc.py has one"
NEVER_ANSWERED: dict[tuple[str, str], str] = {
    ("POST", "/session/oidc"): _NO_SERVICE,
    ("GET", "/session/oidc/callback"): _NO_SERVICE,
    ("POST", "/session/oidc/code"): _NO_SERVICE,
    ("PUT", "/accounts/{account}/identity"): _NO_SERVICE,
    ("POST", "/worklists/doubles/decisions"): "nobody of the town is in two villages",
}
"""Operations that answer nobody with 2xx, and why that is right."""
FOR_WHOLE_TOWN = {
    "/record": Duty.RECORD,
    "/accounts": Duty.ACCOUNTS,
    "/appointments": Duty.ACCOUNTS,
}
"""Whoever held such a duty for a part of the town, which nobody can be given, is refused too."""


@pytest.fixture(scope="module")
def walked(town_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    """Yield the walks of the small town in a GeoPackage."""
    import shutil

    folder = tmp_path_factory.mktemp("walked") / "data"
    shutil.copytree(town_folder, folder)
    with walks(folder) as found:
        yield found


def may(policy: Policy, scope: Scope) -> bool:
    """Whether a policy lets somebody in who reaches so far."""
    anyone, signed_in, staff, *others = POLICIES
    duties = dict(zip(others, Duty, strict=False))
    if policy is staff:
        return any(grant.role in STAFF for grant in scope.grants or ())
    if policy in duties:
        return bool(scope.areas_of(duties[policy]))
    return policy in (anyone, signed_in) or policy in others


def wrongly_let(answer: Answer, scope: Scope) -> bool:
    """Whether somebody was let in against a route's policy, or kept out though it lets them in."""
    if answer.route is None or answer.status == 401:
        return answer.ask != Ask("GET", "/town")  # asked once more after signing out
    policy = policy_of(answer.route)
    assert policy is not None
    if not may(policy, scope):
        return answer.status != 403
    if any(
        answer.template.startswith(path)
        and answer.template != "/appointments/choices"
        and small.TOWN not in scope.areas_of(duty)
        for path, duty in FOR_WHOLE_TOWN.items()
    ):
        return answer.status not in (403, 404)
    # where somebody draws or approves is for the use case to say
    by_right = answer.template.endswith("/openings") or answer.template.startswith("/boundaries/")
    # whoever has put their second factor off must set it up before they do anything else
    by_what_comes_first = policy in POLICIES[3 + len(Duty) :]
    return answer.status == 403 and not by_right and not by_what_comes_first


@pytest.mark.parametrize(("role", "place"), EVERYBODY)
def test_nobody_is_told_of_what_is_not_theirs(walked: Walks, role: Role, place: str):
    answers, scope = walked.of(role, place), walked.people[role, place].scope
    assert walked.leaks((role, place), answers) == []
    assert [f"{one.ask} {one.status}" for one in answers if wrongly_let(one, scope)] == []
    assert [f"{one.ask} {one.status}" for one in answers if one.status >= 500] == []


def test_every_operation_is_answered_to_somebody(walked: Walks):
    """A walk that is refused everywhere would find nothing: each operation answers at least one."""
    every = {(method, one.path) for one in routes(walked.app) for method in one.methods or ()}
    answered = {one.operation for one in walked.everybody() if 200 <= one.status < 300}
    assert every - answered == set(NEVER_ANSWERED)


def test_everything_that_is_looked_for_is_told_to_somebody(walked: Walks):
    """The walk would pass an empty town: so each word but a few is told where it may be."""
    words = {one.word for one in canaries(walked.others)}
    # what somebody imported is theirs alone until it is committed
    alone = {word for one in walked.others for word in (one.newcomer, one.number)}
    never = {small.OWNER_ID, small.CHILD_ID} | alone
    assert words - told(walked.everybody(), walked.others) == never


def test_who_names_nobody_is_told_nothing(walked: Walks):
    nobody = Scope("nobody", small.TOWN, ())
    for each in reads(walked.app, walked.others):
        answer = walked.stranger(each)
        assert answer.status == 401 or answer.template in OPEN_TO_ALL, each
        assert leaks([answer], nobody, walked.desk.store.layers, walked.others) == [], each


def test_every_status_of_the_walk_is_foreseen_by_the_description(walked: Walks):
    described = walked.stranger(Ask("GET", "/api")).json()["paths"]
    for one in walked.everybody():
        path = one.template.replace(":path}", "}")
        if path in described:
            known = described[path][one.ask.method.lower()]["responses"]
            assert str(one.status) in known, one.ask


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.LEADER])
def test_no_door_gives_a_duty_of_the_whole_town_for_a_part(own_town: Town, role: Role):
    """So the walk put such appointments into the store by itself."""
    somebody = accounts.create(own_town.context, "somebody", "某人", "a heron on a post")[0]
    for area in (small.XINWU, small.SOUTH, *AREAS["elsewhere"]):
        with pytest.raises(InvalidRequest):
            accounts.appoint(own_town.context, somebody.id, role, area)


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
def test_what_is_personal_is_told_to_those_whose_work_it_is(walked: Walks, role: Role, hidden):
    answers = walked.of(role, "parent")
    shown = "".join(one.text for one in answers if one.template.endswith(("/items", "/{item}")))
    personal = ("张三", "房主", "宅基地边界", "校长")
    assert {word for word in personal if word not in shown} == set(hidden)


def test_counts_are_those_of_the_callers_area(walked: Walks):
    shown = {one.ask.path: one for one in walked.of(Role.GRID_HEAD, "own") if one.status == 200}
    town = shown["/town"].json()
    assert town["counts"]["houses"] == 4
    by_village = {one["code"]: one for one in town["villages"]}
    assert (by_village[small.DONGFENG]["houses"], by_village[small.DONGFENG]["people"]) == (0, 0)
    grid = shown[f"/grids/{small.EAST}"].json()
    # the door on the edge is of the village next to the grid that it lies in
    assert (grid["houses"], grid["people"]) == (1, 0)
