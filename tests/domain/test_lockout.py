"""Waiting after failures: none at first, then longer each time, never for good."""

from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.lockout import FIRST_S, FREE, LONGEST_S, wait_s


def test_the_first_failures_cost_nothing():
    assert [wait_s(n) for n in range(FREE)] == [0] * FREE
    assert wait_s(FREE) == FIRST_S


@given(st.integers(FREE, 10**6))
def test_each_wait_is_twice_the_one_before_up_to_the_longest(failures: int):
    assert wait_s(failures + 1) == min(2 * wait_s(failures), LONGEST_S)


def test_guessing_for_a_year_leads_nowhere():
    """Some 8,800 guesses, where twelve random letters have 10^16."""
    waited, guesses = 0, 0
    while waited < 365 * 86_400:
        guesses += 1
        waited += wait_s(guesses)
    assert guesses < 10_000
