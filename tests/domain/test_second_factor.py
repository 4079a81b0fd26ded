"""Codes of a device: the vectors of RFC 6238, one step of grace, and each once."""

import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.second_factor import STEP_S, address, last_taken, matching_step, step_of

# RFC 6238, appendix B, SHA-1; six digits are the last six of its eight
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
]


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str):
    assert matching_step(SECRET, code, at(seconds), None) == seconds // STEP_S


@given(st.integers(10**6, 4 * 10**9), st.integers(-3, 3))
def test_a_code_is_good_one_step_early_or_late(seconds: int, off: int):
    """The device's clock is `off` steps wrong."""
    moment = at(seconds)
    step = step_of(moment) + off
    code = pyotp.HOTP(SECRET).at(step)
    found = matching_step(SECRET, code, moment, None)
    # a million codes: another step's may be the same
    near = [pyotp.HOTP(SECRET).at(step_of(moment) + n) for n in (-1, 0, 1)]
    assert (found is not None) == (code in near)
    if abs(off) <= 1:
        assert found is not None
        assert pyotp.HOTP(SECRET).at(found) == code


def test_a_code_is_taken_once():
    moment = at(1234567890)
    step = matching_step(SECRET, "005924", moment, None)
    assert step is not None
    assert matching_step(SECRET, "005924", moment, step) is None
    assert matching_step(SECRET, "005924", moment, step - 1) == step


def test_no_code_before_the_last_that_was_taken_is_good():
    moment = at(1234567890)
    before = pyotp.HOTP(SECRET).at(step_of(moment) - 1)
    assert matching_step(SECRET, before, moment, None) == step_of(moment) - 1
    assert matching_step(SECRET, before, moment, step_of(moment)) is None
    later = moment + timedelta(seconds=STEP_S)
    assert matching_step(SECRET, pyotp.HOTP(SECRET).at(step_of(later)), later, step_of(moment))


@given(st.integers(10**6, 4 * 10**9), st.integers(-(10**6), 10**6), st.integers(-1, 1))
def test_what_a_clock_noted_that_was_ahead_is_held_against_a_minute_and_no_more(
    seconds: int, ahead: int, off: int
):
    """`ahead` steps too far; the device is `off` steps wrong."""
    moment = at(seconds)
    noted = step_of(moment) + ahead
    last = last_taken(noted, moment)
    assert last == min(noted, step_of(moment) + 1)
    if ahead > 0:
        code = pyotp.HOTP(SECRET).at(step_of(moment) + off)
        found = matching_step(SECRET, code, moment, last)
        # a million codes: another step's may be the same
        assert found is None or found > step_of(moment)
    later = moment + timedelta(seconds=3 * STEP_S)
    code = pyotp.HOTP(SECRET).at(step_of(later))
    assert matching_step(SECRET, code, later, last) is not None


def test_nothing_was_taken_before_the_first_code():
    assert last_taken(None, at(1234567890)) is None


@pytest.mark.parametrize("code", ["", "0", "00592", "0059240", "００５９２４", "abcdef", "\ud83d"])
def test_what_is_no_code_is_wrong(code: str):
    if code.isascii() or code.isprintable():
        assert matching_step(SECRET, code, at(1234567890), None) is None


def test_the_address_says_whose_and_whats_it_is():
    told = pyotp.parse_uri(address(SECRET, "王芳", "网格一张图"))
    assert (told.name, told.issuer, told.secret) == ("王芳", "网格一张图", SECRET)
