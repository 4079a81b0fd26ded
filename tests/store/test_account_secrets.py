"""What accounts keep secret: sealed to one account, and known again without being kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mapserver.errors import KeyFileError
from mapserver.store import failures, recovery
from mapserver.store.account_secrets import mark, seal, unseal
from mapserver.store.store import Store
from tests.store.town import reading, uid, writing_to

SECRET = "JBSWY3DPEHPK3PXP"


def test_a_sealed_secret_is_opened_by_its_own_account_alone(store: Store):
    with reading(store) as session:
        sealed = seal(session, uid(1), SECRET)
        assert unseal(session, uid(1), sealed) == SECRET
        with pytest.raises(KeyFileError):
            unseal(session, uid(2), sealed)


def test_a_sealed_secret_is_bound_to_its_town_and_key(store: Store):
    with reading(store) as session:
        sealed = seal(session, uid(1), SECRET)
        elsewhere = replace(session, scope=replace(session.scope, town="430424101"))
        for other in (elsewhere, replace(session, key=bytes(32))):
            with pytest.raises(KeyFileError):
                unseal(other, uid(1), sealed)


@pytest.mark.parametrize("damage", [lambda it: it[:-1], lambda it: b"", lambda it: it[:5] + it])
def test_a_damaged_secret_is_told_and_not_opened(store: Store, damage):
    with reading(store) as session:
        sealed = seal(session, uid(1), SECRET)
        with pytest.raises(KeyFileError):
            unseal(session, uid(1), damage(sealed))


def test_the_same_secret_is_never_sealed_alike(store: Store):
    with reading(store) as session:
        sealed = {seal(session, uid(1), SECRET) for _ in range(20)}
    assert len(sealed) == 20
    assert all(SECRET.encode() not in one for one in sealed)


def test_marks_for_one_purpose_say_nothing_of_another(store: Store):
    with reading(store) as session:
        assert mark(session, "recovery code", "x") != mark(session, "sign-in name", "x")
        assert mark(session, "sign-in name", "a", "b") != mark(session, "sign-in name", "ab")


def test_a_recovery_code_is_used_up(store: Store):
    with writing_to(store) as session:
        recovery.replace(session, uid(1), ["a", "b"])
        recovery.replace(session, uid(2), ["a"])
    with writing_to(store) as session:
        assert recovery.has(session, uid(1), "a")
        assert recovery.use(session, uid(1), "a")
        assert not recovery.use(session, uid(1), "a")
        assert [recovery.left(session, uid(n)) for n in (1, 2, 3)] == [1, 1, 0]


def test_failures_are_counted_until_they_are_cleared(store: Store):
    with writing_to(store) as session:
        for _ in range(3):
            failures.add(session, "a")
        failures.add(session, "b")
        assert [failures.of(session, name).times for name in "abc"] == [3, 1, 0]
        failures.clear(session, "a")
        assert [failures.of(session, name).times for name in "abc"] == [0, 1, 0]


def test_failures_are_forgotten_after_a_day(store: Store):
    with writing_to(store) as session:
        for name in ("a", "a", "b"):
            failures.add(session, name)
        later = replace(session, at=session.at + failures.KEPT)
        assert failures.of(later, "a").times == 0
        failures.add(later, "a")
        assert failures.of(later, "a").times == 1
        assert (failures.is_tidy(session), failures.is_tidy(later)) == (False, False)
        failures.tidy(later)
        assert failures.is_tidy(later)
        table = session.table("sign_in_failure")
        assert len(session.connection.execute(table.select()).all()) == 1


def test_failures_that_a_clock_noted_which_was_ahead_count_from_now_on(store: Store):
    with writing_to(store) as session:
        ahead = replace(session, at=session.at + timedelta(days=800))
        failures.add(ahead, "a")
        assert not failures.is_tidy(session)
        failures.tidy(session)
        assert failures.is_tidy(session)
        assert failures.of(session, "a") == failures.Failures(1, session.stamp)
