"""Coordinates of whatever system a file states, brought to degrees."""

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from mapserver.domain.crs import GEOGRAPHIC

Shapes = NDArray[np.object_]


def in_degrees(shapes: Shapes, system: CRS | None) -> Shapes:
    """Return shapes in degrees of EPSG:4490, longitude first.

    Degrees stay as they are, whichever datum's they are, and what states no system.
    """
    if system is None or system.is_geographic:
        return shapes
    moves = Transformer.from_crs(system, GEOGRAPHIC, always_xy=True)
    moved: Shapes = np.asarray(
        shapely.transform(shapes, lambda at: np.column_stack(moves.transform(at[:, 0], at[:, 1]))),
        object,
    )
    return moved
