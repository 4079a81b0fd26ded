"""Signatures hold for exactly what was signed, by exactly the key that signed."""

from dataclasses import replace

import pytest

from mapserver.store.signing import Statement, is_signed, public_key, sign

KEY, OTHER = bytes(range(32)), bytes(32)
HEAD = Statement("head", "430424100", 7, "ab" * 32, "2026-11-24T08:30:00.000000+00:00")


def test_a_statement_that_was_signed_is_known_again():
    assert is_signed(public_key(KEY), HEAD, sign(KEY, HEAD))


@pytest.mark.parametrize(
    "change", [{"what": "cut"}, {"town": "430424101"}, {"seq": 8}, {"hash": "cd" * 32}, {"at": "x"}]
)
def test_a_statement_that_was_changed_is_not(change: dict[str, object]):
    assert not is_signed(public_key(KEY), replace(HEAD, **change), sign(KEY, HEAD))


def test_another_key_signs_otherwise():
    assert not is_signed(public_key(KEY), HEAD, sign(OTHER, HEAD))
    assert not is_signed(public_key(OTHER), HEAD, sign(KEY, HEAD))


@pytest.mark.parametrize("signature", [b"", b"x", bytes(64), bytes(65)])
def test_what_is_no_signature_signs_nothing(signature: bytes):
    assert not is_signed(public_key(KEY), HEAD, signature)


def test_what_is_no_key_signs_nothing():
    assert not is_signed(b"short", HEAD, sign(KEY, HEAD))


def test_the_public_key_does_not_hold_the_secret():
    assert KEY not in public_key(KEY)
    assert len(public_key(KEY)) == 32
