"""What may be an area: a polygon, several, or nothing yet."""

import numpy as np
import shapely
from numpy.typing import NDArray


def not_polygonal(shapes: NDArray[np.object_]) -> list[int]:
    """Return the positions of shapes that are no area; a missing one may become one."""
    kind = shapely.get_type_id(shapes)
    areal = (kind == shapely.GeometryType.POLYGON) | (kind == shapely.GeometryType.MULTIPOLYGON)
    wrong: list[int] = np.flatnonzero(~areal & (kind != shapely.GeometryType.MISSING)).tolist()
    return wrong
