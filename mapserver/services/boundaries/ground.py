"""The grids of one village as they are in force, on the plane they are drawn on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary import Version
from mapserver.domain.boundary.fitting import TOUCH_DEG, fitted
from mapserver.domain.boundary.line import Line
from mapserver.domain.boundary.plane import Plane
from mapserver.domain.crs import meridian_for
from mapserver.errors import Conflict, InvalidRequest, NotFound
from mapserver.roles import Right
from mapserver.services.assignment import FIRST_VERSION
from mapserver.store import boundaries, columns
from mapserver.store.boundaries import KeptGrid
from mapserver.store.columns import ShapeTable
from mapserver.store.store import Session

_GRID = ("id", "code", "name", "kind", "village", "boundary_version")


@dataclass(frozen=True, slots=True)
class Ground:
    """A village and its grids as they are in force.

    Attributes
    ----------
    village, village_name : str
    kind : str, optional
        "village" or "community".
    number : int
        Of the version in force.
    plane : Plane
        It remembers every vertex that was put on it.
    outline : Polygon or MultiPolygon
        The village, in EPSG:4490 degrees, with a vertex wherever a grid turns on its edge.
    line : Line
        Around the village, both ways.
    version : Version
        On the plane, in metres.
    grids : mapping of code to KeptGrid
        What was never drawn is not among them.
    ids : mapping of code to str
        Of the grids' records.
    mark : tuple
        Another wherever any of it is another.
    """

    village: str
    village_name: str
    kind: str | None
    number: int
    plane: Plane
    outline: BaseGeometry
    line: Line
    version: Version
    grids: Mapping[str, KeptGrid]
    ids: Mapping[str, str]
    mark: tuple[object, ...]

    def degrees(self, shapes: Mapping[str, BaseGeometry]) -> dict[str, BaseGeometry]:
        """Return shapes of the plane in EPSG:4490 degrees; what is on the line stays on it."""
        if not shapes:
            return {}
        metres = np.array(list(shapes.values()), object)
        found = self.line.to_degrees(metres, self.plane.to_degrees(metres))
        return dict(zip(shapes, found.tolist(), strict=True))


def mark(session: Session, village: str) -> tuple[object, ...]:
    """Return what is another whenever the ground of a village may be."""
    touched = session.sequences()
    written = (touched.get(layer, 0) for layer in ("grid", "village"))
    return (session.town, village, *written, *boundaries.mark(session, village))


def ground(session: Session, village: str) -> Ground:
    """Return the grids of a village as they are in force.

    Raises
    ------
    NotFound
        If there is no such village, or it has no boundary yet.
    Conflict
        If a boundary that is kept crosses itself, so that nothing can be drawn on it.
    """
    outlines = columns.shapes(session, "village", ("code", "name", "kind"))
    wanted = outlines.where([code == village for code in outlines.values["code"]])
    if not len(wanted.fids):
        raise no_village()
    grids = columns.shapes(session, "grid", _GRID, undrawn=True)
    return _laid_out(
        session, wanted, grids.where([one == village for one in grids.values["village"]])
    )


def may_see(session: Session, village: str) -> bool:
    """Return whether a village is there for the caller, with its grids and its versions."""
    return session.scope.holds(Right.READ, session.layers["village"], village, None)


def no_village() -> NotFound:
    """Return the error for a village that is not there, or not for this caller."""
    return NotFound(
        "没有这个村，或它还没有边界。",
        "There is no such village, or it has no boundary yet.",
    )


def _laid_out(session: Session, village: ShapeTable, grids: ShapeTable) -> Ground:
    ((code, name, kind_of_village),) = zip(
        *(village.values[one] for one in ("code", "name", "kind")), strict=True
    )
    plane = Plane(meridian_for(village.geometries))
    drawn = grids.where(~shapely.is_missing(grids.geometries))
    codes = drawn.values["code"]
    fit = fitted(np.concatenate([drawn.geometries, village.geometries]), TOUCH_DEG)
    *shapes, outline = plane.to_metric(fit)
    try:
        version = Version.of(
            code,
            outline,
            dict(zip(codes, shapes, strict=True)),
            used=boundaries.codes_ever(session, code),
        )
    except InvalidRequest as error:
        # nothing is wrong with the request: what is kept cannot be drawn on
        raise Conflict(error.zh, error.en, **error.details) from error
    numbers = [number or FIRST_VERSION for number in grids.values["boundary_version"]]
    return Ground(
        village=code,
        village_name=name,
        kind=kind_of_village,
        number=boundaries.numbers(session).get(code, max(numbers, default=FIRST_VERSION)),
        plane=plane,
        outline=fit[-1],
        line=Line.around(fit[-1], outline),
        version=version,
        grids={
            one: KeptGrid(called, kind, shape)
            for one, called, kind, shape in zip(
                codes, drawn.values["name"], drawn.values["kind"], drawn.geometries, strict=True
            )
        },
        ids=dict(zip(grids.values["code"], grids.values["id"], strict=True)),
        mark=mark(session, code),
    )
