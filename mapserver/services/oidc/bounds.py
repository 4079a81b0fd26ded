"""Requests to the other service, within bounds: of size, of time, and of where they go.

This module and those beside it that import the libraries are imported when somebody first
signs in by the service, never at start.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

import httpx2
from authlib.integrations.httpx_client import AsyncOAuth2Client

from mapserver.errors import ProviderUnreachable
from mapserver.services.oidc.registration import Registration

PATIENCE_S = 8.0
"""How long all the requests of one step may take together, looking up the name included."""

MOST_BYTES = 256 * 2**10
"""The largest answer: documents with the keys of a large service have some 20 KB."""


class OutOfBounds(httpx2.TransportError):
    """An answer is larger than any that is meant, or packed so that it could become so."""


class Bounded(httpx2.AsyncBaseTransport):
    """Reads every answer whole, up to `MOST_BYTES`, and takes none that is compressed."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request and return its answer with its body."""
        request.headers["Accept-Encoding"] = "identity"
        answer = await self._inner.handle_async_request(request)
        try:
            body = await _whole(answer)
        finally:
            await answer.aclose()
        kept = [(name, value) for name, value in answer.headers.raw if name.lower() in _KEPT]
        return httpx2.Response(answer.status_code, headers=kept, content=body)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


_KEPT = (b"content-type", b"location")


async def _whole(answer: httpx2.Response) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise OutOfBounds("the answer is compressed")
    body = bytearray()
    assert isinstance(answer.stream, httpx2.AsyncByteStream)
    async for part in answer.stream:
        body += part
        if len(body) > MOST_BYTES:
            raise OutOfBounds("the answer is too large")
    return bytes(body)


@cache
def _trust() -> ssl.SSLContext:
    """Return whom this machine trusts; SSL_CERT_FILE names an authority of one's own."""
    return httpx2.create_ssl_context()


@asynccontextmanager
async def client_of(
    registration: Registration, how: str | None = None
) -> AsyncIterator[AsyncOAuth2Client]:
    """Yield a client for one step of a sign-in; it follows no redirect.

    `how` is the way in which it names itself at the token endpoint (OpenID Connect Core 1.0,
    section 9).

    Raises
    ------
    ProviderUnreachable
        If the service does not answer in time, or out of bounds.
    """
    transport = Bounded(httpx2.AsyncHTTPTransport(verify=_trust(), trust_env=False))
    try:
        async with (
            asyncio.timeout(PATIENCE_S),
            AsyncOAuth2Client(
                registration.client_id,
                registration.secret,
                token_endpoint_auth_method=how,
                scope="openid",
                redirect_uri=registration.redirect_uri,
                code_challenge_method="S256",
                transport=transport,
                follow_redirects=False,
                timeout=PATIENCE_S,
                trust_env=False,
            ) as client,
        ):
            yield client
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise unreachable() from error


def unreachable() -> ProviderUnreachable:
    """Return the error of a service that cannot be used now."""
    return ProviderUnreachable(
        "对方服务没有回应，现在不能用它登录。过一会儿再试，或用密码登录。",
        "The other service does not answer, so nobody can sign in by it now. Try again later, "
        "or sign in with your password.",
    )
