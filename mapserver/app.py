"""The one place where the parts are joined."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from mapserver import __version__
from mapserver.api import (
    account,
    accounts,
    audits,
    boundaries,
    boundary_drafts,
    features,
    heat,
    imports,
    linking,
    oidc,
    openapi,
    openings,
    page,
    problems,
    record,
    session,
    sessions,
    tiles,
    town,
)
from mapserver.api.bodies import PlainBodies
from mapserver.api.callers import Callers
from mapserver.api.desk import Desk
from mapserver.api.files import Files
from mapserver.api.guard import Guard, Names
from mapserver.api.headers import SafeHeaders
from mapserver.api.tracing import Traced
from mapserver.api.uploads import UploadLimit
from mapserver.domain.boundary.measures import Norm, Norms
from mapserver.errors import StoreError
from mapserver.loopback import is_loopback
from mapserver.services.boundaries.approval import put_due_in_force
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.bulk_reads import BulkReads
from mapserver.services.context import Context
from mapserver.services.heat import HeatMaker
from mapserver.services.imports.jobs import Imports
from mapserver.services.oidc.door import Door
from mapserver.services.oidc.registration import Registration
from mapserver.services.opening import now, open_store, town_of
from mapserver.services.opening_limit import OpeningLimit
from mapserver.services.policy import Policy
from mapserver.services.refusals import Refusals
from mapserver.services.tidying import look_over, tidy
from mapserver.services.tiles import TileMaker
from mapserver.settings import Settings
from mapserver.shipped import shipped
from mapserver.store.engine import AT_ONCE
from mapserver.store.scope import Scope
from mapserver.store.store import Store

ROUTERS = (
    features.public,
    town.operators,
    openapi.router,
    page.router,
    session.router,
    oidc.router,
    oidc.way_back,
    features.router,
    openings.router,
    tiles.router,
    heat.router,
    town.router,
    audits.router,
    boundaries.router,
    boundary_drafts.router,
    boundary_drafts.drawing,
    boundary_drafts.approving,
    imports.router,
    record.router,
    sessions.router,
    account.router,
    accounts.router,
    linking.router,
)
TIDY_EVERY_S = 60
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def create_app(
    settings: Settings, store: Store | None = None, clock: Callable[[], datetime] = now
) -> FastAPI:
    """Return the server for `settings`; it owns the store it opens."""
    registration = Registration.of(settings)
    opened = store or open_store(settings)
    refusals, reads = Refusals(), BulkReads()
    code = town_of(settings, opened)
    system = Context(opened, Scope.of_town("system", code), clock, Policy.of(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> Any:
        current_default_thread_limiter().total_tokens = AT_ONCE
        tidying = asyncio.create_task(_keep_tidy(system, desk.drawing))
        yield
        tidying.cancel()
        _tidy(system, desk.drawing)
        refusals.close()
        reads.close()
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
    desk = Desk(
        system=system,
        tiles=tile_maker,
        heat=HeatMaker(tile_maker),
        imports=Imports(),
        files=Files(shipped("static")),
        refusals=refusals,
        reads=reads,
        max_upload_bytes=settings.max_upload_mb * 2**20,
        openings=OpeningLimit(settings.openings_per_hour),
        plain=settings.reaches_others_in_clear,
        door=Door(registration) if registration else None,
        norms=_norms(settings),
    )
    app.state.desk = desk
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    app.add_middleware(PlainBodies)
    app.add_middleware(UploadLimit, most=desk.max_upload_bytes)
    app.add_middleware(Callers, desk=desk)
    app.add_middleware(Guard, names=_names(settings), desk=desk)
    app.add_middleware(Traced)
    app.add_middleware(SafeHeaders)
    return app


def _norms(settings: Settings) -> Norms:
    streets, villages = (
        Norm(*pair) if pair else None for pair in (settings.street_norm, settings.village_norm)
    )
    return Norms(streets, villages)


def _names(settings: Settings) -> Names:
    known = {name if ":" not in name else f"[{name}]" for name in settings.known_names}
    return Names(frozenset(known | set(LOCAL_HOSTS)), any_address=not is_loopback(settings.host))


async def _keep_tidy(system: Context, drawing: Drawing) -> None:
    """See to the store now and then, as long as the server runs."""
    while True:
        await run_in_threadpool(_look_over, system)
        await asyncio.sleep(TIDY_EVERY_S)
        await run_in_threadpool(_tidy, system, drawing)


def _look_over(system: Context) -> None:
    with suppress(StoreError):
        look_over(system)


def _tidy(system: Context, drawing: Drawing) -> None:
    # what is kept in memory is kept until a later time, and that alone is no reason to fail
    with suppress(StoreError):
        tidy(system)
        put_due_in_force(system, drawing)
