"""A clock that jumps: the record goes by numbers, no backup grows old, nobody is locked out."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from mapserver.domain.backup_times import Keeping
from mapserver.errors import SignInRefused
from mapserver.services import accounts, own_account, signing_in
from mapserver.services.backups.keeping import listed, prune
from mapserver.services.backups.making import Order, back_up
from mapserver.services.callers import caller_of_session
from mapserver.services.context import Context
from mapserver.services.tidying import tidy
from mapserver.settings import Settings
from mapserver.store import batches, failures
from tests.services.office import HOME, PASSWORD
from tests.services.small_town import Town, build_town
from tests.support.backing import SECRET
from tests.torture.writer import given

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(town: Town, moment: datetime) -> Town:
    """Return the town with a clock that stands still."""
    return replace(town, context=replace(town.context, clock=lambda: moment))


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Return a town in a folder."""
    return build_town(str(tmp_path / "data"))


def test_writes_after_a_jump_back_stand_after_those_before_it(town: Town):
    sequence = town.sequence
    jobs = []
    for number, moment in ((2, NOON), (4, NOON - timedelta(days=800)), (6, NOON)):
        one = given(number)
        jobs.append(at(town, moment).take(one.data, one.name))
        assert town.sequence > sequence
        assert town.verify() == town.sequence
        sequence = town.sequence
    with town.context.read() as session:
        found = [batches.get(session, job.id) for job in jobs]
    assert [one.first_seq for one in found] == sorted(one.first_seq for one in found)
    assert found[0].last_seq < found[1].first_seq
    # the one from the past can be undone, the others stay
    at(town, NOON - timedelta(days=800)).undo(jobs[1])
    with town.context.read() as session:
        states = [batches.get(session, job.id).state for job in jobs]
    assert states == ["committed", "undone", "committed"]
    assert town.verify() == town.sequence
    town.store.close()


def test_caches_know_a_write_though_its_time_was_there_before(town: Town):
    first = town.context.sequences()
    one = given(2)
    at(town, NOON - timedelta(days=800)).take(one.data, one.name)
    assert town.context.sequences()["person"] > first["person"]
    town.store.close()


def test_backups_after_a_jump_back_are_made_and_none_is_taken_for_old(town: Town, tmp_path: Path):
    settings, folder = Settings(data=str(tmp_path / "data")), tmp_path / "backups"
    moments = [NOON, NOON, NOON - timedelta(days=800), NOON + timedelta(days=1)]
    order = Order(folder, SECRET)
    made = [back_up(settings, order, lambda at=at: at).file for at in moments]
    assert len(set(made)) == len(moments)
    assert {one.file for one in listed(folder)} == set(made)
    # both of one second are kept: nobody knows which of them is the later
    assert prune(folder, Keeping(days=7, weeks=5, months=12)) == []
    town.store.close()


def test_people_sign_in_whatever_the_clock_did_before(town: Town):
    """A day ahead, years behind, and right again: each time as on any other day."""
    account, _ = accounts.create(town.context, "王芳", "王芳", PASSWORD)
    secret = own_account.begin_totp(at(town, NOON).context, account.id, PASSWORD).secret
    own_account.confirm_totp(at(town, NOON).context, account.id, pyotp.TOTP(secret).at(NOON))
    keys: list[str] = []
    for days in (1, -800, 0, 400, 2):
        moment = NOON + timedelta(days=days)
        with at(town, moment).context.write() as session:
            for _ in range(3):
                failures.add(session, "王芳")
        tidy(at(town, moment).context)
        context = a_minute_later(at(town, moment).context, secret)
        keys.append(signed_in(context, secret))
        alive = [caller_of_session(context, key) is not None for key in keys]
        assert alive == [False] * (len(keys) - 1) + [True]
    town.store.close()


def a_minute_later(context: Context, secret: str) -> Context:
    """Be refused once, as a code may be after a clock was put back, and wait a minute."""
    with suppress(SignInRefused):
        signed_in(context, secret)
    moment = context.clock() + timedelta(seconds=60)
    return replace(context, clock=lambda: moment)


def signed_in(context: Context, secret: str) -> str:
    """Return the key of a new session."""
    code = pyotp.TOTP(secret).at(context.clock())
    return signing_in.sign_in(context, "王芳", PASSWORD, code, HOME).token
