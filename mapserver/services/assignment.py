"""Every located record in its grid, and how that was found."""

from collections.abc import Sequence

import numpy as np
import shapely

from mapserver.domain.areas import Gazetteer
from mapserver.domain.assign import GridIndex
from mapserver.domain.records import Placement, Record
from mapserver.store import columns
from mapserver.store.store import Session

FIRST_VERSION = 1
"""The version of a boundary that was never redrawn."""


def place_all(session: Session, records: Sequence[Record]) -> list[Record]:
    """Return `records` with the grid that covers each one's point.

    Lines and areas go by a point on them. What no grid covers keeps its point and stands
    on the list of the unassigned; a record without geometry is left as it is.
    """
    grids = columns.shapes(session, "grid", ("code", "boundary_version"))
    index = GridIndex(grids.geometries, grids.values["code"])
    versions = dict(zip(grids.values["code"], grids.values["boundary_version"], strict=True))
    located = [k for k, record in enumerate(records) if record.geometry is not None]
    points = shapely.point_on_surface(np.array([records[k].geometry for k in located], object))
    found = index.assign(shapely.get_x(points), shapely.get_y(points))
    placed = list(records)
    answers = zip(located, found.code_list(), found.how_list(), strict=True)
    for k, code, how in answers:
        version = versions.get(code) if code else None
        placement = Placement(code, how, 0.0 if code else None, version)
        placed[k] = records[k]._replace(placement=placement)
    return placed


def villages_at(session: Session, points: Sequence[shapely.Point | None]) -> list[str | None]:
    """Return the village whose boundary covers each point; None where none does."""
    villages = columns.shapes(session, "village", ("code",))
    index = GridIndex(villages.geometries, villages.values["code"])
    at = np.array([(one.x, one.y) if one else (np.nan, np.nan) for one in points]).reshape(-1, 2)
    return index.assign(at[:, 0], at[:, 1]).code_list()


def with_first_boundary(grids: Sequence[Record]) -> list[Record]:
    """Return new grids with the number of their first boundary."""
    return [
        grid._replace(placement=Placement(grid.values["code"], None, None, FIRST_VERSION))
        for grid in grids
    ]


def with_named_grids(names: Gazetteer, records: Sequence[Record]) -> list[Record]:
    """Return records whose claimed grid is a code wherever its name is known."""
    return [
        record._replace(values={**record.values, "grid_claimed": code})
        if (claimed := record.values.get("grid_claimed"))
        and (code := names.grid(claimed, record.village))
        else record
        for record in records
    ]
