"""Moments that a clock noted which was ahead."""

from datetime import datetime, timedelta

from mapserver.domain.moments import AHEAD, is_ahead, not_after

NOW = datetime(2026, 11, 24, 9)
SECOND = timedelta(seconds=1)


def test_clocks_may_differ_by_a_few_minutes():
    assert not is_ahead(NOW - timedelta(days=800), NOW)
    assert not is_ahead(NOW + AHEAD, NOW)
    assert is_ahead(NOW + AHEAD + SECOND, NOW)


def test_what_lies_in_the_future_was_noted_now():
    assert not_after(NOW + SECOND, NOW) == NOW
    assert not_after(NOW - SECOND, NOW) == NOW - SECOND
