"""The record of events: whole, or broken at a place that is said."""

import pytest

from mapserver.errors import BrokenChain
from mapserver.store.keys import Keyring
from mapserver.store.scope import Scope
from mapserver.store.secrets import Vault
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, LAYERS, TOWN, Place, house, put, reading

HOUSES = [house(number) for number in range(1, 6)]


@pytest.fixture
def five(store: Store, place: Place) -> Store:
    """Return a store with five events that somebody can get at."""
    for one in HOUSES:
        put(store, "house", one)
    place.free_events()
    return store


def broken_at(store: Store) -> int:
    with pytest.raises(BrokenChain) as caught:
        store.verify(CLERK, AT)
    assert str(caught.value.details["seq"]) in caught.value.text("zh")
    return caught.value.details["seq"]


def fault_of(store: Store) -> str:
    with pytest.raises(BrokenChain) as caught:
        store.verify(CLERK, AT)
    return caught.value.details["fault"]


def test_an_untouched_record_is_whole(five: Store):
    assert five.verify(CLERK, AT) == 5


def test_an_empty_store_has_an_empty_record(store: Store):
    assert store.verify(CLERK, AT) == 0


@pytest.mark.parametrize(
    "change",
    [
        "data = replace(data, '3号', '4号')",
        "actor = 'somebody else'",
        "at = '2020-01-01T00:00:00+00:00'",
        "item = NULL",
        "batch = '00000000-0000-0000-0000-000000000001'",
        "action = 'remove'",
    ],
)
def test_a_changed_event_is_found(five: Store, place: Place, change: str):
    place.run(f"UPDATE event SET {change} WHERE seq = 3")
    assert broken_at(five) == 3


def test_a_removed_event_is_found(five: Store, place: Place):
    place.run("DELETE FROM event WHERE seq = 2")
    assert (broken_at(five), fault_of(five)) == (2, "missing")


def test_a_removed_event_is_found_though_the_rest_was_renumbered(five: Store, place: Place):
    place.run("DELETE FROM event WHERE seq = 2")
    for seq in (3, 4, 5):
        place.run(f"UPDATE event SET seq = {seq - 1} WHERE seq = {seq}")
    assert broken_at(five) == 2


def test_events_in_another_order_are_found(five: Store, place: Place):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        place.run(f"UPDATE event SET seq = {new} WHERE seq = {old}")
    assert broken_at(five) == 3


def test_a_cut_tail_is_found(five: Store, place: Place):
    place.run("DELETE FROM event WHERE seq > 3")
    assert (broken_at(five), fault_of(five)) == (4, "end")


def test_a_cut_tail_is_found_though_the_head_was_turned_back(five: Store, place: Place):
    place.run("DELETE FROM event WHERE seq > 3")
    place.run("UPDATE chain SET seq = 3, hash = (SELECT hash FROM event WHERE seq = 3)")
    assert broken_at(five) == 4


def test_a_lost_head_is_found(five: Store, place: Place):
    place.run("DELETE FROM chain")
    assert broken_at(five) == 6


def test_a_record_that_was_wiped_whole_is_found(five: Store, place: Place):
    for table in ("event", "chain", "layer_sequence"):
        place.run(f"DELETE FROM {table}")
    assert broken_at(five) == 1


def test_an_event_that_was_slipped_in_is_found(five: Store, place: Place):
    columns = "town, at, actor, action, layer, item, batch, data, hash"
    place.run(f"INSERT INTO event (seq, {columns}) SELECT 6, {columns} FROM event WHERE seq = 5")
    assert (broken_at(five), fault_of(five)) == (6, "changed")


def test_an_event_that_was_slipped_in_before_the_first_is_found(five: Store, place: Place):
    columns = "town, at, actor, action, layer, item, batch, data, hash"
    place.run(f"INSERT INTO event (seq, {columns}) SELECT 0, {columns} FROM event WHERE seq = 5")
    assert (broken_at(five), fault_of(five)) == (0, "slipped-in")


def test_the_fault_says_when_the_last_good_event_was_written(five: Store, place: Place):
    place.run("UPDATE event SET actor = 'x' WHERE seq = 3")
    with pytest.raises(BrokenChain, match="The one before is of 2026-11-24T08:30:00"):
        five.verify(CLERK, AT)


def test_another_key_finds_every_event_wrong(five: Store):
    ring = Keyring(bytes(32), five.vault.ring.keys)
    other = Store(five._engine, LAYERS, Vault(five.vault.path, ring))
    assert broken_at(other) == 1


def test_every_town_has_a_chain_of_its_own(store: Store, place: Place):
    other = Scope.of_town("clerk", "430424101")
    put(store, "house", HOUSES[0], HOUSES[1])
    put(store, "house", house(9), scope=other)
    assert (store.verify(CLERK, AT), store.verify(other, AT)) == (2, 1)
    assert store.towns() == [TOWN, "430424101"]
    place.free_events()
    place.run("UPDATE event SET actor = 'x' WHERE town = '430424101'")
    assert store.verify(CLERK, AT) == 2
    with pytest.raises(BrokenChain):
        store.verify(other, AT)


def test_a_town_begins_with_its_first_event(store: Store):
    with store.write(CLERK, AT) as session:
        session.set_meta("synthetic", "yes")
    assert store.towns() == []
    with reading(store) as session:
        assert session.meta("synthetic") == "yes"
    assert store.verify(CLERK, AT) == 0
