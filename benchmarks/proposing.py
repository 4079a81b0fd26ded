"""Grids proposed for villages, beside regions that spopt makes of the same houses.

spopt joins areal units. It gets the Voronoi cells of the places where people live, clipped to the
village, each in one piece; their neighbours along edges; and x and y. Cells and neighbours are made
beforehand, outside its time. Both sides are held to the same: the village is filled to a
millionth, nothing lies twice, and every household is in one grid.
"""

import contextlib
import signal
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from benchmarks.measure import Row, cpu, cpu_in_turn
from mapserver.demo.township import build
from mapserver.domain.boundary.proposing import proposed
from mapserver.domain.boundary.regions import meetings
from mapserver.domain.crs import meridian_for, to_metric

DATA = Path(__file__).parents[1] / "tests" / "data" / "tottori"
DEMO = {"430424100200": 5, "430424100206": 5, "430424100001": 6}
"""Two villages of the demo township and a community of blocks; grids asked for."""
TOTTORI = {"31203": "Kurayoshi", "31371": "Kotoura"}
GRIDS = (6, 12)
LIMIT_S = 30
"""CPU seconds in which a peer has to find its regions, trying its floors included."""
ONCE_S = 2
"""Who takes longer is timed once."""
FLOORS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""The least that a region may hold, in equal shares, the strictest first."""
TRIES = 99
"""MaxPHeuristic's constructions; with its own 999 there are villages that take too long."""

_SAME = 1e-6
_SEED = 0


class _TooLong(Exception):
    """A peer took more than it may."""


@dataclass(frozen=True, slots=True)
class Village:
    """An outline, the places within where people live, and how many households each has."""

    name: str
    outline: Any
    places: Any
    households: Any

    @classmethod
    def of(cls, name: str, outline: Any, points: Any, households: Any) -> "Village":
        """Return a village whose houses at one place are taken together."""
        inside = shapely.contains(outline, points) & (households > 0)
        at, back = np.unique(shapely.get_coordinates(points[inside]), axis=0, return_inverse=True)
        return cls(name, outline, at, np.bincount(back.ravel(), households[inside]))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Grids of a village, and the households in each."""

    shapes: Any
    held: Any

    @classmethod
    def of(cls, village: Village, shapes: Any) -> "Outcome":
        """Return grids that fill the village once and have every household once."""
        filled = shapely.area(shapely.union_all(shapes))
        for area in (filled, shapely.area(shapes).sum()):
            if abs(area - village.outline.area) > _SAME * village.outline.area:
                raise AssertionError(f"{village.name}: {area} m2 of {village.outline.area}")
        place, grid = shapely.STRtree(shapes).query(
            shapely.points(village.places), predicate="within"
        )
        if sorted(place) != list(range(len(village.places))):
            raise AssertionError(f"{village.name}: a place is in no grid, or in two")
        return cls(shapes, np.bincount(grid, village.households[place], len(shapes)))

    def told(self, wanted: int) -> str:
        """Return how many there are, of one piece, how balanced and how compact."""
        share = self.held.sum() / wanted
        off = np.abs(self.held - share).max() / share
        compact = (4 * np.pi * shapely.area(self.shapes) / shapely.length(self.shapes) ** 2).mean()
        apart = int((shapely.get_num_geometries(self.shapes) > 1).sum())
        number = f"{len(self.shapes)} of {wanted} grids"
        return f"{number}, {off:.1%} off, compactness {compact:.2f}, {apart} in pieces"


@dataclass(frozen=True, slots=True)
class Units:
    """What spopt gets: a cell a place, with x, y and households, and which meet along edges."""

    frame: Any
    neighbours: Any

    @classmethod
    def of(cls, village: Village, weights: Any) -> "Units":
        """Return the Voronoi cells of a village's places, each in one piece."""
        frame = geopandas.GeoDataFrame(
            {
                "x": village.places[:, 0],
                "y": village.places[:, 1],
                "households": village.households,
            },
            geometry=_cells(village),
        )
        return cls(frame, weights.Rook.from_dataframe(frame, use_index=False))

    def joined(self, labels: Any) -> Any:
        """Return the regions that labels of the units make."""
        cells = np.asarray(self.frame.geometry.array, object)
        return np.array([shapely.coverage_union_all(cells[labels == k]) for k in np.unique(labels)])


@dataclass(frozen=True, slots=True)
class Peer:
    """A way of spopt to make regions: units, their number and a floor give labels."""

    name: str
    solve: Callable[[Any, Units, int, float], Any]
    floors: Sequence[float] = (0,)

    def found(self, region: Any, units: Units, wanted: int) -> tuple[float, Any, float]:
        """Return the strictest floor that gives as many as wanted, its regions and CPU seconds.

        Where no floor does, those of the nearest number.
        """
        tried = []
        for floor in self.floors:
            shapes: list[Any] = []
            took = cpu(lambda: shapes.append(self.regions(region, units, wanted, floor)))  # noqa: B023
            tried.append((floor, shapes[0], took))
            if len(shapes[0]) == wanted:
                break
        return min(tried, key=lambda one: abs(len(one[1]) - wanted))

    def regions(self, region: Any, units: Units, wanted: int, floor: float) -> Any:
        """Return the regions, put together from their units."""
        return units.joined(self.solve(region, units, wanted, floor))


def _k_means(region: Any, units: Units, wanted: int, _: float) -> Any:
    at = units.frame[["x", "y"]].to_numpy()
    return _solved(region.RegionKMeansHeuristic(at, wanted, units.neighbours, seed=_SEED))


def _skater(region: Any, units: Units, wanted: int, floor: float) -> Any:
    least = int(floor * len(units.frame) / wanted)
    return _solved(region.Skater(units.frame, units.neighbours, ["x", "y"], wanted, floor=least))


def _ward(region: Any, units: Units, wanted: int, _: float) -> Any:
    return _solved(region.WardSpatial(units.frame, units.neighbours, ["x", "y"], wanted))


def _azp(region: Any, units: Units, wanted: int, _: float) -> Any:
    return _solved(
        region.AZP(units.frame, units.neighbours, ["x", "y"], wanted, random_state=_SEED)
    )


def _max_p(region: Any, units: Units, wanted: int, floor: float) -> Any:
    np.random.seed(_SEED)
    least = floor * units.frame["households"].sum() / wanted
    return _solved(
        region.MaxPHeuristic(
            units.frame,
            units.neighbours,
            ["x", "y"],
            "households",
            least,
            2,
            max_iterations_construction=TRIES,
            max_iterations_sa=1,
        )
    )


def _solved(model: Any) -> Any:
    model.solve()
    return np.asarray(model.labels_)


PEERS = (
    Peer("WardSpatial", _ward),
    Peer("Skater", _skater, FLOORS),
    Peer("RegionKMeansHeuristic", _k_means),
    Peer("AZP", _azp),
    Peer("MaxPHeuristic", _max_p, FLOORS),
)


def measure(_: Path, times: int) -> Iterator[Row]:
    """Yield what each side's grids are like, and its CPU time."""
    try:
        region: Any = import_module("spopt.region")
        weights: Any = import_module("libpysal.weights")
    except ImportError:
        region = weights = None
    for village, wanted in (*_demo(), *_tottori()):
        what = (
            f"{village.name}: {village.households.sum():,.0f} households in "
            f"{len(village.places)} places, {wanted} grids"
        )
        told = Outcome.of(village, _ours(village, wanted)).told(wanted)
        if region is None:
            yield Row(what, told, "spopt is not installed", "", "")
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            units = Units.of(village, weights)
            for peer in PEERS:
                ours = partial(_ours, village, wanted)
                try:
                    with _at_most(LIMIT_S):
                        floor, shapes, took = peer.found(region, units, wanted)
                except _TooLong:
                    late = f"spopt {peer.name}: nothing within {LIMIT_S} s"
                    yield Row(what, told, late, "", "")
                    continue
                theirs = partial(peer.regions, region, units, wanted, floor)
                mine_s, peer_s, ratio = _times(ours, theirs, took, times)
                named = f"{peer.name}, floor {floor:g}" if floor else peer.name
                yield Row(
                    what,
                    f"{told}, {mine_s:.2f} s",
                    f"spopt {named}: {Outcome.of(village, shapes).told(wanted)}, {peer_s:.2f} s",
                    f"{ratio:.2g} times as long",
                    "",
                )


def _times(
    ours: Callable[[], Any], theirs: Callable[[], Any], took: float, times: int
) -> tuple[float, float, float]:
    """Return the CPU seconds of both and their ratio; a slow side's are those of its answer."""
    if took < ONCE_S:
        return cpu_in_turn(ours, theirs, times)
    mine = cpu(ours)
    return mine, took, took / mine


def _ours(village: Village, wanted: int) -> Any:
    grids = proposed(village.outline, village.places, village.households, wanted)
    return np.array([one.shape for one in grids], object)


def _demo() -> Iterator[tuple[Village, int]]:
    records = build().records
    homes = {one.values["household"]: one.values["house"] for one in records["person"]}
    living = Counter(homes.values())
    for village in records["village"]:
        code = str(village.village)
        if code in DEMO:
            houses = [h for h in records["house"] if h.village == code and h.geometry is not None]
            points = np.array([house.geometry for house in houses], object)
            households = np.array([living[house.id] for house in houses], float)
            name = f"{village.values['name_en']} (demo)"
            yield _metric(name, [village.geometry], points, households), DEMO[code]


def _tottori() -> Iterator[tuple[Village, int]]:
    areas = geopandas.read_parquet(DATA / "small_areas.parquet")
    addresses = geopandas.read_parquet(DATA / "addresses.parquet")
    points = np.asarray(addresses.geometry.array, object)
    for code, name in TOTTORI.items():
        mine = areas.geometry.array[areas["KEY_CODE"].str.startswith(code)]
        shapes = shapely.make_valid(np.asarray(mine, object))
        village = _metric(f"{name} (Tottori)", shapes, points, np.ones(len(points)))
        yield from ((village, wanted) for wanted in GRIDS)


def _metric(name: str, shapes: Any, points: Any, households: Any) -> Village:
    meridian = meridian_for(shapes)
    outline = shapely.union_all(to_metric(shapes, meridian))
    return Village.of(name, outline, to_metric(points, meridian), households)


def _cells(village: Village) -> Any:
    """Return each place's Voronoi cell; what the outline cuts off a cell goes to one beside."""
    edges = shapely.voronoi_polygons(
        shapely.multipoints(village.places), extend_to=village.outline, only_edges=True
    )
    walls = shapely.union_all([village.outline.boundary, edges])
    faces = shapely.get_parts(shapely.polygonize([walls]))
    faces = faces[shapely.within(shapely.point_on_surface(faces), village.outline)]
    place, face = shapely.STRtree(faces).query(shapely.points(village.places), predicate="within")
    owner = np.full(len(faces), -1)
    owner[face] = place
    meets = meetings(faces)
    while (lone := np.flatnonzero(owner < 0)).size:
        for one in lone.tolist():
            beside = [(length, k) for k, length in meets[one].items() if owner[k] >= 0]
            if beside:
                owner[one] = owner[max(beside)[1]]
    count = len(village.places)
    return np.array([shapely.coverage_union_all(faces[owner == k]) for k in range(count)], object)


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Break off what takes more CPU time than that."""

    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
