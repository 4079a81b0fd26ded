"""As whom a test asks over the network: each of the fourteen roles, by a session's cookie.

The sessions are made in the store, beside the server that serves it or before, by the service that
signs people in: so a session that a test ended is soon another, and no door is closed by guesses.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mapserver.roles import Role
from mapserver.services import accounts, signing_in
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.policy import Policy
from mapserver.settings import Settings
from mapserver.store.scope import Scope

PASSWORD = "a long row of quiet words"
ENVIRONMENT = {"MAPSERVER_TOTP_ROLES": "", "MAPSERVER_SESSION_IDLE_MINUTES": "1440"}
"""How a server is run for them: no second factor is asked for, and nobody is signed out."""


@dataclass(frozen=True)
class Callers:
    """Somebody of each role for the whole town, and how their requests say who they are."""

    context: Context
    keys: dict[Role, str] = field(default_factory=dict)

    def headers(self, role: Role) -> Mapping[str, str]:
        """Return what the requests of somebody of a role carry."""
        if role not in self.keys:
            new = signing_in.sign_in(self.context, self.name(role), PASSWORD, "", "192.0.2.1")
            self.keys[role] = new.token
        return {"Cookie": f"__Host-session={self.keys[role]}"}

    def renew(self, role: Role) -> None:
        """Let somebody sign in anew before they ask again: their session is over."""
        self.keys.pop(role, None)

    def name(self, role: Role) -> str:
        """Return by which name somebody of a role signs in."""
        return f"walks.{role}".replace("_", "-")

    def account(self, name: str) -> str:
        """Return the id of an account."""
        return accounts.find(self.context, name).account.id


@contextmanager
def callers(place: Path | str, key_file: Path | None = None) -> Iterator[Callers]:
    """Yield callers of a town in a folder or a database, which may be served meanwhile."""
    settings = Settings(data=str(place), key_file=key_file)
    with closing(open_store(settings)) as store:
        policy = Policy(totp_roles=frozenset())
        scope = Scope.of_town("test", town_of(settings, store))
        found = Callers(Context(store, scope, now, policy))
        for role in Role:
            made, _ = accounts.create(found.context, found.name(role), role, PASSWORD)
            accounts.appoint(found.context, made.id, role, scope.town)
        yield found
