"""Heat maps at the door: tiles of counts, addressed like the vector tiles."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mapserver.api.answers import answers_with
from mapserver.api.desk import TheContext, TheDesk
from mapserver.api.features import STRICT
from mapserver.api.policy import FOR_STAFF
from mapserver.api.tiles import MVT, TileAddress, Version, answer_tile
from mapserver.domain.heat import TILE_BITS
from mapserver.errors import InvalidRequest

router = APIRouter(tags=["heat"], dependencies=FOR_STAFF)

MOST_CELLS = 1 << TILE_BITS


@router.get(
    "/heat/{collection}/{tile_matrix_set}/{tile_matrix}/{tile_row}/{tile_col}",
    summary="One tile of a heat map",
    dependencies=STRICT,
    **answers_with(MVT, also={204: "Nothing lies in this tile"}),
)
def heat_tile(  # noqa: PLR0913, PLR0917
    request: Request,
    desk: TheDesk,
    context: TheContext,
    collection: str,
    at: TileAddress,
    cells: Annotated[
        int, Query(ge=1, le=MOST_CELLS, description="Cells along a side of the tile, a power of 2")
    ] = MOST_CELLS,
    v: Version = None,
) -> Response:
    """Return how many records lie in each of the tile's cells; 204 where none do.

    A Mapbox Vector Tile 2.1 with a dot in the middle of every cell that holds a record; `n`
    is how many. People are counted where their house stands. Of layers with personal fields
    no count under 10 is told: such a cell has `hidden` instead, and so have others by which
    it could be worked out.
    """
    sequence = desk.heat.sequence(context, collection)
    made = desk.heat.tile(context, collection, sequence, at, _bits(cells))
    return answer_tile(request, context, made, sequence, v)


def _bits(cells: int) -> int:
    if cells.bit_count() != 1:
        raise InvalidRequest(
            "参数 cells 只能是 2 的幂，例如 16、64、256。",
            "cells can only be a power of 2, such as 16, 64 or 256.",
            parameter="cells",
        )
    return cells.bit_length() - 1
