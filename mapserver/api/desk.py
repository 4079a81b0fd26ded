"""What routes are given: the caller's context, and the parts that live as long as the server.

The functions that give it are asynchronous: the framework would send others to a thread and
back, each of which takes longer than the function.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from mapserver.api.files import Files
from mapserver.api.language import language_of
from mapserver.services.context import LOCAL_ACTOR, Context
from mapserver.services.describe import Town
from mapserver.services.heat import HeatMaker
from mapserver.services.imports.jobs import Imports
from mapserver.services.kept import Kept
from mapserver.services.tiles import TileMaker
from mapserver.store.scope import Scope
from mapserver.store.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """What the server holds for all its routes."""

    store: Store
    town: str
    clock: Callable[[], datetime]
    tiles: TileMaker
    heat: HeatMaker
    imports: Imports
    files: Files
    max_upload_bytes: int
    counting: threading.Lock = field(default_factory=threading.Lock)
    glances: Kept[tuple[tuple[str, ...], int], Town] = field(default_factory=lambda: Kept(100))

    def context(self) -> Context:
        """Return the way in for the one local user."""
        return Context(self.store, Scope.of_town(LOCAL_ACTOR, self.town), self.clock)


async def get_desk(request: Request) -> Desk:
    """Return the server's desk."""
    desk: Desk = request.app.state.desk
    return desk


async def get_context(request: Request) -> Context:
    """Return the caller's way into the data."""
    return (await get_desk(request)).context()


async def get_language(request: Request) -> str:
    """Return the language that the caller reads."""
    return language_of(request)


TheDesk = Annotated[Desk, Depends(get_desk)]
TheContext = Annotated[Context, Depends(get_context)]
Language = Annotated[str, Depends(get_language)]
