"""What there is: the town at a glance, and its layers for the page."""

from dataclasses import dataclass

import shapely

from mapserver.domain.areas import VILLAGE
from mapserver.domain.boundary.measures import Measures, measured
from mapserver.domain.crs import area_m2
from mapserver.errors import NotFound
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.context import Context
from mapserver.services.tiles import drawn_sequence, version
from mapserver.store import columns, counts, items, worklists
from mapserver.store.store import Session

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Village:
    """One village of the town, with what lives in it."""

    code: str
    name: str
    short_name: str
    name_en: str
    kind: str
    bounds: Bounds
    label: tuple[float, float]
    grids: int
    houses: int
    people: int
    unplaced: int


@dataclass(frozen=True, slots=True)
class Town:
    """The town at a glance; `bounds` is None where nothing has a place yet."""

    code: str
    name: str | None
    name_en: str | None
    synthetic: bool
    bounds: Bounds | None
    area_km2: float
    totals: dict[str, int]
    villages: tuple[Village, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class Described:
    """A layer with how much it holds and the sequence number that last touched it.

    `version` names that number, the layer files and what the caller may see: the tiles'
    addresses carry it.
    """

    layer: Layer
    count: int
    sequence: int
    version: str


def town(context: Context) -> Town:
    """Return the town at a glance, within the caller's scope."""
    with context.read() as session:
        outline = columns.shapes(session, "town", ("name", "name_en"))
        villages = _villages(session)
        totals = counts.of_layers(session)
        waiting: dict[str, int] = {kind: worklists.count(session, kind) for kind in worklists.KINDS}
        places = outline if len(outline.fids) else columns.shapes(session, "village", ())
        known = len(places.geometries) > 0
        return Town(
            code=session.town,
            name=next(iter(outline.values["name"]), None),
            name_en=next(iter(outline.values["name_en"]), None),
            synthetic=session.meta("synthetic") == "yes",
            bounds=_bounds(places.geometries) if known else None,
            area_km2=round(float(area_m2(places.geometries).sum()) / 1e6, 1) if known else 0.0,
            totals={
                "villages": sum(village.kind != "community" for village in villages),
                "communities": sum(village.kind == "community" for village in villages),
                "grids": totals["grid"],
                "houses": totals["house"],
                "people": counts.people(session),
                "schools": totals["school"],
                "organizations": totals["organization"],
                **waiting,
            },
            villages=villages,
            sequence=session.sequence(),
        )


def _villages(session: Session) -> tuple[Village, ...]:
    found = columns.shapes(session, "village", ("code", "name", "short_name", "name_en", "kind"))
    grids = counts.by_village(session, "grid")
    houses = counts.by_village(session, "house")
    people = counts.by_village(session, "person")
    unplaced = worklists.by_village(session, "unplaced")
    labels = shapely.point_on_surface(found.geometries)
    villages = [
        Village(
            code=code,
            name=name,
            short_name=short or name,
            name_en=english or name,
            kind=kind or "village",
            bounds=_bounds([geometry]),
            label=(round(label.x, 6), round(label.y, 6)),
            grids=grids.get(code, 0),
            houses=houses.get(code, 0),
            people=people.get(code, 0),
            unplaced=unplaced.get(code, 0),
        )
        for code, name, short, english, kind, geometry, label in zip(
            *(found.values[name] for name in ("code", "name", "short_name", "name_en", "kind")),
            found.geometries,
            labels,
            strict=True,
        )
    ]
    return tuple(sorted(villages, key=lambda village: village.code))


def _bounds(geometries: object) -> Bounds:
    box = shapely.total_bounds(geometries)  # type: ignore[arg-type]
    west, south, east, north = (round(side, 6) for side in box.tolist())
    return west, south, east, north


def layers(context: Context) -> list[Described]:
    """Return every layer that the caller may read, in drawing order."""
    with context.read() as session:
        totals = counts.of_layers(session)
        sequences = session.sequences()
        seen = {name: one for name, one in session.layers.items() if session.scope.reach(one)}
        touched = {name: drawn_sequence(sequences, name) for name in seen}
        return [
            Described(layer, totals[name], touched[name], version(context, touched[name]))
            for name, layer in seen.items()
        ]


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid and what lives in it; `counted` is whether the caller may know how many that are."""

    id: str
    code: str
    name: str
    village: str
    village_name: str
    village_kind: str | None
    measures: Measures
    bounds: Bounds
    houses: int
    people: int
    households: int
    counted: bool


def grid(context: Context, code: str) -> Grid:
    """Return one grid.

    Raises
    ------
    NotFound
        If there is none of that code within the scope.
    """
    with context.read() as session:
        found = items.page(session, "grid", items.Query(equal={"code": code}, limit=1)).items
        shape = found[0].geometry if found else None
        if shape is None:
            raise NotFound(f"没有编码为 {code} 的网格。", f"No grid has the code {code}.")
        one = found[0]
        inside = counts.by_grid(session).get(code, counts.GridCount(0, 0, 0))
        village = one.village or code[:VILLAGE]
        kinds = dict(columns.drawn(session, "village", ("code", "kind")))
        return Grid(
            id=one.id,
            code=code,
            name=one.values["name"],
            village=village,
            village_name=one.values["village_name"] or "",
            village_kind=kinds.get(village),
            measures=measured(shape),
            bounds=_bounds([shape]),
            houses=inside.houses,
            people=inside.people,
            households=inside.households,
            counted=all(
                session.scope.holds(Right.COUNT, session.layers[one], village, code)
                for one in ("house", "person")
            ),
        )
