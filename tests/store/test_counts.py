"""Counts for the panel."""

from mapserver.domain import zorder
from mapserver.store import counts, writing
from mapserver.store.counts import GridCount
from mapserver.store.store import Store
from tests.store.town import (
    A1,
    B2,
    LAYERS,
    A,
    B,
    house,
    person,
    put,
    reading,
    uid,
    unplaced,
    worker,
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
    assert found[A1] == GridCount(houses=2, people=4, households=4)
    assert found[B2] == GridCount(houses=1, people=1, households=1)
    assert len(found) == 4


def test_residents_are_found_where_their_placed_house_stands(town: Store):
    """Two at one place; who moved out, or whose house is not on the map, is left out."""
    put(town, "house", house(1, None, at=(120.0, 30.0)), unplaced(3))
    put(town, "person", person(20, 1), person(21, 1), person(22, 3), person(23, None))
    put(town, "person", person(24, 1, moved_out=True), person(25, 1, deceased=True))
    with reading(town) as session:
        keys = counts.residents(session).tolist()
    assert keys == sorted(keys)
    # four lived in their grids' houses before
    assert len(keys) == 4 + 2
    assert keys.count(int(zorder.zkeys([120.0], [30.0])[0])) == 2


def test_residents_of_another_area_are_not_found(town: Store):
    with reading(town, worker(A)) as session:
        mine = len(counts.residents(session))
    with reading(town) as session:
        assert 0 < mine < len(counts.residents(session))


def test_houses_count_who_lives_in_them(town: Store):
    put(town, "house", unplaced(1))
    put(town, "person", person(10, 1), person(11, 1), person(12, 1, moved_out=True))
    put(town, "person", person(13, 1, deceased=True), person(14, None))
    with reading(town) as session:
        assert counts.by_house(session)[uid(1)] == 2
    with reading(town, worker(B)) as session:
        assert uid(1) not in counts.by_house(session)
