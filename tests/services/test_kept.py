"""What is kept, and what is forgotten first."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mapserver.services.kept import Kept


def test_what_was_used_longest_ago_is_forgotten_first():
    kept: Kept[str, int] = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1
    kept.put("c", 3)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]


def test_some_or_all_may_be_forgotten_at_once():
    kept: Kept[tuple[str, int], str] = Kept(9)
    for number in (1, 2):
        kept.put(("a", number), "x")
        kept.put(("b", number), "y")
    kept.forget(lambda key: key[0] == "a")
    assert [kept.get((name, 1)) for name in "ab"] == [None, "y"]
    kept.forget()
    assert kept.get(("b", 2)) is None


def test_what_several_ask_for_at_once_is_made_once():
    kept, made, gate = Kept[str, int](3), [], threading.Barrier(4)

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return 7

    def ask() -> int:
        gate.wait()
        return kept.made("a", make)

    with ThreadPoolExecutor(4) as threads:
        assert [one.result() for one in [threads.submit(ask) for _ in range(4)]] == [7] * 4
    assert made == [1]
    assert kept.made("a", make) == 7


def test_what_could_not_be_made_is_made_when_asked_again():
    kept = Kept[str, int](3)

    def fails() -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError, match="not now"):
        kept.made("a", fails)
    assert kept.made("a", lambda: 5) == 5
