"""What an A3 page shows and tells. Places are in metres of a zone."""

from dataclasses import dataclass
from typing import Literal

from shapely.geometry.base import BaseGeometry

from mapserver.domain.paper import Window

Look = Literal["subject", "grid", "beyond", "building"]
Mark = Literal["house", "school", "organization", "facility"]


@dataclass(frozen=True, slots=True)
class Area:
    """An area in metres, how it looks, and its name in one line or more."""

    shape: BaseGeometry
    look: Look
    name: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in metres, its mark, and its name, which may find no room."""

    x: float
    y: float
    mark: Mark
    name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows below a heading, the first column flush left and the others flush right."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the page says in its reader's language whatever it shows.

    `looks` and `marks` are the legend, `signed` who signs.
    """

    scale: str
    north: str
    looks: tuple[tuple[Look, str], ...]
    marks: tuple[tuple[Mark, str], ...]
    signed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapPage:
    """What one page shows and tells.

    Attributes
    ----------
    over, title, under : str
        Where the subject is, what it is called, and its code.
    figures : tuple of (number, what it counts)
    facts : tuple of (what, its value); a value may have line breaks.
    north : float
        Where true north is, clockwise of upright, in radians.
    foot : tuple of str
        Lines at the lower right: the datum, the version, the day.
    """

    over: str
    title: str
    under: str
    window: Window
    north: float
    areas: tuple[Area, ...]
    places: tuple[Place, ...]
    figures: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    table: Table | None
    foot: tuple[str, ...]
    words: Words
