"""Phones as people write them; the numbers are of ranges that nobody was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.phones import Phones, read_phones

MOBILE = "10012342617"


@pytest.mark.parametrize(
    "cell",
    [
        *(MOBILE, "100 1234 2617", "100-1234-2617", "+86 10012342617", "8610012342617"),
        *("0086 100 1234 2617", "１００１２３４２６１７", "'10012342617", "10012342617，"),
        *("电话：10012342617", "手机号码:10012342617", "\u00a010012342617\n"),
    ],
)
def test_a_mobile_is_eleven_digits_however_it_is_written(cell: str):
    assert read_phones(cell) == Phones(MOBILE, 1)


@pytest.mark.parametrize(
    ("cell", "dialled"),
    [
        ("0734-5222333", "07345222333"),
        ("(0734)5222333", "07345222333"),
        ("（0734）5222333", "07345222333"),
        ("0734 5222333", "07345222333"),
        ("7345222333", "07345222333"),
        ("010-62222222", "01062222222"),
        ("5222333", "5222333"),
        ("0734-5222333-801", "07345222333-801"),
        ("0734-5222333转801", "07345222333-801"),
        ("400-123-4567", "4001234567"),
        ("+852 2123 4567", "+85221234567"),
    ],
)
def test_a_landline_is_given_as_it_is_dialled(cell: str, dialled: str):
    assert read_phones(cell) == Phones(dialled, 1)


@pytest.mark.parametrize(
    "cell", ["", "无", "无电话", "没有手机", "没有", "-", "/", "—", "0", " 无 "]
)
def test_no_phone_is_no_problem(cell: str):
    assert read_phones(cell) == Phones()


@pytest.mark.parametrize(
    "cell", ["100****2617", "100＊＊＊＊2617", "100xxxx2617", "100****2617/无"]
)
def test_a_masked_phone_is_known_as_masked(cell: str):
    phones = read_phones(cell)
    assert phones is not None
    assert phones.first == ""
    assert phones.masked.endswith("2617")


@pytest.mark.parametrize("between", ["/", "、", "，", ";", " ", "\n", "或", "或者", " / "])
def test_of_several_phones_the_first_is_taken_and_all_are_counted(between: str):
    assert read_phones(f"{MOBILE}{between}0734-5222333") == Phones(MOBILE, 2)
    assert read_phones(f"{MOBILE}{between}{MOBILE}") == Phones(MOBILE, 1)


def test_words_beside_a_phone_are_kept_apart():
    assert read_phones("10012342617（儿子）") == Phones(MOBILE, 1, "儿子")
    assert read_phones("张三10012342617") == Phones(MOBILE, 1, "张三")


@pytest.mark.parametrize(
    "cell",
    [
        *("1001234261", "100123426177", "1001234261710012342618", "00000000000", "0734522"),
        *("2617", "110", "abc", "同上", "10012342617 " * 20),
    ],
)
def test_what_is_no_phone_is_not_taken(cell: str):
    assert read_phones(cell) is None


@given(st.from_regex(r"1[0-9]{10}", fullmatch=True).filter(str.isascii))
def test_every_eleven_digits_after_a_one_are_a_mobile(digits: str):
    assert read_phones(f"{digits[:3]} {digits[3:7]} {digits[7:]}") == Phones(digits, 1)


@given(st.text(alphabet="0123456789-+()/ *转或无#x") | st.text())
def test_no_cell_makes_reading_a_phone_fail(cell: str):
    phones = read_phones(cell)
    assert phones is None or bool(phones.first) == (phones.count > 0)
