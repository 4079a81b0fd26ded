"""A town hall: a store with areas, people who sign in, and a clock that is pushed.

430424100201 甲村 with two grids, 430424100202 乙村 with two (see tests/store/town.py).
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pyotp

from mapserver.domain.appointments import Period
from mapserver.domain.days import day_of
from mapserver.roles import Role
from mapserver.services import accounts, callers, own_account, signing_in
from mapserver.services.caller import Caller
from mapserver.services.context import Context
from mapserver.services.policy import Policy
from mapserver.services.signing_in import NewSession
from mapserver.store.accounts import Account
from mapserver.store.scope import Scope
from mapserver.store.store import Store
from tests.store.town import TOWN, Place

PASSWORD = "tuesday we walk to the dam"
HOME, AWAY = "192.0.2.1", "198.51.100.7"


class Clock:
    """A clock that stands until it is pushed; `ran_s` is what really passed."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
        self.ran_s = 0.0

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now

    def push(self, **by: float) -> None:
        """Move on, by days, hours, minutes or seconds."""
        self.now += timedelta(**by)
        self.ran_s += timedelta(**by).total_seconds()

    def jump(self, **by: float) -> None:
        """Be set, forward or back, while no time passes."""
        self.now += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Office:
    """The store, and how its people go about."""

    store: Store
    place: Place
    clock: Clock = field(default_factory=Clock)
    policy: Policy = field(default_factory=Policy)

    @property
    def system(self) -> Context:
        """The program's own way in."""
        return Context(self.store, Scope.of_town("system", TOWN), self.clock, self.policy)

    def by(self, caller: Caller) -> Context:
        """Return a caller's way in."""
        return replace(self.system, scope=caller.scope)

    def with_policy(self, **changes: object) -> "Office":
        """Return the same office under another policy."""
        return replace(self, policy=replace(self.policy, **changes))

    def hire(self, name: str, *held: tuple[Role, str]) -> Account:
        """Make an account that signs in by PASSWORD, and appoint its owner."""
        account, _ = accounts.create(self.system, name, name, PASSWORD)
        for role, area in held:
            accounts.appoint(self.system, account.id, role, area)
        return account

    def sign_in(
        self,
        name: str,
        password: str = PASSWORD,
        code: str = "",
        client: str = HOME,
        device: str | None = None,
    ) -> NewSession:
        """Sign somebody in."""
        return signing_in.sign_in(self.system, name, password, code, client, device)

    def caller(self, key: str) -> Caller | None:
        """Return who comes with a session's key."""
        return callers.caller_of_session(self.system, key)

    def areas(self, key: str) -> list[tuple[Role, str]] | None:
        """Return what the caller with a session's key was granted, None for no caller."""
        found = self.caller(key)
        return None if found is None else [(one.role, one.area) for one in found.grants]

    def enrol(
        self, account: Account, password: str = PASSWORD, keep: str | None = None
    ) -> tuple[str, list[str]]:
        """Give an account a second factor, and return its secret and the recovery codes.

        `keep` is the session at which that is done.
        """
        factor = own_account.begin_totp(self.system, account.id, password)
        code = self.code(factor.secret)
        codes = own_account.confirm_totp(self.system, account.id, code, keep)
        # the code that confirmed it was used by that
        self.clock.push(seconds=60)
        return factor.secret, codes

    def code(self, secret: str) -> str:
        """Return the code that a device shows now."""
        return pyotp.TOTP(secret).at(self.clock())

    def today(self, after_days: int = 0) -> Period:
        """Return the period from today, or a day near it, on."""
        return Period(day_of(self.clock()) + timedelta(days=after_days))

    def told(self) -> list[tuple[str, str, str]]:
        """Return what the record tells: action, layer, data."""
        columns = "action, layer, data"
        found = self.place.run(f"SELECT {columns} FROM event WHERE layer <> 'x' ORDER BY seq")
        return [(action, layer, data) for action, layer, data in found]

    def rows(self, table: str) -> str:
        """Return all that a table holds, as text."""
        return str(self.place.run(f"SELECT * FROM {table}"))
