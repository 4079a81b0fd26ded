"""What is kept, and what is forgotten first."""

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
