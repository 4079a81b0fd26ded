"""Counting what was tried: several windows at once, and no more memory than it says."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.services import tries
from mapserver.services.tries import Tries, Window, network_of

WINDOWS = (Window(2, 10), Window(3, 100))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what sets the clock."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr(tries, "monotonic", lambda: seconds)

    set_to(0)
    return set_to


def test_the_longest_wait_of_all_windows_counts(at: Callable[[float], None]):
    seen = Tries()
    assert [seen.count(WINDOWS, "a") for _ in range(3)] == [True, True, False]
    assert seen.wait_s(WINDOWS, "a") == 10
    at(10)
    assert seen.wait_s(WINDOWS, "a") == 0
    assert seen.count(WINDOWS, "a")
    assert seen.wait_s(WINDOWS, "a") == 90
    at(100)
    assert seen.count(WINDOWS, "a")


def test_what_is_refused_makes_nobody_wait_longer(at: Callable[[float], None]):
    seen = Tries()
    for second in range(10):
        at(second)
        seen.count(WINDOWS, "a")
    at(10)
    assert seen.count(WINDOWS, "a")


def test_keys_and_windows_are_counted_by_themselves(at: Callable[[float], None]):
    seen = Tries()
    others = (Window(1, 10),)
    assert seen.count(others, "a")
    assert [seen.count(WINDOWS, "a") for _ in range(2)] == [True, True]
    assert seen.count(WINDOWS, "a", "b")
    assert not seen.count(others, "a")
    seen.clear(WINDOWS, "a")
    assert seen.count(WINDOWS, "a")
    assert not seen.count(others, "a")


@given(st.lists(st.integers(0, 30), max_size=60))
def test_no_window_ever_holds_more_than_it_says(gaps: list[int]):
    """Held against counting the moments that were let through."""
    seen, now, let = Tries(), 0, []
    patch = pytest.MonkeyPatch()
    try:
        for gap in gaps:
            now += gap
            patch.setattr(tries, "monotonic", lambda at=now: at)
            free = all(sum(now - one < w.seconds for one in let) < w.most for w in WINDOWS)
            assert (seen.wait_s(WINDOWS, "a") == 0) == free
            assert seen.count(WINDOWS, "a") == free
            if free:
                let.append(now)
    finally:
        patch.undo()


def test_many_keys_push_out_those_tried_longest_ago(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tries, "MOST", 3)
    seen, once = Tries(), (Window(1, 10**9),)
    for key in "abacd":
        seen.count(once, key)
    assert [seen.wait_s(once, key) > 0 for key in "abcd"] == [True, False, True, True]


def test_hosts_of_one_network_are_one_place():
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of("testclient") == "testclient"
