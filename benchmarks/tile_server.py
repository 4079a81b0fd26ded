"""The server with its tile cache emptied before every request, as if each tile were asked first.

python -m benchmarks.tile_server PORT, with settings from the environment.
"""

import sys

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from mapserver.app import create_app
from mapserver.services.tiles import TileMaker
from mapserver.settings import Settings


class Forgetful:
    """Middleware that lets the server forget the tiles it has made, but not their columns."""

    def __init__(self, app: ASGIApp, tiles: TileMaker) -> None:
        self.app = app
        self.tiles = tiles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forget, then answer."""
        self.tiles.forget_tiles()
        await self.app(scope, receive, send)


def main() -> None:
    """Serve until stopped."""
    app = create_app(Settings())
    app.add_middleware(Forgetful, tiles=app.state.desk.tiles)
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
