"""Adding, changing and removing, each with its event."""

from datetime import date

import orjson
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, box

from mapserver.domain.records import Change, Record
from mapserver.errors import Conflict, NotFound
from mapserver.store import items, writing
from mapserver.store.store import Store
from tests.store.town import (
    A1,
    AREAS,
    AT,
    CLERK,
    A,
    area,
    events_of,
    house,
    person,
    put,
    reading,
    uid,
    unplaced,
    writing_to,
)

OPEN = CLERK.unmasked()


def told(store: Store) -> list[tuple[str, str, dict]]:
    return [(row.action, row.item, orjson.loads(row.data)) for row in events_of(store)]


def change(store: Store, layer: str, number: int, **values: object) -> None:
    with writing_to(store) as session:
        writing.change(session, layer, [Change(uid(number), values)])


def item(store: Store, layer: str, number: int) -> items.Item:
    with reading(store, OPEN) as session:
        return items.get(session, layer, uid(number))


def test_an_added_record_comes_back_as_it_went_in(store: Store):
    put(store, "house", house(1, A1, group="8", use="dwelling", area_m2=88.5, storeys=2, let=True))
    put(store, "person", person(2, 1, id_number="430499198005030016", phone="13800000000"))
    found = item(store, "house", 1)
    assert found.geometry == Point(113.005, 28.02)
    assert (found.village, found.revision, found.updated_at) == (A, 1, AT.replace(tzinfo=None))
    assert found.place == {
        "grid": A1, "assigned_how": "covers", "assigned_m": 0.0, "boundary_version": 1
    }  # fmt: skip
    wanted = {"group": "8", "use": "dwelling", "area_m2": 88.5, "storeys": 2, "let": True}
    assert {name: found.values[name] for name in wanted} == wanted
    assert found.values["owner_id"] is None
    who = item(store, "person", 2)
    assert (who.values["born"], who.values["house"]) == (date(1980, 5, 3), uid(1))
    assert who.values["id_number"] == "430499198005030016"
    assert who.geometry == Point(113.005, 28.02)
    assert who.place["grid"] == A1


def test_an_add_tells_the_whole_record_and_nothing_empty(store: Store):
    put(store, "person", person(2, None, phone=None))
    ((action, identifier, data),) = told(store)
    assert (action, identifier) == ("add", uid(2))
    after = {"id": uid(2), "village": A, "name": "甲2", "born": "1980-05-03"}
    assert data == {"after": after, "revision": 1}


def test_a_change_tells_what_changed_before_and_after(store: Store):
    put(store, "house", house(1, group="8"))
    change(store, "house", 1, group="9", storeys=3, address="1号")
    _, (action, _, data) = told(store)
    assert action == "change"
    assert data == {
        "before": {"group": "8", "storeys": None},
        "after": {"group": "9", "storeys": 3},
        "revision": 2,
    }
    found = item(store, "house", 1)
    assert (found.values["group"], found.values["storeys"], found.revision) == ("9", 3, 2)


def test_emptying_a_field_is_told_and_can_be_taken_back(store: Store):
    put(store, "person", person(2, None, note="旧"))
    change(store, "person", 2, note=None, phone="13800000000")
    data = told(store)[-1][2]
    assert data["after"].keys() == {"note", "phone"}
    assert data["after"]["note"] is None
    with writing_to(store) as session:
        back = writing.from_told(session, "person", uid(2), data["before"])
        writing.change(session, "person", [Change(uid(2), back)])
    values = item(store, "person", 2).values
    assert (values["note"], values["phone"]) == ("旧", None)


def test_a_change_that_changes_nothing_leaves_no_event(store: Store):
    put(store, "house", house(1, group="8"))
    change(store, "house", 1, group="8", geom=Point(113.005, 28.02))
    assert len(told(store)) == 1
    assert item(store, "house", 1).revision == 1


def test_two_changes_of_one_record_in_one_call_are_one(store: Store):
    put(store, "house", house(1, group="8", storeys=1))
    with writing_to(store) as session:
        three = [{"group": "9"}, {"group": "10", "storeys": 2}, {"group": "11"}]
        writing.change(session, "house", [Change(uid(1), values) for values in three])
    assert told(store)[-1][2]["after"] == {"group": "11", "storeys": 2}
    assert item(store, "house", 1).values["group"] == "11"
    assert item(store, "house", 1).revision == 2


def test_a_house_is_put_on_the_map_moved_and_taken_off_again(store: Store):
    put(store, "house", unplaced(1))
    everywhere = items.Query(boxes=((113.0, 28.0, 114.0, 29.0),))
    seen = []
    for geometry in (Point(113.1, 28.1), Point(113.2, 28.2), None):
        change(store, "house", 1, geom=geometry)
        with reading(store) as session:
            row = writing.rows_of(session, "house", [uid(1)])[uid(1)]
            seen.append((row["zkey"] is not None, items.page(session, "house", everywhere).matched))
    assert seen == [(True, 1), (True, 1), (False, 0)]
    assert [data["after"]["geom"] is None for _, _, data in told(store)[1:]] == [False, False, True]
    first, second = (
        shapely.from_wkb(told(store)[2][2][key]["geom"]) for key in ("before", "after")
    )
    assert (first, second) == (Point(113.1, 28.1), Point(113.2, 28.2))


def test_areas_are_kept_as_multipolygons_however_they_come(store: Store):
    square, wider = box(113.0, 28.0, 113.01, 28.01), box(113.0, 28.0, 113.02, 28.01)
    put(store, "footprint", Record(uid(1), square, A, {"code": "f1", "source": "卫星"}))
    assert item(store, "footprint", 1).geometry == MultiPolygon([square])
    change(store, "footprint", 1, geom=square)
    assert len(told(store)) == 1
    change(store, "footprint", 1, geom=wider)
    assert item(store, "footprint", 1).geometry == MultiPolygon([wider])


def test_a_layer_may_hold_points_and_lines(store: Store):
    ditch = LineString([(113.0, 28.0), (113.01, 28.01)])
    put(store, "facility", Record(uid(1), ditch, A, {"name": "沟", "kind": "ditch"}))
    put(store, "facility", Record(uid(2), Point(113, 28), A, {"name": "灯", "kind": "lamp"}))
    assert item(store, "facility", 1).geometry == ditch
    assert item(store, "facility", 2).geometry == Point(113, 28)


def test_an_empty_geometry_is_none(store: Store):
    put(store, "house", house(1, at=(113.0, 28.0)))
    change(store, "house", 1, geom=Point())
    assert item(store, "house", 1).geometry is None


def test_a_removed_record_is_gone_and_its_event_tells_it_whole(store: Store):
    put(store, "house", house(1, group="8"))
    with writing_to(store) as session:
        writing.remove(session, "house", [uid(1)])
    with pytest.raises(NotFound):
        item(store, "house", 1)
    action, identifier, data = told(store)[-1]
    assert (action, identifier, data["before"]["group"]) == ("remove", uid(1), "8")
    put(store, "house", house(2, address_key="k1"))  # its key is free again


def test_removing_twice_is_told_once(store: Store):
    put(store, "house", house(1))
    for _ in range(2):
        with writing_to(store) as session:
            writing.remove(session, "house", [uid(1)])
    assert [action for action, _, _ in told(store)] == ["add", "remove"]


def test_changing_what_is_gone_is_refused_and_changes_nothing(store: Store):
    put(store, "house", house(1), house(2))
    with writing_to(store) as session:
        writing.remove(session, "house", [uid(1)])
    with pytest.raises(Conflict), writing_to(store) as session:
        both = [Change(uid(number), {"group": "9"}) for number in (2, 1)]
        writing.change(session, "house", both)
    assert item(store, "house", 2).values["group"] is None


@pytest.mark.parametrize(
    ("layer", "first", "more", "twin"),
    [
        ("house", house(1), house(3), house(1, address_key="other")),
        ("grid", *AREAS["grid"][:2], area(9, A1, "甲", 113.0, 113.01)),
    ],
)
def test_a_second_record_of_one_id_or_area_is_refused_whole(
    store: Store, layer: str, first: Record, more: Record, twin: Record
):
    put(store, layer, first)
    with pytest.raises(Conflict):
        put(store, layer, more, twin)
    assert len(told(store)) == 1
    assert store.verify(CLERK, AT) == 1


def test_what_a_transaction_began_is_gone_when_it_fails(store: Store):
    with pytest.raises(RuntimeError), writing_to(store) as session:
        writing.add(session, "house", [house(1)])
        raise RuntimeError("the lights went out")
    assert told(store) == []
    with pytest.raises(NotFound):
        item(store, "house", 1)


def test_every_layer_knows_the_event_that_touched_it_last(store: Store):
    put(store, "house", house(1), house(2))
    put(store, "person", person(3, 1))
    with reading(store) as session:
        assert session.sequences() == {"house": 2, "person": 3}
        assert session.sequence() == 3


def test_words_that_sql_or_copy_could_stumble_over_stay_as_they_are(store: Store):
    odd = "a\tb\\N\\.'\"; DROP TABLE house; -- 100%（）😀{}"
    put(store, "person", person(1, None, note=odd))
    assert item(store, "person", 1).values["note"] == odd
    change(store, "person", 1, note=odd * 2)
    assert item(store, "person", 1).values["note"] == odd * 2
