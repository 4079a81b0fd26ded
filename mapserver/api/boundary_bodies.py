"""What is sent to the boundary workshop: acts, and what is done with a draft."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mapserver.api.parameters import GRID
from mapserver.domain.boundary import ActKind
from mapserver.domain.datums import Datum
from mapserver.formats.boundary_reading import MOST_SHAPES
from mapserver.services.boundaries import drafts, proposals
from mapserver.services.boundaries.asked import LONGEST_NAME, MOST_ACTS, MOST_VERTICES

Degrees = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Accuracy = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Reach = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Place = Annotated[tuple[Degrees, Degrees], Field(description="longitude, latitude; EPSG:4490")]
Position = Annotated[list[Degrees], Field(min_length=2, max_length=3)]
Line = Annotated[list[Position], Field(min_length=1)]
Rings = Annotated[list[Line], Field(min_length=1)]


class Shape(BaseModel):
    """A GeoJSON geometry, longitude before latitude."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Polygon", "MultiPolygon", "LineString"]
    coordinates: Line | Rings | Annotated[list[Rings], Field(min_length=1)]


class Capture(BaseModel):
    """How the places of an act were found, and how well; kept with the version."""

    model_config = ConfigDict(extra="forbid")

    how: Literal["screen", "cross", "walk", "file"]
    datum: Datum
    accuracy_m: Annotated[
        list[Accuracy | None],
        Field(max_length=MOST_VERTICES, description="of each corner; null where it was set by eye"),
    ] = []
    trace: Annotated[
        list[tuple[Degrees, Degrees, Accuracy]],
        Field(max_length=MOST_VERTICES, description="longitude, latitude, accuracy in metres"),
    ] = []


class Asked(BaseModel):
    """One act; which of its parts it needs is said in docs/boundaries.md."""

    model_config = ConfigDict(extra="forbid")

    kind: ActKind
    grids: Annotated[list[str], Field(max_length=999)] = []
    shape: Shape | None = None
    at: Place | None = None
    to: Place | None = None
    reach_m: Reach = 0.0
    snap_m: Reach = 0.0
    codes: Annotated[list[str], Field(max_length=999)] = []
    parts: dict[str, Shape] = {}
    names: dict[str, Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]] = {}
    kinds: dict[str, Literal["ordinary", "dedicated"]] = {}
    capture: Capture | None = None


class Acts(BaseModel):
    """The acts of a draft, in order."""

    model_config = ConfigDict(extra="forbid")

    acts: Annotated[list[Asked], Field(max_length=MOST_ACTS)]

    def told(self) -> list[dict[str, Any]]:
        """Return the acts as drafts keep them: without what they do not say."""
        return [one.model_dump(exclude_defaults=True) | {"kind": one.kind} for one in self.acts]


class Drawn(Acts):
    """An area that is being drawn after some acts, and how near it must be to snap."""

    shape: Shape
    reach_m: Reach = 0.0


class GroupMove(Acts):
    """A 组 of a village, and the grid that shall have all of it; null makes it one of its own."""

    group: Annotated[str, Field(min_length=1, max_length=20)]
    to: Annotated[str, Field(pattern=GRID)] | None


class Revised(BaseModel):
    """The revision that its writer saw."""

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


class DraftActs(Acts):
    """The acts of a draft, and the version in force that their writer saw beneath them."""

    base: Annotated[
        int | None, Field(ge=0, le=2**31 - 1, description="Another in force is a conflict.")
    ] = None


class RevisedActs(DraftActs, Revised):
    """The acts of a draft, and the revision that they follow."""


class Wanted(BaseModel):
    """How many grids a village shall have, and what they follow."""

    model_config = ConfigDict(extra="forbid")

    grids: Annotated[int, Field(ge=1, le=proposals.MOST)]
    whole_groups: bool = False
    drawn_lines: Annotated[
        bool, Field(description="Lines of layers: ditches, roads and rivers where there are any.")
    ] = False
    lines: Annotated[list[Shape], Field(max_length=MOST_SHAPES)] = []

    def told(self) -> proposals.Wanted:
        """Return what is wanted, its lines as GeoJSON."""
        lines = [one.model_dump() for one in self.lines]
        return proposals.Wanted(self.grids, self.whole_groups, self.drawn_lines, lines)


class SentBack(Revised):
    """What is to be mended, and where."""

    remark: Annotated[str, Field(max_length=drafts.LONGEST_REMARK)]
    place: Place | None = None


class Approval(Revised):
    """From which day the version counts; today where none is named."""

    effective: date | None = None
