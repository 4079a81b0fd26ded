"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.numbers import read_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234", 1234),
        ("１２０㎡", 120),
        ("120.5 平方米", 120.5),
        ("3层", 3),
        ("3 人", 3),
        ("1.2万", 12_000),
        ("1.1万元", 11_000),
        ("+5", 5),
        ("-5", -5),
        (".5", 0.5),
        ("5.", 5),
        (7, 7),
        (7.0, 7),
        (7.5, 7.5),
    ],
)
def test_a_number_is_read_with_its_commas_and_units(cell: object, number: float):
    assert read_number(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        *("", "约120", "3-4", "2亩", "12,34", "三", "1e5", "9" * 5000),
        *(None, True, float("nan"), float("inf"), 10**400),
    ],
)
def test_what_says_more_or_less_than_a_figure_is_no_number(cell: object):
    assert read_number(cell) is None


@given(st.integers(-(10**12), 10**12))
def test_figures_with_and_without_commas_are_the_same_number(number: int):
    assert read_number(f"{number:,}") == read_number(str(number)) == number
    assert isinstance(read_number(float(number)), int)
