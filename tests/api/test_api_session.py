"""Signing in and out at the door, and who is let in without."""

import base64
import re
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from mapserver.api.callers import is_open, named
from mapserver.api.cookies import session_cookie
from mapserver.roles import Role
from mapserver.services import accounts
from mapserver.services.backups.making import Order, back_up
from mapserver.services.backups.restoring import restore
from mapserver.settings import Settings
from tests.api import town as small
from tests.api.conftest import Town, opened
from tests.api.people import PASSWORD, Person, browser, person
from tests.api.walk import routes
from tests.support.backing import SECRET

HEAD = (Role.GRID_HEAD, small.XINWU)


@pytest.fixture
def head(own_town: Town) -> Person:
    """Return a grid head of one village, not signed in."""
    return person(own_town, "xie", HEAD)


# ---------------------------------------------------------------- who is let in


def test_who_names_nobody_is_refused_everything_but_what_is_open(own_town: Town):
    stranger = browser(own_town)
    asked = 0
    for route in routes(own_town.client.app):
        path = re.sub(r"{\w+(:path)?}", "x", route.path)
        if is_open(path):
            continue
        for method in route.methods:
            answer = stranger.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed"), path
            asked += 1
    assert asked > 40


def test_addresses_that_there_are_not_are_no_different_from_those_that_there_are(own_town: Town):
    stranger = browser(own_town)
    answers = [stranger.get(path) for path in ("/town", "/nowhere", "/session/", "/staticx/a")]
    assert {answer.status_code for answer in answers} == {401}


def test_nobody_is_told_that_nobody_is_signed_in(own_town: Town):
    answer = browser(own_town).get("/session")
    assert (answer.status_code, answer.json()["signed_in"]) == (200, False)
    assert answer.headers["cache-control"] == "no-store"


def test_scripts_are_told_how_to_sign_in_and_browsers_are_not(own_town: Town):
    """A browser would ask by itself, over the page that has its own way to ask."""
    stranger = browser(own_town)
    challenge = stranger.get("/town").headers["www-authenticate"]
    assert challenge.startswith("Basic realm=")
    assert "Bearer" in challenge
    agents = {
        "Mozilla/5.0 QGIS/34012/Linux": True,
        "GDAL/3.11": True,
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/140": False,
    }
    for agent, told in agents.items():
        headers = stranger.get("/town", headers={"User-Agent": agent}).headers
        assert ("www-authenticate" in headers) is told
    safe = stranger.get("/town", headers={"Sec-Fetch-Mode": "cors"})
    assert "www-authenticate" not in safe.headers


# ---------------------------------------------------------------- signing in


def test_right_password_opens_a_session_that_tells_roles_and_duties(head: Person):
    told = head.signs_in().json()
    assert (told["signed_in"], told["name"], told["via"], told["must"]) == (
        True,
        "xie",
        "session",
        [],
    )
    (grant,) = told["grants"]
    assert (grant["role"], grant["area"], grant["area_name"]) == (
        "grid_head",
        small.XINWU,
        "新屋村",
    )
    assert grant["title"] == {"zh": "网格长", "en": "Grid head"}
    assert (told["duties"], told["map"]) == (["draw"], True)
    assert head.asks("GET", "/session").json() == told
    assert head.asks("GET", "/town").json()["counts"]["houses"] == 4


def test_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(head: Person):
    answer = head.signs_in()
    given = answer.headers.get_list("set-cookie")
    assert [one.split("=")[0] for one in given] == ["__Host-session", "__Host-device"]
    for one in given:
        parts = {part.strip().lower() for part in one.split(";")[1:]}
        assert {"path=/", "secure", "httponly", "samesite=strict"} <= parts
        assert not any(part.startswith("domain") for part in parts)
    key = given[0].split(";")[0].partition("=")[2]
    assert len(key) > 40
    assert key not in answer.text


def test_cookie_goes_without_its_prefix_only_where_a_browser_would_not_keep_it():
    names = {
        (scheme, plain): session_cookie({"scheme": scheme}, plain=plain)
        for scheme in ("http", "https")
        for plain in (True, False)
    }
    bare = {case for case, name in names.items() if name == "session"}
    assert bare == {("http", True)}
    assert {name for case, name in names.items() if case not in bare} == {"__Host-session"}


def test_wrong_name_and_wrong_password_are_told_the_same(head: Person):
    wrong = head.signs_in("something else entirely", status=401)
    unknown = head.asks("POST", "/session", {"name": "nobody", "password": "x"}, 401)
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "sign-in-refused"
    assert "set-cookie" not in wrong.headers
    assert "www-authenticate" not in wrong.headers


def test_guessing_has_to_wait_and_is_told_how_long(head: Person):
    for _ in range(5):
        head.signs_in("guess", status=401)
    answer = head.signs_in("guess", status=429)
    told = answer.json()
    assert told["code"] == "too-many-tries"
    assert int(answer.headers["retry-after"]) == told["retry_after_s"] > 0


def test_what_cannot_be_read_repeats_no_password(head: Person):
    for body in (
        {"name": "xie", "password": "hunter2hunter2", "colour": "red"},
        {"name": "xie", "password": ["hunter2hunter2"]},
        {"name": "x" * 300, "password": "hunter2hunter2"},
        {"password": "hunter2hunter2"},
    ):
        answer = head.asks("POST", "/session", body, 400)
        assert answer.json()["code"] == "invalid-request"
        assert "hunter2" not in answer.text


def test_code_of_a_phone_is_asked_for_and_taken_once(head: Person):
    head.signs_in()
    made = head.asks("POST", "/account/totp", {"password": PASSWORD}).json()
    assert made["uri"].startswith("otpauth://totp/")
    wrong = head.asks("PUT", "/account/totp", {"code": "000000"}, 403).json()
    assert wrong["code"] == "not-confirmed"
    codes = head.asks("PUT", "/account/totp", {"code": head.code(made["secret"])}).json()
    assert len(set(codes["recovery_codes"])) == 10
    assert head.asks("GET", "/account").json() == {"second_factor": True, "recovery_codes": 10}

    other = head.elsewhere()
    assert other.signs_in(status=401).json()["code"] == "code-needed"
    assert other.signs_in(code="123456", status=401).json()["code"] == "sign-in-refused"
    head.town.clock.push(minutes=2)
    shown = head.code(made["secret"])
    other.signs_in(code=shown)
    assert head.elsewhere().signs_in(code=shown, status=401).json()["code"] == "sign-in-refused"
    head.elsewhere().signs_in(code=codes["recovery_codes"][0])
    assert other.asks("GET", "/account").json()["recovery_codes"] == 9

    confirmed = {"password": PASSWORD}
    renewed = other.asks("POST", "/account/recovery-codes", confirmed).json()["recovery_codes"]
    assert not set(renewed) & set(codes["recovery_codes"])
    other.asks("POST", "/account/totp/stop", confirmed, 204)
    head.elsewhere().signs_in()


def test_browser_forgets_what_it_kept_for_whoever_was_there_before(head: Person):
    assert head.signs_in().headers["clear-site-data"] == '"cache"'


# ---------------------------------------------------------------- the end of it


def test_who_signs_out_is_a_stranger_at_the_next_request(head: Person):
    head.signs_in()
    key = head.client.cookies["__Host-session"]
    answer = head.asks("DELETE", "/session", status=204)
    assert answer.headers["clear-site-data"] == '"cache"'
    assert "__Host-session" not in head.client.cookies
    head.client.cookies.set("__Host-session", key)
    head.asks("GET", "/town", status=401)
    head.asks("DELETE", "/session", status=204)


def test_signing_in_anew_ends_the_session_that_the_browser_had(head: Person):
    head.signs_in()
    before = head.client.cookies["__Host-session"]
    head.signs_in()
    assert head.client.cookies["__Host-session"] != before
    (left,) = head.asks("GET", "/sessions").json()["sessions"]
    assert left["current"] is True


def test_session_ends_when_it_was_not_used_for_long(head: Person):
    head.signs_in()
    head.town.clock.push(minutes=59)
    head.asks("GET", "/town")
    head.town.clock.push(minutes=59)
    head.asks("GET", "/town")
    head.town.clock.push(minutes=61)
    head.asks("GET", "/town", status=401)


def test_who_is_no_longer_appointed_sees_nothing_at_the_next_request(head: Person):
    head.signs_in()
    path = f"/collections/house/items/{small.FIRST_DOOR}"
    head.asks("GET", path)
    (held,) = accounts.get(head.town.context, head.account).appointments
    accounts.end(head.town.context, held.id)
    assert head.asks("GET", path, status=403).json()["code"] == "not-allowed"
    told = head.asks("GET", "/session").json()
    assert (told["grants"], told["duties"], told["map"]) == ([], [], False)


def test_sessions_are_listed_and_ended_by_their_owner_alone(head: Person):
    head.signs_in()
    other = head.elsewhere()
    other.signs_in()
    listed = head.asks("GET", "/sessions").json()["sessions"]
    assert [one["current"] for one in listed].count(True) == 1
    theirs = next(one for one in listed if not one["current"])
    assert theirs["client"] == "testclient"

    stranger = person(head.town, "luo", (Role.GRID_HEAD, small.DONGFENG))
    stranger.signs_in()
    stranger.asks("DELETE", f"/sessions/{theirs['id']}", status=404)
    other.asks("GET", "/town")
    head.asks("DELETE", f"/sessions/{theirs['id']}", status=204)
    other.asks("GET", "/town", status=401)

    other.signs_in()
    head.asks("DELETE", "/sessions", status=204)
    other.asks("GET", "/town", status=401)
    head.asks("GET", "/town")


def test_changed_password_ends_the_sessions_elsewhere(head: Person):
    head.signs_in()
    other = head.elsewhere()
    other.signs_in()
    new = "a heron on a wooden post"
    body = {"old": "not this one at all", "new": new}
    head.asks("PUT", "/account/password", body, 403)
    body = {"old": PASSWORD, "new": "short"}
    assert head.asks("PUT", "/account/password", body, 422).json()["code"] == "weak-password"
    head.asks("PUT", "/account/password", {"old": PASSWORD, "new": new}, 204)
    other.asks("GET", "/town", status=401)
    head.asks("GET", "/town")
    other.signs_in(status=401)
    other.signs_in(new)


def test_changed_password_ends_the_tokens(head: Person):
    head.signs_in()
    bearer = {"Authorization": f"Bearer {made_token(head, days=300, writes=True)}"}
    new = "a heron on a wooden post"
    head.asks("PUT", "/account/password", {"old": PASSWORD, "new": new}, 204)
    assert browser(head.town).get("/town", headers=bearer).status_code == 401
    assert head.asks("GET", "/tokens").json()["tokens"] == []


def test_session_that_gave_no_code_ends_when_a_phone_is_set_up_elsewhere(own_town: Town):
    """Somebody who has the password waits for the owner to do what the role asks for."""
    owner = person(own_town, "kuang", (Role.ADMINISTRATOR, small.TOWN))
    thief = owner.elsewhere()
    assert thief.signs_in().json()["must"] == ["totp"]
    owner.signs_in()
    secret = owner.asks("POST", "/account/totp", {"password": PASSWORD}).json()["secret"]
    owner.asks("PUT", "/account/totp", {"code": owner.code(secret)})
    thief.asks("GET", "/accounts", status=401)
    owner.asks("GET", "/accounts")


def test_restored_backup_brings_nobody_back(head: Person, tmp_path: Path):
    head.signs_in()
    bearer = {"Authorization": f"Bearer {made_token(head)}"}
    key, clock = head.client.cookies["__Host-session"], head.town.clock
    made = back_up(Settings(data=str(head.town.folder)), Order(tmp_path / "b", SECRET), clock)
    head.asks("DELETE", "/session", status=204)
    restore(Settings(data=str(tmp_path / "back")), made.file, SECRET, clock)
    with opened(tmp_path / "back") as back:
        somebody = browser(back)
        assert somebody.get("/town", headers=bearer).status_code == 401
        somebody.cookies.set("__Host-session", key)
        assert somebody.get("/town").status_code == 401
        Person(back, "xie", head.account, browser(back)).signs_in()


# ---------------------------------------------------------------- what comes first


NEXT = {
    "password": {("PUT", "/account/password")},
    "totp": {("GET", "/account"), ("POST", "/account/totp"), ("PUT", "/account/totp")},
}
"""What somebody may do who must see to something first."""


def refused_everywhere_else(somebody: Person, must: str) -> int:
    """Ask for everything but what sees to `must`, and return how much was refused."""
    asked = 0
    for route in routes(somebody.town.client.app):
        path = re.sub(r"{\w+(:path)?}", "x", route.path)
        if is_open(path):
            continue
        for method in route.methods:
            if (method, path) in NEXT[must]:
                continue
            answer = somebody.client.request(method, path, json={})
            # what the framework cannot read it refuses before anybody asks who it is for
            assert answer.status_code in (400, 403), (method, path, answer.status_code)
            asked += answer.status_code == 403
    return asked


def test_one_time_password_is_good_for_nothing_but_to_be_changed(own_town: Town):
    made, once = accounts.create(own_town.context, "luo", "罗平云")
    accounts.appoint(own_town.context, made.id, Role.INFORMATION_OFFICER, small.TOWN)
    somebody = Person(own_town, "luo", made.id, browser(own_town))
    assert somebody.signs_in(once).json()["must"] == ["password"]
    wanted = {"title": "x", "days": 366, "writes": True}
    refused = somebody.asks("POST", "/tokens", wanted, 403).json()
    assert (refused["code"], "一次性密码" in refused["detail"]) == ("not-allowed", True)
    somebody.asks("POST", "/account/totp", {"password": once}, 403)
    assert refused_everywhere_else(somebody, "password") > 30
    new = "a heron on a wooden post"
    somebody.asks("PUT", "/account/password", {"old": once, "new": new}, 204)
    somebody.asks("POST", "/tokens", wanted, 201)


def test_who_lacks_the_code_may_do_nothing_but_set_it_up(own_town: Town):
    somebody = person(own_town, "kuang", (Role.ADMINISTRATOR, small.TOWN))
    assert somebody.signs_in().json()["must"] == ["totp"]
    somebody.asks("POST", "/tokens", {"title": "x"}, 403)
    assert refused_everywhere_else(somebody, "totp") > 30
    secret = somebody.asks("POST", "/account/totp", {"password": PASSWORD}).json()["secret"]
    somebody.asks("PUT", "/account/totp", {"code": somebody.code(secret)})
    somebody.asks("POST", "/tokens", {"title": "x"}, 201)


# ---------------------------------------------------------------- tokens


def basic(user: str, password: str) -> str:
    """Return an Authorization of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def made_token(head: Person, **how: object) -> str:
    """Return a new token of somebody who is signed in."""
    made = head.asks("POST", "/tokens", {"title": "QGIS", **how}, 201).json()
    assert made["token"]
    text: str = made["token"]
    return text


def test_token_opens_what_its_owner_sees_as_bearer_and_as_password(head: Person):
    head.signs_in()
    token = made_token(head)
    script = browser(head.town)
    for authorization in (f"Bearer {token}", f"bearer  {token}", basic("qgis", token)):
        answer = script.get("/town", headers={"Authorization": authorization})
        assert answer.json()["counts"]["houses"] == 4
    told = script.get("/session", headers={"Authorization": f"Bearer {token}"}).json()
    assert (told["via"], told["writes"]) == ("token", False)
    (listed,) = head.asks("GET", "/tokens").json()["tokens"]
    assert token not in str(listed)
    head.asks("DELETE", f"/tokens/{listed['id']}", status=204)
    assert script.get("/town", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_token_for_reading_changes_nothing(own_town: Town):
    officer = person(own_town, "dong", (Role.INFORMATION_OFFICER, small.TOWN))
    officer.signs_in()
    script = browser(own_town)
    path = f"/imports/{small.ident(1)}"
    told = {
        writes: script.delete(
            path, headers={"Authorization": f"Bearer {made_token(officer, writes=writes)}"}
        )
        for writes in (False, True)
    }
    assert (told[False].status_code, told[False].json()["code"]) == (403, "not-allowed")
    assert (told[True].status_code, told[True].json()["code"]) == (404, "not-found")


def test_token_reaches_the_area_and_roles_that_it_is_for(own_town: Town):
    somebody = person(
        own_town, "xie", (Role.GRID_HEAD, small.TOWN), (Role.INFORMATION_OFFICER, small.TOWN)
    )
    somebody.signs_in()
    narrow = {"area": small.XINWU, "roles": ["grid_head", "grid_head"]}
    made = somebody.asks("POST", "/tokens", {"title": "QGIS", **narrow}, 201).json()
    assert (made["area"], made["area_name"]) == (small.XINWU, "新屋村")
    assert made["roles"] == [{"role": "grid_head", "title": {"zh": "网格长", "en": "Grid head"}}]
    script = browser(own_town)
    script.headers["Authorization"] = f"Bearer {made['token']}"
    told = script.get("/session").json()
    assert [(one["role"], one["area"]) for one in told["grants"]] == [("grid_head", small.XINWU)]
    assert script.get(f"/collections/house/items/{small.FIRST_DOOR}").status_code == 200
    assert script.get(f"/collections/house/items/{small.SHOP}").status_code == 404
    assert script.get("/imports").status_code == 403
    (listed,) = somebody.asks("GET", "/tokens").json()["tokens"]
    assert listed == {key: value for key, value in made.items() if key != "token"}
    whole = somebody.asks("POST", "/tokens", {"title": "all"}, 201).json()
    assert (whole["area"], whole["roles"]) == (small.TOWN, None)


@pytest.mark.parametrize(
    "narrow",
    [{"area": "430424101"}, {"area": "x"}, {"area": ""}, {"roles": []}, {"roles": ["king"]}],
)
def test_token_for_no_place_or_role_is_refused(head: Person, narrow: dict[str, object]):
    head.signs_in()
    head.asks("POST", "/tokens", {"title": "x", **narrow}, 400)


def test_token_does_not_open_the_account_it_is_of(head: Person):
    head.signs_in()
    script = browser(head.town)
    script.headers["Authorization"] = f"Bearer {made_token(head, writes=True)}"
    for method, path in (
        ("GET", "/sessions"),
        ("GET", "/account"),
        ("POST", "/tokens"),
        ("PUT", "/account/password"),
        ("DELETE", "/sessions"),
    ):
        body = {"json": {"title": "x", "old": "x", "new": "y"}} if method != "GET" else {}
        assert script.request(method, path, **body).status_code in (400, 403)
    head.asks("GET", "/town")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer mst_wrong", "Basic", "Basic !!!", "Basic eA==", "Digest x",
     "Basic /w==", basic("a", ""), basic("a", "mst_wrong")],
)  # fmt: skip
def test_wrong_authorization_is_refused_even_beside_a_session(head: Person, authorization: str):
    head.signs_in()
    answer = head.client.get("/town", headers={"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")


def test_password_after_the_first_colon_is_the_token():
    given = named(Headers({"authorization": basic("a", "b:c")}), "session")
    assert (given.key, given.is_token) == ("b:c", True)
