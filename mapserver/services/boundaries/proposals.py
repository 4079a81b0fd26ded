"""Grids to begin with, for a village's grid head to draw on; never applied by themselves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mapserver.domain.boundary.codes import next_codes
from mapserver.domain.boundary.proposing import proposed
from mapserver.roles import Duty
from mapserver.services.boundaries.asked import loading
from mapserver.services.boundaries.drafts import require
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.context import Context

MOST = 60
"""Grids that one proposal may have; a village has some five."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that draws the proposed grids, and the households in each, by code."""

    act: dict[str, Any]
    households: dict[str, int]


def propose(context: Context, drawing: Drawing, village: str, grids: int) -> Proposal:
    """Return `grids` grids for a village: balanced by households, compact, each of one piece.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to draw.
    Conflict
        If not all that stands in the village may be read, so that nothing can be balanced.
    ActRefused
        If fewer places have households than grids are wanted.
    """
    require(context, village, Duty.DRAW)
    on = drawing.ground(context, village)
    standing = drawing.all_standing(context, village)
    places = standing.homes(on.plane)
    households = standing.houses.households.astype(np.float64)
    found = proposed(on.version.outline, places, households, grids)
    codes = next_codes(village, on.version.used, len(found))
    shapes = on.degrees(dict(zip(codes, (one.shape for one in found), strict=True)))
    return Proposal(
        loading(shapes, codes=list(codes)),
        {code: round(one.households) for code, one in zip(codes, found, strict=True)},
    )
