"""The key that seals secrets is changed while others read and write."""

import orjson
import pytest

from mapserver.domain.records import Change
from mapserver.errors import KeyFileError
from mapserver.services import rotating
from mapserver.services.context import Context
from mapserver.store import accounts, items, registers, rotation, writing
from mapserver.store.account_secrets import seal, unseal
from mapserver.store.keys import add_key, read_ring
from mapserver.store.secrets import Marks
from mapserver.store.store import Store
from tests.store.test_account_secrets import SECRET, sealed_before
from tests.store.town import (
    AT,
    CLERK,
    Place,
    events_of,
    person,
    put,
    reading,
    uid,
    writing_to,
)

OPEN = CLERK.unmasked()
COUNT = 25
NUMBERS = [f"4304991980050{k:05d}" for k in range(COUNT)]


@pytest.fixture
def people(store: Store) -> Store:
    """Return a store with people whose numbers are sealed."""
    put(store, "person", *(person(k, None, id_number=NUMBERS[k]) for k in range(COUNT)))
    return store


def marks(store: Store) -> Marks:
    with reading(store) as session:
        return session.secrets.marks


def keys_of_rows(place: Place) -> set[str]:
    rows = place.run("SELECT id_number FROM person WHERE id_number IS NOT NULL")
    return {text.partition(".")[0] for (text,) in rows}


def numbers(store: Store) -> list[str]:
    with reading(store, OPEN) as session:
        found = [items.get(session, "person", uid(k)).values["id_number"] for k in range(COUNT)]
        looked_up = registers.people_by_id_number(session, NUMBERS)
    assert {number: one["id"] for number, (one,) in looked_up.items()} == {
        number: uid(k) for k, number in enumerate(NUMBERS)
    }
    return found


def rotate(store: Store) -> rotating.Rotated:
    return rotating.rotate(Context(store, CLERK, lambda: AT))


def half_way(store: Store) -> None:
    """Begin a rotation and stop it as a kill would, after a few rows."""
    with writing_to(store) as session:
        rotation.begin(session, store.vault)
    with writing_to(store) as session:
        rotation.step(session, session.table("person"), None, 7)


def test_every_row_is_sealed_anew_and_says_the_same(people: Store, place: Place):
    old = marks(people).current
    with reading(people, OPEN) as session:
        before = writing.rows_of(session, "person", [uid(k) for k in range(COUNT)])
    done = rotate(people)
    assert (done.rows, done.resumed) == (COUNT, False)
    assert keys_of_rows(place) == {done.key}
    assert marks(people).leaving == ()
    assert old in marks(people).past
    with reading(people, OPEN) as session:
        assert writing.rows_of(session, "person", [uid(k) for k in range(COUNT)]) == before
    assert numbers(people) == NUMBERS
    people.verify(CLERK, AT)


def test_second_factors_are_sealed_anew_too(people: Store, place: Place):
    """One in force, one that waits for its first code, and one that an earlier version sealed."""
    with writing_to(people) as session:
        for k, name in enumerate(("a", "b", "c")):
            accounts.add(session, uid(k), name, name)
        kept = {
            uid(0): {"totp": seal(session, "totp", uid(0), "SECRET")},
            uid(1): {"totp_next": seal(session, "totp_next", uid(1), "SECRET")},
            uid(2): {"totp": sealed_before(session, uid(2))},
        }
        for account, values in kept.items():
            accounts.put(session, account, "totp", **values)
    done = rotate(people)
    assert done.rows == COUNT + 3
    with reading(people) as session:
        for k, (column, secret) in enumerate(
            (("totp", "SECRET"), ("totp_next", "SECRET"), ("totp", SECRET))
        ):
            found = accounts.credentials(session, uid(k))
            sealed = getattr(found, column)
            assert sealed.startswith(done.key.encode())
            assert unseal(session, column, uid(k), sealed) == secret
    assert rotate(people).rows == COUNT + 3


def test_a_rotation_is_not_done_while_a_second_factor_needs_the_old_key(people: Store):
    with writing_to(people) as session:
        accounts.add(session, uid(0), "a", "a")
        accounts.put(session, uid(0), "totp", totp=seal(session, "totp", uid(0), "SECRET"))
    with writing_to(people) as session:
        rotation.begin(session, people.vault)
    with writing_to(people) as session:
        rotation.step(session, session.table("person"), None, 1000)
    with reading(people) as session:
        assert not rotation.is_done(session)
    rotate(people)
    with reading(people) as session:
        assert rotation.is_done(session)


def test_the_key_file_keeps_the_old_key_and_stays_its_owners_alone(people: Store, place: Place):
    before = read_ring(place.key_file, may_create=False)
    done = rotate(people)
    after = read_ring(place.key_file, may_create=False)
    assert after.ids == (*before.ids, done.key)
    assert after.chain == before.chain
    assert place.key_file.stat().st_mode & 0o777 == 0o600


def test_a_server_that_was_open_before_goes_on(people: Store, place: Place):
    other = place.open()
    done = rotate(other)
    other.close()
    assert numbers(people) == NUMBERS
    put(people, "person", person(99, None, id_number="430499198001010011"))
    assert keys_of_rows(place) == {done.key}


def test_in_the_middle_everybody_is_found_and_everything_is_written(people: Store, place: Place):
    half_way(people)
    now = marks(people)
    assert keys_of_rows(place) == {now.current, *now.leaving}
    assert numbers(people) == NUMBERS
    with writing_to(people) as session:
        writing.change(session, "person", [Change(uid(COUNT - 1), {"phone": "19900001111"})])
    assert rotate(people).resumed
    assert keys_of_rows(place) == {now.current}
    assert numbers(people) == NUMBERS


def test_a_rotation_that_was_killed_is_ended_by_the_next(people: Store, place: Place):
    half_way(people)
    begun = marks(people)
    other = place.open()
    done = rotate(other)
    other.close()
    assert done.resumed
    assert done.key == begun.current
    assert done.rows == COUNT - 7
    assert read_ring(place.key_file, may_create=False).ids[-1] == begun.current


def test_a_key_that_was_added_and_never_used_does_no_harm(people: Store, place: Place):
    """A kill between the file and the store's own word leaves it so."""
    now = marks(people).current
    unused = add_key(place.key_file).ids[-1]
    opened = place.open()
    put(opened, "person", person(99, None, phone="19900001111"))
    opened.close()
    assert keys_of_rows(place) == {now}
    assert numbers(people) == NUMBERS
    assert rotate(people).key not in {now, unused}


def test_others_read_and_write_while_keys_change(
    people: Store, place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rotating, "_AT_ONCE", 3)
    other = place.open()
    born = [f"4304991970010{k:05d}" for k in range(COUNT)]

    def between(_: int) -> None:
        """Do what somebody at another process does between two batches."""
        number = born.pop()
        with writing_to(other) as session:
            writing.add(session, "person", [person(500 + len(born), None, id_number=number)])
            changed = Change(uid(len(born)), {"phone": f"139000{len(born):05d}"})
            writing.change(session, "person", [changed])
        with reading(other, OPEN) as session:
            assert set(registers.people_by_id_number(session, [*NUMBERS, number])) == {
                *NUMBERS,
                number,
            }

    done = rotating.rotate(Context(people, CLERK, lambda: AT), between)
    other.close()
    assert len(born) <= COUNT - COUNT // 3
    assert keys_of_rows(place) == {done.key}
    assert numbers(people) == NUMBERS
    people.verify(CLERK, AT)


def test_what_was_removed_is_sealed_anew_too(people: Store, place: Place):
    with writing_to(people) as session:
        writing.remove(session, "person", [uid(0)])
    assert rotate(people).rows == COUNT
    assert len(keys_of_rows(place)) == 1


def test_events_from_before_are_still_read(people: Store):
    with writing_to(people) as session:
        writing.change(session, "person", [Change(uid(0), {"id_number": "430499198001010011"})])
    rotate(people)
    with reading(people, OPEN) as session:
        before = [one for one in events_of(people) if one.action == "change"][-1]
        told = writing.from_told(session, "person", uid(0), orjson.loads(before.data)["before"])
    assert told == {"id_number": NUMBERS[0]}


def test_a_rotation_tells_the_record_of_its_beginning_and_end(people: Store):
    done = rotate(people)
    told = [orjson.loads(one.data)["note"] for one in events_of(people) if one.action == "keys"]
    assert [one["step"] for one in told] == ["begin", "end"]
    assert told[-1]["rows"] == COUNT
    assert {one["to"] for one in told} == {done.key}


def test_the_key_file_from_before_a_rotation_opens_nothing(people: Store, place: Place):
    old = place.key_file.read_bytes()
    rotate(people)
    new = place.key_file.read_bytes()
    place.key_file.write_bytes(old)
    try:
        with pytest.raises(KeyFileError, match="before a rotation"):
            place.open()
    finally:
        place.key_file.write_bytes(new)
