"""Appointments: what holds on which day, held against a calendar counted day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.appointments import (
    Appointment,
    Period,
    clashing,
    fits,
    in_force,
)
from mapserver.roles import Role

TOWN, VILLAGE, GRID = "430424100", "430424100201", "430424100201003"
FIRST = date(2026, 1, 1)
CALENDAR = [FIRST + timedelta(days=n) for n in range(12)]

days = st.sampled_from(CALENDAR)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    since = draw(days)
    later = st.sampled_from([day for day in CALENDAR if day >= since])
    return Period(since, draw(st.none() | later))


def days_in(period: Period) -> set[date]:
    """Return the days of the calendar in a period, counted by its ends."""
    first = CALENDAR.index(period.since)
    last = len(CALENDAR) if period.until is None else CALENDAR.index(period.until)
    return set(CALENDAR[first:last])


@st.composite
def appointments(draw: st.DrawFn) -> Appointment:
    return Appointment(
        id=str(draw(st.integers(0, 99))),
        account=draw(st.sampled_from(["a", "b"])),
        role=draw(st.sampled_from([Role.GRID_HEAD, Role.PATROL])),
        area=draw(st.sampled_from([VILLAGE, GRID])),
        period=draw(periods()),
    )


@given(periods())
def test_a_period_holds_on_its_days_and_on_no_other(period: Period):
    assert {day for day in CALENDAR if period.holds_on(day)} == days_in(period)
    assert period.has_days == bool(days_in(period) or period.until is None)


@given(periods(), periods())
def test_periods_overlap_where_some_day_is_in_both(one: Period, other: Period):
    assert one.overlaps(other) == bool(days_in(one) & days_in(other))
    assert one.overlaps(other) == other.overlaps(one)


@given(periods(), days)
def test_a_period_that_is_cut_keeps_the_days_before(period: Period, day: date):
    """|======x=====|  becomes  |======|, and nothing where it had not begun."""
    assert days_in(period.cut(day)) == {one for one in days_in(period) if one < day}
    assert period.cut(day).since == period.since


@given(periods(), days, days)
def test_a_cut_never_gives_back_what_an_earlier_one_took(period: Period, one: date, other: date):
    assert period.cut(one).cut(other) == period.cut(other).cut(one)


@given(st.lists(appointments(), max_size=6), days)
def test_what_is_in_force_is_what_holds_that_day(held: list[Appointment], day: date):
    assert in_force(held, day) == tuple(one for one in held if day in days_in(one.period))


@given(appointments(), st.lists(appointments(), max_size=6))
def test_only_the_same_person_role_and_area_on_the_same_day_clash(
    new: Appointment, held: list[Appointment]
):
    found = clashing(new, held)
    alike = [
        one
        for one in held
        if one.id != new.id
        and (one.account, one.role, one.area) == (new.account, new.role, new.area)
        and days_in(one.period) & days_in(new.period)
    ]
    assert found == (alike[0] if alike else None)


@given(st.lists(st.tuples(days, st.booleans()), min_size=1, max_size=6))
def test_a_post_that_is_handed_on_is_held_by_one_person_each_day(changes: list[tuple[date, bool]]):
    """Each change ends what runs and begins another on the same day; in order of time."""
    moments = sorted(day for day, _ in changes)
    held = [Period(FIRST)]
    for day in moments:
        held[-1] = held[-1].cut(day)
        held.append(Period(day))
    for day in CALENDAR:
        assert sum(one.holds_on(day) for one in held) == 1


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.LEADER])
def test_some_roles_are_for_the_whole_town_alone(role: Role):
    assert fits(role, TOWN, TOWN)
    assert not fits(role, VILLAGE, TOWN)


@pytest.mark.parametrize("area", [TOWN, VILLAGE, GRID])
def test_the_others_are_for_the_town_a_village_or_a_grid(area: str):
    assert fits(Role.POLICE, area, TOWN)


@pytest.mark.parametrize(
    "area", ["", "430424", "430424101", "430424101201", VILLAGE[:-1], GRID + "0", "430424100２01"]
)
def test_no_role_is_for_an_area_beyond_the_town_or_between_levels(area: str):
    assert not fits(Role.POLICE, area, TOWN)
