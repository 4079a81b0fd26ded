"""What may be an area: a polygon, several, or nothing yet."""

import numpy as np
import shapely
from numpy.typing import NDArray

_POLYGONAL = (
    shapely.GeometryType.MISSING,
    shapely.GeometryType.POLYGON,
    shapely.GeometryType.MULTIPOLYGON,
)


def not_polygonal(shapes: NDArray[np.object_]) -> list[int]:
    """Return the positions of shapes that are no area; a missing one may become one."""
    wrong: list[int] = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _POLYGONAL)).tolist()
    return wrong
