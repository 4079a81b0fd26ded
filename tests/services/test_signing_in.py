"""Signing in and out: who gets in, and what anybody learns from trying."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from mapserver.errors import CodeNeeded, MapserverError, NotFound, SignInRefused, TooManyTries
from mapserver.roles import Role
from mapserver.services import accounts, attempts, own_account, signing_in, tokens
from mapserver.services.callers import caller_of_token
from mapserver.services.tidying import tidy
from mapserver.services.tokens import Wanted
from mapserver.store import failures
from mapserver.store.scope import Grant, Scope
from tests.services.office import AWAY, HOME, PASSWORD, Office
from tests.store.town import A1, TOWN, A


def refusal(office: Office, *given: str, **more: str) -> str:
    """Return all that somebody learns who is refused."""
    with pytest.raises(SignInRefused) as caught:
        office.sign_in(*given, **more)
    return f"{caught.value.code} {caught.value.zh} {caught.value.en} {caught.value.details}"


def test_who_signs_in_reaches_what_they_are_appointed_to(office: Office):
    account = office.hire("王芳", (Role.GRID_HEAD, A), (Role.PATROL, A1))
    session = office.sign_in(" 王芳 ")
    caller = office.caller(session.token)
    assert caller is not None
    assert (caller.account, caller.name, caller.via, caller.key) == (
        account.id,
        "王芳",
        "session",
        session.id,
    )
    assert caller.grants == (Grant(Role.GRID_HEAD, A), Grant(Role.PATROL, A1))
    assert caller.scope == Scope("王芳", TOWN, caller.grants)
    assert caller.must == ()


def test_who_holds_nothing_signs_in_and_reaches_nothing(office: Office):
    office.hire("王芳")
    assert office.areas(office.sign_in("王芳").token) == []


def test_no_refusal_tells_what_was_wrong(office: Office):
    office.hire("王芳", (Role.PATROL, A))
    closed = office.hire("closed")
    accounts.close(office.system, closed.id)
    secret, _ = office.enrol(office.hire("李强"))
    told = {
        refusal(office, "nobody"),
        refusal(office, "no such\0name\ud800"),
        refusal(office, ""),
        refusal(office, "王芳", "wrong"),
        refusal(office, "王芳", ""),
        refusal(office, "王芳", "\ud800\0"),
        refusal(office, "王芳", PASSWORD + " "),
        refusal(office, "closed"),
        refusal(office, "李强", PASSWORD, "000000"),
        refusal(office, "李强", "wrong", office.code(secret)),
    }
    assert len(told) == 1


def test_an_unknown_name_costs_the_work_of_a_known_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    """Counted, not timed: hashes that are computed, and rows of the store that are written."""
    from mapserver.services import hashing

    office.hire("王芳")
    hashed: list[str] = []
    verify = hashing._HASHES.verify_and_update

    class Counting:
        def verify_and_update(self, given: bytes, kept: str) -> object:
            hashed.append(kept)
            return verify(given, kept)

        hash = staticmethod(hashing._HASHES.hash)

    monkeypatch.setattr(hashing, "_HASHES", Counting())
    before = len(office.told())
    refusal(office, "王芳", "wrong")
    known, known_rows = len(hashed), len(office.told()) - before
    refusal(office, "nobody", "wrong")
    assert (len(hashed), len(office.told()) - before) == (2 * known, 2 * known_rows)
    assert known == 1


def test_the_key_of_a_session_is_kept_nowhere(office: Office):
    office.hire("王芳")
    session = office.sign_in("王芳")
    assert session.token not in office.rows("session") + office.rows("event") + repr(session)
    assert len(session.token) == 43
    assert office.caller(session.token[:-1]) is None
    assert office.caller("") is None


def test_no_password_or_code_or_unknown_name_stands_in_the_store(office: Office):
    secret, codes = office.enrol(office.hire("王芳"))
    code = office.code(secret)
    refusal(office, "王芳", "not-my-password", "123456")
    refusal(office, "mypassword-in-the-wrong-field")
    office.sign_in("王芳", code=code)
    kept = "".join(map(office.rows, ("account", "recovery_code", "sign_in_failure", "event")))
    for given in (PASSWORD, "not-my-password", "mypassword", secret, codes[0][:4], "123456"):
        assert given not in kept
    assert secret.encode().hex() not in kept


def test_a_right_password_asks_for_the_code_and_a_wrong_one_does_not(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    with pytest.raises(CodeNeeded):
        office.sign_in("王芳")
    refusal(office, "王芳", "wrong")
    assert office.caller(office.sign_in("王芳", code=office.code(secret)).token)


def test_a_code_works_once(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    code = office.code(secret)
    office.sign_in("王芳", code=code)
    refusal(office, "王芳", PASSWORD, code)
    office.clock.push(seconds=30)
    refusal(office, "王芳", PASSWORD, code)
    office.sign_in("王芳", code=office.code(secret))


def test_a_code_that_came_with_a_wrong_password_is_still_good(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    refusal(office, "王芳", "wrong", office.code(secret))
    office.sign_in("王芳", code=office.code(secret))


def test_of_two_who_send_one_code_at_once_one_gets_in(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    code, outcomes = office.code(secret), []

    def enter() -> None:
        try:
            outcomes.append(office.sign_in("王芳", code=code))
        except MapserverError as error:
            outcomes.append(error)

    both = [threading.Thread(target=enter) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    refused = [one for one in outcomes if isinstance(one, SignInRefused)]
    assert (len(outcomes), len(refused)) == (4, 3)


def test_a_recovery_code_stands_in_once_however_it_is_typed(office: Office):
    _, codes = office.enrol(office.hire("王芳"))
    assert len(set(codes)) == 10
    office.sign_in("王芳", code=codes[0].upper().replace("-", " "))
    refusal(office, "王芳", PASSWORD, codes[0])
    office.sign_in("王芳", code=codes[1])
    account = accounts.find(office.system, "王芳").account
    assert own_account.recovery_codes_left(office.system, account.id) == 8


def test_a_recovery_code_of_another_is_worth_nothing(office: Office):
    _, codes = office.enrol(office.hire("王芳"))
    office.enrol(office.hire("李强"))
    refusal(office, "李强", PASSWORD, codes[0])


# ------------------------------------------------------------ how long it lasts


def test_a_session_ends_when_it_was_not_used_for_a_while(office: Office):
    office.hire("王芳")
    key = office.sign_in("王芳").token
    office.clock.push(minutes=59)
    assert office.caller(key)
    office.clock.push(minutes=59)
    assert office.caller(key)
    office.clock.push(minutes=60)
    assert office.caller(key) is None
    assert office.caller(key) is None


def test_a_session_ends_after_its_time_though_it_was_used(office: Office):
    office.hire("王芳")
    key = office.sign_in("王芳").token
    for _ in range(23):
        office.clock.push(minutes=30)
        assert office.caller(key)
    office.clock.push(minutes=30)
    assert office.caller(key) is None


def test_when_a_session_was_used_outlives_the_server_once_it_was_noted(office: Office):
    office.hire("王芳")
    key = office.sign_in("王芳").token
    office.clock.push(minutes=50)
    assert office.caller(key)
    tidy(office.system)
    office.clock.push(minutes=50)
    again = replace(office, store=office.place.open())
    assert again.caller(key)
    again.store.close()


# ------------------------------------------------------------ a clock that was wrong


def test_a_clock_that_is_put_back_a_little_ends_no_session(office: Office):
    office.hire("王芳")
    key = office.sign_in("王芳").token
    office.clock.push(minutes=10)
    assert office.caller(key)
    office.clock.jump(minutes=-14)
    assert office.caller(key)
    office.clock.push(minutes=59)
    assert office.caller(key)
    # what it was used at, by the clock as it was, makes it live no longer
    office.clock.push(minutes=60)
    assert office.caller(key) is None


def test_a_session_that_a_clock_made_which_was_ahead_is_over_when_it_is_put_right(office: Office):
    account = office.hire("王芳")
    office.clock.jump(days=800)
    key = office.sign_in("王芳").token
    assert office.caller(key)
    office.clock.jump(days=-800)
    assert office.caller(key) is None
    assert signing_in.sessions_of(office.system, account.id) == []
    tidy(office.system)
    assert office.told()[-1][:2] == ("revoke", "session")
    # and it is not alive again when that day comes
    office.clock.jump(days=800)
    assert office.caller(key) is None


def test_a_token_that_a_clock_made_which_was_ahead_opens_nothing_before_its_day(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    office.clock.jump(days=800)
    _, text = tokens.create(office.system, account.id, Wanted("QGIS", days=366))
    assert caller_of_token(office.system, text)
    office.clock.jump(days=-800)
    assert caller_of_token(office.system, text) is None


def test_a_one_time_password_that_a_clock_made_which_was_ahead_is_stale(office: Office):
    office.clock.jump(days=800)
    _, one_time = accounts.create(office.system, "王芳", "王芳")
    assert one_time is not None
    office.clock.jump(days=-800)
    refusal(office, "王芳", one_time)
    account = accounts.find(office.system, "王芳").account
    office.sign_in("王芳", accounts.reset(office.system, account.id))


def test_who_is_locked_out_by_a_clock_that_was_ahead_waits_an_hour_at_most(office: Office):
    office.hire("王芳")
    office.clock.jump(days=800)
    with office.system.write() as session:
        for _ in range(30):
            failures.add(session, "王芳")
    office.clock.jump(days=-800)
    assert wait_of(office, "王芳") == 3601
    # the server does so every minute; from then on the wait is counted down
    tidy(office.system)
    office.clock.push(minutes=40)
    assert wait_of(office, "王芳") == 1201
    office.clock.push(minutes=20)
    office.sign_in("王芳")


@pytest.mark.parametrize("jump", [{"days": 800}, {"days": -800}])
def test_guesses_are_counted_by_a_clock_that_nobody_sets(office: Office, jump: dict[str, float]):
    office.hire("王芳")
    guess(office, "王芳", 5)
    office.clock.jump(**jump)
    assert wait_of(office, "王芳") == 61
    office.clock.push(seconds=61)
    office.sign_in("王芳")


def test_codes_are_taken_again_a_minute_after_a_clock_that_was_ahead_is_put_right(office: Office):
    office.clock.jump(days=800)
    secret, _ = office.enrol(office.hire("王芳"))
    office.sign_in("王芳", code=office.code(secret))
    office.clock.jump(days=-800)
    refusal(office, "王芳", PASSWORD, office.code(secret))
    office.clock.push(seconds=60)
    office.sign_in("王芳", code=office.code(secret))


def test_no_code_is_taken_twice_because_the_clock_was_ahead_in_between(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    code = office.code(secret)
    office.sign_in("王芳", code=code)
    office.clock.jump(days=1)
    office.sign_in("王芳", code=office.code(secret))
    office.clock.jump(days=-1)
    for _ in range(4):
        refusal(office, "王芳", PASSWORD, code)
        office.clock.push(seconds=30)
    office.sign_in("王芳", code=office.code(secret))


# ------------------------------------------------------------ what ends it


def test_limits_are_the_policys(office: Office):
    strict = office.with_policy(idle=timedelta(minutes=5), whole=timedelta(minutes=12))
    strict.hire("王芳")
    key = strict.sign_in("王芳").token
    for _ in range(2):
        strict.clock.push(minutes=4)
        assert strict.caller(key)
    strict.clock.push(minutes=4)
    assert strict.caller(key) is None


def test_signing_out_ends_one_session(office: Office):
    office.hire("王芳")
    here, there = office.sign_in("王芳"), office.sign_in("王芳", client=AWAY)
    assert office.caller(here.token)
    signing_in.sign_out(office.system, here.id)
    signing_in.sign_out(office.system, here.id)
    assert office.caller(here.token) is None
    assert office.caller(there.token)


def test_sessions_are_listed_for_their_owner_and_revoked_by_no_other(office: Office):
    mine, other = office.hire("王芳"), office.hire("李强")
    here, there = office.sign_in("王芳"), office.sign_in("王芳", client=AWAY)
    listed = signing_in.sessions_of(office.system, mine.id)
    assert [(one.id, one.client) for one in listed] == [(there.id, AWAY), (here.id, HOME)]
    with pytest.raises(NotFound):
        signing_in.revoke(office.system, other.id, here.id)
    assert office.caller(here.token)
    signing_in.revoke(office.system, mine.id, here.id)
    assert office.caller(here.token) is None
    assert [one.id for one in signing_in.sessions_of(office.system, mine.id)] == [there.id]


def test_another_programs_revocation_is_known_at_the_next_request(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    session = office.sign_in("王芳")
    assert office.caller(session.token)
    other = replace(office, store=office.place.open())
    signing_in.revoke(other.system, account.id, session.id)
    other.store.close()
    assert office.caller(session.token) is None


def test_a_caller_who_was_seen_is_told_from_memory(office: Office, monkeypatch: pytest.MonkeyPatch):
    office.hire("王芳", (Role.PATROL, A))
    session = office.sign_in("王芳")
    found = office.caller(session.token)
    monkeypatch.setattr(type(office.store), "read", None)
    assert office.caller(session.token) is found


# ------------------------------------------------------------ guessing


def guess(office: Office, name: str, times: int, **where: str) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            office.sign_in(name, "wrong", **where)


def wait_of(office: Office, *given: str, **more: str) -> int:
    with pytest.raises(TooManyTries) as caught:
        office.sign_in(*given, **more)
    seconds = caught.value.details["retry_after_s"]
    assert isinstance(seconds, int)
    return seconds


@pytest.mark.parametrize("name", ["王芳", "nobody"])
def test_who_never_tires_has_fifty_guesses_a_day_at_a_known_and_an_unknown_name(
    office: Office, name: str
):
    office.hire("王芳")
    begun, waits, guessed_after = office.clock(), [], []
    while office.clock() - begun < timedelta(hours=24):
        try:
            office.sign_in(name, "wrong")
        except SignInRefused:
            guessed_after.append((office.clock() - begun).total_seconds())
        except TooManyTries as error:
            waits.append(error.details["retry_after_s"])
            office.clock.push(seconds=waits[-1])
    assert waits[0] == 61
    assert 3600 <= max(waits) <= 3601
    assert sum(after < 60 for after in guessed_after) == 5
    assert sum(after < 900 for after in guessed_after) == 10
    assert sum(after < 3600 for after in guessed_after) <= 20
    assert len(guessed_after) <= 50


def test_while_one_has_to_wait_even_the_right_password_is_not_looked_at(office: Office):
    office.hire("王芳")
    guess(office, "王芳", 5)
    wait = wait_of(office, "王芳", PASSWORD)
    office.clock.push(seconds=wait)
    office.sign_in("王芳")


def test_many_guesses_at_once_are_no_more_than_a_few(office: Office):
    office.hire("王芳")
    outcomes: list[MapserverError] = []

    def enter() -> None:
        try:
            office.sign_in("王芳", "wrong")
        except MapserverError as error:
            outcomes.append(error)

    crowd = [threading.Thread(target=enter) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(outcomes) == 12
    assert sum(isinstance(one, SignInRefused) for one in outcomes) == 5


def test_a_password_that_is_changed_while_it_is_looked_at_is_wrong(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    account = office.hire("王芳")
    verify = signing_in.verify

    def slowly(password: str, kept: str | None) -> tuple[bool, str | None]:
        outcome = verify(password, kept)
        accounts.reset(office.system, account.id)
        return outcome

    monkeypatch.setattr(signing_in, "verify", slowly)
    refusal(office, "王芳")


def test_who_guesses_keeps_nobody_else_out(office: Office):
    """The next desk, at the same address, and the owner, at another."""
    office.hire("王芳")
    office.hire("李强")
    guess(office, "王芳", 5, client=AWAY)
    wait_of(office, "王芳", client=AWAY)
    office.sign_in("李强", client=AWAY)
    office.sign_in("王芳", client=HOME)


def test_guesses_from_everywhere_close_an_account_for_strangers_only(office: Office):
    """A hundred addresses guess; the browser that was signed in before is let in."""
    office.hire("王芳")
    device = office.sign_in("王芳").token
    for n in range(10):
        guess(office, "王芳", 1, client=f"203.0.113.{n}")
    assert wait_of(office, "王芳", client="203.0.113.99") == 31
    assert office.caller(device)
    office.clock.push(hours=13)
    for n in range(12):
        with pytest.raises((SignInRefused, TooManyTries)):
            office.sign_in("王芳", "wrong", client=f"203.0.113.{n}")
    wait_of(office, "王芳", client="203.0.113.99")
    office.sign_in("王芳", client=HOME, device=device)


def test_a_known_browser_is_held_to_its_own_guesses(office: Office):
    office.hire("王芳")
    device = office.sign_in("王芳").token
    guess(office, "王芳", 5, device=device)
    wait_of(office, "王芳", device=device)


def test_a_browser_that_was_revoked_is_a_stranger(office: Office):
    account = office.hire("王芳")
    session = office.sign_in("王芳")
    signing_in.revoke(office.system, account.id, session.id)
    guess(office, "王芳", 5)
    wait_of(office, "王芳", device=session.token)


def test_anothers_browser_is_a_stranger(office: Office):
    office.hire("王芳")
    office.hire("李强")
    device = office.sign_in("李强").token
    guess(office, "王芳", 5)
    wait_of(office, "王芳", device=device)


def test_the_right_code_opens_a_door_that_others_closed(office: Office):
    secret, codes = office.enrol(office.hire("王芳"))
    guess(office, "王芳", 5)
    wait_of(office, "王芳", PASSWORD, "000000")
    office.sign_in("王芳", code=office.code(secret))
    guess(office, "王芳", 5)
    office.sign_in("王芳", code=codes[0])


def test_behind_a_closed_door_a_code_is_worth_one_guess(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    guess(office, "王芳", 5)
    code = office.code(secret)
    refusal(office, "王芳", "wrong", code)
    wait_of(office, "王芳", PASSWORD, code)
    office.clock.push(seconds=30)
    office.sign_in("王芳", code=office.code(secret))


def test_codes_cannot_be_guessed_behind_a_closed_door(office: Office):
    secret, _ = office.enrol(office.hire("王芳"))
    guess(office, "王芳", 5)
    for _ in range(20):
        wait_of(office, "王芳", PASSWORD, "000000")
    wait_of(office, "王芳", PASSWORD, office.code(secret))


def test_many_names_from_one_address_slow_it_and_lock_nobody_out(office: Office):
    """A town hall is one address, and so are the customers of a carrier."""
    office.hire("王芳")
    for n in range(59):
        guess(office, f"name{n}", 1)
    assert attempts.pause_s(office.system, HOME) == 0
    for n in range(59, 120):
        guess(office, f"name{n}", 1)
    assert 0 < attempts.pause_s(office.system, HOME) <= 2
    assert attempts.pause_s(office.system, AWAY) == 0
    office.sign_in("王芳")
    # whoever guesses at one name waits there as before
    guess(office, "王芳", 5)
    wait_of(office, "王芳")
    office.clock.push(hours=1)
    assert attempts.pause_s(office.system, HOME) == 0


def test_made_up_names_from_a_crowd_fill_no_record(office: Office):
    account = office.hire("王芳")
    for n in range(60):
        guess(office, f"name{n}", 1)
    before = len(office.told())
    for n in range(60, 90):
        guess(office, f"name{n}", 1)
    assert len(office.told()) == before
    # guesses at somebody who is there are told one by one
    guess(office, "王芳", 1)
    assert office.told()[before:][0][:2] == ("sign-in-refused", "sign_in")
    ((item,),) = office.place.run("SELECT item FROM event ORDER BY seq DESC LIMIT 1")
    assert str(item) == account.id


def test_neighbours_of_one_network_are_one_place(office: Office):
    for n in range(5):
        guess(office, "王芳", 1, client=f"2001:db8:1:2::{n}")
    wait_of(office, "王芳", client="2001:db8:1:2:ffff::1")
    refusal(office, "王芳", client="2001:db8:1:3::1")


def test_signing_in_forgets_the_guesses_before(office: Office):
    office.hire("王芳")
    for _ in range(4):
        guess(office, "王芳", 4)
        office.sign_in("王芳")


# ------------------------------------------------------------ another service


def test_who_another_service_vouches_for_signs_in_without_a_password(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    accounts.link(office.system, account.id, "https://id.example|42")
    session = signing_in.sign_in_as(office.system, "https://id.example|42", HOME)
    assert office.areas(session.token) == [(Role.PATROL, A)]
    with pytest.raises(SignInRefused):
        signing_in.sign_in_as(office.system, "https://id.example|43", HOME)
    accounts.close(office.system, account.id)
    with pytest.raises(SignInRefused):
        signing_in.sign_in_as(office.system, "https://id.example|42", HOME)


# ------------------------------------------------------------ the record


def test_the_record_tells_who_came_and_who_was_refused(office: Office):
    account = office.hire("王芳")
    session = office.sign_in("王芳", client=AWAY)
    refusal(office, "王芳", "wrong", client=AWAY)
    signing_in.sign_out(office.system, session.id)
    told = [(action, layer) for action, layer, _ in office.told()][-3:]
    assert told == [
        ("sign-in", "sign_in"),
        ("sign-in-refused", "sign_in"),
        ("sign-out", "session"),
    ]
    assert AWAY in office.told()[-2][2]
    (actor,) = office.place.run("SELECT actor FROM event WHERE action = 'sign-in'")
    assert actor == ("王芳",)
    assert office.store.verify(office.system.scope, office.clock()) > 0
    assert account.id
