"""What routes are given: the caller's context, and the parts that live as long as the server.

The functions that give it are asynchronous: the framework would send others to a thread and
back, each of which takes longer than the function.
"""

from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Depends, Request

from mapserver.api.doors import Doors
from mapserver.api.files import Files
from mapserver.api.language import language_of
from mapserver.domain.boundary.measures import Norms
from mapserver.errors import NotFound
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.bulk_reads import BulkReads
from mapserver.services.context import Context
from mapserver.services.finding import Finder
from mapserver.services.heat import HeatMaker
from mapserver.services.imports.jobs import Imports
from mapserver.services.kept import Kept
from mapserver.services.oidc.door import Door
from mapserver.services.opening_limit import OpeningLimit
from mapserver.services.refusals import Refusals
from mapserver.services.tiles import TileMaker
from mapserver.store.scope import Scope
from mapserver.store.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """What the server holds for all its routes.

    Parameters
    ----------
    system : Context
        The program's own way into the town's data; what it reads is for no caller's eyes.
    plain : bool
        Whether the server speaks plain HTTP to other machines.
    door : Door, optional
        Sign-in by another service, where there is one.
    """

    system: Context
    tiles: TileMaker
    heat: HeatMaker
    imports: Imports
    files: Files
    refusals: Refusals
    reads: BulkReads
    max_upload_bytes: int
    openings: OpeningLimit
    plain: bool
    door: Door | None = None
    doors: Doors = field(default_factory=Doors)
    drawing: Drawing = field(default_factory=Drawing)
    norms: Norms = field(default_factory=Norms)
    finder: Finder = field(default_factory=Finder)
    glances: Kept[str, bytes] = field(default_factory=lambda: Kept(200))

    @property
    def store(self) -> Store:
        """The town's store."""
        return self.system.store

    def context(self, scope: Scope) -> Context:
        """Return the way in of whoever has this scope."""
        return replace(self.system, scope=scope)


async def get_desk(request: Request) -> Desk:
    """Return the server's desk."""
    desk: Desk = request.app.state.desk
    return desk


async def get_context(request: Request) -> Context:
    """Return the caller's way into the data; there is a caller wherever this is asked for."""
    context = (await get_desk(request)).context(request.state.caller.scope)
    # for what happens outside the route: a refusal is noted with the name of who asked
    request.state.context = context
    return context


async def get_language(request: Request) -> str:
    """Return the language that the caller reads."""
    return language_of(request)


async def get_door(request: Request) -> Door:
    """Return the door for those whom another service vouches for.

    Raises
    ------
    NotFound
        If there is none: the settings name no service.
    """
    door = (await get_desk(request)).door
    if door is None:
        raise NotFound("没有这个地址。", "There is no such address.")
    return door


TheDesk = Annotated[Desk, Depends(get_desk)]
TheContext = Annotated[Context, Depends(get_context)]
TheDoor = Annotated[Door, Depends(get_door)]
Language = Annotated[str, Depends(get_language)]
