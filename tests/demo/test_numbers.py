"""Numbers that are well formed by an independent judge, and nobody's."""

import datetime
from random import Random

import phonenumbers
import pytest
from stdnum import numdb
from stdnum.cn import ric, uscc

from mapserver.demo.numbers import DIVISION, IdNumbers, credit_code, id_number, mobile


@pytest.mark.parametrize("sequence", [0, 1, 7, 42, 871, 999])
def test_an_identity_number_has_its_check_character_birthday_and_sex(sequence):
    number = id_number(datetime.date(1990, 2, 28), sequence)
    assert ric.calc_check_digit(number) == number[-1]
    assert ric.get_birth_date(number) == datetime.date(1990, 2, 28)
    assert int(number[16]) % 2 == sequence % 2


def test_no_county_has_the_division():
    def counties(division: str) -> list[str]:
        found = numdb.get("cn/loc").info(division)
        return [properties["county"] for _, properties in found if "county" in properties]

    assert counties("430424")
    assert not counties(DIVISION)


@pytest.mark.parametrize("prefix", ["91", "92", "93", "51", "52"])
def test_a_credit_code_is_valid_and_of_no_division(prefix):
    for n in range(40):
        code = credit_code(prefix, Random(n))
        assert uscc.validate(code) == code
        assert code[2:8] == DIVISION


def test_a_mobile_number_is_of_a_range_without_operator():
    for n in range(40):
        number = phonenumbers.parse(mobile(Random(n)), "CN")
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)


def test_no_number_is_given_twice_and_the_sex_is_right_until_a_day_is_full():
    ids = IdNumbers(100, 119)
    day = datetime.date(2000, 1, 1)
    men = [ids.draw(day, "1", Random(n)) for n in range(10)]
    women = [ids.draw(day, "2", Random(n)) for n in range(10)]
    assert len({*men, *women}) == 20
    assert all(int(number[16]) % 2 == 1 for number in men)
    assert all(int(number[16]) % 2 == 0 for number in women)
    assert all("100" <= number[14:17] <= "119" for number in [*men, *women])
    with pytest.raises(OverflowError):
        ids.draw(day, "1", Random(99))
