"""Irregular coverages over a test tile, for tests of tiles."""

import numpy as np
import shapely
from shapely import MultiPoint, Polygon, box
from shapely.geometry.base import BaseGeometry

from mapserver.domain import mercator
from mapserver.domain.tiles import EXTENT

Z, X, Y = 14, 13333, 6906


def in_degrees(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape given in units of the test tile in degrees."""

    def move(xy):
        u, v = (X + xy[:, 0] / EXTENT) / 2**Z, (Y + xy[:, 1] / EXTENT) / 2**Z
        return np.column_stack(mercator.to_lonlat(u, v))

    return shapely.transform(shape, move)


def cells(seed: int, count: int, size: int = EXTENT) -> list[Polygon]:
    """Return an irregular coverage of a square of `size` units."""
    random = np.random.default_rng(seed)
    parts = shapely.voronoi_polygons(MultiPoint(random.uniform(0, size, (count, 2))))
    parts = shapely.intersection(np.array(parts.geoms, object), box(0, 0, size, size), grid_size=1)
    parts = shapely.get_parts(parts)
    parts = parts[shapely.get_dimensions(parts) == 2]
    # every edge gets corners of its own, away from the straight line
    bent = shapely.segmentize(parts, size / 20)
    return list(shapely.transform(bent, lambda xy: xy + np.round(8 * np.sin(xy[:, ::-1] / 40), 3)))
