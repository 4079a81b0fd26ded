"""ID tokens: whether one is the other service's, for this server, for this sign-in, and new.

References
----------
OpenID Connect Core 1.0, sections 2 and 3.1.3.7; JSON Web Token Best Current Practices: RFC 8725,
section 3.1 (the algorithms are this server's choice, never the token's).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from mapserver.services.oidc.registration import Registration

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
"""Signatures by a key that the service alone has: not `none`, and no HMAC."""

LEEWAY_S = 60
"""How far the two clocks may be apart."""

OLDEST_S = 600
"""A token is made while its code is redeemed; one much older was made for something else."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to fit.

    Parameters
    ----------
    nonce : str
        That this sign-in began with.
    access_token : str, optional
        That came beside the token, which may hold its hash.
    now : datetime
        The moment by this server's clock.
    """

    registration: Registration
    nonce: str
    access_token: str | None
    now: datetime


def claims_of(text: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """Return what a token says, if it is to be believed.

    Raises
    ------
    joserfc.errors.JoseError
        If it is not; `InvalidKeyIdError` where none of the keys is its.
    """
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    token = jwt.decode(text, keys, registry=registry)
    ours = expected.registration
    options = {
        "iss": {"essential": True, "value": ours.issuer},
        "aud": {"essential": True, "value": ours.client_id},
        "sub": {"essential": True},
    }
    told = {
        "client_id": ours.client_id,
        "nonce": expected.nonce,
        "access_token": expected.access_token,
    }
    claims = CodeIDToken(token.claims, token.header, options, told)
    now = int(expected.now.timestamp())
    claims.validate(now, LEEWAY_S)
    if claims["iat"] < now - OLDEST_S - LEEWAY_S:
        raise ClaimError("iat")
    return dict(claims)
