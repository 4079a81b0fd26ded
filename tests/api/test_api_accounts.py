"""The administrator's door: accounts and appointments."""

import pytest

from mapserver.roles import Role
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.people import PASSWORD, Person, browser, person
from tests.api.test_api_openapi import OF_PEOPLE, holds, operations

OWN = "a heron on a wooden post"


@pytest.fixture
def administrator(own_town: Town) -> Person:
    """Return an administrator at a browser, with the code on the phone that they need."""
    one = person(own_town, "kuang", (Role.ADMINISTRATOR, small.TOWN))
    told = one.signs_in().json()
    assert (told["must"], told["duties"]) == (["totp"], [])
    secret = one.asks("POST", "/account/totp", {"password": PASSWORD}).json()["secret"]
    one.asks("PUT", "/account/totp", {"code": one.code(secret)})
    assert one.asks("GET", "/session").json()["duties"] == ["accounts"]
    return one


def made(administrator: Person, name: str = "luo", title: str = "罗平云") -> tuple[Person, str]:
    """Return somebody with a new account, and their one-time password."""
    told = administrator.asks("POST", "/accounts", {"name": name, "title": title}, 201).json()
    town = administrator.town
    return Person(town, name, told["id"], browser(town)), told["password"]


def appointed(administrator: Person, somebody: Person, **how: str) -> dict:
    """Return the appointment that somebody was given."""
    body = {"account": somebody.account, "role": "grid_head", "area": small.XINWU, **how}
    told: dict = administrator.asks("POST", "/appointments", body, 201).json()
    return told


def test_administrator_makes_accounts_and_sees_no_record(administrator: Person):
    for path in ("/town", "/layers", "/collections/house/items", "/search?q=3组", "/imports"):
        assert administrator.asks("GET", path, status=403).json()["code"] == "not-allowed"
    made(administrator)
    listed = administrator.asks("GET", "/accounts?q=罗").json()
    assert (listed["total"], listed["next"]) == (1, None)
    (one,) = listed["accounts"]
    assert (one["name"], one["title"], one["state"]) == ("luo", "罗平云", "active")
    assert (one["temporary_password"], one["second_factor"]) == (True, False)


def test_one_time_password_is_good_for_choosing_ones_own(administrator: Person):
    somebody, password = made(administrator)
    appointed(administrator, somebody)
    assert somebody.signs_in(password).json()["must"] == ["password"]
    somebody.asks("GET", "/town", status=403)
    somebody.asks("PUT", "/account/password", {"old": password, "new": OWN}, 204)
    assert somebody.asks("GET", "/session").json()["must"] == []
    somebody.asks("GET", "/town")


def test_appointment_gives_its_area_and_its_end_takes_it_at_once(administrator: Person):
    somebody, password = made(administrator)
    told = appointed(administrator, somebody)
    assert (told["area_name"], told["state"], told["until"]) == ("新屋村", "current", None)
    assert told["title"] == {"zh": "网格长", "en": "Grid head"}
    somebody.signs_in(password)
    somebody.asks("PUT", "/account/password", {"old": password, "new": OWN}, 204)
    somebody.asks("GET", f"/collections/house/items/{small.FIRST_DOOR}")
    somebody.asks("GET", f"/collections/house/items/{small.SHOP}", status=404)
    administrator.asks("DELETE", f"/appointments/{told['id']}", status=204)
    somebody.asks("GET", f"/collections/house/items/{small.FIRST_DOOR}", status=403)
    (kept,) = administrator.asks("GET", f"/accounts/{somebody.account}").json()["appointments"]
    assert (kept["id"], kept["state"]) == (told["id"], "ended")


def test_appointment_is_later_current_or_ended_by_its_days(administrator: Person):
    """Today is 2026-11-20; the last day of an appointment is the one before `until`."""
    somebody, _ = made(administrator)
    for role, since, until, state in (
        ("grid_head", "2026-12-01", "2027-01-01", "later"),
        ("supervisor", "2026-11-20", "2026-11-21", "current"),
        ("patrol", "2026-10-01", "2026-11-20", "ended"),
    ):
        told = appointed(administrator, somebody, role=role, since=since, until=until)
        assert (told["state"], told["since"], told["until"]) == (state, since, until)
    listed = administrator.asks("GET", f"/accounts/{somebody.account}").json()["appointments"]
    assert {one["role"]: one["state"] for one in listed} == {
        "grid_head": "later",
        "supervisor": "current",
        "patrol": "ended",
    }


def test_reset_ends_sessions_and_gives_a_one_time_password(administrator: Person):
    somebody, password = made(administrator)
    somebody.signs_in(password)
    path = f"/accounts/{somebody.account}"
    new = administrator.asks("POST", f"{path}/password", {}).json()["password"]
    somebody.asks("GET", "/sessions", status=401)
    somebody.signs_in(password, status=401)
    assert somebody.signs_in(new).json()["must"] == ["password"]


def test_closed_account_opens_nothing_until_it_is_opened_again(administrator: Person):
    somebody, password = made(administrator)
    appointed(administrator, somebody)
    somebody.signs_in(password)
    path = f"/accounts/{somebody.account}"
    administrator.asks("DELETE", path, status=204)
    somebody.asks("GET", "/session")
    somebody.asks("GET", "/sessions", status=401)
    somebody.signs_in(password, status=401)
    assert administrator.asks("GET", "/accounts?q=luo").json()["total"] == 0
    (kept,) = administrator.asks("GET", "/accounts?q=luo&closed=true").json()["accounts"]
    assert (kept["state"], kept["appointments"][0]["state"]) == ("closed", "ended")
    new = administrator.asks("POST", f"{path}/reopen").json()["password"]
    assert somebody.signs_in(new).json()["grants"] == []


def test_name_that_others_read_can_be_changed(administrator: Person):
    somebody, _ = made(administrator)
    path = f"/accounts/{somebody.account}"
    administrator.asks("PUT", path, {"title": "罗平"}, 204)
    assert administrator.asks("GET", path).json()["title"] == "罗平"


def test_choices_name_roles_villages_and_their_grids(administrator: Person):
    told = administrator.asks("GET", "/appointments/choices").json()
    assert {one["role"] for one in told["roles"]} == {str(role) for role in Role}
    villages = {one["code"]: one for one in told["villages"]}
    assert villages[small.XINWU]["name"] == "新屋村"
    assert [grid["code"] for grid in villages[small.XINWU]["grids"]] == [small.SOUTH, small.NORTH]


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.INFORMATION_OFFICER])
def test_nobody_else_comes_near_the_accounts(own_town: Town, role: Role):
    somebody = person(own_town, "zhao", (role, small.TOWN))
    somebody.signs_in()
    for method, path, body in (
        ("GET", "/accounts", None),
        ("POST", "/accounts", {"name": "x1", "title": "x"}),
        ("GET", f"/accounts/{somebody.account}", None),
        ("DELETE", f"/accounts/{somebody.account}", None),
        ("POST", f"/accounts/{somebody.account}/password", {}),
        ("GET", "/appointments/choices", None),
        ("DELETE", f"/appointments/{small.ident(1)}", None),
    ):
        somebody.asks(method, path, body, 403)
    body = {"account": somebody.account, "role": "administrator", "area": small.TOWN}
    somebody.asks("POST", "/appointments", body, 403)


def test_nobody_appoints_themselves(administrator: Person):
    body = {"account": administrator.account, "role": "leader", "area": small.TOWN}
    assert administrator.asks("POST", "/appointments", body, 409).json()["code"] == "conflict"


def test_account_that_there_is_not_is_not_found(administrator: Person):
    for path in (f"/accounts/{small.ident(9)}", "/accounts/nonsense"):
        assert administrator.asks("GET", path, status=404).json()["code"] == "not-found"


def test_addresses_of_people_answer_as_described(administrator: Person):
    document = administrator.asks("GET", "/api").json()
    tried = 0
    for path, verb, operation in operations(document):
        if verb == "get" and operation["tags"][0] in OF_PEOPLE and "/oidc" not in path:
            address = path.format(account=administrator.account)
            holds(document, operation, administrator.asks("GET", address))
            tried += 1
    assert tried == 7
