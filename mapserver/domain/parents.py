"""What the members of a coverage should fill: a village for its grids."""

from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boxes import Box


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent by its code, prepared for many looks at small parts of it."""

    code: str
    shape: BaseGeometry
    outline: BaseGeometry = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outline", shapely.boundary(self.shape))
        shapely.prepare(self.shape)
        shapely.prepare(self.outline)

    def within(self, window: Box) -> BaseGeometry:
        """Return something small that is the parent as far as `window` shows it.

        That is the parent itself only where its outline can be seen.
        """
        view = shapely.box(*window)
        if shapely.intersects(self.outline, view):
            return self.shape
        return view if shapely.intersects(self.shape, view) else shapely.Polygon()
