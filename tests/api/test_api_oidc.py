"""Signing in by another service: the whole way there and back, and what may be wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import orjson
import pytest
from sqlalchemy import select

from mapserver.roles import Role
from mapserver.services import accounts, attempts
from mapserver.services.oidc import bounds, linking
from tests.api import town as small
from tests.api.conftest import Town, opened
from tests.api.people import ORIGIN, PASSWORD, Person, person
from tests.support.provider import Provider, after, settings_for

HEAD = (Role.GRID_HEAD, small.XINWU)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A town, a service that vouches, and somebody at a browser whose account is linked."""

    town: Town
    provider: Provider
    who: Person

    def leaves(self) -> str:
        """Press the button, and return the address that the browser is sent to."""
        address: str = self.who.asks("POST", "/session/oidc").json()["location"]
        return address

    def is_sent_back(self, address: str) -> str:
        """Sign in at the service, and return where it sends the browser back to."""
        answer = httpx2.get(address, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def comes_back(self, address: str, client: Any = None) -> httpx2.Response:
        """Follow the way back."""
        answer = (client or self.who.client).get(address, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer

    def ends_at(self, address: str | None = None) -> str:
        """Go the whole way, or only its end, and return where the browser stands then."""
        back = address or self.is_sent_back(self.leaves())
        return self.comes_back(back).headers["location"]

    def is_signed_in(self) -> bool:
        """Whether somebody is."""
        told = self.who.asks("GET", "/session").json()
        return bool(told["signed_in"])

    def noted(self, action: str) -> list[dict[str, Any]]:
        """Return what the record notes of actions of a kind, the first of them first."""
        with self.town.context.read() as session:
            table = session.table("event")
            query = select(table.c.data).where(table.c.action == action).order_by(table.c.seq)
            return [orjson.loads(data)["note"] for (data,) in session.connection.execute(query)]

    def is_refused(self, **why: str) -> None:
        """Hold a refusal to its event, and to letting nobody in."""
        assert not self.is_signed_in()
        assert not {"__Host-session", "__Host-journey"} & set(self.who.client.cookies)
        (told,) = self.noted("sign-in-refused")
        assert told == {"client": "testclient", "how": "oidc", **why}
        assert self.noted("sign-in") == []


@contextmanager
def meeting(folder: Path, provider: Provider, tmp_path: Path, **more: object) -> Iterator[Meeting]:
    """Yield the town, served with the service in its settings."""
    settings = settings_for(provider, tmp_path / "secret", ORIGIN) | more
    with opened(folder, **settings) as town:
        provider.clock = town.clock
        who = person(town, "xie", HEAD)
        linking.link(town.context, who.account, provider.issuer, provider.subject)
        yield Meeting(town, provider, who)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Yield a service that does as it should."""
    with Provider().running() as one:
        yield one


@pytest.fixture
def met(own_folder: Path, provider: Provider, tmp_path: Path) -> Iterator[Meeting]:
    """Yield the town, the service, and who is linked."""
    with meeting(own_folder, provider, tmp_path) as one:
        yield one


# ---------------------------------------------------------------- the way there and back


def test_whom_the_service_vouches_for_is_signed_in_as_the_account_that_is_linked(met: Meeting):
    address = met.leaves()
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"{ORIGIN}/session/oidc/callback"
    assert (asked["code_challenge_method"], asked["scope"]) == ("S256", "openid")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) == 43
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3

    answer = met.comes_back(met.is_sent_back(address))
    assert answer.headers["location"] == "/"
    assert answer.headers["cache-control"] == "no-store"
    assert met.who.asks("GET", "/town").json()["counts"]["houses"] == 4
    told = met.who.asks("GET", "/session").json()
    assert (told["name"], told["must"], told["oidc"]) == ("xie", [], {"title": "县政务通"})
    (form,) = met.provider.redeemed
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}
    (noted,) = met.noted("sign-in")
    assert (noted["how"], noted["client"]) == ("oidc", "testclient")


def test_cookies_are_for_this_host_alone_and_one_of_them_comes_with_a_link(met: Meeting):
    """What another site begins, a link back, brings a cookie that is Lax, and no stricter one."""
    left = met.who.asks("POST", "/session/oidc")
    (journey,) = left.headers.get_list("set-cookie")
    parts = {part.strip().lower() for part in journey.split(";")[1:]}
    assert journey.startswith("__Host-journey=")
    assert {"path=/", "secure", "httponly", "samesite=lax", "max-age=600"} <= parts
    address = left.json()["location"]
    asked = parse_qs(urlsplit(address).query)
    for name in ("state", "nonce"):
        assert asked[name][0] not in journey
    given = met.comes_back(met.is_sent_back(address)).headers.get_list("set-cookie")
    assert all("samesite=strict" in one.lower() for one in given if "journey" not in one)
    assert "__Host-journey" not in met.who.client.cookies


def test_stranger_is_told_which_service_there_is_and_nothing_more(met: Meeting):
    told = met.who.asks("GET", "/session").json()
    assert told == {"signed_in": False, "oidc": {"title": "县政务通", "subject": None}}


def test_without_the_settings_there_is_no_such_address_and_no_button(own_town: Town):
    stranger = person(own_town, "xie", HEAD)
    for method, path, body in (
        ("POST", "/session/oidc", None),
        ("GET", "/session/oidc/callback?code=x&state=y", None),
        ("POST", "/session/oidc/code", {"code": "123456"}),
    ):
        assert stranger.asks(method, path, body, 404).json()["code"] == "not-found"
    assert stranger.asks("GET", "/session").json() == {"signed_in": False}


def test_from_another_name_of_the_server_one_is_told_which_to_open(met: Meeting):
    headers = {"Host": "localhost:8000"}
    answer = met.who.client.post("/session/oidc", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert ORIGIN in answer.json()["detail"]


def test_where_one_goes_after_it_is_no_matter_of_the_request(met: Meeting):
    back = met.is_sent_back(met.leaves())
    more = "&next=https://evil.example&redirect_uri=https://evil.example&lang=en"
    assert met.ends_at(back + more) == "/"


def test_another_site_can_begin_nothing(met: Meeting):
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert met.who.client.post("/session/oidc", headers=headers).status_code == 403


# ---------------------------------------------------------------- wrong ways back


def test_state_of_another_sign_in_ends_nothing(met: Meeting):
    back = met.is_sent_back(met.leaves())
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert met.ends_at(back.replace(state, "A" * 43)) == "/#sign-in=sign-in-stale"
    met.is_refused(why="state")
    assert met.provider.redeemed == []


def test_way_back_in_another_browser_ends_nothing(met: Meeting):
    """Somebody sends a link that would sign its reader in as them."""
    back = met.is_sent_back(met.leaves())
    other = met.who.elsewhere()
    answer = met.comes_back(back, other.client)
    assert answer.headers["location"] == "/#sign-in=sign-in-stale"
    assert "__Host-session" not in other.client.cookies
    assert met.noted("sign-in-refused") == [{"client": "testclient", "how": "oidc", "why": "state"}]
    assert met.provider.redeemed == []


@pytest.mark.parametrize("cookie", ["", "x", "AAAA" * 40, "é".encode().hex()])
def test_cookie_that_was_not_sealed_here_is_none(met: Meeting, cookie: str):
    back = met.is_sent_back(met.leaves())
    met.who.client.cookies.clear()
    met.who.client.cookies.set("__Host-journey", cookie)
    assert met.ends_at(back) == "/#sign-in=sign-in-stale"


def test_sign_in_that_took_too_long_is_begun_again(met: Meeting):
    back = met.is_sent_back(met.leaves())
    met.town.clock.push(minutes=11)
    assert met.ends_at(back) == "/#sign-in=sign-in-stale"
    met.is_refused(why="state")


def test_way_back_leads_in_once(met: Meeting):
    address = met.leaves()
    back, kept = met.is_sent_back(address), dict(met.who.client.cookies)
    assert met.ends_at(back) == "/"
    other = met.who.elsewhere()
    for name, value in kept.items():
        other.client.cookies.set(name, value)
    assert met.comes_back(back, other.client).headers["location"] == "/#sign-in=sign-in-stale"
    assert len(met.provider.redeemed) == 1


def test_code_that_was_redeemed_is_refused_by_the_service(met: Meeting):
    back = met.is_sent_back(met.leaves())
    met.ends_at(back)
    code = parse_qs(urlsplit(back).query)["code"][0]
    again = met.who.elsewhere()
    address = again.asks("POST", "/session/oidc").json()["location"]
    new = met.is_sent_back(address)
    fresh = parse_qs(urlsplit(new).query)["code"][0]
    answer = met.comes_back(new.replace(fresh, code), again.client)
    assert answer.headers["location"] == "/#sign-in=provider-refused"
    assert met.noted("sign-in-refused")[-1]["code"] == "invalid_grant"


def test_code_of_another_browser_does_not_fit_the_verifier(met: Meeting):
    """RFC 9700, section 4.5: a code that was stolen is put into a sign-in of the thief's own."""
    stolen = parse_qs(urlsplit(met.is_sent_back(met.leaves())).query)["code"][0]
    thief = met.who.elsewhere()
    back = met.is_sent_back(thief.asks("POST", "/session/oidc").json()["location"])
    own = parse_qs(urlsplit(back).query)["code"][0]
    answer = met.comes_back(back.replace(own, stolen), thief.client)
    assert answer.headers["location"] == "/#sign-in=provider-refused"
    assert "__Host-session" not in thief.client.cookies


@pytest.mark.parametrize(("said", "noted"), [("access_denied", "access_denied"), ("张三", "other")])
def test_who_is_refused_there_is_refused_here(met: Meeting, said: str, noted: str):
    state = parse_qs(urlsplit(met.leaves()).query)["state"][0]
    back = f"{ORIGIN}/session/oidc/callback?error={said}&error_description=x&state={state}"
    assert met.ends_at(back) == "/#sign-in=provider-refused"
    met.is_refused(why="error", code=noted)


def test_answer_of_another_service_is_none_of_this_one(met: Meeting):
    """RFC 9207, section 2.4: a mix-up."""
    back = met.is_sent_back(met.leaves())
    assert met.ends_at(f"{back}&iss=https://other.example") == "/#sign-in=provider-refused"
    met.is_refused(why="issuer")


def test_service_that_names_itself_does_so_always(met: Meeting):
    met.provider.document = {"authorization_response_iss_parameter_supported": True}
    back = met.is_sent_back(met.leaves())
    assert met.ends_at(back) == "/#sign-in=provider-refused"
    again = met.is_sent_back(met.leaves())
    assert met.ends_at(f"{again}&iss={met.provider.issuer}") == "/"


# ---------------------------------------------------------------- wrong tokens


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"nonce": "another"}, "InvalidClaimError"),
        ({"iss": "https://other.example"}, "InvalidClaimError"),
        ({"aud": "another"}, "InvalidClaimError"),
        ({"exp": 1763625000}, "ExpiredTokenError"),
    ],
    ids=str,
)
def test_token_that_is_not_for_this_sign_in_is_not_believed(met: Meeting, claims, fault):
    """All that can be wrong with one is in tests/services/test_oidc_tokens.py."""
    met.provider.claims = claims
    assert met.ends_at() == "/#sign-in=provider-refused"
    met.is_refused(why="token", code=fault)


@pytest.mark.parametrize("how", ["unsigned", "signed_with_what_all_know"])
def test_algorithm_is_not_the_tokens_to_choose(met: Meeting, how: str):
    """RFC 8725, section 2.1."""
    met.provider.sign = getattr(met.provider, how)
    assert met.ends_at() == "/#sign-in=provider-refused"
    met.is_refused(why="token", code="UnsupportedAlgorithmError")


def test_key_that_was_changed_meanwhile_is_read_again(met: Meeting):
    """OpenID Connect Core 1.0, section 10.1.1."""
    assert met.ends_at() == "/"
    met.who.asks("DELETE", "/session", status=204)
    met.provider.signs_with, met.provider.publishes = "second", ("first", "second")
    before = met.provider.seen.count("/jwks")
    assert met.ends_at() == "/"
    assert met.provider.seen.count("/jwks") == before + 1
    met.provider.publishes = ("second",)
    assert met.ends_at() == "/"
    assert met.provider.seen.count("/jwks") == before + 1


# ---------------------------------------------------------------- a service in trouble


def test_service_that_is_down_is_told_in_words_and_by_a_code(met: Meeting):
    met.provider.stop()
    answer = met.who.asks("POST", "/session/oidc", status=503)
    assert answer.json()["code"] == "provider-unreachable"
    assert "密码" in answer.json()["detail"]
    english = met.who.client.post("/session/oidc?lang=en")
    assert "password" in english.json()["detail"]
    assert met.provider.issuer not in answer.text


def test_service_that_goes_down_meanwhile_is_told_on_the_card(met: Meeting):
    back = met.is_sent_back(met.leaves())
    met.provider.stop()
    assert met.ends_at(back) == "/#sign-in=provider-unreachable"
    met.is_refused(why="unreachable")


def test_slow_service_is_not_waited_for(met: Meeting, monkeypatch):
    monkeypatch.setattr(bounds, "PATIENCE_S", 0.5)
    met.provider.answers["/token"] = after(2)
    assert met.ends_at() == "/#sign-in=provider-unreachable"
    met.is_refused(why="unreachable")


def test_huge_document_is_not_read(met: Meeting):
    body = b" " * 300_000 + b"{}"
    met.provider.answers["/.well-known/openid-configuration"] = lambda _: (200, body)
    answer = met.who.asks("POST", "/session/oidc", status=503)
    assert answer.json()["code"] == "provider-unreachable"


def test_where_many_come_back_in_vain_all_pause_and_none_is_refused(met: Meeting, monkeypatch):
    """A town hall is one address; and what anybody can do without the service fills no record."""
    monkeypatch.setattr(attempts, "PAUSE_S", 0.01)
    for _ in range(70):
        assert met.ends_at(f"{ORIGIN}/session/oidc/callback") == "/#sign-in=sign-in-stale"
    assert len(met.noted("sign-in-refused")) == 60
    assert [one["code"] for one in met.noted("refused")] == ["slowed"]
    assert met.ends_at() == "/"


# ---------------------------------------------------------------- accounts


def test_who_is_not_linked_is_told_their_own_subject_and_nothing_of_accounts(met: Meeting):
    met.provider.subject = "another"
    assert met.ends_at() == "/#sign-in=not-linked"
    met.is_refused(why="unlinked")
    told = met.who.asks("GET", "/session").json()
    assert told == {"signed_in": False, "oidc": {"title": "县政务通", "subject": "another"}}


def test_subject_is_told_apart_by_case(met: Meeting):
    linking.link(met.town.context, met.who.account, met.provider.issuer, "Abc")
    met.provider.subject = "abc"
    assert met.ends_at() == "/#sign-in=not-linked"


def test_closed_account_is_no_different_from_none_and_is_parted_for_good(met: Meeting):
    accounts.close(met.town.context, met.who.account)
    assert met.ends_at() == "/#sign-in=not-linked"
    met.is_refused(why="unlinked")
    accounts.reopen(met.town.context, met.who.account)
    assert met.ends_at() == "/#sign-in=not-linked"


def test_who_is_no_longer_appointed_is_let_in_and_sees_nothing(met: Meeting):
    (held,) = accounts.get(met.town.context, met.who.account).appointments
    accounts.end(met.town.context, held.id)
    assert met.ends_at() == "/"
    assert met.who.asks("GET", "/session").json()["grants"] == []
    met.who.asks("GET", "/town", status=403)


def test_who_is_parted_is_signed_out_where_the_link_let_them_in(met: Meeting):
    assert met.ends_at() == "/"
    beside = met.who.elsewhere()
    beside.signs_in()
    accounts.link(met.town.context, met.who.account, None)
    assert not met.is_signed_in()
    beside.asks("GET", "/town")
    assert met.ends_at() == "/#sign-in=not-linked"
    assert met.noted("unlink") == met.noted("link") == [{"fields": ["subject"]}]


# ---------------------------------------------------------------- administrators


@pytest.fixture
def clerk(met: Meeting, monkeypatch) -> Person:
    """Return an administrator who is signed in."""
    found = person(met.town, "zhang", (Role.ADMINISTRATOR, small.TOWN))
    found.signs_in()
    made = found.asks("POST", "/account/totp", {"password": PASSWORD}).json()
    found.asks("PUT", "/account/totp", {"code": found.code(made["secret"])})
    return found


def test_administrator_links_and_parts(met: Meeting, clerk: Person):
    path = f"/accounts/{met.who.account}"
    known = {"issuer": met.provider.issuer, "subject": met.provider.subject}
    assert clerk.asks("GET", path).json()["identity"] == known
    clerk.asks("DELETE", f"{path}/identity", status=204)
    assert clerk.asks("GET", path).json()["identity"] is None
    clerk.asks("PUT", f"{path}/identity", {"subject": " two words "}, 204)
    assert clerk.asks("GET", path).json()["identity"]["subject"] == "two words"
    for wrong in ("", " ", "张三", "x" * 256):
        clerk.asks("PUT", f"{path}/identity", {"subject": wrong}, 400)


def test_one_subject_is_one_account_and_nobody_links_themselves(met: Meeting, clerk: Person):
    other = person(met.town, "luo", HEAD)
    body = {"subject": met.provider.subject}
    clerk.asks("PUT", f"/accounts/{other.account}/identity", body, 409)
    own = f"/accounts/{clerk.account}/identity"
    assert clerk.asks("PUT", own, {"subject": "mine"}, 409).json()["code"] == "conflict"
    clerk.asks("DELETE", own, status=409)
    accounts.close(met.town.context, other.account)
    clerk.asks("PUT", f"/accounts/{other.account}/identity", {"subject": "x"}, 409)


def test_only_administrators_link(met: Meeting):
    met.who.signs_in()
    path = f"/accounts/{met.who.account}/identity"
    met.who.asks("PUT", path, {"subject": "x"}, 403)
    met.who.asks("DELETE", path, status=403)


# ---------------------------------------------------------------- second factors


def with_phone(who: Person) -> str:
    """Give somebody a second factor, and return its secret."""
    who.signs_in()
    made = who.asks("POST", "/account/totp", {"password": PASSWORD}).json()
    who.asks("PUT", "/account/totp", {"code": who.code(made["secret"])})
    who.asks("DELETE", "/session", status=204)
    who.town.clock.push(minutes=2)
    secret: str = made["secret"]
    return secret


def test_who_has_to_bind_a_phone_needs_a_password_of_their_own_first(met: Meeting):
    """Whoever made a one-time password knows it, and could bind one of theirs."""
    made, one_time = accounts.create(met.town.context, "luo", "罗")
    accounts.appoint(met.town.context, made.id, Role.GRID_HEAD, small.XINWU)
    met.provider.subject = "luo"
    linking.link(met.town.context, made.id, met.provider.issuer, "luo")
    assert met.ends_at() == "/"
    assert met.who.asks("GET", "/session").json()["must"] == []
    accounts.appoint(met.town.context, made.id, Role.AUDITOR, small.TOWN)
    assert met.who.asks("GET", "/session").json()["must"] == ["password", "totp"]
    met.who.asks("POST", "/account/totp", {"password": one_time}, 403)
    met.who.asks("PUT", "/account/password", {"old": one_time, "new": PASSWORD}, 204)
    assert met.who.asks("GET", "/session").json()["must"] == ["totp"]
    made_now = met.who.asks("POST", "/account/totp", {"password": PASSWORD}).json()
    met.who.asks("PUT", "/account/totp", {"code": met.who.code(made_now["secret"])})
    met.who.asks("GET", "/record")


def appointed(met: Meeting) -> None:
    """Appoint somebody to a role that needs a second factor."""
    accounts.appoint(met.town.context, met.who.account, Role.AUDITOR, small.TOWN)


def test_second_factor_of_the_account_is_asked_for_after_the_service_too(met: Meeting):
    secret = with_phone(met.who)
    assert met.ends_at() == "/#sign-in=code-needed"
    assert not met.is_signed_in()
    told = met.who.asks("POST", "/session/oidc/code", {"code": "000000"}, 401).json()
    assert told["code"] == "sign-in-refused"
    code = met.who.code(secret)
    assert met.who.asks("POST", "/session/oidc/code", {"code": code}).json()["name"] == "xie"
    assert met.is_signed_in()
    assert [one["why"] for one in met.noted("sign-in-refused")] == ["code"]

    met.who.asks("DELETE", "/session", status=204)
    assert met.ends_at() == "/#sign-in=code-needed"
    met.who.asks("POST", "/session/oidc/code", {"code": code}, 401)


def test_code_is_good_for_nothing_without_who_was_vouched_for(met: Meeting):
    secret = with_phone(met.who)
    code = {"code": met.who.code(secret)}
    assert met.who.asks("POST", "/session/oidc/code", code, 401).json()["code"] == "sign-in-stale"
    met.ends_at()
    stranger = met.who.elsewhere()
    assert stranger.asks("POST", "/session/oidc/code", code, 401).json()["code"] == "sign-in-stale"
    met.town.clock.push(minutes=11)
    met.who.asks("POST", "/session/oidc/code", code, 401)


def test_note_of_a_sign_in_that_began_does_not_pass_for_one_of_whom_is_vouched_for(met: Meeting):
    met.leaves()
    met.who.client.cookies.set("__Host-arrival", met.who.client.cookies["__Host-journey"])
    answer = met.who.asks("POST", "/session/oidc/code", {"code": "123456"}, 401)
    assert answer.json()["code"] == "sign-in-stale"


def test_guessing_codes_has_to_wait(met: Meeting):
    with_phone(met.who)
    met.ends_at()
    for _ in range(5):
        met.who.asks("POST", "/session/oidc/code", {"code": "000000"}, 401)
    answer = met.who.asks("POST", "/session/oidc/code", {"code": "000000"}, 429)
    assert int(answer.headers["retry-after"]) > 0


def test_who_was_parted_before_the_code_is_not_let_in(met: Meeting):
    secret = with_phone(met.who)
    met.ends_at()
    accounts.close(met.town.context, met.who.account)
    code = {"code": met.who.code(secret)}
    assert met.who.asks("POST", "/session/oidc/code", code, 401).json()["code"] == "not-linked"


def test_role_that_needs_a_second_factor_reaches_nothing_without(met: Meeting):
    appointed(met)
    for claims in ({}, {"amr": ["mfa"]}, {"acr": "2"}):
        met.provider.claims = claims
        assert met.ends_at() == "/"
        assert met.who.asks("GET", "/session").json()["must"] == ["totp"]
        met.who.asks("GET", "/record", status=403)
        met.who.asks("GET", "/town", status=403)


@pytest.mark.parametrize(
    ("claims", "enough"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "urn:county:two"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "otp"]}, False),
        ({"amr": []}, False),
        ({"amr": [["mfa"], 7, None]}, False),
        ({"acr": "urn:county:one"}, False),
        ({"acr": ["urn:county:two"]}, False),
        ({"acr": "mfa"}, False),
        ({"amr": ["urn:county:two"]}, False),
        ({}, False),
    ],
    ids=str,
)
def test_service_that_checked_more_than_one_factor_is_believed_where_the_settings_say_so(
    own_folder: Path, provider: Provider, tmp_path: Path, claims, enough: bool
):
    words = {"oidc_amr": ("mfa",), "oidc_acr": ("urn:county:two",)}
    with meeting(own_folder, provider, tmp_path, **words) as met:
        appointed(met)
        assert "acr_values=urn%3Acounty%3Atwo" in met.leaves()
        provider.claims = claims
        assert met.ends_at() == "/"
        assert met.who.asks("GET", "/session").json()["must"] == ([] if enough else ["totp"])
        met.who.asks("GET", "/record", status=200 if enough else 403)
        assert met.noted("sign-in")[-1]["how"] == ("oidc-mfa" if enough else "oidc")


def test_phone_is_not_asked_for_where_the_service_checked_more(
    own_folder: Path, provider: Provider, tmp_path: Path
):
    with meeting(own_folder, provider, tmp_path, oidc_amr=("mfa",)) as met:
        with_phone(met.who)
        provider.claims = {"amr": ["mfa"]}
        assert met.ends_at() == "/"
        assert met.is_signed_in()
