"""Numerals: every script gives the same number, and what is no number gives none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.numerals import numeral

DIGITS = "〇一二三四五六七八九"


def chinese(number: int, zero: str = "零") -> str:
    """Write 0 to 9999 in Chinese as schools teach it."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += (zero if gap and text else "") + DIGITS[digit] + name
        gap = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text or zero


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11", 11),
        ("０11", 11),
        ("１１", 11),
        (" 11 ", 11),
        ("①", 1),
        ("十一", 11),
        ("一十一", 11),
        ("廿", 20),
        ("廿三", 23),
        ("卅一", 31),
        ("卌", 40),
        ("一百零二", 102),
        ("一百〇二", 102),
        ("一百二", 120),
        ("一百一十", 110),
        ("一百十", 110),
        ("两百", 200),
        ("一千零二十", 1020),
        ("一千二", 1200),
        ("四〇二", 402),
        ("一零二", 102),
        ("壹拾贰", 12),
        ("叁佰", 300),
        ("零", 0),
    ],
)
def test_a_numeral_is_read_in_every_script(text: str, number: int):
    assert numeral(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "组", "一组", "百", "十百", "十十", "二百零", "1十", "-1", "1.5", "9" * 19]
)
def test_what_is_no_numeral_is_none(text: str):
    assert numeral(text) is None


@given(st.integers(0, 9999))
def test_every_number_written_in_chinese_is_read_back(number: int):
    assert numeral(chinese(number)) == number
    assert numeral("".join(DIGITS[int(digit)] for digit in str(number))) == number


@given(st.text() | st.text("一二十百千廿卅零〇12３"))
def test_no_text_raises(text: str):
    number = numeral(text)
    assert number is None or number >= 0
