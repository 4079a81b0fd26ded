"""What all commands share: their language, their settings, and how an error ends them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from mapserver.errors import MapserverError
from mapserver.settings import Settings

FAILED = 2

Data = Annotated[
    str | None,
    typer.Option(help="数据文件夹或 postgresql:// 地址 A folder, or a postgresql:// address"),
]


def language() -> str:
    """Return the language that commands speak: "zh", or "en" where MAPSERVER_LANG says so."""
    return "en" if os.environ.get("MAPSERVER_LANG", "zh").startswith("en") else "zh"


def say(zh: str, en: str) -> None:
    """Print a sentence."""
    typer.echo(en if language() == "en" else zh)


@contextmanager
def told() -> Iterator[None]:
    """Say an error of the program in one sentence and leave with its exit code."""
    try:
        yield
    except MapserverError as error:
        typer.echo(error.text(language()), err=True)
        raise typer.Exit(FAILED) from error
    except ValidationError as error:
        for one in error.errors():
            name = ".".join(map(str, one["loc"])) or "settings"
            typer.echo(f"{name}: {one['msg'].removeprefix('Value error, ')}", err=True)
        raise typer.Exit(FAILED) from error


def settings_of(**given: Any) -> Settings:
    """Return the settings, those that are given before those of the environment."""
    return Settings(**{name: value for name, value in given.items() if value is not None})
