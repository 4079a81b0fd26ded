"""The one place where the parts are joined."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from mapserver import __version__
from mapserver.api import features, imports, openapi, page, problems, tiles, town
from mapserver.api.desk import Desk
from mapserver.api.files import Files
from mapserver.api.guard import Guard
from mapserver.api.uploads import UploadLimit
from mapserver.layers import load_layers
from mapserver.services.imports.jobs import Imports
from mapserver.services.tiles import TileMaker
from mapserver.settings import Settings
from mapserver.shipped import shipped
from mapserver.store.engine import is_url
from mapserver.store.store import Store

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """Open the town's store with the layers that ship and those that the township adds."""
    layers = load_layers(*layer_folders(settings))
    return Store.open(
        settings.data, layers, key_file=settings.key_file, busy_s=settings.busy_seconds
    )


def layer_folders(settings: Settings) -> tuple[Path, ...]:
    """Return where layer files are looked for; a later folder's file replaces an earlier's."""
    own = settings.layers
    if own is None and not is_url(settings.data):
        own = Path(settings.data) / "layers"
    return (shipped("layers"), own) if own and own.is_dir() else (shipped("layers"),)


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
    app.state.desk = Desk(
        store=opened,
        town=next(iter(opened.towns()), settings.town),
        clock=clock,
        tiles=TileMaker(),
        imports=Imports(),
        files=Files(shipped("static")),
        max_upload_bytes=settings.max_upload_mb * 2**20,
    )
    problems.install(app)
    for part in (features, tiles, town, imports, openapi, page):
        app.include_router(part.router)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    app.add_middleware(UploadLimit, most=app.state.desk.max_upload_bytes)
    app.add_middleware(Guard, hosts=(*LOCAL_HOSTS, settings.host))
    return app
