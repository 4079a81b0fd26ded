"""Somebody who may do what most tests do: in a store of this process, and in a browser."""

from pathlib import Path

from playwright.sync_api import Page

from mapserver.cli_demo import PASSWORD_FILE
from mapserver.errors import NotFound
from mapserver.roles import Role
from mapserver.services import accounts, tokens
from mapserver.services.context import Context
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.tokens import Wanted
from mapserver.settings import Settings
from mapserver.store.scope import Scope

NAME, PASSWORD = "test.clerk", "a long row of quiet words"
ROLES = (Role.INFORMATION_OFFICER, Role.GRID_HEAD, Role.LEADER)
OFFICER = "xinxiyuan"
"""The demo's account that sees the whole town and imports."""
AUDITOR = "shenji"
"""The demo's account that sees the record alone."""


def token_in(context: Context) -> str:
    """Return a new token of somebody who sees and changes the whole town."""
    account = _account(context)
    _, text = tokens.create(context, account, Wanted("tests", 300, writes=True))
    return text


def token_of(place: Path | str) -> str:
    """Return the same for a store that nobody has open."""
    return token_for(Settings(data=str(place)))


def token_for(settings: Settings) -> str:
    """Return the same for a store as it is served."""
    store = open_store(settings)
    try:
        return token_in(Context(store, Scope.of_town("test", town_of(settings, store)), now))
    finally:
        store.close()


def _account(context: Context) -> str:
    try:
        return accounts.find(context, NAME).account.id
    except NotFound:
        made, _ = accounts.create(context, NAME, "测试员", PASSWORD)
        for role in ROLES:
            accounts.appoint(context, made.id, role, context.scope.town)
        return made.id


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Sign the browser of a page in, without its form."""
    answer = page.context.request.post(f"{url}/session", data={"name": name, "password": password})
    assert answer.ok, f"{answer.status} {answer.text()}"


def demo_password(folder: Path) -> str:
    """Return the password of the demo's accounts in a data folder."""
    return (folder / PASSWORD_FILE).read_text("utf-8").strip()
