"""Asking by time and by value."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from mapserver.domain.records import Record
from mapserver.errors import NotFound
from mapserver.store import items
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import A1, AT, B1, CLERK, A, B, house, person, put, reading, uid

DAYS = {1: date(2026, 5, 1), 2: date(2026, 5, 2), 3: date(2026, 5, 3), 4: None}


def found(store: Store, layer: str, query: Query) -> set[int]:
    with reading(store, CLERK.unmasked()) as session:
        return {int(item.id[-3:], 16) for item in items.page(session, layer, query).items}


def dispute(number: int, day: date | None) -> Record:
    values = {"name": f"纠纷{number}", "kind": "02", "happened_on": day}
    return Record(uid(number), None, A, values)


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (date(2026, 5, 2), None, {2, 3}),
        (None, date(2026, 5, 2), {1, 2}),
        (date(2026, 5, 2), date(2026, 5, 2), {2}),
        (datetime(2026, 5, 2, 12), datetime(2026, 5, 3, 1), {2, 3}),
        (date(2026, 6, 1), None, set()),
    ],
)
def test_the_layers_own_date_is_asked_for(store: Store, since: Any, until: Any, wanted: set[int]):
    put(store, "dispute", *(dispute(number, day) for number, day in DAYS.items()))
    assert found(store, "dispute", Query(since=since, until=until)) == wanted


CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("since", "until", "hit"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), True),  # the whole day, to its last moment
        (date(2026, 11, 25), None, False),
        (None, date(2026, 11, 23), False),
        (datetime(2026, 11, 24, 8, 30), datetime(2026, 11, 24, 8, 30), True),
        (datetime(2026, 11, 24, 8, 30, 0, 1000), None, False),
        (datetime(2026, 11, 24, 16, 30, tzinfo=CHINA), None, True),
        (datetime(2026, 11, 24, 16, 31, tzinfo=CHINA), None, False),
        (None, datetime(2026, 11, 24, 8, 30, tzinfo=UTC), True),
    ],
)
def test_other_layers_are_asked_for_by_their_last_change(
    store: Store, since: Any, until: Any, hit: bool
):
    put(store, "house", house(1))
    assert datetime(2026, 11, 24, 8, 30, tzinfo=UTC) == AT
    assert found(store, "house", Query(since=since, until=until)) == ({1} if hit else set())


@pytest.mark.parametrize(
    ("equal", "wanted"),
    [
        ({"group": "8"}, {1, 2}),
        ({"group": "8", "let": True}, {1}),
        ({"group": None}, {3}),
        ({"village": B}, {3}),
        ({"grid": A1}, {1, 2}),
        ({"assigned_how": "covers"}, {1, 2, 3}),
        ({"storeys": 2}, {1}),
        ({"area_m2": 88.5}, {2}),
        ({"confirmed_on": date(2026, 5, 1)}, {2}),
        ({"id": uid(2)}, {2}),
        ({"id": uid(2).upper()}, {2}),
        ({"id": "2"}, set()),
        ({"group": "8' OR '1'='1"}, set()),
    ],
)
def test_a_value_is_asked_for(store: Store, equal: dict[str, Any], wanted: set[int]):
    put(
        store,
        "house",
        house(1, A1, group="8", let=True, storeys=2),
        house(2, A1, group="8", area_m2=88.5, let=False, confirmed_on=date(2026, 5, 1)),
        house(3, B1),
    )
    assert found(store, "house", Query(equal=equal)) == wanted


def test_people_are_asked_for_by_their_house(town: Store):
    put(town, "person", person(300, 100))
    assert found(town, "person", Query(equal={"house": uid(100)})) == {200, 300}
    assert found(town, "person", Query(equal={"house": "no such house"})) == set()


@pytest.mark.parametrize("identifier", [uid(9), "9", "", "'; DROP TABLE house", "x" * 5000])
def test_an_id_that_nothing_has_is_not_found(store: Store, identifier: str):
    put(store, "house", house(1))
    with reading(store) as session:
        with pytest.raises(NotFound):
            items.get(session, "house", identifier)
        assert items.of_ids(session, "house", [identifier, uid(1)]).keys() == {uid(1)}


def test_a_collection_that_no_file_describes_is_not_found(store: Store):
    with reading(store) as session, pytest.raises(NotFound):
        items.page(session, "event", Query())


def test_secret_fields_cannot_be_asked_for(store: Store):
    names = items.queryables(store.layers["person"])
    assert "id_number" not in names
    assert {"name", "house", "village", "grid", "fid"} <= set(names)
