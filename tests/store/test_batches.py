"""Imports that were committed, and what came of their rows."""

from dataclasses import replace

import pytest

from mapserver.errors import NotFound
from mapserver.store import batches, writing
from mapserver.store.batches import Batch
from mapserver.store.store import Store
from tests.store.town import AT, house, put, reading, uid, writing_to

NOW = AT.isoformat()
SUMMARY = {"added": 2, "refused": 1}
ONE = Batch(
    uid(50), "house", "登记表.xlsx", "committed", "clerk", NOW, NOW, None, 2, 3, SUMMARY
)  # fmt: skip
ROWS = [{"row": 4, "outcome": "added"}, {"row": 5, "outcome": "refused", "code": "total-row"}]


def keep(store: Store, *kept: Batch) -> None:
    with writing_to(store) as session:
        for one in kept:
            batches.add(session, one, ROWS)


def test_a_batch_comes_back_as_it_went_in(store: Store):
    keep(store, ONE)
    with reading(store) as session:
        assert batches.get(session, uid(50)) == ONE
        assert batches.outcomes(session, uid(50)) == ROWS


def test_the_latest_come_first(store: Store):
    keep(store, *(replace(ONE, id=uid(number)) for number in (51, 53, 52)))
    with reading(store) as session:
        assert [one.id for one in batches.recent(session, 2)] == [uid(53), uid(52)]


def test_a_batch_tells_its_own_events_alone(store: Store):
    put(store, "house", house(1))
    with writing_to(store) as session:
        writing.add(session, "house", [house(2)], uid(50))
        writing.add(session, "house", [house(3)], uid(51))
        writing.remove(session, "house", [uid(2)], uid(50))
        batches.add(session, replace(ONE, first_seq=2, last_seq=4), ROWS)
    with reading(store) as session:
        told = batches.told(session, uid(50))
    assert [(event.action, event.item) for event in told] == [("add", uid(2)), ("remove", uid(2))]
    assert told[0].data["after"]["door"] == "2号"


def test_an_undone_batch_says_so(store: Store):
    keep(store, ONE)
    with writing_to(store) as session:
        batches.mark_undone(session, uid(50), NOW)
    with reading(store) as session:
        found = batches.get(session, uid(50))
    assert (found.state, found.undone_at) == ("undone", NOW)


@pytest.mark.parametrize("identifier", [uid(9), "9", "../town.key"])
def test_a_batch_that_never_was_is_not_found(store: Store, identifier: str):
    with reading(store) as session:
        for read in (batches.get, batches.outcomes, batches.told):
            with pytest.raises(NotFound):
                read(session, identifier)


def test_a_long_file_name_is_cut(store: Store):
    keep(store, replace(ONE, file="表" * 300 + ".xlsx"))
    with reading(store) as session:
        assert batches.get(session, uid(50)).file == "表" * 255


def test_ones_own_are_listed_whatever_others_did_since(store: Store):
    keep(store, ONE, *(replace(ONE, id=uid(60 + k), actor="other") for k in range(5)))
    with reading(store) as session:
        assert [one.id for one in batches.recent(session, 2, "clerk")] == [uid(50)]
