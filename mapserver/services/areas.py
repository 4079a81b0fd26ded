"""The town's areas as the store has them now."""

import shapely

from mapserver.domain import divisions
from mapserver.domain.areas import VILLAGE, Gazetteer, Named
from mapserver.store import columns
from mapserver.store.store import Session


def gazetteer(session: Session) -> Gazetteer:
    """Return the names of the town's villages and grids."""
    villages, grids = (
        [Named(*row) for row in columns.drawn(session, layer, ("code", "name"))]
        for layer in ("village", "grid")
    )
    return Gazetteer(villages, grids)


def home(session: Session) -> tuple[str, ...]:
    """Return the town's province, city, county and own name; nothing where they are unknown."""
    towns = columns.drawn(session, "town", ("name",))
    return (divisions.home(session.town, towns[0][0]) if towns else None) or ()


def area_names(session: Session) -> dict[str, str]:
    """Return what the town, its villages and its grids are called, by code.

    A grid is called by its village as well: most villages have a first and a second one.
    """
    known = gazetteer(session)
    towns = dict(columns.drawn(session, "town", ("code", "name")))
    grids = {
        code: " ".join(filter(None, (known.villages.get(code[:VILLAGE]), name)))
        for code, name in known.grids.items()
    }
    return {**towns, **known.villages, **grids}


def town_bounds(session: Session) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of the town; None before it has any boundary."""
    for layer in ("town", "village"):
        found = columns.shapes(session, layer, ()).geometries
        if len(found):
            west, south, east, north = shapely.total_bounds(found).tolist()
            return west, south, east, north
    return None
