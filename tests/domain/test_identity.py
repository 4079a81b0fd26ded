"""ID numbers and credit codes; the ID numbers are of 430499, which is no county."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from mapserver.domain.identity import (
    IdNumber,
    age_on,
    born_and_sex,
    cover_numbers,
    credit_code,
    credit_code_check,
    digits_lost,
    id_check_digit,
    is_id_number,
    mask_id,
    mask_phone,
    normalise_id,
)
from mapserver.domain.problems import Problem

SEVENTEEN = st.from_regex(r"[1-9][0-9]{16}", fullmatch=True).filter(str.isascii)
BIRTHDAYS = st.dates(datetime.date(1880, 1, 1), datetime.date(2100, 12, 31))


def made(born: datetime.date, sequence: int = 13) -> str:
    first = f"430499{born.year:04}{born.month:02}{born.day:02}{sequence:03}"
    return first + ric.calc_check_digit(first + "0")


MAN = made(datetime.date(1990, 5, 3))
ENDS_IN_X = next(
    number
    for number in (made(datetime.date(1990, 5, 3), n) for n in range(1000))
    if number.endswith("X")
)


@given(SEVENTEEN)
def test_the_check_digit_agrees_with_an_independent_one(first: str):
    """The oracle reads the digits in base 13, this package weighs them one by one."""
    assert id_check_digit(first) == ric.calc_check_digit(first + "0")


@given(BIRTHDAYS, st.integers(0, 999))
def test_a_number_tells_birthday_and_sex(born: datetime.date, sequence: int):
    number = made(born, sequence)
    found = normalise_id(number)
    assert found == IdNumber(number, born, "1" if sequence % 2 else "2")
    assert born_and_sex(number) == (born, found.sex)
    assert ric.get_birth_date(number) == born


@given(BIRTHDAYS, st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789"))
def test_no_single_miscopied_digit_passes(
    born: datetime.date, sequence: int, place: int, digit: str
):
    number = made(born, sequence)
    wrong = number[:place] + digit + number[place + 1 :]
    assert is_id_number(wrong) == (wrong == number)
    assert isinstance(normalise_id(wrong), Problem) == (wrong != number)


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


@pytest.mark.parametrize(
    "written",
    [
        ENDS_IN_X,
        ENDS_IN_X.lower(),
        wide(ENDS_IN_X),
        wide(ENDS_IN_X.lower()),
        f"'{ENDS_IN_X}",
        f"’{ENDS_IN_X}",
        f"\u00a0{ENDS_IN_X}\u00a0",
        f"{ENDS_IN_X}\r\n",
        f"{ENDS_IN_X[:6]}\n{ENDS_IN_X[6:]}",
        f"{ENDS_IN_X[:6]} {ENDS_IN_X[6:14]} {ENDS_IN_X[14:]}",
        f"{ENDS_IN_X[:6]}-{ENDS_IN_X[6:14]}-{ENDS_IN_X[14:]}",
        f"\u200b{ENDS_IN_X[:9]}\u200b{ENDS_IN_X[9:]}",
        f'="{ENDS_IN_X}"',
        f"{ENDS_IN_X[:-1]}×",
        f"{ENDS_IN_X[:-1]}Х",
    ],
)
def test_every_spelling_of_a_number_gives_the_one_form(written: str):
    found = normalise_id(written)
    assert isinstance(found, IdNumber)
    assert found.number == ENDS_IN_X


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(1999, 12, 31)), st.integers(0, 999))
def test_the_old_form_is_written_with_eighteen(born: datetime.date, sequence: int):
    number = made(born, sequence)
    found = normalise_id(number[:6] + number[8:17])
    assert found == IdNumber(number, born, "1" if sequence % 2 else "2", old=True)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("4.30499E+17", "id-digits-lost"),
        ("4.30499199005e+17", "id-digits-lost"),
        ("430499199005031000", "id-digits-lost"),
        (MAN[:-1], "id-bad-length"),
        (MAN + "1", "id-bad-length"),
        ("12345", "id-bad-length"),
        (MAN[:-1] + ("1" if MAN[-1] != "1" else "2"), "id-bad-check-digit"),
        ("430499900230012", "id-bad-date"),
        (f"43049919900230012{id_check_digit('43049919900230012')}", "id-bad-date"),
        (f"43049917900503012{id_check_digit('43049917900503012')}", "id-bad-date"),
        ("430499********8717", "id-masked"),
        ("43O499199005030133", "id-bad-character"),
        ("护照 E12345678", "id-bad-character"),
        ("X" + MAN[1:], "id-bad-character"),
    ],
)
def test_what_is_no_id_number_is_told_apart(written: str, code: str):
    found = normalise_id(written)
    assert isinstance(found, Problem)
    assert found.code == code


def test_a_problem_never_repeats_the_number():
    for wrong in (MAN[:-1], MAN[:-1] + "Y", MAN[:10] + "**" + MAN[12:]):
        found = normalise_id(wrong)
        assert isinstance(found, Problem)
        assert not any(MAN[:6] in text for text in found.params.values())


@given(st.text() | st.text(alphabet="0123456789Xx*.E+ -", max_size=20))
def test_no_text_makes_reading_a_number_fail(text: str):
    found = normalise_id(text)
    assert isinstance(found, Problem) or is_id_number(found.number)


@given(BIRTHDAYS, st.integers(0, 999))
def test_a_number_that_a_spreadsheet_cut_is_known(born: datetime.date, sequence: int):
    """Spreadsheets keep 15 digits, and the nearest float is what other programs then read."""
    whole = int(made(born, sequence).replace("X", "0"))
    cut = whole // 1000 * 1000
    assert digits_lost(cut)
    assert digits_lost(int(float(cut)))
    assert digits_lost(float(whole))


def test_a_number_that_kept_its_digits_is_not_suspected():
    assert not digits_lost(int(made(datetime.date(1990, 5, 3), 15)))
    assert not digits_lost(430499900503013)
    assert not digits_lost(430499900503013.0)


@pytest.mark.parametrize(
    ("day", "age"), [((2026, 5, 2), 35), ((2026, 5, 3), 36), ((1990, 5, 3), 0)]
)
def test_a_year_of_age_is_full_on_the_birthday(day: tuple[int, int, int], age: int):
    assert age_on(datetime.date(1990, 5, 3), datetime.date(*day)) == age


def test_somebody_born_on_a_leap_day_grows_older_in_march():
    born = datetime.date(2012, 2, 29)
    assert age_on(born, datetime.date(2026, 2, 28)) == 13
    assert age_on(born, datetime.date(2026, 3, 1)) == 14


def test_masks_hide_the_middle():
    assert mask_id("430499200001018717") == "430499********8717"
    assert mask_id("430499000101871") == "*" * 15
    assert mask_phone("13812342617") == "138****2617"
    assert mask_phone("07345222333") == "073****2333"
    assert mask_phone("5222333") == "****333"


@given(st.text(alphabet="0123456789X", max_size=18))
def test_a_mask_keeps_the_length_and_hides_the_birthday(number: str):
    assert len(mask_id(number)) == len(number)
    assert mask_id(number)[6:14] == "*" * len(number[6:14])


SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def registered(first: str) -> str:
    """Return a credit code, its check character worked out as the standard prints it."""
    weights = [3**place % 31 for place in range(17)]
    rest = 31 - sum(map(lambda sign, w: SIGNS.index(sign) * w, first, weights)) % 31
    return first + SIGNS[0 if rest == 31 else rest]


@given(st.from_regex(r"[19][1-9][1-9][0-9]{5}[0-9]{9}", fullmatch=True).filter(str.isascii))
def test_a_credit_code_agrees_with_the_standard_and_an_independent_check(first: str):
    code = registered(first)
    assert credit_code_check(first) == code[17]
    assert credit_code(f" {code.lower()[:8]} {code[8:]}\n") == code
    assert uscc.is_valid(code)


def test_a_village_collective_has_a_code_too():
    """Its authority is N, which stdnum's own validation refuses."""
    code = registered("N24304241AAAAAAA1")
    assert credit_code(code) == code
    assert not uscc.is_valid(code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "430424000012345",
        "9143042400000000I0",
        "914304240000000000",
        registered("9" * 17)[:17],
    ],
)
def test_what_is_no_credit_code_is_none(text: str):
    assert credit_code(text) is None


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("户口430499199005030018.xlsx", f"户口{'*' * 18}.xlsx"),
        ("43049919900503001x", "*" * 18),
        ("电话19900001111，转3", f"电话{'*' * 11}，转3"),
        ("430424100201001", "430424100201001"),
        ("20260101", "20260101"),
        ("1990000111", "1990000111"),
    ],
)
def test_what_looks_like_somebodys_number_is_covered(text: str, covered: str):
    assert cover_numbers(text) == covered
