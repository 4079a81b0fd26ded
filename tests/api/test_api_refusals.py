"""Who is refused is in the record: whoever is known by name, and never what was typed."""

import time

import httpx2
import orjson
import pytest
from sqlalchemy import text

from mapserver.roles import Role
from mapserver.services import attempts
from tests.api import town as small
from tests.api.conftest import Town
from tests.api.people import ORIGIN, PASSWORD, Person, browser, person

OPENINGS = "/collections/{collection}/items/{item}/openings"
OF_ADULT = f"/collections/person/items/{small.ADULT}/openings"
FOREIGN = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


def refused(town: Town) -> list[tuple[str, str, str, str, int | None]]:
    """Return the refusals that the record tells: who, code, method, route, and how many before."""
    query = text("SELECT actor, data FROM event WHERE action = 'refused' ORDER BY seq")
    with town.context.read() as session:
        rows = session.connection.execute(query).all()
    notes = [(actor, orjson.loads(data)["note"]) for actor, data in rows]
    return [(who, one["code"], one["method"], one["route"], one.get("more")) for who, one in notes]


@pytest.fixture
def officer(own_town: Town) -> Person:
    """Return somebody who imports, signed in."""
    one = person(own_town, "dong", (Role.INFORMATION_OFFICER, small.TOWN))
    one.signs_in()
    return one


def test_stranger_and_wrong_token_are_noted_once_a_minute(own_town: Town):
    stranger = browser(own_town)
    assert stranger.get("/record").status_code == 401
    wrong = {"Authorization": "Bearer mst_wrong"}
    for path in ("/town", f"/collections/person/items/{small.ADULT}", "/nowhere/at-all"):
        for _ in range(20):
            assert stranger.get(path, headers=wrong).status_code == 401
    assert refused(own_town) == [("system", "sign-in-needed", "GET", "/record", None)]
    own_town.clock.push(minutes=1)
    assert stranger.request("BREW", f"/grids/{small.SOUTH}").status_code == 401
    assert refused(own_town)[1:] == [("system", "sign-in-needed", "", "/grids/{code}", 60)]


def test_token_for_reading_that_writes_is_noted_with_its_owner(officer: Person):
    token = officer.asks("POST", "/tokens", {"title": "QGIS"}, 201).json()["token"]
    script = browser(officer.town)
    headers = {"Authorization": f"Bearer {token}"}
    assert script.post(OF_ADULT, headers=headers, json={}).status_code == 403
    assert refused(officer.town) == [("dong", "not-allowed", "POST", OPENINGS, None)]


def test_other_sites_page_that_writes_is_noted_with_whose_session_it_used(officer: Person):
    assert officer.client.post(OF_ADULT, headers=FOREIGN, json={}).status_code == 403
    assert browser(officer.town).post(OF_ADULT, headers=FOREIGN, json={}).status_code == 403
    assert refused(officer.town) == [
        ("dong", "cross-site", "POST", OPENINGS, None),
        ("system", "cross-site", "POST", OPENINGS, None),
    ]


def test_other_sites_page_keeps_no_session_alive(officer: Person):
    for _ in range(2):
        officer.town.clock.push(minutes=40)
        assert officer.client.post(OF_ADULT, headers=FOREIGN, json={}).status_code == 403
    officer.asks("GET", "/town", status=401)


def test_who_has_to_wait_at_the_door_is_noted_without_what_was_typed(own_town: Town):
    somebody = person(own_town, "xie", (Role.GRID_HEAD, small.XINWU))
    for name in ("xie", "hunter2hunter2"):
        for _ in range(8):
            body = {"name": name, "password": "hunter2hunter2"}
            somebody.client.post("/session", json=body)
    assert refused(own_town) == [("system", "too-many-tries", "POST", "/session", None)]
    with own_town.context.read() as session:
        told = str(session.connection.execute(text("SELECT * FROM event")).all())
    assert "hunter2" not in told


def test_code_that_is_asked_for_is_no_refusal(officer: Person):
    secret = officer.asks("POST", "/account/totp", {"password": PASSWORD}).json()["secret"]
    officer.asks("PUT", "/account/totp", {"code": officer.code(secret)})
    assert officer.elsewhere().signs_in(status=401).json()["code"] == "code-needed"
    assert refused(officer.town) == []


# ---------------------------------------------------------------- a crowd behind one address


def test_many_made_up_names_lock_nobody_out_behind_their_address(
    own_town: Town, monkeypatch: pytest.MonkeyPatch
):
    somebody = person(own_town, "xie", (Role.GRID_HEAD, small.XINWU))
    crowd = browser(own_town)
    for n in range(60):
        body = {"name": f"zz{n}", "password": "nope"}
        assert crowd.post("/session", json=body).status_code == 401
    assert refused(own_town) == []
    monkeypatch.setattr(attempts, "PAUSE_S", 0.3)
    began = time.monotonic()
    somebody.signs_in()
    assert time.monotonic() - began >= 0.3
    crowd.post("/session", json={"name": "zz61", "password": "nope"})
    assert refused(own_town) == [("system", "slowed", "POST", "/session", None)]


def test_pause_at_the_door_keeps_nobody_from_the_map(
    own_town: Town, monkeypatch: pytest.MonkeyPatch
):
    """More wait there than the server has threads."""
    monkeypatch.setattr("mapserver.api.session.attempts.pause_s", lambda *_: 5.0)
    somebody = person(own_town, "xie", (Role.GRID_HEAD, small.XINWU))
    portal = own_town.client.portal
    assert portal is not None
    waiting = [
        portal.start_task_soon(_asked, own_town.client.app, {"name": f"zz{n}", "password": "x"})
        for n in range(60)
    ]
    time.sleep(0.5)
    began = time.monotonic()
    own_town.get("/town")
    assert time.monotonic() - began < 4
    assert not any(one.done() for one in waiting)
    for one in waiting:
        one.cancel()
    assert somebody.account


async def _asked(app: object, body: dict[str, str]) -> int:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return (await client.post("/session", json=body)).status_code
