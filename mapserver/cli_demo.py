"""The demo's accounts: made with the demo, and told whenever it starts."""

import os
from pathlib import Path

import typer

from mapserver.cli_words import language, say
from mapserver.demo.accounts import ACCOUNTS
from mapserver.roles import TITLES
from mapserver.services import accounts
from mapserver.services.context import Context
from mapserver.services.hashing import new_code

PASSWORD_FILE = "demo-password.txt"  # noqa: S105 (the name of a file)


def make_accounts(context: Context, folder: Path | None) -> str:
    """Make the demo's accounts, and return the password of all of them.

    It is kept in `folder` for the next start; without one, in a database, it is told this once.
    """
    password = new_code()
    for one in ACCOUNTS:
        made, _ = accounts.create(context, one.name, one.title, password)
        accounts.appoint(context, made.id, one.role, one.area)
    if folder is not None:
        _keep(folder / PASSWORD_FILE, password)
    return password


def kept_password(folder: Path | None) -> str | None:
    """Return the password of the demo's accounts, None where it is not kept."""
    file = folder / PASSWORD_FILE if folder else None
    return file.read_text("utf-8").strip() if file and file.is_file() else None


def tell_accounts(password: str | None) -> None:
    """Print who may sign in."""
    say("示范账号（账号、姓名、角色、范围）：", "Demo accounts (account, name, role, area):")
    for one in ACCOUNTS:
        zh, en = TITLES[one.role]
        role = en if language() == "en" else zh
        typer.echo(f"  {one.name:<12} {one.title}  {role}  {one.area}")
    if password is None:
        say(
            "密码在建库时说过。忘了就用 mapserver user reset 账号。",
            "Their password was told when they were made; mapserver user reset makes a new one.",
        )
    else:
        say(f"密码都是 {password}", f"The password of each is {password}")


def _keep(file: Path, password: str) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(password + "\n")
