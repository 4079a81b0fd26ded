"""Where a shape's name stands: deep inside an area, halfway along a line."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from mapserver.domain import mercator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

_TOLERANCE = 0.01
"""Of the shape's size: closer to the best place than a letter is wide."""


def label_points(geometries: ArrayLike) -> tuple[Floats, Floats]:
    """Return (lon, lat) of the label of each geometry, given in degrees.

    The middle of the largest circle inside an area, seen on the Web Mercator plane as the
    map shows it; the middle of a line; a point itself. Of several parts the largest
    counts. NaN where the geometry is missing or empty.
    """
    shapes = np.asarray(geometries, object)
    points = deep_inside(
        shapely.transform(shapes, lambda xy: np.column_stack(mercator.to_unit(*xy.T)))
    )
    lon, lat = mercator.to_lonlat(shapely.get_x(points), shapely.get_y(points))
    return np.asarray(lon), np.asarray(lat)


def deep_inside(geometries: ArrayLike) -> Geometries:
    """Return the point where the name of each geometry stands, on the plane that they are on.

    See `label_points`; None where the geometry is missing or empty.
    """
    shapes = np.asarray(geometries, object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, owner = parts[~shapely.is_empty(parts)], owner[~shapely.is_empty(parts)]
    largest = _largest(parts, owner)
    points = np.full(len(shapes), None, object)
    points[owner[largest]] = _middles(parts[largest])
    return points


def _largest(parts: Geometries, owner: Ints) -> Ints:
    """Return the position of each owner's largest part: by surface, then length, then order."""
    order = np.lexsort((np.arange(len(parts)), -shapely.length(parts), -shapely.area(parts), owner))
    kept: Ints = order[np.diff(owner[order], prepend=-1) != 0]
    return kept


def _middles(parts: Geometries) -> Geometries:
    middles = parts.copy()
    dimension = shapely.get_dimensions(parts)
    lines = dimension == 1
    middles[lines] = shapely.line_interpolate_point(parts[lines], 0.5, normalized=True)
    areas = (dimension == 2) & shapely.is_valid(parts)
    bounds = shapely.bounds(parts[areas])
    tolerance = _TOLERANCE * (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0)
    circles = shapely.maximum_inscribed_circle(parts[areas], tolerance=tolerance)
    middles[areas] = shapely.get_point(circles, 0)
    broken = (dimension == 2) & ~areas
    middles[broken] = shapely.point_on_surface(parts[broken])
    return middles
