"""What an import looks up."""

from mapserver.domain.records import Record
from mapserver.store import registers
from mapserver.store.store import Store
from tests.store.town import CLERK, A, B, house, person, put, reading, uid, unplaced

OPEN = CLERK.unmasked()
NUMBERS = [f"430499{k:012d}" for k in range(1200)]


def test_more_people_than_one_statement_takes_are_found_by_their_number(store: Store):
    put(store, "person", *(person(k, None, id_number=NUMBERS[k]) for k in range(1200)))
    with reading(store, OPEN) as session:
        found = registers.people_by_id_number(session, [*NUMBERS, "430499190001010000"])
    assert found.keys() == set(NUMBERS)
    assert [one["id"] for one in found[NUMBERS[7]]] == [uid(7)]


def test_a_number_that_two_villages_share_finds_both(store: Store):
    there = {2: A, 1: B}
    shared = (person(k, None, village=there[k], id_number=NUMBERS[0]) for k in there)
    put(store, "person", *shared)
    with reading(store, OPEN) as session:
        found = registers.people_by_id_number(session, NUMBERS)
    assert [one["id"] for one in found[NUMBERS[0]]] == [uid(1), uid(2)]


def test_houses_are_found_by_key(store: Store):
    put(store, "house", house(1), unplaced(2))
    with reading(store, OPEN) as session:
        by_key = registers.houses_by_key(session, ["k1", "k2", "k3"])
        assert {key: row.id for key, row in by_key.items()} == {"k1": uid(1), "k2": uid(2)}
        assert (by_key["k1"].zkey is None, by_key["k2"].zkey is None) == (False, True)


def test_who_lives_in_a_house_and_who_is_counted(store: Store):
    put(store, "person", person(10, 1), person(11, 1), person(12, 2))
    with reading(store, OPEN) as session:
        who = registers.people_of_houses(session, [uid(1)])
        assert {one.id for one in who} == {uid(10), uid(11)}
        assert {one.house for one in who} == {uid(1)}
        assert registers.count_people(session, [uid(1), uid(2)], {uid(10)}) == 2
        assert registers.people_by_id(session, [uid(12)])[uid(12)]["name"] == "甲12"


def test_the_head_of_a_household(store: Store):
    put(store, "person", person(10, 1, household="h", relation="02"))
    put(store, "person", person(11, 1, household="h", relation="10"))
    with reading(store, OPEN) as session:
        assert registers.households_with_heads(session, ["h", "g"])["h"].id == uid(10)


def test_the_groups_of_every_village(store: Store):
    put(store, "house", house(1, group="8"), house(2, group="8"), house(3))
    total = Record(uid(4), None, B, {"group": "新屋", "people": 1, "households": 1})
    put(store, "control_total", total)
    with reading(store) as session:
        assert registers.groups_of_villages(session) == {A: {"8"}, B: {"新屋"}}


def test_rows_are_found_by_several_fields(store: Store):
    put(store, "house", house(1, group="8"), house(2, group="9"))
    with reading(store, OPEN) as session:
        found = registers.rows_by(session, "house", ("address_key", "group"), ["k1", "k2"])
    assert {pair: row["id"] for pair, row in found.items()} == {
        ("k1", "8"): uid(1),
        ("k2", "9"): uid(2),
    }
