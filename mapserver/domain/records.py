"""What a register holds of one thing, apart from any engine or file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

How = Literal["covers", "edge", "nearest", "hand"]
Datum = Literal["CGCS2000", "WGS84", "GCJ-02", "BD-09"]


@dataclass(frozen=True, slots=True)
class Placement:
    """Which grid a located feature belongs to, and how that was found.

    `how`: the grid "covers" the point; the point lies on an "edge" that grids share and
    went to the lowest code; "nearest" within `distance_m`; set by "hand".
    """

    grid: str | None
    how: How | None
    distance_m: float | None
    boundary_version: int | None


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a layer: `values` by field name, geometry in EPSG:4490 lon/lat."""

    id: str
    values: Mapping[str, Any]
    village: str | None = None
    geometry: BaseGeometry | None = None
    placement: Placement | None = None
    datum: Datum | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some columns of a record that is already kept."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
