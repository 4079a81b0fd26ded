"""Moving a whole 组: which groups a village has, and the act that gives one to a grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.group_land import group_lands
from mapserver.errors import ActRefused
from mapserver.roles import Duty
from mapserver.services.boundaries.answer import grids_of
from mapserver.services.boundaries.drafts import require
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.context import Context
from mapserver.store.village_points import Houses


@dataclass(frozen=True, slots=True)
class Group:
    """A 组 of a village: its houses that are placed, who lives there, and where they lie.

    `name` is that of houses, without the word 组. `grids` are households by grid; what lies in no
    grid is not among them.
    """

    name: str
    houses: int
    households: int
    people: int
    grids: Mapping[str, int]


def groups(
    context: Context, drawing: Drawing, village: str, acts: Sequence[Mapping[str, Any]]
) -> list[Group]:
    """Return the groups of a village as they lie in its grids after some acts, by number and name.

    Raises
    ------
    NotAllowed
        If the village is not the caller's to draw.
    Conflict
        If the caller may not read all that stands in the village.
    """
    require(context, village, Duty.DRAW)
    on = drawing.ground(context, village)
    houses = drawing.all_standing(context, village).houses
    return groups_in(on.degrees(drawing.done_on(on, acts).version.grids), houses)


def groups_in(shapes: Mapping[str, BaseGeometry], houses: Houses) -> list[Group]:
    """Return groups as they lie in grids, by number and name; shapes are EPSG:4490 degrees."""
    codes = np.array(grids_of(houses.points, shapes), object)
    names = np.array(houses.groups, object)
    return [
        _group(name, houses, names == name, codes)
        for name in sorted(set(houses.groups) - {""}, key=_turn)
    ]


def _group(name: str, houses: Houses, mine: np.ndarray, codes: np.ndarray) -> Group:
    return Group(
        name,
        int(mine.sum()),
        int(houses.households[mine].sum()),
        int(houses.people[mine].sum()),
        {
            code: int(houses.households[mine & (codes == code)].sum())
            for code in sorted({code for code in codes[mine] if code})
        },
    )


def _turn(name: str) -> tuple[bool, int, str]:
    """Return the place of a group in a list: numbers in their order, then names."""
    return (not name.isdecimal(), int(name) if name.isdecimal() else 0, name)


def moving(
    context: Context,
    drawing: Drawing,
    village: str,
    acts: Sequence[Mapping[str, Any]],
    *,
    group: str,
    to: str | None,
) -> dict[str, Any]:
    """Return the act that gives the land of a group to a grid, or makes it a grid of its own.

    Only those grids give that have a house of the group, and of theirs what lies nearest to its
    houses.

    Parameters
    ----------
    acts : sequence of mapping
        What is drawn so far; the act goes after it.
    to : str, optional
        Without it the group becomes a new grid.

    Raises
    ------
    NotAllowed, Conflict
        As `groups` does.
    ActRefused
        If the group has no house that is placed in a grid, if its houses stand nowhere but where
        no fewer of another do, or if all of it is in the grid already.
    """
    found = {one.name: one for one in groups(context, drawing, village, acts)}.get(group)
    on, standing = drawing.ground(context, village), drawing.all_standing(context, village)
    lands = group_lands(on.version.outline, standing.homes(on.plane), standing.houses.groups)
    if found is None or not found.grids:
        raise ActRefused(
            f"{group}组没有定了位、在网格里的房屋，没法知道它在哪里。先把房屋定位。",
            f"No house of group {group} is placed in a grid, so nobody knows where it lies. Place "
            "its houses first.",
        )
    if group not in lands:
        raise ActRefused(
            f"{group}组的房屋都和别的组的定在同一处，分不出{group}组的地方。先把每座房屋定到它自己的位置。",
            f"The houses of group {group} are placed where houses of another group are, so it has "
            "no land of its own. Put each house in its own place first.",
        )
    givers = [code for code in found.grids if code != to]
    if not givers:
        raise ActRefused(
            f"{group}组已经全在网格 {to} 里。", f"All of group {group} is in grid {to}.", grid=to
        )
    (shape,) = on.degrees({group: lands[group]}).values()
    told = {"shape": shapely.geometry.mapping(shape)}
    if to is None:
        return {"kind": "cut-out", "grids": givers, **told}
    return {"kind": "transfer", "grids": [to, *givers], **told}
