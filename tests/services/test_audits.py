"""The audit of a town's grids, on both engines.

Two villages, drawn in degrees::

27.10 +-----+-----+-----+       West village: grids 1, 2. In 2 a corner of 100 m is missing,
      |  1  | 2  /|  1  |       with a house of two people in it.
      |     |   / |     |       East village: its only grid reaches 0.001° into the west,
27.08 +-----+-----+-----+       over a house that nobody lives in.
   112.90 112.91 112.92 112.93
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import Point, Polygon, box

from mapserver.domain.records import Record
from mapserver.errors import Conflict
from mapserver.layers import load_layers
from mapserver.roles import Role
from mapserver.services.audits import TownDefect, audit_town
from mapserver.services.context import Context
from mapserver.services.identifiers import new_id
from mapserver.services.seeding import seed
from mapserver.shipped import shipped
from mapserver.store import counts, writing
from mapserver.store.scope import Grant, Scope
from mapserver.store.store import Store

TOWN, WEST, EAST = "430424100", "430424100201", "430424100202"
FIRST, SECOND, OTHER, UNDRAWN = f"{WEST}001", f"{WEST}002", f"{EAST}001", f"{EAST}002"
NAMES = {WEST: "西村", EAST: "东村"}
CORNER = Polygon([(112.919, 27.10), (112.92, 27.10), (112.92, 27.099)])
STRIP, EASTERN = box(112.919, 27.08, 112.92, 27.10), box(112.92, 27.08, 112.93, 27.10)
# the vertices of neighbours are kept: projecting would open gaps where one has none
GRIDS = {
    FIRST: box(112.90, 27.08, 112.91, 27.10),
    SECOND: box(112.91, 27.08, 112.92, 27.10) - CORNER,
    OTHER: shapely.coverage_union_all([STRIP, EASTERN]),
}
VILLAGES = {
    WEST: shapely.coverage_union_all([GRIDS[FIRST], GRIDS[SECOND], CORNER]),
    EAST: EASTERN,
}
GAP, OUTSIDE, UNPLACED = (112.9198, 27.0998), (112.9195, 27.09), None


def records(grids: dict[str, Any]) -> dict[str, list[Record]]:
    """Return the town's records."""
    house = Record(new_id(), Point(GAP), WEST, _address("3组20号", WEST))
    empty = Record(new_id(), Point(OUTSIDE), WEST, _address("3组21号", WEST))
    no_point = Record(new_id(), None, WEST, _address("3组22号", WEST))
    people = [
        Record(new_id(), None, WEST, {"name": name, "house": at.id, **more})
        for name, at, more in (
            ("甲", house, {}),
            ("乙", house, {}),
            ("走了的", house, {"moved_out": True}),
            ("丙", no_point, {}),
        )
    ]
    return {
        "village": [
            Record(new_id(), shape, code, {"code": code, "name": NAMES[code]})
            for code, shape in VILLAGES.items()
        ],
        "grid": [
            Record(
                new_id(),
                shape,
                code[:12],
                {"code": code, "name": f"{NAMES.get(code[:12], '')}{code[-1]}"},
            )
            for code, shape in grids.items()
        ],
        "house": [house, empty, no_point],
        "person": people,
    }


def _address(door: str, village: str) -> dict[str, str]:
    return {"address": NAMES[village] + door, "address_key": f"{village}|{door}", "door": door}


@pytest.fixture(params=["geopackage", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a store may be made, on each engine."""
    if request.param == "geopackage":
        return str(tmp_path / "data")
    url: str = request.getfixturevalue("postgres_url")
    return url


def opened(place: str, tmp_path: Path, grids: dict[str, Any]) -> Context:
    """Return the way into a new town with these grids."""
    store = Store.open(place, load_layers(shipped("layers")), key_file=tmp_path / "town.key")
    context = Context(
        store, Scope.of_town("test", TOWN), lambda: datetime(2026, 11, 20, tzinfo=UTC)
    )
    seed(context, records(grids), synthetic=True, progress=lambda *_: None)
    return context


@pytest.fixture
def town(place: str, tmp_path: Path) -> Iterator[Context]:
    """Yield the way into the town."""
    context = opened(place, tmp_path, {**GRIDS, UNDRAWN: None})
    yield context
    context.store.close()


def told(one: TownDefect) -> tuple[str, str | None, tuple[str, ...], int | None, int | None]:
    """Return kind, village, grids, houses and people of a defect."""
    return (one.defect.kind, one.defect.parent, one.defect.members, one.houses, one.people)


def test_houses_and_people_in_each_defect_are_counted_in_every_village(town):
    found = audit_town(town, "zh")
    assert {told(one) for one in found.defects} == {
        ("gap", WEST, (SECOND,), 1, 2),
        ("outside", EAST, (OTHER,), 2, 2),
        ("missing", EAST, (UNDRAWN,), 0, 0),
    }
    assert (found.villages, found.grids, found.left_out) == (2, 4, ())
    assert found.residual_m2 < 1e-3


def test_shapes_and_names_are_those_of_the_town(town):
    (gap,) = audit_town(town, "en").of("gap", None)
    assert (gap.title, gap.village_name, gap.names) == ("gap", "西村", ("西村2",))
    assert shapely.symmetric_difference(gap.geometry, CORNER).area < 1e-12
    # 0.001° are 99 m of longitude and 111 m of latitude here
    assert gap.defect.area_m2 == pytest.approx(99.2 * 110.8 / 2, rel=0.01)
    (gap,) = audit_town(town, "zh").of("gap", WEST)
    assert gap.title == "空白"


def test_defects_of_a_kind_or_a_village_can_be_asked_for(town):
    found = audit_town(town, "zh")
    assert [one.defect.kind for one in found.of("missing", None)] == ["missing"]
    assert {one.defect.parent for one in found.of(None, EAST)} == {EAST}
    assert found.of("gap", EAST) == []


def heading(areas: tuple[str, ...]) -> tuple[Grant, ...]:
    return tuple(Grant(Role.GRID_HEAD, area) for area in areas)


@pytest.mark.parametrize(
    ("areas", "villages", "left_out"),
    [((WEST,), {WEST}, ()), ((SECOND,), set(), (SECOND,)), ((), set(), ())],
)
def test_who_sees_a_village_is_told_of_that_village_alone(town, areas, villages, left_out):
    """East's grid lies over a house of the west: who sees only the east does not see it."""
    found = audit_town(Context(town.store, Scope("worker", TOWN, heading(areas)), town.clock), "zh")
    assert {one.defect.parent for one in found.defects} == villages
    assert found.left_out == left_out
    east = audit_town(
        Context(town.store, Scope("worker", TOWN, heading((EAST,))), town.clock), "zh"
    )
    assert {told(one)[3:] for one in east.of("outside", EAST)} == {(0, 0)}


def test_grid_of_a_village_without_a_boundary_is_named(place, tmp_path):
    stray = "430424100999001"
    context = opened(place, tmp_path, {**GRIDS, stray: box(113, 27, 113.1, 27.1)})
    assert audit_town(context, "zh").left_out == (stray,)
    context.store.close()


def test_boundary_without_an_inside_is_named(place, tmp_path):
    bow = Polygon([(112.90, 27.08), (112.91, 27.10), (112.91, 27.08), (112.90, 27.10)])
    context = opened(place, tmp_path, {**GRIDS, FIRST: bow})
    with pytest.raises(Conflict) as refused:
        audit_town(context, "zh")
    assert FIRST in refused.value.zh
    assert FIRST in refused.value.en
    context.store.close()


def test_town_without_any_boundary_has_nothing_to_audit(place, tmp_path):
    store = Store.open(place, load_layers(shipped("layers")), key_file=tmp_path / "town.key")
    context = Context(
        store, Scope.of_town("test", TOWN), lambda: datetime(2026, 11, 20, tzinfo=UTC)
    )
    found = audit_town(context, "zh")
    assert (found.defects, found.villages, found.grids) == ((), 0, 0)
    store.close()


@pytest.mark.parametrize(
    ("role", "area", "people"),
    [
        (Role.GRID_HEAD, TOWN, {2, 0}),
        (Role.LEADER, TOWN, {None, 0}),
        (Role.FIRE, TOWN, {None, 0}),
        (Role.GRID_HEAD, WEST, {2}),
    ],
)
def test_a_few_people_are_counted_for_those_alone_who_may_read_of_them(
    town: Context, role: Role, area: str, people: set[int | None]
):
    scope = Scope("someone", TOWN, (Grant(role, area),))
    found = audit_town(replace(town, scope=scope), "zh").defects
    assert {one.people for one in found} == people
    # what is public of a house all staff may read
    assert {one.houses for one in found} <= {0, 1, 2}


def test_ten_people_are_told_to_whoever_counts(town: Context):
    with town.read() as session:
        house = next(one for one in counts.by_house(session))
    with town.write() as session:
        more = [Record(new_id(), None, WEST, {"name": f"丁{k}", "house": house}) for k in range(8)]
        writing.add(session, "person", more)
    scope = Scope("someone", TOWN, (Grant(Role.LEADER, TOWN),))
    found = audit_town(replace(town, scope=scope), "zh").of("gap", None)
    assert [one.people for one in found] == [10]
