"""Finding by name, by words, by door."""

import pytest
from shapely import Point

from mapserver.domain.records import Record
from mapserver.store import search
from mapserver.store.store import Store
from tests.store.town import LAYERS, A, B, house, put, reading, uid


def found(store: Store, layer: str, *words: str, limit: int = 10) -> list[str]:
    with reading(store) as session:
        return [hit.title for hit in search.by_words(session, LAYERS[layer], words, limit)]


@pytest.fixture
def schools(store: Store) -> Store:
    """Return a store with four schools."""
    names = ("白鹤小学", "鹤岭中学", "第一小学", "100%幼儿园_A")
    for k, name in enumerate(names):
        values = {"name": name, "kind": "primary", "address": "白鹤村8组" if k == 2 else None}
        put(store, "school", Record(uid(k), Point(113, 28), (A, B)[k % 2], values))
    return store


def test_what_begins_with_the_word_comes_first(schools: Store):
    assert found(schools, "school", "鹤") == ["鹤岭中学", "白鹤小学", "第一小学"]


def test_every_word_must_occur_in_some_field(schools: Store):
    assert found(schools, "school", "小学", "白鹤") == ["白鹤小学", "第一小学"]
    assert found(schools, "school", "小学", "鹤岭") == []


@pytest.mark.parametrize("word", ["%", "_", "\\", "'", "小_"])
def test_a_wild_card_is_a_character_like_any_other(schools: Store, word: str):
    wanted = ["100%幼儿园_A"] if word in ("%", "_") else []
    assert found(schools, "school", word) == wanted


def test_latin_letters_are_found_in_either_case(store: Store):
    square = Point(113, 28).buffer(1)
    values = {"code": A, "name": "白鹤村", "name_en": "Baihe"}
    put(store, "village", Record(uid(1), square, A, values))
    assert found(store, "village", "bAI") == ["白鹤村"]


def test_as_many_as_are_wanted(schools: Store):
    assert len(found(schools, "school", "学", limit=2)) == 2
    assert found(schools, "school") == []


def test_people_are_not_searched(store: Store):
    assert found(store, "person", "甲") == []


def test_a_door_is_found_by_its_key(store: Store):
    put(store, "house", house(1), house(2))
    with reading(store) as session:
        (hit,) = search.by_key(session, ["k2", "k9"])
    assert (hit.id, hit.title, hit.detail, hit.village) == (uid(2), "2号", "2号", A)
    assert hit.geometry == Point(113.005, 28.02)
