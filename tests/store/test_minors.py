"""What is personal of a child under 14 lies sealed, in its table and in the events."""

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from mapserver.domain.records import Change, Record
from mapserver.errors import MigrationRefused
from mapserver.layers import Layer
from mapserver.services import rotating
from mapserver.services.context import Context
from mapserver.store import items, masking, minors, registers, writing
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import (
    AT,
    CLERK,
    LAYERS,
    A,
    Place,
    changed_layers,
    events_of,
    house,
    person,
    put,
    reading,
    uid,
    writing_to,
)

OPEN = CLERK.unmasked()
BORN, GROWN = date(2012, 11, 25), date(2012, 11, 24)  # 13 and 14 years old at the tests' moment
NUMBER = "430499201211250016"
TELLING = {"name": "周小宝", "born": BORN, "relation": "20", "sex": "2", "note": "随奶奶"}
CHILD = person(1, 5, id_number=NUMBER, **TELLING)
WORDS = ("周小宝", "2012-11-25", "随奶奶")


@pytest.fixture
def home(store: Store) -> Store:
    """Return a store with a child and a grown-up in a house."""
    put(store, "house", house(5))
    put(store, "person", CHILD, person(2, 5))
    return store


def whole(store: Store, number: int = 1) -> dict[str, Any]:
    """Return what a record says."""
    with reading(store, OPEN) as session:
        return dict(items.get(session, "person", uid(number)).values)


def change(store: Store, **values: Any) -> None:
    with writing_to(store) as session:
        writing.change(session, "person", [Change(uid(1), values)])


def at_rest(place: Place) -> str:
    """Return all that lies in the table of people and in the events."""
    return str(place.run("SELECT * FROM person")) + str(place.run("SELECT data FROM event"))


def columns(place: Place, *names: str) -> tuple[Any, ...]:
    """Return some columns of the child's row as they lie there."""
    ((*found,),) = place.run(f"SELECT {', '.join(names)} FROM person WHERE id = '{uid(1)}'")
    return tuple(found)


def test_nothing_personal_of_a_child_lies_in_clear(home: Store, place: Place):
    change(home, note="随外婆", phone="14000000001")
    with writing_to(home) as session:
        writing.remove(session, "person", [uid(1)])
    kept = at_rest(place)
    assert not [word for word in (*WORDS, "随外婆") if word in kept]
    assert "甲2" in kept
    assert columns(place, *TELLING) == (None,) * len(TELLING)
    assert home.verify(CLERK, AT)


def test_links_and_counts_of_children_stay(home: Store, place: Place):
    link, village = columns(place, "house", "village")
    assert (str(link), village) == (uid(5), A)
    change(home, moved_out=True)
    assert columns(place, "moved_out") in ((1,), (True,))


def test_a_childs_record_says_all_that_was_written(home: Store):
    assert {name: whole(home)[name] for name in TELLING} == TELLING
    change(home, note="", marital="10", sex=None)
    found = whole(home)
    assert (found["note"], found["marital"], found["sex"]) == ("", "10", None)
    assert (found["name"], found["born"], found["id_number"]) == ("周小宝", BORN, NUMBER)


def test_a_change_that_changes_nothing_of_a_child_leaves_no_event(home: Store):
    before = len(events_of(home))
    change(home, name="周小宝", born=BORN)
    assert len(events_of(home)) == before


def test_on_the_day_somebody_turns_14_they_are_shown_and_then_kept_like_everybody(
    home: Store, place: Place
):
    later = AT + timedelta(days=1)
    with home.read(CLERK, later) as session:
        shown = items.get(session, "person", uid(1)).values
    assert (shown["name"], shown["age"], shown["id_number"]) == ("周小宝", 14, "430499********0016")
    assert columns(place, "name", "born") == (None, None)
    with home.write(CLERK, later) as session:
        writing.change(session, "person", [Change(uid(1), {"note": "住校"})])
    assert columns(place, "name", "note", minors.MINOR) == ("周小宝", "住校", None)
    with home.read(OPEN, later) as session:
        assert items.get(session, "person", uid(1)).values["born"] == BORN


@pytest.mark.parametrize(
    ("number", "values"),
    [
        (1, {"note": "住校", "sex": None, "marital": "10"}),
        (1, {"born": GROWN}),
        (2, {"born": BORN, "note": "改正"}),
    ],
    ids=["a child", "a child no more", "a child after all"],
)
def test_a_change_can_be_told_back_from_its_event(home: Store, number: int, values: dict):
    before = whole(home, number)
    with writing_to(home) as session:
        writing.change(session, "person", [Change(uid(number), values)])
    after = whole(home, number)
    assert after == {**before, **values}
    with writing_to(home) as session:
        told = orjson.loads(events_of(home)[-1].data)
        back = writing.from_told(session, "person", uid(number), told["before"])
        assert after == {
            **after,
            **writing.from_told(session, "person", uid(number), told["after"]),
        }
        writing.change(session, "person", [Change(uid(number), back)])
    assert whole(home, number) == before


def test_a_grown_up_who_is_a_child_after_all_lies_open_no_more(home: Store, place: Place):
    with writing_to(home) as session:
        writing.change(session, "person", [Change(uid(2), {"born": BORN})])
    assert "甲2" not in str(place.run("SELECT * FROM person"))


def test_an_import_finds_a_child_by_name_and_house(home: Store):
    with reading(home, OPEN) as session:
        found = registers.people_of_houses(session, [uid(5)])
        assert (found[0].name, found[0].born, found[0].numbered) == ("周小宝", BORN, True)
        by_name = registers.rows_by(session, "person", ("name", "born"), ["周小宝", "甲2", "谁"])
        assert {name for name, _ in by_name} == {"周小宝", "甲2"}
        by_number = registers.people_by_id_number(session, [NUMBER])
        assert by_number[NUMBER][0]["name"] == "周小宝"


def test_no_question_finds_a_child_by_what_is_sealed(home: Store):
    for scope in (CLERK, OPEN):
        with reading(home, scope) as session:
            assert not items.page(session, "person", Query(equal={"name": "周小宝"})).items


def test_keys_change_for_children_too(home: Store, place: Place):
    before = columns(place, minors.MINOR)
    rotating.rotate(Context(home, CLERK, lambda: AT), lambda *_: None)
    assert columns(place, minors.MINOR) != before
    assert whole(home)["name"] == "周小宝"


def test_a_store_of_the_first_form_has_its_children_sealed(empty_place: Place):
    with_children = empty_place.open()
    young = masking.last_birthday(date.today()) + timedelta(days=100)
    put(with_children, "house", house(5))
    put(with_children, "person", replace_born(CHILD, young), person(2, 5))
    with_children.close()
    empty_place.run(
        f"UPDATE person SET name = '周小宝', born = '{young}', _minor = NULL WHERE id = '{uid(1)}'"
    )
    empty_place.run("ALTER TABLE person DROP COLUMN _minor")
    empty_place.run("UPDATE store_meta SET value = '1' WHERE name = 'form'")
    store = empty_place.open()
    assert columns(empty_place, "name", "born") == (None, None)
    assert whole(store)["name"] == "周小宝"
    assert whole(store, 2)["name"] == "甲2"
    store.close()
    if empty_place.is_file:
        kept = b"".join(path.read_bytes() for path in empty_place.file.parent.iterdir())
        assert "周小宝".encode() not in kept


def replace_born(record: Record, born: date) -> Record:
    return record._replace(values={**record.values, "born": born})


def without(name: str) -> Layer:
    fields = tuple(one for one in LAYERS["person"].fields if one.name != name)
    return LAYERS["person"].model_copy(update={"field": fields})


@pytest.mark.parametrize(
    "changed",
    [LAYERS["person"].model_copy(update={"minors_by": None}), without("native_place")],
    ids=["minors_by is gone", "a personal field is gone"],
)
def test_a_layer_file_that_would_lose_what_is_sealed_is_refused(empty_place: Place, changed: Layer):
    store = empty_place.open()
    put(store, "person", person(1, None, **TELLING))
    store.close()
    with pytest.raises(MigrationRefused):
        empty_place.open(changed_layers(person=changed))
