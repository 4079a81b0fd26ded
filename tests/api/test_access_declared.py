"""Every way into the server says whom it lets in; what cannot say it is not let in itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from mapserver.api.policy import FOR_STAFF, OPEN, POLICIES
from mapserver.app import create_app
from mapserver.settings import Settings
from tests.api.conftest import Town
from tests.api.test_access import OPEN_TO_ALL
from tests.api.walk import policy_of, routes, undeclared


def app_with(town: Town, folder: Path, change: Callable[[FastAPI], Any]) -> FastAPI:
    """Return the server with something more."""
    app = create_app(Settings(data=str(folder)), town.store, town.clock)
    change(app)
    return app


def test_every_route_declares_what_it_asks_of_its_caller(town: Town):
    app = town.client.app
    assert isinstance(app, FastAPI)
    assert undeclared(app) == []
    assert len(list(routes(app))) > 55


def test_what_is_open_to_all_is_known(town: Town):
    anyone = POLICIES[0]
    app = town.client.app
    assert isinstance(app, FastAPI)
    assert {one.path for one in routes(app) if policy_of(one) is anyone} == OPEN_TO_ALL


def _bare(app: FastAPI) -> None:
    app.get("/bare")(lambda: "")


def _two_policies(app: FastAPI) -> None:
    app.get("/two", dependencies=[*OPEN, *FOR_STAFF])(lambda: "")


def _below_a_router(app: FastAPI) -> None:
    router = APIRouter(dependencies=[Depends(lambda: None)])
    router.get("/below")(lambda: "")
    app.include_router(router)


def _mounted(app: FastAPI) -> None:
    app.mount("/files", StaticFiles(directory="/"))


def _mounted_app(app: FastAPI) -> None:
    app.mount("/inner", FastAPI())


def _plain(app: FastAPI) -> None:
    app.add_route("/plain", lambda _: Response())


def _socket(app: FastAPI) -> None:
    @app.websocket("/socket", dependencies=FOR_STAFF)
    async def socket(socket: WebSocket) -> None:
        await socket.accept()


@pytest.mark.parametrize(
    "change", [_bare, _two_policies, _below_a_router, _mounted, _mounted_app, _plain, _socket]
)
def test_what_declares_no_policy_is_noticed(town: Town, tmp_path: Path, change):
    assert len(undeclared(app_with(town, tmp_path, change))) == 1
