"""Counts for the panel."""

from mapserver.store import counts, writing
from mapserver.store.counts import GridCount
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import (
    A1,
    B2,
    LAYERS,
    TOWN,
    A,
    B,
    house,
    person,
    put,
    reading,
    uid,
    unplaced,
    writing_to,
)


def test_every_layer_is_counted_without_what_was_removed(town: Store):
    with writing_to(town) as session:
        writing.remove(session, "house", [uid(103)])
    with reading(town) as session:
        found = counts.of_layers(session)
    filled = {"village": 2, "grid": 4, "house": 3, "person": 4}
    assert found == {**dict.fromkeys(LAYERS, 0), **filled}


def test_villages_count_what_names_them(town: Store):
    put(town, "house", unplaced(1), unplaced(2), unplaced(3)._replace(village=None))
    with reading(town) as session:
        assert counts.by_village(session, "house") == {A: 4, B: 2}


def test_grids_count_houses_and_who_lives_in_them(town: Store):
    put(town, "house", house(1, A1), house(2, None, at=(120.0, 30.0)), unplaced(3))
    put(town, "person", *(person(10 + k, 1) for k in range(3)), person(20, 2), person(21, None))
    with reading(town) as session:
        found = counts.by_grid(session)
    assert found[A1] == GridCount(houses=2, people=4)
    assert found[B2] == GridCount(houses=1, people=1)
    assert len(found) == 4


def test_houses_count_who_lives_in_them(town: Store):
    put(town, "house", unplaced(1))
    put(town, "person", person(10, 1), person(11, 1), person(12, 1, moved_out=True))
    put(town, "person", person(13, 1, deceased=True), person(14, None))
    with reading(town) as session:
        assert counts.by_house(session)[uid(1)] == 2
    with reading(town, Scope("worker", TOWN, (B,))) as session:
        assert uid(1) not in counts.by_house(session)
