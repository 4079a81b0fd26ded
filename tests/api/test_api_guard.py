"""Who may ask: the name a request uses, the page it comes from, and what its answer forbids."""

import base64
import hashlib
import re

import pytest

from mapserver.api.guard import Names
from mapserver.api.headers import CONTENT_POLICY, DATA_POLICY
from tests.api import town as small
from tests.api.conftest import Town, opened

OWN = "http://127.0.0.1:8000"

# ---------------------------------------------------------------- another site's page


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8000"},
        {"Origin": "http://127.0.0.1:8000.evil.example"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
        # a form in another site's page, and a link in it: writes are never visits
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/imports"), ("DELETE", "/imports/x")])
def test_write_from_another_sites_page_is_refused(
    town: Town, headers: dict[str, str], method: str, path: str
):
    answer = town.client.request(method, path, headers={**headers, "Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")
    assert answer.json()["detail"] == "Another site may not write here."
    assert answer.headers["content-security-policy"] == DATA_POLICY


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OWN},
        {"Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_write_from_the_own_page_or_from_no_page_passes(town: Town, headers: dict[str, str]):
    answer = town.client.delete(f"/imports/{small.ADULT}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("mode", "dest"),
    [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("navigate", "object")],
)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_loads_nothing_from_here(town: Town, site: str, mode: str, dest: str):
    """It could not read the answer, but would learn from its time and size."""
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    for path in ("/town", "/", "/static/js/main.js"):
        answer = town.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")


def test_link_on_another_site_leads_here(town: Town):
    town.get("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate", sec_fetch_dest="document")
    town.get("/town", sec_fetch_site="same-origin", sec_fetch_mode="cors", sec_fetch_dest="empty")


def test_page_served_over_tls_by_a_proxy_is_the_own_page(own_folder):
    """The proxy says by X-Forwarded-Proto how it was asked; uvicorn puts that in the scheme."""
    with opened(own_folder, names="town.example") as town:
        town.client.base_url = "https://town.example"
        headers = {"Origin": "https://town.example", "Sec-Fetch-Site": "same-origin"}
        assert town.client.delete("/imports/x", headers=headers).status_code == 404
        headers = {"Origin": "http://town.example", "Sec-Fetch-Site": "cross-site"}
        assert town.client.delete("/imports/x", headers=headers).status_code == 403


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "testserver", "[::2]:8000", ""],
)
def test_name_that_is_not_this_machines_is_refused(town: Town, host: str):
    """DNS rebinding: a foreign name that was made to point here."""
    answer = town.client.get("/town", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown-host")
    assert "127.0.0.1" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000"])
def test_names_of_this_machine_pass(town: Town, host: str):
    town.get("/town", host=host)


def test_server_on_another_loopback_address_answers_to_it(own_folder):
    with opened(own_folder, host="127.0.0.2") as town:
        town.get("/town", host="127.0.0.2:8000")
        town.get("/town", 403, host="127.0.0.3:8000")


def test_server_answers_to_the_names_it_was_given(own_folder):
    with opened(own_folder, names="Town.example, map.example") as town:
        for host in ("town.example", "MAP.example:443"):
            town.get("/town", host=host)
        town.get("/town", 403, host="example")


def test_server_that_others_reach_answers_to_any_address_but_to_no_other_name(own_folder):
    with opened(own_folder, host="0.0.0.0", insecure=True) as town:
        for host in ("192.0.2.7:8000", "[2001:db8::7]:8000", "127.0.0.1"):
            town.get("/town", host=host)
        for host in ("evil.example", "192.0.2.7.evil.example", "1920002007x"):
            town.get("/town", 403, host=host)


def test_names_are_compared_whole():
    names = Names(frozenset({"town.example"}))
    assert names.has("town.example")
    assert not names.has("a.town.example")
    assert not names.has("192.0.2.7")


def test_request_that_names_two_hosts_is_refused(town: Town):
    """A proxy may have looked at the one and we at the other."""
    answer = town.client.get("/town", headers=[("Host", "127.0.0.1"), ("Host", "evil.example")])
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


# ---------------------------------------------------------------- what browsers are told


def import_map(town: Town) -> str:
    """Return the one script that is written into the page."""
    (found,) = re.findall(r'<script type="importmap">(.*?)</script>', town.get("/").text)
    return found


def digest_of(script: str) -> str:
    """Return what a Content-Security-Policy names a script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def test_page_and_its_files_carry_the_strict_policy(town: Town):
    for path in ("/", "/docs", "/static/js/main.js", "/static/icons.svg"):
        assert town.client.get(path).headers["content-security-policy"] == CONTENT_POLICY
    directives = dict(one.strip().split(" ", 1) for one in CONTENT_POLICY.split(";"))
    assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
    assert directives["style-src"] == "'self'"
    assert directives["script-src"] == f"'self' 'sha256-{digest_of(import_map(town))}'"
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY


def test_data_carries_a_policy_by_which_nothing_runs(town: Town):
    for path in ("/town", "/nowhere", "/collections/person/template.xlsx", "/api"):
        assert town.client.get(path).headers["content-security-policy"] == DATA_POLICY


@pytest.mark.parametrize("path", ["/", "/static/js/main.js", "/town"])
def test_reader_who_has_the_page_keeps_the_policy_that_came_with_it(town: Town, path: str):
    """Browsers replace what they have kept by the headers of a 304 (RFC 9111, section 3.2)."""
    again = town.get(path, 304, if_none_match=town.get(path).headers["etag"])
    assert "content-security-policy" not in again.headers
    assert again.headers["x-request-id"]


def test_everything_carries_the_other_headers(town: Town):
    for path in ("/", "/docs", "/town", "/static/js/main.js", "/nowhere"):
        headers = town.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"]
        assert "strict-transport-security" not in headers
        for name in ("content-security-policy", "cache-control", "x-request-id"):
            assert len(headers.get_list(name)) == 1


def test_over_tls_browsers_are_told_never_to_come_without(own_folder):
    with opened(own_folder) as town:
        town.client.base_url = "https://127.0.0.1:8000"
        assert town.get("/town").headers["strict-transport-security"].startswith("max-age=31536")


def test_answer_that_says_nothing_of_keeping_is_kept_by_nobody(town: Town):
    assert town.get("/collections/person/queryables").headers["cache-control"] == "no-store"


def test_no_page_holds_inline_code(town: Town):
    for path in ("/", "/docs"):
        page = town.get(path).text
        assert not re.search(r'<script(?![^>]*(\bsrc=|type="importmap"))', page)
        assert not re.search(r"\son\w+=|<style|\sstyle=|javascript:", page)


# ---------------------------------------------------------------- numbers and failures


def test_every_answer_has_a_number_of_its_own(town: Town):
    numbers = [town.client.get(path).headers["x-request-id"] for path in ("/town", "/nowhere", "/")]
    assert len(set(numbers)) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", number) for number in numbers)


def test_number_that_a_request_brings_is_not_taken_over(town: Town):
    """Else whoever asks could write into the log."""
    assert town.get("/town", x_request_id="evil").headers["x-request-id"] != "evil"
