"""What a register holds of one thing, apart from any engine or file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from shapely.geometry.base import BaseGeometry

from mapserver.domain.datums import Datum

How = Literal["covers", "edge", "nearest", "hand"]


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


# a named tuple: they come by the hundred thousand, and a frozen dataclass is slow to make
class Record(NamedTuple):
    """One record of a layer: geometry in EPSG:4490 lon/lat, values by field name.

    A field that the record leaves empty is absent from `values`; the others are typed as
    the layer file says (a date as `datetime.date`, a code as its key, a ref as an id).
    """

    id: str
    geometry: BaseGeometry | None
    village: str | None
    values: Mapping[str, Any]
    placement: Placement | None = None
    datum: Datum | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some columns of a record that is already kept."""

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)
