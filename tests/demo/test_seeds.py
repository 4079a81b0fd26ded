"""Chance by name: the same item gets the same chance, whoever else is there."""

import uuid

from mapserver.demo.seeds import EPOCH_MS, Seed


def test_the_same_name_gives_the_same_chance():
    assert Seed("a").random("house", 3).random() == Seed("a").random("house", 3).random()


def test_another_word_or_name_gives_another_chance():
    chances = {
        Seed(word).random(*name).random() for word in "ab" for name in [("x",), ("y",), ("x", 1)]
    }
    assert len(chances) == 6


def test_an_identifier_is_a_uuid_of_version_7():
    found = uuid.UUID(Seed("a").uuid(5, "house", "x"))
    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    assert found.int >> 80 == EPOCH_MS + 5


def test_identifiers_sort_in_the_order_of_their_items():
    made = [Seed("a").uuid(n, "house", n) for n in range(300)]
    assert made == sorted(made)
    assert len(set(made)) == 300
