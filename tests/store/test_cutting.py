"""What is kept no longer goes from the beginning, and the rest still proves itself."""

from datetime import datetime, timedelta

import psycopg
import pytest

from mapserver.errors import BrokenChain, Conflict, StoreError
from mapserver.store import batches, cuts, cutting, writing
from mapserver.store.batches import Batch
from mapserver.store.store import Session, Store
from tests.store.town import AT, CLERK, TOWN, Place, house, put, uid, writing_to

OLD, YOUNG = AT - timedelta(days=200), AT - timedelta(days=100)
LIMIT = AT - timedelta(days=183)


def put_at(store: Store, at: datetime, *numbers: int) -> None:
    with store.write(CLERK, at) as session:
        writing.add(session, "house", [house(number) for number in numbers])


def cut(store: Store, before: datetime = LIMIT) -> int:
    with writing_to(store) as session:
        return cutting.cut(session, before)


def cut_of(session: Session) -> cuts.Cut | None:
    return cuts.of_town(session.connection, session.table("chain_cut"), TOWN)


@pytest.fixture
def aged(store: Store) -> Store:
    """Return a store with three old events and two young ones."""
    put_at(store, OLD, 1, 2, 3)
    put_at(store, YOUNG, 4, 5)
    return store


def test_old_events_go_and_the_rest_can_be_verified(aged: Store):
    assert cut(aged) == 3
    walk = aged.walk(CLERK, AT)
    # the two that stayed, and the event that tells of the cut
    assert (walk.cut, walk.seq, walk.count) == (3, 6, 3)
    put(aged, "house", house(9))
    assert aged.walk(CLERK, AT).seq == 7


def test_the_cut_is_told_in_the_record(aged: Store, place: Place):
    cut(aged)
    ((action, data),) = place.run("SELECT action, data FROM event WHERE seq = 6")
    assert action == "cut"
    assert '"last":3' in data and '"events":3' in data


def test_with_nothing_old_there_is_no_cut_and_no_event(store: Store):
    put_at(store, YOUNG, 1)
    assert cut(store) == 0
    assert store.walk(CLERK, AT).seq == 1


def test_an_empty_record_is_not_cut(store: Store):
    assert cut(store) == 0
    assert store.verify(CLERK, AT) == 0


def test_cuts_go_on_from_each_other(aged: Store):
    cut(aged)
    later = AT + timedelta(days=90)
    with aged.write(CLERK, later) as session:
        assert cutting.cut(session, later - timedelta(days=183)) == 2
    walk = aged.walk(CLERK, AT)
    assert (walk.cut, walk.count) == (5, 2)


def test_where_all_is_old_the_last_event_stays(store: Store):
    put_at(store, OLD, 1, 2, 3)
    assert cut(store) == 2
    assert store.walk(CLERK, AT).cut == 2


def test_what_follows_a_clock_that_jumped_back_stays(store: Store):
    """Only a beginning can go: an old event behind a young one is not in it."""
    put_at(store, OLD, 1)
    put_at(store, YOUNG, 2)
    put_at(store, OLD, 3)
    put_at(store, YOUNG, 4)
    assert cut(store) == 1
    assert store.walk(CLERK, AT).cut == 1


@pytest.mark.parametrize(
    ("change", "at", "fault"),
    [
        ("UPDATE chain_cut SET seq = 2", 2, "cut"),
        ("UPDATE chain_cut SET at = '2020-01-01T00:00:00+00:00'", 3, "cut"),
        ("DELETE FROM chain_cut", 1, "missing"),
        ("DELETE FROM event WHERE seq = 4", 4, "missing"),
        ("UPDATE event SET actor = 'x' WHERE seq = 4", 4, "changed"),
    ],
)
def test_whoever_meddles_with_a_cut_is_found(
    aged: Store, place: Place, change: str, at: int, fault: str
):
    cut(aged)
    place.free_events()
    place.run(change)
    with pytest.raises(BrokenChain) as caught:
        aged.verify(CLERK, AT)
    assert caught.value.details == {"seq": at, "fault": fault}


def test_an_event_put_back_before_the_cut_is_found(aged: Store, place: Place):
    cut(aged)
    place.free_events()
    columns = "town, at, actor, action, layer, item, batch, data, hash"
    place.run(f"INSERT INTO event (seq, {columns}) SELECT 2, {columns} FROM event WHERE seq = 5")
    with pytest.raises(BrokenChain) as caught:
        aged.verify(CLERK, AT)
    assert caught.value.details == {"seq": 2, "fault": "slipped-in"}


def test_an_import_whose_events_are_gone_cannot_be_undone(aged: Store):
    with writing_to(aged) as session:
        batches.add(session, batch(50, 2, 4), [])
        batches.add(session, batch(51, 4, 5), [])
    cut(aged)
    with writing_to(aged) as session:
        with pytest.raises(Conflict, match="kept no longer"):
            batches.told(session, uid(50))
        assert batches.told(session, uid(51)) == []


def batch(number: int, first: int, last: int) -> Batch:
    moment = AT.isoformat()
    return Batch(
        uid(number), "person", "a.xlsx", "committed", "clerk", moment, moment, None, first, last, {}
    )


def test_the_signature_of_a_cut_is_of_the_key_of_the_store(aged: Store):
    cut(aged)
    with writing_to(aged) as session:
        found = cut_of(session)
        assert found is not None
        assert found.is_own(session.key)
        assert not found.is_own(bytes(32))


def test_the_owner_of_the_tables_cuts_and_the_role_for_the_program_does_not(
    owned: Place, served: Place
):
    program = served.open()
    put_at(program, OLD, 1, 2)
    put_at(program, YOUNG, 3)
    with pytest.raises(StoreError, match="owner"):
        cut(program)
    assert program.verify(CLERK, AT) == 3
    owner = owned.open()
    assert cut(owner) == 2
    assert program.walk(CLERK, AT).cut == 2
    owner.close()
    program.close()
    # and afterwards it cannot again
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owned.run("DELETE FROM event")
