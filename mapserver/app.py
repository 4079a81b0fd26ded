"""The one place where the parts are joined."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from mapserver import __version__
from mapserver.api import audits, features, heat, imports, openapi, page, problems, tiles, town
from mapserver.api.bodies import PlainBodies
from mapserver.api.desk import Desk
from mapserver.api.files import Files
from mapserver.api.guard import Guard, Names
from mapserver.api.headers import SafeHeaders
from mapserver.api.tracing import Traced
from mapserver.api.uploads import UploadLimit
from mapserver.services.heat import HeatMaker
from mapserver.services.imports.jobs import Imports
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.tiles import TileMaker
from mapserver.settings import Settings, is_loopback
from mapserver.shipped import shipped
from mapserver.store.store import Store

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    settings: Settings, store: Store | None = None, clock: Callable[[], datetime] = now
) -> FastAPI:
    """Return the server for `settings`; it owns the store it opens."""
    opened = store or open_store(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        yield
        opened.close()

    app = FastAPI(
        title="网格一张图",
        version=__version__,
        summary="One map of a township's grids.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    tile_maker = TileMaker()
    app.state.desk = Desk(
        store=opened,
        town=town_of(settings, opened),
        clock=clock,
        tiles=tile_maker,
        heat=HeatMaker(tile_maker),
        imports=Imports(),
        files=Files(shipped("static")),
        max_upload_bytes=settings.max_upload_mb * 2**20,
    )
    problems.install(app)
    routers = (features.public, town.operators, openapi.router, page.router)
    for router in (
        *routers,
        *(one.router for one in (features, tiles, heat, town, audits, imports)),
    ):
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    app.add_middleware(PlainBodies)
    app.add_middleware(UploadLimit, most=app.state.desk.max_upload_bytes)
    app.add_middleware(Guard, names=_names(settings))
    app.add_middleware(Traced)
    app.add_middleware(SafeHeaders)
    return app


def _names(settings: Settings) -> Names:
    known = {name if ":" not in name else f"[{name}]" for name in settings.known_names}
    return Names(frozenset(known | set(LOCAL_HOSTS)), any_address=not is_loopback(settings.host))
