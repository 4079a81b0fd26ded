"""What people do with their own account."""

import pytest

from mapserver.errors import Conflict, NotConfirmed, SignInRefused, TooManyTries, WeakPassword
from mapserver.roles import Role
from mapserver.services import own_account, tokens
from mapserver.services.callers import caller_of_token
from mapserver.services.tokens import Wanted
from tests.services.office import AWAY, PASSWORD, Office
from tests.store.town import TOWN, A

NEW = "wednesday we walk back again"


def test_a_changed_password_ends_every_other_session(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    here, there = office.sign_in("王芳"), office.sign_in("王芳", client=AWAY)
    own_account.change_password(office.system, account.id, PASSWORD, NEW, here.id)
    assert office.areas(here.token) == [(Role.PATROL, A)]
    assert office.caller(there.token) is None
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", PASSWORD)
    office.sign_in("王芳", NEW)


def test_a_changed_password_ends_every_token(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    _, text = tokens.create(office.system, account.id, Wanted("QGIS", days=300))
    assert caller_of_token(office.system, text)
    own_account.change_password(office.system, account.id, PASSWORD, NEW)
    assert caller_of_token(office.system, text) is None
    assert tokens.listed(office.system, account.id) == []


def test_a_password_is_changed_only_with_the_old_one_and_to_another(office: Office):
    account = office.hire("王芳")
    with pytest.raises(NotConfirmed):
        own_account.change_password(office.system, account.id, "wrong", NEW)
    with pytest.raises(WeakPassword):
        own_account.change_password(office.system, account.id, PASSWORD, PASSWORD)
    with pytest.raises(WeakPassword):
        own_account.change_password(office.system, account.id, PASSWORD, "woaini1314520")
    office.sign_in("王芳", PASSWORD)


def test_who_guesses_at_an_open_screen_has_to_wait(office: Office):
    account = office.hire("王芳")
    for _ in range(5):
        with pytest.raises(NotConfirmed):
            own_account.change_password(office.system, account.id, "wrong", NEW)
    with pytest.raises(TooManyTries):
        own_account.change_password(office.system, account.id, PASSWORD, NEW)
    with pytest.raises(TooManyTries):
        own_account.begin_totp(office.system, account.id, PASSWORD)
    office.sign_in("王芳", PASSWORD)


def test_a_second_factor_counts_from_its_first_code_on(office: Office):
    account = office.hire("王芳")
    factor = own_account.begin_totp(office.system, account.id, PASSWORD)
    assert factor.secret in factor.address
    assert factor.secret not in repr(factor)
    office.sign_in("王芳")
    with pytest.raises(NotConfirmed):
        own_account.confirm_totp(office.system, account.id, "000000")
    office.sign_in("王芳")
    codes = own_account.confirm_totp(office.system, account.id, office.code(factor.secret))
    assert len(codes) == 10
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", code=office.code(factor.secret))


def test_no_second_factor_is_confirmed_that_was_not_begun(office: Office):
    account = office.hire("王芳")
    with pytest.raises(Conflict):
        own_account.confirm_totp(office.system, account.id, "000000")
    with pytest.raises(Conflict):
        own_account.renew_recovery_codes(office.system, account.id, PASSWORD)


def test_a_new_device_takes_the_place_of_the_old_and_its_codes(office: Office):
    account = office.hire("王芳")
    old, old_codes = office.enrol(account)
    new, codes = office.enrol(account)
    for code in (office.code(old), old_codes[0]):
        with pytest.raises(SignInRefused):
            office.sign_in("王芳", code=code)
    office.sign_in("王芳", code=office.code(new))
    office.sign_in("王芳", code=codes[0])


def test_renewed_recovery_codes_replace_the_old_ones(office: Office):
    account = office.hire("王芳")
    _, old = office.enrol(account)
    new = own_account.renew_recovery_codes(office.system, account.id, PASSWORD)
    assert not set(old) & set(new)
    with pytest.raises(SignInRefused):
        office.sign_in("王芳", code=old[0])
    office.sign_in("王芳", code=new[0])


def test_a_role_that_needs_a_second_factor_reaches_nothing_without_one(office: Office):
    strict = office.with_policy(totp_roles=frozenset([Role.LEADER]))
    account = strict.hire("王芳", (Role.LEADER, TOWN), (Role.PATROL, A))
    session = strict.sign_in("王芳")
    key = session.token
    caller = strict.caller(key)
    assert caller is not None
    assert (caller.must, caller.grants) == (("totp",), ())
    strict.enrol(account, keep=session.id)
    assert strict.areas(key) == [(Role.LEADER, TOWN), (Role.PATROL, A)]
    own_account.stop_totp(strict.system, account.id, PASSWORD)
    assert strict.areas(key) == []
    assert office.areas(key) == []


def test_who_gave_no_code_does_not_rise_when_the_owner_sets_a_phone_up(office: Office):
    """Somebody else with the password waits at another browser for the owner's phone."""
    strict = office.with_policy(totp_roles=frozenset([Role.LEADER]))
    account = strict.hire("王芳", (Role.LEADER, TOWN))
    thief, owner = strict.sign_in("王芳", client=AWAY), strict.sign_in("王芳")
    strict.enrol(account, keep=owner.id)
    assert strict.caller(thief.token) is None
    assert strict.areas(owner.token) == [(Role.LEADER, TOWN)]


def test_a_token_from_before_the_phone_ends_with_it(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    _, text = tokens.create(office.system, account.id, Wanted("QGIS"))
    office.enrol(account)
    assert caller_of_token(office.system, text) is None


def test_a_role_that_needs_none_goes_without(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    office.enrol(account)
    own_account.stop_totp(office.system, account.id, PASSWORD)
    assert office.areas(office.sign_in("王芳").token) == [(Role.PATROL, A)]
