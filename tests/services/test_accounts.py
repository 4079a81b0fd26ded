"""Accounts made, reset and closed; appointments begun, ended and handed on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from mapserver.domain.appointments import Period
from mapserver.errors import (
    Conflict,
    InvalidRequest,
    NotAllowed,
    NotFound,
    SignInRefused,
    WeakPassword,
)
from mapserver.roles import Role
from mapserver.services import accounts, appointing, own_account, tokens
from mapserver.services.callers import caller_of_token
from mapserver.store.scope import Grant, Scope
from tests.services.office import PASSWORD, Office
from tests.store.town import A1, B1, TOWN, A, B

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


# ------------------------------------------------------------ accounts


def test_a_one_time_password_is_good_for_nothing_but_to_be_changed(office: Office):
    account, one_time = accounts.create(office.system, "王芳", "王芳")
    accounts.appoint(office.system, account.id, Role.PATROL, A)
    assert one_time is not None
    session = office.sign_in("王芳", one_time)
    caller = office.caller(session.token)
    assert caller is not None
    assert (caller.must, caller.grants, caller.scope.grants) == (("password",), (), ())
    own_account.change_password(office.by(caller), account.id, one_time, PASSWORD, session.id)
    assert office.areas(session.token) == [(Role.PATROL, A)]
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", one_time)


def test_a_one_time_password_does_not_last(office: Office):
    _, one_time = accounts.create(office.system, "王芳", "王芳")
    assert one_time is not None
    office.clock.push(hours=72)
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", one_time)


def test_a_login_name_is_given_once_however_it_is_typed(office: Office):
    office.hire("wangfang")
    accounts.close(office.system, office.hire("liqiang").id)
    for typed in ("WangFang", " ｗａｎｇｆａｎｇ ", "liqiang"):
        with pytest.raises(Conflict):
            accounts.create(office.system, typed, "另一个")


@pytest.mark.parametrize("name", ["", "a", "admin", "Local", "wang fang", "a\0b"])
def test_some_names_are_nobodys(office: Office, name: str):
    with pytest.raises(InvalidRequest) as caught:
        accounts.create(office.system, name, "王芳")
    assert caught.value.details["parameter"] == "name"


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("woaini1314", "short"),
        ("woaini1314520", "common"),
        ("1qaz2wsx3edc", "common"),
        ("qwerty123456", "common"),
        ("zhangwei19850612", "common"),
        ("wangfang-wangfang", None),
        ("王芳mapserver", "short"),
        ("王芳mapserver2026", None),
        ("网格一张图王芳19850612", None),
        ("x" * 300, "long"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(
    office: Office, password: str, weakness: str | None
):
    if weakness is None:
        accounts.create(office.system, "王芳", "王芳", password)
        return
    with pytest.raises(WeakPassword) as caught:
        accounts.create(office.system, "王芳", "王芳", password)
    assert caught.value.details["weakness"] == weakness
    assert password not in caught.value.zh + caught.value.en
    assert accounts.listed(office.system)[0] == 0


def test_a_town_may_ask_for_longer_passwords(office: Office):
    with pytest.raises(WeakPassword) as caught:
        accounts.create(office.with_policy(password_length=30).system, "王芳", "王芳", PASSWORD)
    assert "30" in caught.value.zh


def test_accounts_are_found_by_part_of_a_name(office: Office):
    for name in ("wang.fang", "wang.wei", "li.qiang", "50%"):
        if name != "50%":
            office.hire(name)
    total, found = accounts.listed(office.system, "WANG", limit=1)
    assert (total, [one.account.name for one in found]) == (2, ["wang.fang"])
    assert accounts.listed(office.system, "%") == (0, [])
    accounts.close(office.system, accounts.find(office.system, "wang.wei").account.id)
    assert accounts.listed(office.system, "wang")[0] == 1
    assert accounts.listed(office.system, "wang", closed=True)[0] == 2


def test_a_reset_ends_all_that_ran_on_the_old_password(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    secret, codes = office.enrol(account)
    session = office.sign_in("王芳", code=office.code(secret))
    _, token = tokens.create(office.system, account.id, tokens.Wanted("QGIS"))
    one_time = accounts.reset(office.system, account.id)
    assert office.caller(session.token) is None
    assert caller_of_token(office.system, token) is None
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", PASSWORD, codes[0])
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", one_time, "000000")
    assert office.caller(office.sign_in("王芳", one_time, codes[1]).token)


def test_a_reset_takes_a_lost_second_factor_away_where_it_is_asked_to(office: Office):
    account = office.hire("王芳")
    office.enrol(account)
    one_time = accounts.reset(office.system, account.id, second_factor=True)
    assert office.caller(office.sign_in("王芳", one_time).token)


def test_a_closed_account_ends_at_once_and_its_history_stays(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    session = office.sign_in("王芳")
    accounts.close(office.system, account.id)
    accounts.close(office.system, account.id)
    assert office.caller(session.token) is None
    with pytest.raises(SignInRefused):
        office.sign_in("王芳")
    (held,) = accounts.get(office.system, account.id).appointments
    assert (held.role, held.period) == (Role.PATROL, Period(TODAY, TODAY))
    with pytest.raises(NotFound):
        accounts.appoint(office.system, account.id, Role.PATROL, A)
    one_time = accounts.reopen(office.system, account.id)
    assert office.areas(office.sign_in("王芳", one_time).token) == []


@pytest.mark.parametrize("use", [accounts.get, accounts.close, accounts.reset, accounts.reopen])
@pytest.mark.parametrize("identifier", ["00000000-0000-0000-0000-000000000000", "no id", ""])
def test_an_account_that_does_not_exist_is_not_found(office: Office, use, identifier: str):
    with pytest.raises(NotFound):
        use(office.system, identifier)


def test_an_account_of_another_town_does_not_exist(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    session = office.sign_in("王芳")
    other = replace(office.system, scope=replace(office.system.scope, town="430424101"))
    with pytest.raises(NotFound):
        accounts.get(other, account.id)
    from mapserver.services.callers import caller_of_session

    assert caller_of_session(other, session.token) is None
    assert caller_of_session(office.system, session.token)


# ------------------------------------------------------------ appointments


def test_an_appointment_that_ends_takes_its_reach_away_at_the_next_request(office: Office):
    account = office.hire("王芳", (Role.GRID_HEAD, A), (Role.PATROL, B))
    session = office.sign_in("王芳")
    assert office.areas(session.token) == [(Role.GRID_HEAD, A), (Role.PATROL, B)]
    held = accounts.get(office.system, account.id).appointments[0]
    accounts.end(office.system, held.id)
    assert office.areas(session.token) == [(Role.PATROL, B)]


def test_an_appointment_ends_and_begins_at_the_towns_midnight(office: Office):
    """The clock stands at nine in the morning of the 24th, which is one o'clock in UTC."""
    account = office.hire("王芳")
    accounts.appoint(office.system, account.id, Role.PATROL, A, Period(TODAY, TOMORROW))
    accounts.appoint(office.system, account.id, Role.PATROL, B, Period(TOMORROW))
    night = office.with_policy(idle=timedelta(hours=24), whole=timedelta(hours=24))
    key = night.sign_in("王芳").token
    assert night.areas(key) == [(Role.PATROL, A)]
    office.clock.push(hours=14, minutes=59)
    assert night.areas(key) == [(Role.PATROL, A)]
    office.clock.push(minutes=1)
    assert night.areas(key) == [(Role.PATROL, B)]


def test_a_post_is_handed_on_and_its_history_stays(office: Office):
    before, after = office.hire("王芳", (Role.GRID_HEAD, A)), office.hire("李强")
    (held,) = accounts.get(office.system, before.id).appointments
    accounts.replace(office.system, held.id, after.id, TOMORROW)
    told = [(one.account, one.period) for one in appointing.history(office.system, A)]
    assert told == [(before.id, Period(TODAY, TOMORROW)), (after.id, Period(TOMORROW))]
    assert appointing.history(office.system, B) == []
    assert len(appointing.history(office.system, TOWN)) == 2


def test_what_a_person_holds_already_is_not_given_twice(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    with pytest.raises(Conflict):
        accounts.appoint(office.system, account.id, Role.PATROL, A, office.today(5))
    accounts.appoint(office.system, account.id, Role.PATROL, A1)
    accounts.appoint(office.system, account.id, Role.GRID_HEAD, A)
    (first, *_) = accounts.get(office.system, account.id).appointments
    accounts.end(office.system, first.id, TOMORROW)
    accounts.appoint(office.system, account.id, Role.PATROL, A, Period(TOMORROW))


def test_an_appointment_may_end_before_it_begins(office: Office):
    account = office.hire("王芳")
    held = accounts.appoint(office.system, account.id, Role.PATROL, A, office.today(30))
    ended = accounts.end(office.system, held.id)
    assert not ended.period.has_days
    office.clock.push(days=31)
    assert office.areas(office.sign_in("王芳").token) == []


def test_an_appointment_ends_once_and_not_in_the_past(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    (held,) = accounts.get(office.system, account.id).appointments
    with pytest.raises(InvalidRequest):
        accounts.end(office.system, held.id, TODAY - timedelta(days=1))
    accounts.end(office.system, held.id, TOMORROW)
    for day in (TOMORROW, TOMORROW + timedelta(days=1)):
        with pytest.raises(Conflict):
            accounts.end(office.system, held.id, day)
    accounts.end(office.system, held.id, TODAY)
    with pytest.raises(NotFound):
        accounts.end(office.system, account.id)


@pytest.mark.parametrize(
    ("role", "area", "period"),
    [
        (Role.ADMINISTRATOR, A, None),
        (Role.PATROL, "430424101", None),
        (Role.PATROL, f"{TOWN}999", None),
        (Role.PATROL, f"{A}999", None),
        (Role.PATROL, "", None),
        (Role.PATROL, "%", None),
        (Role.PATROL, A, Period(TOMORROW, TODAY)),
        (Role.PATROL, A, Period(TODAY, TODAY)),
    ],
)
def test_no_role_for_an_area_that_is_none_or_a_period_without_days(
    office: Office, role: Role, area: str, period: Period | None
):
    account = office.hire("王芳")
    with pytest.raises(InvalidRequest):
        accounts.appoint(office.system, account.id, role, area, period)


def test_the_last_administrator_stays(office: Office):
    first, second = office.hire("一号"), office.hire("二号")
    held = accounts.appoint(office.system, first.id, Role.ADMINISTRATOR, TOWN)
    for attempt in (
        lambda: accounts.end(office.system, held.id),
        lambda: accounts.close(office.system, first.id),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert accounts.has_administrator(office.system)
    accounts.replace(office.system, held.id, second.id)
    accounts.close(office.system, first.id)
    assert accounts.has_administrator(office.system)
    (only,) = accounts.get(office.system, second.id).appointments
    with pytest.raises(Conflict):
        accounts.end(office.system, only.id, TOMORROW)


def test_nobody_appoints_themselves(office: Office):
    account = office.hire("一号", (Role.ADMINISTRATOR, TOWN))
    secret, _ = office.enrol(account)
    caller = office.caller(office.sign_in("一号", code=office.code(secret)).token)
    assert caller is not None
    with pytest.raises(Conflict):
        accounts.appoint(office.by(caller), account.id, Role.INFORMATION_OFFICER, TOWN)
    other = office.hire("二号")
    made = accounts.appoint(office.by(caller), other.id, Role.INFORMATION_OFFICER, A)
    actors = office.place.run(f"SELECT actor FROM event WHERE item = '{made.id}'")
    assert actors == [("一号",)]


def test_nobody_resets_or_closes_themselves(office: Office):
    """Else a screen that an administrator left open would be a new password."""
    account = office.hire("一号", (Role.ADMINISTRATOR, TOWN))
    office.hire("二号", (Role.ADMINISTRATOR, TOWN))
    own = replace(office.system, scope=Scope("一号", TOWN, (Grant(Role.ADMINISTRATOR, TOWN),)))
    for act in (accounts.reset, accounts.close):
        with pytest.raises(Conflict):
            act(own, account.id)


def test_only_administrators_look_after_accounts(office: Office):
    other = office.hire("二号", (Role.PATROL, A))
    (held,) = accounts.get(office.system, other.id).appointments
    others = tuple(Grant(role, TOWN) for role in Role if role is not Role.ADMINISTRATOR)
    who = replace(office.system, scope=Scope("一号", TOWN, others))
    attempts: tuple[Callable[[], object], ...] = (
        lambda: accounts.create(who, "三号", "三号"),
        lambda: accounts.listed(who),
        lambda: accounts.rename(who, other.id, "别名"),
        lambda: accounts.link(who, other.id, "x"),
        lambda: accounts.reset(who, other.id),
        lambda: accounts.close(who, other.id),
        lambda: accounts.reopen(who, other.id),
        lambda: accounts.appoint(who, other.id, Role.PATROL, B),
        lambda: accounts.end(who, held.id),
        lambda: accounts.replace(who, held.id, other.id),
        lambda: appointing.history(who, TOWN),
    )
    before = office.rows("event")
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert office.rows("event") == before


def test_events_tell_what_was_done_and_no_secret(office: Office):
    account = office.hire("王芳", (Role.PATROL, B1))
    accounts.reset(office.system, account.id)
    told = {(action, layer) for action, layer, _ in office.told()}
    assert {("add", "account"), ("password", "account"), ("add", "appointment")} <= told
    assert "argon2" not in office.rows("event")
    assert "argon2id" in office.rows("account")
