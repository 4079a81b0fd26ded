"""Days where the town is."""

from datetime import UTC, date, datetime

from mapserver.domain.days import day_of


def test_a_day_begins_at_the_towns_midnight():
    assert day_of(datetime(2026, 3, 31, 15, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert day_of(datetime(2026, 3, 31, 16, 0, tzinfo=UTC)) == date(2026, 4, 1)
