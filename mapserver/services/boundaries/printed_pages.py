"""The pages of printed boundaries: what the page of a village shows, and that of a grid."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from mapserver.domain.areas import VILLAGE
from mapserver.domain.boundary.measures import Measures, measured
from mapserver.domain.boundary.sides import SIDES, sides
from mapserver.domain.paper import Window, north_of, window
from mapserver.formats.paper_map.page import Area, Look, MapPage, Mark, Place, Table
from mapserver.formats.paper_map.pen import MAP_MM, MARGIN_MM
from mapserver.services.boundaries.answer import Counts, DraftGrid
from mapserver.services.boundaries.ground import Ground
from mapserver.services.boundaries.printed_words import Printed

DOORS_TO = 6000
"""At smaller scales than one to so many no door could be read, and none is written."""

_NO_NAME = "—"
_LOOKS: tuple[Look, ...] = ("subject", "grid", "beyond", "building")
"""In the order of the legend."""


@dataclass(frozen=True, slots=True)
class Called:
    """An area of a page, in metres of the zone, and what it is called."""

    shape: BaseGeometry
    name: str


@dataclass(frozen=True, slots=True)
class Around:
    """What all pages of a village have in common.

    Attributes
    ----------
    grids : tuple of DraftGrid
        Those of the village as they are in force, with what is in them.
    all_grids, villages : mapping of code to Called
        Those of the whole town.
    places : tuple of Place
        Of the layers that may be read; those drawn above the others come last.
    heads : mapping of code to names
        Who is head of the grids of a village, or of one grid.
    """

    on: Ground
    meridian: int
    grids: tuple[DraftGrid, ...]
    all_grids: Mapping[str, Called]
    villages: Mapping[str, Called]
    buildings: tuple[BaseGeometry, ...]
    places: tuple[Place, ...]
    heads: Mapping[str, tuple[str, ...]]
    town: str
    synthetic: bool
    since: date | None
    day: date
    words: Printed


def village_page(around: Around) -> MapPage:
    """Return the page of a village, with all of its grids."""
    village, words = around.on.village, around.words
    own = around.villages[village]
    others = {code: one for code, one in around.villages.items() if code != village}
    areas = [
        *(Area(one.shape, "beyond", (one.name,)) for one in others.values()),
        *_subjects(around, around.grids),
    ]
    figures = _figures(words, [one.counts for one in around.grids])
    return _page(
        around,
        own,
        areas,
        over=around.town,
        under=village,
        figures=((str(len(around.grids)), words.counts["grids"]), *figures),
        facts=_facts(around, village, measured(around.on.outline), others),
        table=_table(around),
    )


def grid_page(around: Around, grid: DraftGrid) -> MapPage:
    """Return the page of one grid, with those beside it."""
    village, code = around.on.village, grid.code
    own = around.all_grids[code]
    others = {
        one: grid if one.startswith(village) else _with_village(around, one, grid)
        for one, grid in around.all_grids.items()
        if one != code
    }
    areas = [
        *(Area(one.shape, "grid", tuple(one.name.split(" · "))) for one in others.values()),
        *_subjects(around, [grid]),
    ]
    return _page(
        around,
        own,
        areas,
        over=f"{around.town} {around.villages[village].name}",
        under=f"{code[:6]} {code[6:9]} {code[9:12]} {code[12:]}",
        figures=_figures(around.words, [grid.counts]),
        facts=_facts(around, code, grid.measures, others),
        table=None,
    )


def _with_village(around: Around, code: str, grid: Called) -> Called:
    village = around.villages.get(code[:VILLAGE])
    return Called(grid.shape, f"{village.name} · {grid.name}") if village else grid


def _subjects(around: Around, grids: Iterable[DraftGrid]) -> list[Area]:
    found = []
    for one in grids:
        called = around.all_grids[one.code]
        households = one.counts and f"{one.counts.households:,} {around.words.counts['households']}"
        lines = (called.name, households) if households else (called.name,)
        found.append(Area(called.shape, "subject", lines))
    return found


def _page(  # noqa: PLR0913
    around: Around,
    own: Called,
    areas: Sequence[Area],
    *,
    over: str,
    under: str,
    figures: tuple[tuple[str, str], ...],
    facts: tuple[tuple[str, str], ...],
    table: Table | None,
) -> MapPage:
    shown = window(own.shape, *MAP_MM[2:], MARGIN_MM)
    frame = shapely.box(*shown.box)
    beside = [one for one in areas if shapely.intersects(one.shape, frame)]
    buildings = [
        Area(one, "building") for one in around.buildings if shapely.intersects(one, frame)
    ]
    places = _places(around, own.shape, shown)
    looks = {one.look for one in (*beside, *buildings)}
    return MapPage(
        over=over,
        title=own.name,
        under=under,
        window=shown,
        north=north_of(shown, around.meridian),
        areas=(*beside, *buildings),
        places=places,
        figures=figures,
        facts=facts,
        table=table,
        foot=around.words.foot(
            around.meridian, around.on.number, around.since, around.day, around.synthetic
        ),
        words=around.words.page(
            [one for one in _LOOKS if one in looks], dict.fromkeys(one.mark for one in places)
        ),
    )


def _places(around: Around, own: BaseGeometry, shown: Window) -> tuple[Place, ...]:
    """Return the places of a page's subject, one for all houses at one place."""
    shapely.prepare(own)
    inside = [one for one in around.places if shapely.intersects_xy(own, one.x, one.y)]
    together: dict[tuple[Mark, float, float], list[Place]] = {}
    for one in inside:
        together.setdefault((one.mark, round(one.x, 1), round(one.y, 1)), []).append(one)
    readable = shown.denominator <= DOORS_TO
    return tuple(
        replace(first, name=_named(mark, [first, *rest], readable))
        for (mark, _, _), (first, *rest) in together.items()
    )


def _named(mark: Mark, those: Sequence[Place], readable: bool) -> str:
    """Return the name of places that are one on the map: of doors the building and how many."""
    first, *rest = (one.name for one in those)
    if mark != "house":
        return first
    if not readable or not rest:
        return first if readable else ""
    building = re.match(".*?栋", first)
    shared = building and all(name.startswith(building[0]) for name in rest)
    return f"{building[0] if building and shared else ''} ×{len(those)}".strip()


def _figures(words: Printed, counts: Sequence[Counts | None]) -> tuple[tuple[str, str], ...]:
    """Return what is in grids all together; nothing where the reader may not know it."""
    known = [one for one in counts if one is not None]
    if not known or len(known) < len(counts):
        return ()
    return tuple(
        (f"{sum(getattr(one, name) for one in known):,}", words.counts[name])
        for name in ("households", "people", "houses", "schools", "organizations")
    )


def _facts(
    around: Around, code: str, measures: Measures, others: Mapping[str, Called]
) -> tuple[tuple[str, str], ...]:
    words = around.words
    heads = around.heads.get(code) or around.heads.get(code[:VILLAGE], ())
    own = (around.all_grids.get(code) or around.villages[code]).shape
    borders = sides(own, {key: one.shape for key, one in others.items()})
    told = {
        side: words.comma.join(others[one].name for one in borders[side]) or words.nobody
        for side in SIDES
    }
    return (
        (words.head, words.comma.join(heads) or _NO_NAME),
        (words.area, words.hectares.format(f"{measures.area_m2 / 1e4:,.2f}")),
        (words.perimeter, words.metres.format(f"{measures.perimeter_m:,.0f}")),
        *((words.sides[side], told[side]) for side in SIDES),
    )


def _table(around: Around) -> Table | None:
    if not around.grids:
        return None
    rows = tuple(
        (
            around.all_grids[one.code].name,
            f"{one.counts.households:,}" if one.counts else _NO_NAME,
            f"{one.counts.people:,}" if one.counts else _NO_NAME,
            f"{one.measures.area_m2 / 1e4:,.1f}",
        )
        for one in around.grids
    )
    return Table(around.words.columns, rows)
