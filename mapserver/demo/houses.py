"""Every door of the town, village by village."""

from mapserver.demo.areas import Areas
from mapserver.demo.doors import House
from mapserver.demo.hamlets import rural_doors
from mapserver.demo.seeds import Seed
from mapserver.demo.streets import community_doors


def build_houses(seed: Seed, areas: Areas) -> list[House]:
    """Return every door of the town, village by village."""
    houses: list[House] = []
    for village in areas.villages:
        grids = [grid for grid in areas.grids if grid.village is village]
        houses += (
            community_doors(seed, village, grids) if village.urban else rural_doors(seed, grids)
        )
    return houses
