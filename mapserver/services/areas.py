"""The town's areas as the store has them now."""

from mapserver.domain.areas import Gazetteer, Named
from mapserver.store import columns
from mapserver.store.store import Session


def gazetteer(session: Session) -> Gazetteer:
    """Return the names of the town's villages and grids."""
    villages = columns.shapes(session, "village", ("code", "name")).values
    grids = columns.shapes(session, "grid", ("code", "name")).values
    return Gazetteer(
        map(Named, villages["code"], villages["name"]),
        map(Named, grids["code"], grids["name"]),
    )
