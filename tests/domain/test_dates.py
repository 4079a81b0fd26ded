"""Dates as people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.dates import PartialDate, expand_year, read_date, serial_date

DAYS = st.dates(datetime.date(1880, 1, 1), datetime.date(2100, 12, 31))
THIRD_OF_MAY = PartialDate(datetime.date(1990, 5, 3))
MAY = PartialDate(datetime.date(1990, 5, 1), "month")
NINETY = PartialDate(datetime.date(1990, 1, 1), "year")


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        (datetime.datetime(1990, 5, 3, 8, 30), THIRD_OF_MAY),
        (datetime.date(1990, 5, 3), THIRD_OF_MAY),
        ("1990-05-03", THIRD_OF_MAY),
        ("1990-5-3", THIRD_OF_MAY),
        ("1990/5/3", THIRD_OF_MAY),
        ("1990.05.03", THIRD_OF_MAY),
        ("1990.5.3.", THIRD_OF_MAY),
        ("1990、5、3", THIRD_OF_MAY),
        ("1990—5—3", THIRD_OF_MAY),
        ("1990年5月3日", THIRD_OF_MAY),
        ("1990年05月03日生", THIRD_OF_MAY),
        ("1990年 5月 3日", THIRD_OF_MAY),
        ("1990年5月3号", THIRD_OF_MAY),
        ("１９９０年５月３日", THIRD_OF_MAY),
        ("１９９０－０５－０３", THIRD_OF_MAY),
        ("'1990-05-03", THIRD_OF_MAY),
        ("\u00a01990-05-03\n", THIRD_OF_MAY),
        ("1990-05-03 00:00:00", THIRD_OF_MAY),
        ("1990-05-03T00:00:00Z", THIRD_OF_MAY),
        ("1990/5/3 0:00", THIRD_OF_MAY),
        ("19900503", THIRD_OF_MAY),
        (19900503, THIRD_OF_MAY),
        (19900503.0, THIRD_OF_MAY),
        ("90.5.3", THIRD_OF_MAY),
        ("90年5月3日", THIRD_OF_MAY),
        (32996, THIRD_OF_MAY),
        (32996.75, THIRD_OF_MAY),
        ("32996", THIRD_OF_MAY),
        (1990.5, MAY),
        (1990.05, MAY),
        ("1990.5", MAY),
        ("1990-05", MAY),
        ("1990/05", MAY),
        ("1990年5月", MAY),
        ("1990年5月份", MAY),
        ("90年5月", MAY),
        ("199005", MAY),
        (199005, MAY),
        (1990, NINETY),
        ("1990年", NINETY),
        ("90年", NINETY),
    ],
)
def test_a_date_is_read_as_far_as_it_is_written(cell: object, date: PartialDate):
    assert read_date(cell) == date


@pytest.mark.parametrize("cell", [1990.1, "1990.1"])
def test_october_that_lost_its_zero_is_not_taken_for_january(cell: object):
    assert read_date(cell) == NINETY
    assert read_date("1990.10") == PartialDate(datetime.date(1990, 10, 1), "month")
    assert read_date("1990.01") == PartialDate(datetime.date(1990, 1, 1), "month")


@pytest.mark.parametrize(
    "cell",
    [
        *("1990-02-30", "1990-13-01", "19900230", "0000-00-00", "1879-12-31", "2101-01-01"),
        *("3/5/1990", "90.5", "900503", "5月3日", "农历五月初三", "不详", "", "1990-05-03 等"),
        *(True, 0, 9999, 80_000, 1e20, float("nan"), float("inf"), -32996),
        datetime.datetime(1700, 1, 1),
    ],
)
def test_what_is_no_date_or_cannot_be_one_is_refused(cell: object):
    assert read_date(cell) is None


@pytest.mark.parametrize(("short", "year"), [(0, 2000), (29, 2029), (30, 1930), (99, 1999)])
def test_two_digit_years_follow_the_rule_of_spreadsheets(short: int, year: int):
    assert expand_year(short) == year


@given(DAYS)
def test_every_way_to_write_a_day_gives_that_day(day: datetime.date):
    plain = f"{day.year}-{day.month}-{day.day}"
    for text in (day.isoformat(), plain, plain.replace("-", "/"), plain.replace("-", ".")):
        assert read_date(text) == PartialDate(day)
    assert read_date(f"{day:%Y%m%d}") == PartialDate(day)
    assert read_date(f"{day.year}年{day.month}月{day.day}日") == PartialDate(day)


@given(st.dates(datetime.date(1927, 5, 18), datetime.date(2100, 12, 31)))
def test_serial_days_count_as_spreadsheets_do(day: datetime.date):
    """Day 36526 is 2000-01-01 in every spreadsheet of the 1900 system."""
    serial = 36_526 + (day - datetime.date(2000, 1, 1)).days
    assert serial_date(serial) == day
    assert read_date(float(serial)) == PartialDate(day)


@given(st.text() | st.integers() | st.floats())
def test_no_cell_makes_reading_a_date_fail(cell: object):
    found = read_date(cell)
    assert found is None or 1880 <= found.day.year <= 2100
