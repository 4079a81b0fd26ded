"""Which backups stay, drawn as a calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain.backup_times import Keeping, kept, wait_for_next

# 2026-11-23 is a Monday
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def days(*numbers: float) -> list[datetime]:
    """Return moments so many days after that Monday."""
    return [MONDAY + n * DAY for n in numbers]


def test_of_each_day_the_last_stays():
    made = days(0, 0.25, 0.5, 1, 1.5)
    assert kept(made, Keeping(days=2, weeks=0, months=0)) == set(days(0.5, 1.5))


def test_days_without_a_backup_are_not_counted():
    made = days(-40, -20, -1, 0)
    assert kept(made, Keeping(days=3, weeks=0, months=0)) == set(days(-20, -1, 0))


def test_weeks_go_from_monday_to_sunday():
    """Sunday -1 and Sunday -8 end their weeks; Monday 0 begins a new one."""
    made = days(*range(-14, 1))
    assert kept(made, Keeping(days=1, weeks=3, months=0)) == set(days(-8, -1, 0))


def test_months_are_those_of_the_calendar():
    """Day -23 is October 31, day -24 October 30, day -54 September 30."""
    made = days(-54, -24, -23, -22, 0)
    assert kept(made, Keeping(days=1, weeks=0, months=3)) == set(days(-54, -23, 0))


def test_the_newest_stays_whatever_the_rule():
    assert kept(days(0, 1), Keeping(days=0, weeks=0, months=0)) == set(days(1))
    assert kept([], Keeping()) == set()


@settings(max_examples=60)
@given(
    st.lists(st.integers(0, 900), max_size=60),
    st.builds(Keeping, *[st.integers(0, 12)] * 3),
)
def test_no_more_stay_than_the_rule_asks_for_and_a_second_look_keeps_them(numbers, keeping):
    made = days(*(n / 3 for n in numbers))
    stay = kept(made, keeping)
    assert stay <= set(made)
    assert len(stay) <= keeping.days + keeping.weeks + keeping.months + 1
    assert kept(stay, keeping) == stay


@pytest.mark.parametrize(
    ("newest", "wait"),
    [
        (None, 0.0),
        (MONDAY - 2 * DAY, 0.0),
        (MONDAY - DAY, 0.0),
        (MONDAY - 0.75 * DAY, 0.25),
        (MONDAY, 1.0),
        # the clock has jumped back since
        (MONDAY + 0.1 * DAY, 0.0),
    ],
)
def test_the_next_is_due_when_the_newest_is_as_old_as_asked(newest, wait):
    assert wait_for_next(newest, DAY, MONDAY) == wait * DAY
