"""The other service, as its documents and its token endpoint tell of it.

What it says of itself is read when it is first needed and kept for an hour; its keys are read
again before that where a token is signed with one that is not among them.

References
----------
OpenID Connect Discovery 1.0, sections 3 and 4; rotation of keys: OpenID Connect Core 1.0, section
10.1.1; the name of who answers: RFC 9207.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
from authlib.integrations.base_client import OAuthError
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from mapserver.errors import ProviderUnreachable
from mapserver.services.oidc.bounds import client_of, unreachable
from mapserver.services.oidc.id_tokens import Expected, claims_of
from mapserver.services.oidc.notes import Journey
from mapserver.services.oidc.refusing import Unbelieved, word_of
from mapserver.services.oidc.registration import Registration
from mapserver.settings_oidc import is_secure

_log = logging.getLogger(__name__)

KEPT_S = 3600.0
REST_S = 5.0
"""How long a service that did not answer is left alone."""

DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Document:
    """What the service says of itself, as far as it is needed, and the keys it signs with.

    Parameters
    ----------
    authorization, token : str
        Addresses.
    how : str
        How clients name themselves at the token endpoint.
    names_itself : bool
        Whether it sends its issuer with every answer.
    """

    authorization: str
    token: str
    how: str
    names_itself: bool
    keys: KeySet
    read_at: float


class Provider:
    """One service; all of a server's sign-ins share it, on one event loop."""

    def __init__(self, registration: Registration) -> None:
        self._ours = registration
        self._document: Document | None = None
        self._failed_at: float | None = None
        self._reading = asyncio.Lock()

    async def address_for(self, journey: Journey) -> str:
        """Return where a browser goes to sign in (Core, section 3.1.2.1; RFC 7636, section 4.3).

        Raises
        ------
        ProviderUnreachable
            If the service does not answer.
        """
        document = await self._known()
        more = {"acr_values": " ".join(self._ours.acr)} if self._ours.acr else {}
        async with client_of(self._ours) as client:
            address, _ = client.create_authorization_url(
                document.authorization,
                state=journey.state,
                code_verifier=journey.verifier,
                nonce=journey.nonce,
                **more,
            )
        return str(address)

    async def is_sender(self, issuer: str | None) -> bool:
        """Whether an answer that names `issuer` can be this service's (RFC 9207, section 2.4)."""
        if issuer is not None:
            return issuer == self._ours.issuer
        return not (await self._known()).names_itself

    async def claims(self, code: str, journey: Journey, now: datetime) -> dict[str, Any]:
        """Redeem a code, and return what the ID token says (Core, section 3.1.3).

        Raises
        ------
        ProviderUnreachable
            If the service does not answer.
        ProviderRefused
            If it takes the code for none, or its token is not to be believed.
        """
        document = await self._known()
        token = await self._token(document, code, journey)
        text, access = token.get("id_token"), token.get("access_token")
        if not isinstance(text, str):
            raise Unbelieved("no-token")
        given = access if isinstance(access, str) else None
        expected = Expected(self._ours, journey.nonce, given, now)
        try:
            try:
                return claims_of(text, document.keys, expected)
            except (InvalidKeyIdError, BadSignatureError):
                document = await self._known(again=True)
                return claims_of(text, document.keys, expected)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unbelieved("token", type(error).__name__) from error

    async def _token(self, document: Document, code: str, journey: Journey) -> dict[str, Any]:
        async with client_of(self._ours, document.how) as client:
            try:
                found = await client.fetch_token(
                    document.token,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=journey.verifier,
                )
            except OAuthError as error:
                raise Unbelieved("redeem", word_of(str(error.error))) from error
            except ValueError as error:
                raise unreachable() from error
        return dict(found)

    async def _known(self, *, again: bool = False) -> Document:
        """Return what the service says of itself; of many who ask at once, one reads it."""
        async with self._reading:
            now, known = time.monotonic(), self._document
            if known is not None and not again and now - known.read_at < KEPT_S:
                return known
            if self._failed_at is not None and now - self._failed_at < REST_S:
                raise unreachable()
            try:
                self._document, self._failed_at = await self._read(), None
            except ProviderUnreachable as error:
                self._failed_at = time.monotonic()
                _log.warning("the service for signing in cannot be used", exc_info=error)
                raise
            return self._document

    async def _read(self) -> Document:
        async with client_of(self._ours) as client:

            async def fetched(address: str) -> dict[str, Any]:
                answer = await client.request("GET", address, withhold_token=True)
                if answer.status_code != 200:
                    raise unreachable()
                return _object(answer.content)

            told = await fetched(self._ours.issuer.rstrip("/") + DISCOVERY)
            # Discovery, section 4.3: exactly what it was asked as
            if told.get("issuer") != self._ours.issuer:
                raise unreachable()
            jwks = self._address(told.get("jwks_uri"))
            return Document(
                authorization=self._address(told.get("authorization_endpoint")),
                token=self._address(told.get("token_endpoint")),
                how=_way(told.get("token_endpoint_auth_methods_supported")),
                names_itself=told.get("authorization_response_iss_parameter_supported") is True,
                keys=_keys(await fetched(jwks)),
                read_at=time.monotonic(),
            )

    def _address(self, value: object) -> str:
        """Return an address that the service names, if it is as safe as the service's own."""
        if not isinstance(value, str):
            raise unreachable()
        try:
            address = urlsplit(value)
            safe = is_secure(address._replace(query=""))
        except ValueError as error:
            raise unreachable() from error
        if not safe or (address.scheme, urlsplit(self._ours.issuer).scheme) == ("http", "https"):
            raise unreachable()
        return value


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(content)
    except ValueError as error:
        raise unreachable() from error
    if not isinstance(told, dict):
        raise unreachable()
    return told


def _keys(told: dict[str, Any]) -> KeySet:
    try:
        # a shared secret is no key to publish (RFC 7518, section 6.4)
        public = [one for one in told["keys"] if one["kty"] != "oct"]
        return KeySet.import_key_set({"keys": public})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise unreachable() from error


def _way(supported: object) -> str:
    """Return how to name oneself: by HTTP Basic unless it is not offered (Discovery, section 3)."""
    listed = supported if isinstance(supported, list) else ["client_secret_basic"]
    post_alone = "client_secret_basic" not in listed and "client_secret_post" in listed
    return "client_secret_post" if post_alone else "client_secret_basic"
