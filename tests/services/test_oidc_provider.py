"""What the other service says of itself, and what becomes of answers that cannot be meant."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from mapserver.errors import MapserverError, ProviderRefused, ProviderUnreachable
from mapserver.services.oidc import bounds, notes, provider
from mapserver.services.oidc.registration import Registration
from tests.support.provider import CLIENT, SECRET, Provider, after

DOCUMENT = "/.well-known/openid-configuration"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Provider]:
    """Yield a service that does as it should."""
    with Provider().running() as one:
        one.clock = lambda: NOW
        yield one


def known_as(service: Provider) -> provider.Provider:
    """Return the service as a server knows it."""
    ours = Registration(service.issuer, CLIENT, SECRET, "X", "https://map.example")
    return provider.Provider(ours)


async def whole_way(known: provider.Provider) -> dict[str, Any]:
    """Go to the service and come back, and return what its token says."""
    journey = notes.begun(NOW)
    address = await known.address_for(journey)
    sent_back = httpx2.get(address, follow_redirects=False).headers["location"]
    (code,) = parse_qs(urlsplit(sent_back).query)["code"]
    return await known.claims(code, journey, NOW)


def fails(what: Coroutine[Any, Any, Any]) -> type[MapserverError]:
    """Run something that fails, and return how."""
    with pytest.raises(MapserverError) as caught:
        asyncio.run(what)
    return next(one for one in (ProviderUnreachable, ProviderRefused) if caught.errisinstance(one))


def test_way_there_and_back(service: Provider):
    assert asyncio.run(whole_way(known_as(service)))["sub"] == service.subject


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        (DOCUMENT, 200, b" " * 300_000 + b"{}"),
        (DOCUMENT, 200, b"{}"),
        (DOCUMENT, 200, b"[]"),
        (DOCUMENT, 200, b"<html>"),
        (DOCUMENT, 404, b"{}"),
        (DOCUMENT, 302, b"http://169.254.169.254/"),
        ("/jwks", 200, b'{"keys": []}'),
        ("/jwks", 200, b'{"keys": [{"kty": "oct", "k": "AAAA", "kid": "first"}]}'),
        ("/jwks", 200, b'{"keys": [{"kty": "RSA"}]}'),
        ("/jwks", 200, b'{"keys": 7}'),
        ("/jwks", 302, b"http://169.254.169.254/jwks"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_answer_that_cannot_be_meant_is_none(
    service: Provider, path: str, status: int, body: bytes
):
    service.answers[path] = lambda _: (status, body)
    assert fails(known_as(service).address_for(notes.begun(NOW))) is ProviderUnreachable


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://a@id.example/"},
        {"jwks_uri": None},
        {"jwks_uri": ["x"]},
        {"jwks_uri": "https://[x/"},
    ],
    ids=str,
)
def test_document_that_names_no_safe_address_is_not_followed(service: Provider, document):
    """OpenID Connect Discovery 1.0, section 4.3: what it calls itself is what it was asked as."""
    service.document = document
    assert fails(known_as(service).address_for(notes.begun(NOW))) is ProviderUnreachable
    assert service.seen == [DOCUMENT]


@pytest.mark.parametrize(
    ("status", "body", "how"),
    [
        (200, b"x" * 300_000, ProviderUnreachable),
        (200, b"<html>", ProviderUnreachable),
        (502, b"<html>", ProviderUnreachable),
        (307, b"http://169.254.169.254/token", ProviderUnreachable),
        (200, b'{"access_token": "x"}', ProviderRefused),
        (200, b'{"id_token": 7}', ProviderRefused),
        (200, b'{"id_token": "a.b.c"}', ProviderRefused),
        (400, b'{"error": "invalid_client"}', ProviderRefused),
        (400, b'{"error": ["x"]}', ProviderRefused),
    ],
    ids=lambda value: str(value)[:40],
)
def test_token_endpoint_that_answers_otherwise_vouches_for_nobody(
    service: Provider, status: int, body: bytes, how: type[MapserverError]
):
    service.answers["/token"] = lambda _: (status, body)
    assert fails(whole_way(known_as(service))) is how


@pytest.mark.parametrize("path", [DOCUMENT, "/jwks", "/token"])
def test_slow_service_is_not_waited_for(service: Provider, path: str, monkeypatch):
    monkeypatch.setattr(bounds, "PATIENCE_S", 0.5)
    service.answers[path] = after(3)
    begun = monotonic()
    assert fails(whole_way(known_as(service))) is ProviderUnreachable
    assert monotonic() - begun < 2.5


def test_service_that_is_not_there(service: Provider):
    service.stop()
    assert fails(whole_way(known_as(service))) is ProviderUnreachable


def test_document_is_read_once_for_many_and_again_after_an_hour(service: Provider, monkeypatch):
    known = known_as(service)

    async def many() -> None:
        await asyncio.gather(*(known.address_for(notes.begun(NOW)) for _ in range(3)))
        assert service.seen == [DOCUMENT, "/jwks"]
        monkeypatch.setattr(provider, "KEPT_S", 0)
        await known.address_for(notes.begun(NOW))
        assert service.seen == [DOCUMENT, "/jwks"] * 2

    asyncio.run(many())


def test_service_that_failed_is_left_alone_for_a_moment(service: Provider, monkeypatch):
    known = known_as(service)
    service.answers["/jwks"] = lambda _: (500, b"")
    for _ in range(3):
        assert fails(known.address_for(notes.begun(NOW))) is ProviderUnreachable
    assert service.seen == [DOCUMENT, "/jwks"]
    del service.answers["/jwks"]
    monkeypatch.setattr(provider, "REST_S", 0)
    assert asyncio.run(whole_way(known))["sub"] == service.subject


def test_key_of_the_same_name_that_was_changed_is_read_again(service: Provider):
    known = known_as(service)
    assert asyncio.run(whole_way(known))
    service.number = 1
    assert asyncio.run(whole_way(known))["sub"] == service.subject


def test_client_names_itself_as_the_service_wants_it(service: Provider):
    service.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert asyncio.run(whole_way(known_as(service)))["sub"] == service.subject
    (form,) = service.redeemed
    assert (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
