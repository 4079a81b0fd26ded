"""Secrets leave the store as asterisks, and a child's record as its house alone."""

from datetime import date

import pytest

from mapserver.store import items, masking
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import A1, CLERK, house, person, put, reading, uid

NUMBER = "430499198005030016"
CHILD, GROWN = date(2012, 11, 25), date(2012, 11, 24)  # 13 and 14 years old at the tests' moment


def values(store: Store, layer: str, number: int, *, open_: bool = False) -> dict:
    with reading(store, CLERK.unmasked() if open_ else CLERK) as session:
        return dict(items.get(session, layer, uid(number)).values)


def test_numbers_and_phones_leave_with_their_middle_hidden(store: Store):
    put(store, "person", person(1, None, id_number=NUMBER, phone="13800002617"))
    masked = values(store, "person", 1)
    assert (masked["id_number"], masked["phone"]) == ("430499********0016", "138****2617")
    assert masked["name"] == "甲1"
    whole = values(store, "person", 1, open_=True)
    assert (whole["id_number"], whole["phone"]) == (NUMBER, "13800002617")


def test_every_secret_field_of_every_layer_is_masked(store: Store):
    put(store, "house", house(1, A1, owner_id=NUMBER, owner_phone="073400000000"))
    masked = values(store, "house", 1)
    assert NUMBER not in masked.values()
    assert "073400000000" not in masked.values()
    assert masked["owner_name"] is None


def test_a_child_leaves_as_its_house_alone(store: Store):
    put(store, "house", house(5))
    put(store, "person", person(1, 5, born=CHILD, id_number=NUMBER), person(2, 5, born=GROWN))
    assert values(store, "person", 1) == {"secret": True, "house": uid(5)}
    assert values(store, "person", 2)["name"] == "甲2"
    assert values(store, "person", 1, open_=True)["name"] == "甲1"


def test_pages_mask_as_single_records_do(store: Store):
    put(store, "person", person(1, None, born=CHILD), person(2, None, phone="13800002617"))
    with reading(store) as session:
        child, grown = items.page(session, "person", Query()).items
        assert child.values == {"secret": True, "house": None}
        assert grown.values["phone"] == "138****2617"
        assert items.of_ids(session, "person", [uid(1)])[uid(1)].values == child.values


@pytest.mark.parametrize("equal", [{"name": "小明"}, {"born": CHILD}, {"sex": "1"}])
def test_a_question_does_not_tell_what_a_childs_record_holds(store: Store, equal: dict):
    put(store, "house", house(5))
    put(store, "person", person(1, 5, name="小明", born=CHILD, sex="1"))
    put(store, "person", person(2, 5, name="小明", born=GROWN, sex="1"))
    put(store, "person", person(3, 5, name="小明", born=None, sex="1"))
    grown = {uid(2), uid(3)} if "born" not in equal else set()
    with reading(store) as session:
        page = items.page(session, "person", Query(equal=equal))
        assert {item.id for item in page.items} == grown
        everyone = items.page(session, "person", Query(equal={"house": uid(5)}))
        assert everyone.matched == 3


@pytest.mark.parametrize(
    ("today", "born"),
    [
        (date(2026, 11, 24), date(2012, 11, 24)),
        (date(2028, 2, 29), date(2014, 2, 28)),
        (date(2026, 2, 28), date(2012, 2, 28)),
        (date(2026, 3, 1), date(2012, 3, 1)),
    ],
)
def test_the_last_birthday_of_the_grown_up(store: Store, today: date, born: date):
    layer = store.layers["person"]
    assert masking.last_birthday(today) == born
    assert not masking.is_child(layer, {"born": born}, today)
    day_after = date.fromordinal(born.toordinal() + 1)
    assert masking.is_child(layer, {"born": day_after}, today)
