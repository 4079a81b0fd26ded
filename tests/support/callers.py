"""As whom a test asks over the network: each role by the headers that its requests carry."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from mapserver.roles import Role
from mapserver.services import accounts, tokens
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.tokens import Wanted
from mapserver.settings import Settings
from mapserver.store.scope import Scope

ROLES = (Role.INFORMATION_OFFICER, Role.GRID_HEAD, Role.LEADER, Role.FIRE)
"""Of each kind one: who imports, who draws, who sees counts, who sees what is public."""


def callers(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the headers of some roles for the town in a data folder that nobody has open."""
    settings = Settings(data=str(folder))
    with closing(open_store(settings)) as store:
        context = Context(store, Scope.of_town("test", town_of(settings, store)), now)
        return {role: {"Authorization": f"Bearer {_token(context, role)}"} for role in ROLES}


def _token(context: Context, role: Role) -> str:
    made, _ = accounts.create(context, f"walks.{role}", role, "a long row of quiet words")
    accounts.appoint(context, made.id, role, context.scope.town)
    return tokens.create(context, made.id, Wanted("tests", 30, writes=True))[1]
