"""What a piece holds that is being drawn, before anybody has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mapserver.domain.boundary.snapping import snapped
from mapserver.errors import ActRefused
from mapserver.roles import Duty
from mapserver.services.boundaries.answer import Counts, counts_in, grids_of
from mapserver.services.boundaries.asked import act_of
from mapserver.services.boundaries.drafts import require
from mapserver.services.boundaries.drawing import Drawing, Standing, whole
from mapserver.services.context import Context

_PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose houses lie in a piece, None outside of all grids, and how many."""

    grid: str | None
    houses: int
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Piece:
    """What lies in a piece, and in which grids by now, those with most houses first.

    Counts are None, and nobody is named, for those who may not read all that stands in the village.
    """

    counts: Counts | None
    holders: tuple[Holder, ...]


def piece(
    context: Context,
    drawing: Drawing,
    village: str,
    acts: Sequence[Mapping[str, Any]],
    shape: Mapping[str, Any],
    reach_m: float,
) -> Piece:
    """Return what lies in a piece that is drawn after some acts.

    Parameters
    ----------
    shape : mapping
        A GeoJSON area in EPSG:4490 degrees.
    reach_m : float
        Within which it snaps to nodes and edges, as the act that gives it will.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to draw.
    ActRefused
        If the acts cannot all be done, or the shape is no sound area: why, and where.
    """
    require(context, village, Duty.DRAW)
    on = drawing.ground(context, village)
    version, _ = whole(drawing.done_on(on, acts))
    drawn = act_of({"kind": "add", "shape": shape}, on).shape
    if drawn is None or not drawn.area:
        raise ActRefused("画的不是一块地方。", "What is drawn is no area.")
    standing = drawing.standing(context, village)
    if not standing.whole:
        return Piece(None, ())
    (area,) = on.plane.to_degrees(np.array([snapped(version, drawn, reach_m)], object))
    shapes = {_PIECE: area}
    codes = grids_of(standing.houses.points, shapes)
    now = grids_of(standing.houses.points, on.degrees(version.grids))
    inside = [index for index, code in enumerate(codes) if code == _PIECE]
    return Piece(counts_in(shapes, codes, standing)[_PIECE], _holders(now, inside, standing))


def _holders(
    now: Sequence[str | None], inside: Sequence[int], standing: Standing
) -> tuple[Holder, ...]:
    houses = standing.houses
    by_grid: dict[str | None, list[int]] = {}
    for index in inside:
        by_grid.setdefault(now[index], []).append(index)
    ordered = sorted(by_grid.items(), key=lambda one: (-len(one[1]), one[0] or ""))
    return tuple(
        Holder(code, len(who), int(houses.households[who].sum()), int(houses.people[who].sum()))
        for code, who in ordered
    )
