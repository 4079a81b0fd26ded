"""What waits for somebody."""

from shapely import Point

from mapserver.domain.records import Change, Placement, Record
from mapserver.roles import Role
from mapserver.store import worklists, writing
from mapserver.store.store import Store
from mapserver.store.worklists import Waiting
from tests.store.town import (
    A1,
    A2,
    B2,
    TOWN,
    A,
    B,
    appointed,
    house,
    person,
    put,
    reading,
    uid,
    unplaced,
    worker,
    writing_to,
)

NOWHERE = Placement(None, None, None, None)


def listed(
    store: Store, kind: worklists.Kind, village: str | None = None, offset: int = 0, limit: int = 10
) -> tuple[int, list[Waiting]]:
    with reading(store) as session:
        found = worklists.listed(session, kind, village=village, offset=offset, limit=limit)
        assert village or found[0] == worklists.count(session, kind)
    return found


def test_houses_without_a_point_wait_with_the_people_in_them(store: Store):
    put(store, "house", unplaced(1, door="8组1号"), house(2), unplaced(3, door=None))
    put(store, "person", person(10, 1), person(11, 1), person(12, 2))
    total, found = listed(store, "unplaced")
    assert total == 2
    assert found[0] == Waiting("house", uid(1), "8组1号", "1号", A, None, 2)
    assert (found[1].title, found[1].people) == (None, 0)


def test_a_house_that_was_put_on_the_map_waits_no_longer(store: Store):
    put(store, "house", unplaced(1))
    with writing_to(store) as session:
        writing.change(session, "house", [Change(uid(1), {"geom": Point(113, 28)})])
    assert listed(store, "unplaced") == (0, [])
    assert listed(store, "unassigned")[0] == 1


def test_whatever_lies_in_no_grid_waits_whichever_layer_it_is_of(store: Store):
    far = Point(120, 30)
    put(store, "house", house(1, None, at=(120.0, 30.0)), house(2), unplaced(3))
    put(store, "school", Record(uid(4), far, B, {"name": "小学", "kind": "primary"}, NOWHERE))
    put(store, "dispute", Record(uid(5), far, None, {"name": "纠纷", "kind": "02"}, NOWHERE))
    put(store, "footprint", Record(uid(6), far.buffer(1), None, {"code": "f", "source": "s"}))
    total, found = listed(store, "unassigned")
    assert total == 4
    assert [(one.layer, one.village) for one in found] == [
        ("house", A),
        ("school", B),
        ("footprint", None),
        ("dispute", None),
    ]
    assert found[1].title == "小学"
    assert found[3].title is None  # a dispute's name is personal


def test_pages_of_a_list_hold_everything_once(store: Store):
    put(store, "house", *(unplaced(number, door="同") for number in range(7)))
    pages = [listed(store, "unplaced", offset=start, limit=3)[1] for start in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert len({one.id for page in pages for one in page}) == 7


def test_a_list_can_be_asked_for_one_village(store: Store):
    put(store, "house", unplaced(1), unplaced(2, village=B), unplaced(3, village=B))
    with reading(store) as session:
        assert worklists.by_village(session, "unplaced") == {A: 1, B: 2}
    assert listed(store, "unplaced", village=B)[0] == 2


def test_a_grid_that_denies_the_point_is_listed_once_for_each_house(store: Store):
    put(store, "house", house(1, A1, grid_claimed=A2), house(2, A1, grid_claimed=A1), house(3, A1))
    put(store, "person", person(10, 1, grid_claimed=B2), person(11, 3, grid_claimed=A2))
    put(store, "person", person(12, 3, grid_claimed=A2), person(13, 2, grid_claimed="第一网格"))
    total, found = listed(store, "contradictions")
    assert total == 2
    assert [(one.id, one.detail, one.grid) for one in found] == [
        (uid(1), A2, A1),
        (uid(3), A2, A1),
    ]
    assert [one.people for one in found] == [1, 2]


def test_who_is_in_two_villages_is_on_a_list_of_those_who_see_both(store: Store):
    number = "430499198005030016"
    put(store, "person", person(10, None, id_number=number), person(11, None))
    put(store, "person", person(12, None, village=B, id_number=number))
    total, found = listed(store, "doubles")
    assert total == 2
    assert [(one.id, one.village, one.detail) for one in found] == [
        (uid(10), A, B),
        (uid(12), B, A),
    ]
    for village in (A, B):
        with reading(store, worker(village)) as session:
            assert worklists.listed(session, "doubles", village=None, offset=0, limit=9) == (0, [])
            assert worklists.doubles_of(session, uid(10)) == []
    with reading(store, worker(A, B)) as session:
        assert worklists.doubles_of(session, uid(10)) == [uid(12)]
    with reading(store, appointed(Role.SUPERVISOR, TOWN)) as session:
        assert worklists.count(session, "doubles") == 2
        assert worklists.doubles_of(session, uid(10)) == []


def test_who_moved_out_of_one_of_two_villages_is_on_no_list(store: Store):
    number = "430499198005030016"
    put(store, "person", person(10, None, id_number=number, moved_out=True))
    put(store, "person", person(12, None, village=B, id_number=number))
    assert listed(store, "doubles") == (0, [])
