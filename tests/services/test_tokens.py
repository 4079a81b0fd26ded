"""Bearer tokens: they reach what they say, and never more than their owner does today."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.errors import InvalidRequest, NotAllowed, NotFound
from mapserver.roles import Role
from mapserver.services import accounts, tokens
from mapserver.services.caller import narrowed
from mapserver.services.callers import caller_of_session, caller_of_token
from mapserver.services.tokens import Wanted
from mapserver.store.accounts import Account
from mapserver.store.scope import Grant
from mapserver.store.tokens import Token
from tests.services.office import Office
from tests.store.town import A1, AT, B1, TOWN, A, B


def reach(office: Office, account: Account, wanted: Wanted) -> list[tuple[Role, str]]:
    """Return what a new token reaches."""
    _, text = tokens.create(office.system, account.id, wanted)
    caller = caller_of_token(office.system, text)
    assert caller is not None
    assert caller.via == "token"
    return [(one.role, one.area) for one in caller.grants]


def test_a_token_reaches_its_owners_area_where_that_meets_its_own(office: Office):
    account = office.hire("王芳", (Role.GRID_HEAD, A), (Role.PATROL, B1))
    assert reach(office, account, Wanted("all")) == [(Role.GRID_HEAD, A), (Role.PATROL, B1)]
    assert reach(office, account, Wanted("A1", area=A1)) == [(Role.GRID_HEAD, A1)]
    assert reach(office, account, Wanted("B", area=B)) == [(Role.PATROL, B1)]
    assert reach(office, account, Wanted("one", roles=(Role.PATROL,))) == [(Role.PATROL, B1)]
    assert reach(office, account, Wanted("other", roles=(Role.LEADER,))) == []
    assert reach(office, account, Wanted("none", roles=())) == []


def test_no_token_looks_after_accounts(office: Office):
    account = office.hire("王芳", (Role.ADMINISTRATOR, TOWN), (Role.PATROL, A))
    office.enrol(account)
    assert reach(office, account, Wanted("all")) == [(Role.PATROL, A)]


areas = st.sampled_from([TOWN, A, B, A1, B1])
roles = st.sampled_from([Role.PATROL, Role.GRID_HEAD])
PLACES = [A1, A + "002", B1, B + "002"]


@given(
    st.lists(st.builds(Grant, roles, areas), max_size=4),
    areas,
    st.none() | st.sets(roles).map(tuple),
)
def test_a_token_reaches_exactly_what_both_it_and_its_owner_do(
    held: list[Grant], area: str, chosen: tuple[Role, ...] | None
):
    """Held against every role in every grid, one by one."""
    token = Token("i", "a", "t", area, chosen, False, AT, AT, None, AT)
    found = narrowed(held, token)
    for role in (Role.PATROL, Role.GRID_HEAD):
        for place in PLACES:
            owner = any(one.role == role and place.startswith(one.area) for one in held)
            own = place.startswith(area) and (chosen is None or role in chosen)
            both = any(one.role == role and place.startswith(one.area) for one in found)
            assert both == (owner and own)


def test_a_token_ends_with_its_owners_appointment(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    _, text = tokens.create(office.system, account.id, Wanted("QGIS"))
    (held,) = accounts.get(office.system, account.id).appointments
    accounts.end(office.system, held.id)
    caller = caller_of_token(office.system, text)
    assert caller is not None
    assert caller.grants == ()


def test_a_token_ends_when_it_said(office: Office):
    account = office.hire("王芳")
    made, text = tokens.create(office.system, account.id, Wanted("QGIS", days=1))
    office.clock.push(hours=23, minutes=59)
    assert caller_of_token(office.system, text)
    office.clock.push(minutes=1)
    assert caller_of_token(office.system, text) is None
    assert tokens.listed(office.system, account.id) == []
    assert made.expires_at - made.created_at == timedelta(days=1)


def test_a_token_is_revoked_by_its_owner_alone(office: Office):
    account, other = office.hire("王芳"), office.hire("李强")
    made, text = tokens.create(office.system, account.id, Wanted(" QGIS  镇里 "))
    assert [one.title for one in tokens.listed(office.system, account.id)] == ["QGIS 镇里"]
    assert caller_of_token(office.system, text)
    with pytest.raises(NotFound):
        tokens.revoke(office.system, other.id, made.id)
    tokens.revoke(office.system, account.id, made.id)
    tokens.revoke(office.system, account.id, made.id)
    assert caller_of_token(office.system, text) is None


def test_a_token_ends_with_its_account(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    _, text = tokens.create(office.system, account.id, Wanted("QGIS"))
    accounts.close(office.system, account.id)
    assert caller_of_token(office.system, text) is None


def test_a_token_changes_nothing_unless_it_says_so(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    for writes in (False, True):
        _, text = tokens.create(office.system, account.id, Wanted("x", writes=writes))
        caller = caller_of_token(office.system, text)
        assert caller is not None
        assert caller.writes is writes


def test_a_token_reaches_nothing_where_a_second_factor_is_missing(office: Office):
    account = office.hire("王芳", (Role.PATROL, A))
    _, text = tokens.create(office.system, account.id, Wanted("QGIS"))
    strict = office.with_policy(totp_roles=frozenset([Role.PATROL]))
    assert caller_of_token(office.system, text)
    fresh = strict.with_policy()
    accounts.rename(office.system, account.id, "王芳芳")
    assert caller_of_token(fresh.system, text) is None


def test_nobody_makes_a_token_who_has_something_left_to_do(office: Office):
    """A one-time password is known to whoever made it, and shall leave nothing behind."""
    account, _ = accounts.create(office.system, "王芳", "王芳")
    accounts.appoint(office.system, account.id, Role.PATROL, A)
    with pytest.raises(NotAllowed, match="one-time password"):
        tokens.create(office.system, account.id, Wanted("QGIS"))
    strict = office.with_policy(totp_roles=frozenset([Role.PATROL]))
    other = office.hire("李强", (Role.PATROL, A))
    with pytest.raises(NotAllowed, match="code on the phone"):
        tokens.create(strict.system, other.id, Wanted("QGIS"))


def test_a_token_is_no_session_and_a_session_no_token(office: Office):
    account = office.hire("王芳")
    _, text = tokens.create(office.system, account.id, Wanted("QGIS"))
    session = office.sign_in("王芳")
    assert caller_of_session(office.system, text) is None
    assert caller_of_token(office.system, session.token) is None
    assert text.startswith("mst_")
    assert text not in office.rows("token") + office.rows("event")


@pytest.mark.parametrize(
    ("wanted", "parameter"),
    [
        (Wanted(""), "title"),
        (Wanted("x", days=0), "days"),
        (Wanted("x", days=367), "days"),
        (Wanted("x", area="430424101"), "area"),
        (Wanted("x", area="%"), "area"),
    ],
)
def test_a_token_without_name_end_or_place_is_refused(
    office: Office, wanted: Wanted, parameter: str
):
    account = office.hire("王芳")
    with pytest.raises(InvalidRequest) as caught:
        tokens.create(office.system, account.id, wanted)
    assert caught.value.details["parameter"] == parameter
