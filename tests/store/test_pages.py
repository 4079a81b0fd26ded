"""Pages by fid: nothing skipped and nothing twice, whoever writes meanwhile."""

from mapserver.store import items, writing
from mapserver.store.items import Query
from mapserver.store.store import Store
from tests.store.town import house, put, reading, uid, writing_to


def page(store: Store, after: int = 0, limit: int = 3) -> items.Page:
    with reading(store) as session:
        return items.page(session, "house", Query(after=after, limit=limit))


def walk(store: Store, between: object = lambda: None) -> list[str]:
    found, after = [], 0
    while after is not None:
        one = page(store, after)
        found += [item.id for item in one.items]
        after = one.after
        between()
    return found


def test_pages_hold_every_record_once_in_the_order_they_came(store: Store):
    put(store, "house", *(house(number) for number in (5, 3, 8, 1, 9, 2, 7)))
    assert walk(store) == [uid(number) for number in (5, 3, 8, 1, 9, 2, 7)]
    first = page(store)
    assert (first.matched, len(first.items), first.after) == (7, 3, first.items[-1].fid)


def test_the_last_page_has_no_next_even_when_it_is_full(store: Store):
    put(store, "house", *(house(number) for number in range(6)))
    second = page(store, page(store).after)
    assert (len(second.items), second.after) == (3, None)


def test_a_collection_without_records_is_one_empty_page(store: Store):
    assert page(store) == items.Page((), 0, None)


def test_records_that_come_and_go_between_pages_disturb_nobody(store: Store):
    put(store, "house", *(house(number) for number in range(1, 10)))
    coming, going = iter(range(100, 110)), iter((1, 9, 4))

    def meanwhile() -> None:
        put(store, "house", house(next(coming)))
        with writing_to(store) as session:
            writing.remove(session, "house", [uid(next(going, 0))])

    found = walk(store, meanwhile)
    assert len(found) == len(set(found))
    assert set(found) >= {uid(number) for number in range(1, 9)}


def test_one_session_sees_one_state_while_others_write(store: Store):
    put(store, "house", house(1))
    with reading(store) as session:
        before = items.page(session, "house", Query())
        put(store, "house", house(2))
        assert items.page(session, "house", Query()) == before
        assert session.sequence() == 1
    assert page(store).matched == 2
