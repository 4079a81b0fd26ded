"""Grids to begin with, for a village's grid head to draw on; never applied by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import next_codes
from mapserver.domain.boundary.group_land import group_lands
from mapserver.domain.boundary.proposing import proposed
from mapserver.errors import ActRefused
from mapserver.roles import Duty
from mapserver.services.boundaries.asked import lines_of, loading
from mapserver.services.boundaries.drafts import require
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.boundaries.ground import Ground
from mapserver.services.boundaries.groups import groups_in
from mapserver.services.context import Context
from mapserver.store import village_points

MOST = 60
"""Grids that one proposal may have; a village has some five."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Grids to begin with.

    Attributes
    ----------
    act : dict
        That draws them.
    households : dict of str to int
        In each grid, by its code.
    parted : tuple of str
        The groups that have houses in several of the grids, by number and name.
    """

    act: dict[str, Any]
    households: dict[str, int]
    parted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a proposal is to be like.

    Attributes
    ----------
    grids : int
    whole_groups : bool
        No 组 is parted, as far as its houses stand together.
    drawn_lines : bool
        The lines of layers in the village are followed: ditches, and roads and rivers where a town
        has a layer of them.
    lines : sequence of mapping
        Further lines that are followed, as GeoJSON in degrees.
    """

    grids: int
    whole_groups: bool = False
    drawn_lines: bool = False
    lines: Sequence[Mapping[str, Any]] = ()


def propose(context: Context, drawing: Drawing, village: str, wanted: Wanted) -> Proposal:
    """Return grids for a village: balanced by households, compact, each of one piece.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to draw.
    Conflict
        If not all that stands in the village may be read, so that nothing can be balanced.
    ActRefused
        If fewer places, or groups, have households than grids are wanted, no door names a group
        though they shall stay whole, or a line cannot be read.
    """
    require(context, village, Duty.DRAW)
    on = drawing.ground(context, village)
    standing = drawing.all_standing(context, village)
    places = standing.homes(on.plane)
    households = standing.houses.households.astype(np.float64)
    outline = on.version.outline
    lines = lines_of(wanted.lines, on.plane)
    if wanted.drawn_lines:
        lines += _lines_on_the_map(context, on)
    blocks: list[BaseGeometry] = []
    if wanted.whole_groups:
        lands = group_lands(outline, places, standing.houses.groups)
        blocks += [land for name, land in lands.items() if name]
        if not blocks:
            raise ActRefused(
                "这个村的门牌里没有组，没有什么可以不拆开的。",
                "No door of this village names a group, so there is none to stay whole.",
            )
    found = proposed(outline, places, households, wanted.grids, lines, blocks)
    codes = next_codes(village, on.version.used, len(found))
    shapes = on.degrees(dict(zip(codes, (one.shape for one in found), strict=True)))
    return Proposal(
        loading(shapes, codes=list(codes)),
        {code: round(one.households) for code, one in zip(codes, found, strict=True)},
        tuple(one.name for one in groups_in(shapes, standing.houses) if len(one.grids) > 1),
    )


def _lines_on_the_map(context: Context, on: Ground) -> list[BaseGeometry]:
    """Return the lines of all layers in a village that the caller may read, on its plane."""
    with context.read() as session:
        found = [
            shape
            for name, layer in session.layers.items()
            if "line" in layer.geometry
            for shape, _ in village_points.named(session, name, on.village)
            if shapely.get_dimensions(shape) == 1
        ]
    return on.plane.to_metric(np.array(found, object)).tolist() if found else []
