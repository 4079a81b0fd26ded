"""ID tokens that are not to be believed (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from mapserver.domain.linked import checked_more, identity_of, parted
from mapserver.services.oidc.id_tokens import Expected, claims_of
from mapserver.services.oidc.registration import Registration
from tests.support.provider import Provider, key

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECOND = int(NOW.timestamp())
OURS = Registration("https://id.example", "map", "secret", "X", "https://map.example")
RIGHT = {
    "iss": OURS.issuer,
    "sub": "42",
    "aud": OURS.client_id,
    "exp": SECOND + 300,
    "iat": SECOND,
    "nonce": "n",
}
SERVICE = Provider()


def believed(text: str) -> dict[str, Any]:
    """Return what a token says, if it is believed."""
    keys = KeySet([key("first"), key("second")])
    return claims_of(text, keys, Expected(OURS, "n", "an access token", NOW))


def signed(changed: Mapping[str, Any]) -> str:
    """Return a token in which something is otherwise; None leaves it out."""
    claims = {name: value for name, value in {**RIGHT, **changed}.items() if value is not None}
    return SERVICE.signed(claims)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"aud": ["map"]},
        {"aud": ["map", "another"], "azp": "map"},
        {"azp": "map"},
        {"exp": SECOND - 59},
        {"iat": SECOND + 59},
        {"iat": SECOND - 659},
        {"amr": ["pwd"], "acr": "1", "auth_time": SECOND},
    ],
    ids=str,
)
def test_right_token_is_believed(changed: Mapping[str, Any]):
    assert believed(signed(changed))["sub"] == "42"


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["n"]},
        {"iss": "https://other.example"},
        {"iss": "https://id.example/"},
        {"iss": ["https://id.example"]},
        {"iss": None},
        {"aud": "another"},
        {"aud": "Map"},
        {"aud": ["another"]},
        {"aud": []},
        {"aud": {"map": 1}},
        {"aud": None},
        {"aud": ["map", "another"]},
        {"aud": ["map", "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": SECOND - 60},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": SECOND - 661},
        {"iat": SECOND + 3600},
        {"iat": None},
        {"iat": "now"},
        {"nbf": SECOND + 3600},
        {"at_hash": "another"},
        {"sub": None},
        {"sub": 7},
        {"sub": ""},
        {"amr": "mfa"},
    ],
    ids=str,
)
def test_token_that_is_for_another_or_another_time_is_not_believed(changed: Mapping[str, Any]):
    with pytest.raises(JoseError):
        believed(signed(changed))


@pytest.mark.parametrize("text", ["", "x", "..", "a.b.c", "a.b.c.d.e", "é", "." * 200_000])
def test_what_is_no_token_is_not_believed(text: str):
    with pytest.raises((JoseError, ValueError)):
        believed(text)


def test_algorithm_is_this_servers_choice():
    """RFC 8725, section 3.1: `none`, and the public key taken for a shared secret."""
    for text in (SERVICE.unsigned(RIGHT), SERVICE.signed_with_what_all_know(RIGHT)):
        with pytest.raises(JoseError, match="not allowed"):
            believed(text)


def test_signature_is_of_the_key_that_is_named_and_of_these_words():
    SERVICE.signs_with = "unknown"
    stranger = SERVICE.signed(RIGHT)
    SERVICE.signs_with = "first"
    head, body, signature = SERVICE.signed(RIGHT).split(".")
    _, other, _ = SERVICE.signed({**RIGHT, "sub": "43"}).split(".")
    for text in (stranger, f"{head}.{other}.{signature}", f"{head}.{body}.", f"{head}.{body}"):
        with pytest.raises((JoseError, ValueError)):
            believed(text)


# ---------------------------------------------------------------- who it is, and how well checked


def test_identity_is_the_issuer_and_the_subject():
    identity = identity_of("https://id.example/a", "two words")
    assert identity == "https://id.example/a two words"
    assert parted(identity) == ("https://id.example/a", "two words")
    assert identity_of("https://id.example", "x" * 255) is not None


@pytest.mark.parametrize(
    "subject", ["", " ", " x", "x ", "张三", "a\nb", "x" * 256, None, 7, ["x"]]
)
def test_subject_that_can_be_none(subject: object):
    assert identity_of("https://id.example", subject) is None
    assert identity_of("https://" + "x" * 290, "x" * 20) is None


@pytest.mark.parametrize(
    ("amr", "acr", "more"),
    [
        (["pwd", "mfa"], None, True),
        (None, "two", True),
        (["pwd"], "two", True),
        (["pwd"], None, False),
        (["pwd", "otp"], None, False),
        ([], "", False),
        ([["mfa"], 7, None], None, False),
        ("mfa", ["two"], False),
        (["two"], "mfa", False),
        (None, None, False),
    ],
    ids=str,
)
def test_more_than_one_factor_was_checked_where_the_settings_know_the_word(amr, acr, more: bool):
    assert checked_more(amr, acr, accepted_amr=("mfa",), accepted_acr=("two",)) is more
    assert not checked_more(amr, acr, accepted_amr=(), accepted_acr=())
