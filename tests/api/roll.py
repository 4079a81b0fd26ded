"""Fourteen roles in every kind of area, each with an account, appointments and a session.

Beside them stand an officer of either village, who own what is nobody else's: an import at hand,
one that was committed, a session, a token, an appointment.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyotp
from fastapi import FastAPI

from mapserver.api.desk import Desk
from mapserver.domain.appointments import Appointment, Period, fits
from mapserver.roles import Role
from mapserver.services import accounts, own_account, signing_in, tokens
from mapserver.services.boundaries import drafts
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.imports.jobs import Imports
from mapserver.services.tokens import Wanted
from mapserver.store import appointments
from mapserver.store.scope import Grant, Scope
from tests.api import town as small
from tests.api.people import PASSWORD
from tests.api.test_api_imports import with_check_digit
from tests.formats import builders

AREAS: Mapping[str, tuple[str, ...]] = {
    "own": (small.XINWU,),
    "neighbour": (small.DONGFENG,),
    "parent": (small.TOWN,),
    "several": (small.NORTH, small.DONGFENG),
    "none": (),
    "ended": (small.XINWU,),
    "grid": (small.SOUTH,),
    "elsewhere": ("430424101",),
}
IN_ALL_AREAS = (Role.GRID_HEAD, Role.INFORMATION_OFFICER, Role.AUDITOR)
"""In a single grid and in another town one is asked of each kind: who sees people, who imports,
who sees nothing of the map."""

EVERYBODY = [
    (role, place)
    for role in Role
    for place in AREAS
    if role in IN_ALL_AREAS or place not in ("grid", "elsewhere")
]


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who walks: `key` is of their session, `factor` what their phone holds."""

    role: Role
    place: str
    name: str
    account: str
    key: str
    factor: str
    scope: Scope

    def __str__(self) -> str:
        """Return who it is, for a failing test."""
        return f"{self.role} {self.place}"


def walker(context: Context, role: Role, place: str) -> Walker:
    """Return somebody of a role in a kind of area, signed in while they held it."""
    name = f"{role}.{place}".replace("_", "-")
    account = accounts.create(context, name, name, PASSWORD)[0].id
    held = [_appointed(context, account, role, area) for area in AREAS[place]]
    new = signing_in.sign_in(context, name, PASSWORD, "", "192.0.2.1")
    factor = ""
    if held and role in context.policy.totp_roles:
        factor = own_account.begin_totp(context, account, PASSWORD).secret
        code = pyotp.TOTP(factor).at(context.clock())
        own_account.confirm_totp(context, account, code, new.id)
    if place == "ended":
        for one in held:
            accounts.end(context, one.id)
        held = []
    grants = tuple(Grant(one.role, one.area) for one in held)
    scope = Scope(name, small.TOWN, grants)
    return Walker(role, place, name, account, new.token, factor, scope)


def _appointed(context: Context, account: str, role: Role, area: str) -> Appointment:
    """Return an appointment; what the door refuses is put into the store all the same."""
    if fits(role, area, small.TOWN):
        return accounts.appoint(context, account, role, area)
    one = Appointment(new_id(), account, role, area, Period(context.today()))
    with context.write() as session:
        appointments.add(session, one)
    return one


@dataclass(frozen=True, slots=True)
class Other:
    """An officer of a village, and what is theirs alone; `held` and `kept` are imports.

    `draft` is of the village's boundaries.
    """

    village: str
    name: str
    title: str
    account: str
    appointment: str
    session: str
    token: str
    held: str
    kept: str
    file: str
    school: str
    newcomer: str
    number: str
    draft: str


_VILLAGES = {
    small.XINWU: ("新屋村", "新屋村3组20号", "吴九", "43049919850303002", "112.905"),
    small.DONGFENG: ("东风社区", "东风社区6号", "周八", "43049919850404003", "112.935"),
}


def other(app: FastAPI, village: str) -> Other:
    """Return the officer of a village with two imports, of which one is written."""
    desk: Desk = app.state.desk
    named, address, newcomer, digits, lon = _VILLAGES[village]
    name, file, school = f"officer.{village}", f"登记{village}.csv", f"{named}希望小学"
    account = accounts.create(desk.system, name, f"{named}旁人", PASSWORD)[0].id
    held = accounts.appoint(desk.system, account, Role.INFORMATION_OFFICER, village)
    new = signing_in.sign_in(desk.system, name, PASSWORD, "", "192.0.2.1")
    token = tokens.create(desk.system, account, Wanted("theirs", 30))[0]
    context = desk.context(Scope(name, small.TOWN, (Grant(Role.INFORMATION_OFFICER, village),)))
    number = with_check_digit(digits)
    people = [
        ["姓名", "与户主关系", "公民身份号码", "现居住地址"],
        [newcomer, "非亲属", number, address],
    ]
    schools = [
        ["学校名称", "办学类型", "村", "经度", "纬度"],
        [school, "小学", named, lon, "27.01"],
    ]
    one = desk.imports.start(context, "person", file, builders.as_csv(people))
    two = desk.imports.start(context, "school", file, builders.as_csv(schools), None, "cgcs2000")
    desk.imports.wait()
    assert (one.state, two.state) == ("ready", "ready"), (one.problem, two.problem)
    desk.imports.commit(context, two)
    desk.imports.wait()
    assert two.state == "committed", two.problem
    return Other(
        village, name, f"{named}旁人", account, held.id, new.id, token.id, one.id, two.id,
        file, school, newcomer, number, drawn(desk, village),
    )  # fmt: skip


def drawn(desk: Desk, village: str) -> str:
    """Return a draft of a village's boundaries."""
    on = desk.drawing.ground(desk.system, village)
    return drafts.begin(desk.system, on, [small.bent(village, 1)]).id


def forget_held(imports: Imports, identifier: str) -> None:
    """Let the server forget an import, as it does of old ones: what was written is in the store."""
    imports._jobs.pop(identifier)


def officers(app: FastAPI) -> Iterator[Other]:
    """Yield the officers of both villages."""
    for village in _VILLAGES:
        yield other(app, village)
