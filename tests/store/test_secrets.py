"""Secret values are sealed in the store: each opens in its own place, whole, or not at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table
from sqlalchemy.exc import SQLAlchemyError

from mapserver.domain.records import Change, Record
from mapserver.errors import KeyFileError, SecretDamaged
from mapserver.store import items, registers, writing
from mapserver.store.items import Query
from mapserver.store.keys import Keyring, new_key
from mapserver.store.secrets import Marks, Sealed, Secrets, Vault
from mapserver.store.store import Store
from tests.store.town import (
    AT,
    CLERK,
    TOWN,
    A,
    Place,
    events_of,
    house,
    person,
    put,
    reading,
    uid,
    writing_to,
)

OPEN = CLERK.unmasked()
NUMBER, OTHER_NUMBER = "430499198005030016", "430499198005030032"
PHONE, OTHER_PHONE = "19900001111", "19900002222"
STORY = "两家为宅基地边界起了争执"
SECRETS = (NUMBER, OTHER_NUMBER, PHONE, OTHER_PHONE, STORY)

RING = Keyring(bytes(32), (new_key(), new_key()))
OLD, NEW = RING.ids
PEOPLE = Table(
    "people",
    MetaData(),
    Column("id", String),
    Column("number", Sealed("id_number")),
    Column("_number", String),
    Column("born", Sealed("date")),
    Column("size", Sealed("number")),
    Column("name", String),
)


BEFORE = Marks(OLD)


def secrets(town: str = TOWN, marks: Marks = BEFORE, ring: Keyring = RING) -> Secrets:
    return Secrets(Vault(Path("nowhere.key"), ring), town, marks.dump)


texts = st.text(st.characters(codec="utf-8"), max_size=80)
rows = st.fixed_dictionaries(
    {"id": st.uuids().map(str)},
    optional={
        "number": st.none() | texts,
        "born": st.none() | st.dates(),
        "size": st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
        "name": st.none() | texts,
    },
)


@given(st.lists(rows, max_size=4))
def test_what_is_sealed_opens_as_it_was(given_rows: list[dict[str, Any]]):
    mine = secrets()
    kept = mine.sealed(PEOPLE, given_rows)
    assert [mine.opened(PEOPLE, row["id"], row) for row in kept] == given_rows
    for row, plain in zip(kept, given_rows, strict=True):
        assert row.get("name") == plain.get("name")
        assert ("_number" in row) == ("number" in plain)
        assert (row.get("_number") is None) == (plain.get("number") is None)


def test_the_same_value_is_never_sealed_alike():
    one, two = secrets().sealed(PEOPLE, [{"id": uid(1), "number": NUMBER}] * 2)
    assert one["number"] != two["number"]
    assert one["_number"] == two["_number"]


@given(st.data())
def test_a_value_with_any_byte_altered_is_refused(data: st.DataObject):
    mine = secrets()
    kept = mine.seal("people", "number", uid(1), NUMBER)
    at = data.draw(st.integers(0, len(kept) - 1))
    # what is drawn must not hang on the nonce, which is another every time
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    cut = ("", kept[at:], kept[at:] + "A")[data.draw(st.integers(0, 2))]
    for altered in (kept[:at] + other + kept[at + 1 :], kept[:at] + cut):
        if altered != kept:
            with pytest.raises(SecretDamaged) as caught:
                mine.open("people", "number", uid(1), altered)
            assert NUMBER not in caught.value.text("zh") + caught.value.text("en")


@pytest.mark.parametrize(
    ("town", "table", "column", "number"),
    [
        ("430424101", "people", "number", 1),
        (TOWN, "person", "number", 1),
        (TOWN, "people", "phone", 1),
        (TOWN, "people", "number", 2),
    ],
)
def test_a_value_in_another_place_is_refused(town: str, table: str, column: str, number: int):
    kept = secrets().seal("people", "number", uid(1), NUMBER)
    assert secrets().open("people", "number", uid(1), kept) == NUMBER
    with pytest.raises(SecretDamaged):
        secrets(town).open(table, column, uid(number), kept)


def test_a_value_sealed_with_a_key_that_is_gone_is_refused():
    kept = secrets().seal("people", "number", uid(1), NUMBER)
    with pytest.raises(SecretDamaged) as caught:
        secrets(marks=Marks(NEW), ring=Keyring(bytes(32), RING.keys[1:])).open(
            "people", "number", uid(1), kept
        )
    assert isinstance(caught.value.__cause__, KeyFileError)


def test_blind_indexes_of_other_towns_columns_and_keys_are_no_use():
    def blind(town: str = TOWN, column: str = "number", key: str = OLD) -> set[str]:
        return set(secrets(town, Marks(key)).blinds(PEOPLE, column, [NUMBER]))

    every = [blind(), blind("430424101"), blind(column="other"), blind(key=NEW)]
    assert len(set.union(*every)) == 4


def test_a_value_is_found_under_every_key_in_use():
    changing = secrets(marks=Marks(NEW, (OLD,)))
    before = secrets().sealed(PEOPLE, [{"id": uid(1), "number": NUMBER}])[0]
    after = changing.sealed(PEOPLE, [{"id": uid(1), "number": NUMBER}])[0]
    assert changing.blinds(PEOPLE, "number", [NUMBER]) == {
        before["_number"]: NUMBER,
        after["_number"]: NUMBER,
    }
    assert before["number"].startswith(f"{OLD}.")
    assert after["number"].startswith(f"{NEW}.")


def kept_values(place: Place, layer: str, *names: str) -> list[tuple[Any, ...]]:
    listed = ", ".join(f'"{name}"' for name in names)
    return place.run(f'SELECT {listed} FROM "{layer}" ORDER BY id')


def dispute(number: int, **values: Any) -> Record:
    return Record(uid(number), None, A, {"name": "边界", **values})


@pytest.fixture
def lived(place: Place) -> Iterator[Store]:
    """Yield a town in which every way to write a secret was gone."""
    store = place.open()
    put(store, "person", person(1, None, id_number=NUMBER, phone=PHONE, head_id=NUMBER))
    put(store, "person", person(2, None, id_number=OTHER_NUMBER))
    put(store, "house", house(3, owner_id=OTHER_NUMBER, owner_phone=OTHER_PHONE))
    put(store, "dispute", dispute(4, parties="周大山、郑老五", account=STORY))
    with writing_to(store) as session:
        writing.change(session, "person", [Change(uid(1), {"phone": OTHER_PHONE})])
        writing.change(session, "person", [Change(uid(1), {"phone": None})])
        writing.change(session, "person", [Change(uid(1), {"phone": PHONE})])
        writing.remove(session, "person", [uid(2)])
    yield store
    store.close()


def every_byte(place: Place) -> bytes:
    """Return all that the engine keeps on the disk, or tells of all its tables."""
    if place.is_file:
        return b"".join(file.read_bytes() for file in sorted(place.file.parent.iterdir()))
    tables = place.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [place.run(f'SELECT t::text FROM "{name}" t') for (name,) in tables]
    return "\n".join(row[0] for table in rows for row in table).encode()


def test_no_secret_stands_anywhere_in_clear(lived: Store, place: Place):
    kept = every_byte(place)
    assert "甲1".encode() in kept
    for secret in SECRETS:
        assert secret.encode() not in kept
        assert orjson.dumps(secret)[1:-1] not in kept
    lived.verify(CLERK, AT)


def test_events_hold_secrets_sealed_and_no_blind_index(lived: Store):
    told = [orjson.loads(event.data) for event in events_of(lived)]
    assert all(not key.startswith("_") for data in told for key in data.get("after", ()))
    with reading(lived) as session:
        changed = [one["after"]["phone"] for one in told if "before" in one and "after" in one]
        opened = [one and session.secrets.open("person", "phone", uid(1), one) for one in changed]
    assert opened == [OTHER_PHONE, None, PHONE]


def test_an_altered_row_is_refused_and_says_where(lived: Store, place: Place):
    place.run(f"UPDATE person SET id_number = head_id WHERE id = '{uid(1)}'")
    with reading(lived) as session, pytest.raises(SecretDamaged, match=r"person\.id_number"):
        items.get(session, "person", uid(1))


def test_a_secret_is_found_by_its_whole_value_only(lived: Store):
    def found(**equal: str) -> int:
        with reading(lived, OPEN) as session:
            return items.page(session, "person", Query(equal=equal)).matched

    assert found(id_number=NUMBER) == 1
    assert found(id_number=NUMBER[:-1]) == 0
    assert found(id_number=OTHER_NUMBER) == 0  # removed
    assert (found(phone=PHONE), found(phone=OTHER_PHONE), found(head_id=NUMBER)) == (1, 0, 1)


def test_a_number_that_somebody_has_is_taken_like_any_other(lived: Store):
    """A refusal would tell whoever may not see them that there is somebody of this number."""
    put(lived, "person", person(9, None, id_number=NUMBER), person(8, None, id_number=OTHER_NUMBER))


def test_what_an_import_looks_up_is_opened(lived: Store):
    with reading(lived, OPEN) as session:
        found = registers.people_by_id_number(session, [NUMBER, OTHER_NUMBER])
    assert found.keys() == {NUMBER}
    (one,) = found[NUMBER]
    assert (one["phone"], one["head_id"]) == (PHONE, NUMBER)
    assert not any(name.startswith("_") for name in one)


def test_a_number_that_is_erased_is_found_no_more(lived: Store, place: Place):
    with writing_to(lived) as session:
        writing.change(session, "person", [Change(uid(1), {"id_number": None})])
    assert kept_values(place, "person", "id_number", "_id_number")[0] == (None, None)
    put(lived, "person", person(9, None, id_number=NUMBER))


def test_a_change_to_the_same_secret_is_none(lived: Store):
    before = len(events_of(lived))
    with writing_to(lived) as session:
        writing.change(session, "person", [Change(uid(1), {"id_number": NUMBER, "phone": PHONE})])
    assert len(events_of(lived)) == before


def test_dates_and_numbers_can_be_secret_too(empty_place: Place):
    from tests.store.test_migrate import pond

    depth = {"name": "depth", "type": "number", "privacy": "secret"}
    dug = {"name": "dug", "type": "date", "privacy": "secret"}
    layers = pond(depth, dug)
    store = empty_place.open(layers)
    put(store, "pond", Record(uid(1), None, A, {"depth": 2.5, "dug": date(1980, 5, 3)}))
    with reading(store, OPEN) as session:
        values = items.get(session, "pond", uid(1)).values
    assert (values["depth"], values["dug"]) == (2.5, date(1980, 5, 3))
    with reading(store) as session:
        assert items.get(session, "pond", uid(1)).values["dug"] == "****"
    store.close()


def test_a_store_whose_keys_are_not_said_seals_nothing(lived: Store, place: Place):
    (told,) = place.run("SELECT value FROM store_meta WHERE name = 'keys'")[0]
    place.run("DELETE FROM store_meta WHERE name = 'keys'")
    try:
        with pytest.raises((KeyFileError, SQLAlchemyError)):
            put(lived, "person", person(9, None, phone=PHONE))
    finally:
        place.run(f"INSERT INTO store_meta (name, value) VALUES ('keys', '{told}')")
