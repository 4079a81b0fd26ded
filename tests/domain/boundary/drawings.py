"""Four square grids that fill a village, and what an audit finds in a version."""

import numpy as np
from shapely import Polygon, box

from mapserver.domain.boundary import Version
from mapserver.domain.coverage import audit

VILLAGE = "430424100204"
A, B, C, D = (f"{VILLAGE}{n:03d}" for n in (1, 2, 3, 4))

#  20 +-----+-----+
#     |  C  |  D  |
#  10 +-----+-----+
#     |  A  |  B  |
#   0 +-----+-----+
#     0    10    20
SQUARES = {
    A: box(0, 0, 10, 10),
    B: box(10, 0, 20, 10),
    C: box(0, 10, 10, 20),
    D: box(10, 10, 20, 20),
}
OUTLINE = Polygon([(0, 0), (10, 0), (20, 0), (20, 10), (20, 20), (10, 20), (0, 20), (0, 10)])


def defects(version: Version) -> list[str]:
    """Return what an audit of the version finds."""
    grids = version.grids
    shapes = np.array(list(grids.values()), object)
    found = audit(shapes, list(grids), np.array([version.outline], object), [version.village])
    return [one.kind for one in found.defects]
