"""The record searched: an entry is what one person did to one layer in one transaction."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from mapserver.domain.records import Change
from mapserver.store import record_search, writing
from mapserver.store.events import Event, moment
from mapserver.store.record_search import Entry, Wanted
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import AT, CLERK, TOWN, house, person, reading, uid

OTHER = Scope.of_town("supervisor", TOWN)


def at(minute: int):
    return AT + timedelta(minutes=minute)


@pytest.fixture
def told(store: Store) -> Store:
    """Return a store in which this happened, a minute apart.

    0  clerk       adds houses 1 to 3 and person 11
    1  supervisor  changes house 2
    2  clerk       removes person 11
    3  supervisor  is refused
    """
    with store.write(CLERK, at(0)) as session:
        writing.add(session, "house", [house(number) for number in (1, 2, 3)], uid(99))
        writing.add(session, "person", [person(11, 1, phone="19900001111")])
    with store.write(OTHER, at(1)) as session:
        writing.change(session, "house", [Change(uid(2), {"storeys": 3})])
    with store.write(CLERK, at(2)) as session:
        writing.remove(session, "person", [uid(11)])
    with store.write(OTHER, at(3)) as session:
        session.append([Event("refused", None, None, None, {"note": {"code": "not-allowed"}})])
    return store


def search(
    store: Store, limit: int = 50, before: str | None = None, **wanted: object
) -> tuple[list[Entry], str | None]:
    with reading(store) as session:
        return record_search.entries(session, Wanted(**wanted), before, limit)


def short(entries: Sequence[Entry]) -> list[tuple[str, str, str | None, int]]:
    return [(one.actor, one.action, one.layer, one.count) for one in entries]


REFUSAL = ("supervisor", "refused", None, 1)
REMOVAL = ("clerk", "remove", "person", 1)
CHANGE = ("supervisor", "change", "house", 1)
PERSON = ("clerk", "add", "person", 1)
HOUSES = ("clerk", "add", "house", 3)


def test_the_newest_comes_first_and_what_was_done_at_once_is_one(told: Store):
    found, following = search(told)
    assert short(found) == [REFUSAL, REMOVAL, CHANGE, PERSON, HOUSES]
    assert following is None
    assert [(one.first, one.last) for one in found] == [(7, 7), (6, 6), (5, 5), (4, 4), (1, 3)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"actor": "supervisor"}, [REFUSAL, CHANGE]),
        ({"actor": "super"}, []),
        ({"action": "add"}, [PERSON, HOUSES]),
        ({"layer": "house"}, [CHANGE, HOUSES]),
        ({"layer": "house", "action": "change"}, [CHANGE]),
        ({"item": uid(11)}, [REMOVAL, PERSON]),
        ({"item": uid(2)}, [CHANGE, ("clerk", "add", "house", 1)]),
        ({"item": uid(77)}, []),
        ({"since": moment(at(1)), "until": moment(at(2))}, [REMOVAL, CHANGE]),
        ({"since": moment(at(3))}, [REFUSAL]),
        ({"until": moment(at(0))}, [PERSON, HOUSES]),
        ({"first": 2, "last": 4}, [PERSON, ("clerk", "add", "house", 2)]),
    ],
)
def test_what_is_looked_for_is_found(told: Store, wanted: dict[str, object], expected: list):
    assert short(search(told, **wanted)[0]) == expected


def test_one_event_says_what_it_is_about_and_which_fields_it_touched(told: Store):
    found, _ = search(told, action="change")
    assert (found[0].item, found[0].told.fields) == (uid(2), ("storeys",))
    (refusal,), _ = search(told, action="refused")
    assert refusal.told.details == {"code": "not-allowed"}


def test_several_say_how_many_they_are_and_which_import_they_came_by(told: Store):
    _, houses = search(told, action="add")[0]
    assert (houses.item, houses.told.fields, houses.batch) == (None, (), uid(99))


def test_no_value_is_told(told: Store):
    shown = repr(search(told)[0]) + repr(singles(told))
    assert "19900001111" not in shown
    assert "甲11" not in shown
    assert "phone" in shown


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_hold_every_entry_once_and_keep_a_moment_together(told: Store, limit: int):
    seen, before = [], None
    for _ in range(5):
        found, before = search(told, limit, before)
        seen += short(found)
        assert len(found) <= limit + 1
        if before is None:
            break
    assert seen == [REFUSAL, REMOVAL, CHANGE, PERSON, HOUSES]


def singles(store: Store, before: int | None = None, limit: int = 50, **wanted: object):
    with reading(store) as session:
        return record_search.events(session, Wanted(**wanted), before, limit)


def test_events_one_by_one_are_those_of_an_entry(told: Store):
    houses = search(told, layer="house", action="add")[0][0]
    found, following = singles(told, first=houses.first, last=houses.last, action="add")
    assert [one.item for one in found] == [uid(3), uid(2), uid(1)]
    assert following is None
    assert "address" in found[0].told.fields


def test_events_come_in_pages(told: Store):
    found, before = singles(told, limit=4)
    assert [one.first for one in found] == [7, 6, 5, 4]
    rest, end = singles(told, before, limit=4)
    assert ([one.first for one in rest], end) == ([3, 2, 1], None)


def test_another_towns_record_is_not_searched(told: Store):
    elsewhere = Scope.of_town("clerk", "430424101")
    with reading(told, elsewhere) as session:
        assert record_search.entries(session, Wanted(), None, 50) == ([], None)
        assert record_search.events(session, Wanted(), None, 50) == ([], None)
        assert record_search.extent(session) == record_search.Extent(0, 0, None)


def test_the_extent_is_what_is_kept(told: Store):
    with reading(told) as session:
        assert record_search.extent(session) == record_search.Extent(7, 7, moment(at(0)))
