"""The official numbers of a grid: surface, perimeter, middle, compactness, and its households."""

from dataclasses import dataclass
from math import pi
from typing import Literal

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from mapserver.domain import crs

_ELLIPSOID = Geod(ellps="GRS80")
"""That of CGCS2000 to a tenth of a millimetre."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a grid's card tells of its boundary.

    Attributes
    ----------
    area_m2, perimeter_m : float
        On the ellipsoid, along geodesics: the same wherever the grid lies in its zone.
    zone_area_m2 : float
        On the plane of its Gauss-Kruger zone, as surveyors state it.
    zone_meridian : int
        Central meridian of the zone, degrees.
    middle : pair of float
        Centroid, longitude and latitude; it may lie outside a bent grid.
    compactness : float
        1 of a circle, near 0 of a thread: the isoperimetric quotient.
    """

    area_m2: float
    perimeter_m: float
    zone_area_m2: float
    zone_meridian: int
    middle: tuple[float, float]
    compactness: float


def measured(area: BaseGeometry) -> Measures:
    """Return the numbers of an area given in EPSG:4490 degrees.

    Raises
    ------
    ValueError
        If it is empty.

    References
    ----------
    C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013), section 6, for surface
    and perimeter. D. D. Polsby and R. D. Popper, "The Third Criterion", Yale Law & Policy Review
    9 (1991), for compactness.
    """
    if area.is_empty:
        raise ValueError("an empty area has no numbers")
    alone = np.array([area], object)
    # normalised, holes run against their shells and count against them; of rings only shells do
    signed_m2, _ = _ELLIPSOID.geometry_area_perimeter(shapely.normalize(area))
    meridian = crs.meridian_for(alone)
    (plane,) = crs.to_metric(alone, meridian)
    ((lon, lat),) = shapely.get_coordinates(
        crs.to_degrees(np.array([plane.centroid], object), meridian)
    )
    return Measures(
        area_m2=abs(signed_m2),
        perimeter_m=_ELLIPSOID.geometry_length(shapely.boundary(area)),
        zone_area_m2=plane.area,
        zone_meridian=meridian,
        middle=(float(lon), float(lat)),
        compactness=min(1.0, 4 * pi * plane.area / plane.length**2),
    )


@dataclass(frozen=True, slots=True)
class Norm:
    """How many households a grid should have; a warning to think of, never a bar."""

    least: int
    most: int

    def of(self, households: int) -> Literal["few", "right", "many"]:
        """Return how a number of households stands to the norm, both ends included."""
        if households < self.least:
            return "few"
        return "many" if households > self.most else "right"


@dataclass(frozen=True, slots=True)
class Norms:
    """The norm where people live in streets, and in villages, where a 组 or hamlet may decide."""

    streets: Norm | None = Norm(300, 500)
    villages: Norm | None = None

    def of(self, kind: str | None) -> Norm | None:
        """Return the norm for a village's kind: "community" has streets; None has no norm."""
        return self.streets if kind == "community" else self.villages
