"""What accounts keep secret: sealed to one account, and known again without being kept."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mapserver.errors import SecretDamaged
from mapserver.store import failures, recovery
from mapserver.store.account_secrets import _derived, mark, seal, unseal
from mapserver.store.store import Session, Store
from tests.store.town import AT, CLERK, reading, uid, writing_to

SECRET = "JBSWY3DPEHPK3PXP"


def sealed_before(session: Session, account: str) -> bytes:
    """Return SECRET as an earlier version sealed it, by a key derived from the chain's."""
    cipher = AESGCM(_derived(session.key, "second factor"))
    bound = f"account\0totp\0{session.town}\0{account}".encode()
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, SECRET.encode(), bound)


def test_a_sealed_secret_is_opened_by_its_own_account_and_column_alone(store: Store):
    with reading(store) as session:
        sealed = seal(session, "totp", uid(1), SECRET)
        assert unseal(session, "totp", uid(1), sealed) == SECRET
        for column, account in (("totp", uid(2)), ("totp_next", uid(1))):
            with pytest.raises(SecretDamaged):
                unseal(session, column, account, sealed)


def test_a_sealed_secret_names_its_key_as_every_other_does(store: Store):
    with reading(store) as session:
        sealed = seal(session, "totp", uid(1), SECRET)
        assert sealed.startswith(f"{session.secrets.marks.current}.".encode())
        assert session.secrets.open("account", "totp", uid(1), sealed.decode()) == SECRET


def test_a_secret_that_an_earlier_version_sealed_is_opened(store: Store):
    with reading(store) as session:
        sealed = sealed_before(session, uid(1))
        for column in ("totp", "totp_next"):
            assert unseal(session, column, uid(1), sealed) == SECRET
        with pytest.raises(SecretDamaged):
            unseal(session, "totp", uid(2), sealed)
        with pytest.raises(SecretDamaged):
            unseal(replace(session, key=bytes(32)), "totp", uid(1), sealed)


def test_a_sealed_secret_is_bound_to_its_town(store: Store):
    with writing_to(store) as session:
        sealed = seal(session, "totp", uid(1), SECRET)
    elsewhere = store.read(replace(CLERK, town="430424101"), AT)
    with elsewhere as session, pytest.raises(SecretDamaged):
        unseal(session, "totp", uid(1), sealed)


@pytest.mark.parametrize("damage", [lambda it: it[:-1], lambda it: b"", lambda it: it[:5] + it])
@pytest.mark.parametrize("made", [lambda session: seal(session, "totp", uid(1), SECRET),
                                  lambda session: sealed_before(session, uid(1))])  # fmt: skip
def test_a_damaged_secret_is_told_and_not_opened(store: Store, damage, made):
    with reading(store) as session:
        sealed = made(session)
        with pytest.raises(SecretDamaged):
            unseal(session, "totp", uid(1), damage(sealed))


def test_the_same_secret_is_never_sealed_alike(store: Store):
    with reading(store) as session:
        sealed = {seal(session, "totp", uid(1), SECRET) for _ in range(20)}
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
