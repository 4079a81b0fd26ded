"""Moving a whole 组 from grid to grid, on both engines.

112.90      112.92      112.94
+-----------+-----------+ 27.10
| WEST      | EAST      |
| 3组 20, 21 | 8组 11组 23组     all doors at 27.09
+-----------+-----------+ 27.08
"""

import pytest
import shapely

from mapserver.domain.records import Record
from mapserver.errors import ActRefused, Conflict, NotAllowed
from mapserver.roles import Role
from mapserver.services.boundaries import groups
from mapserver.services.boundaries.groups import Group
from mapserver.services.identifiers import new_id
from mapserver.store import writing
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, DOORS, EAST, VILLAGE, WEST

THIRD = f"{VILLAGE}003"
# parts the two houses of 3组
BETWEEN = {"type": "LineString", "coordinates": [[112.9055, 27.07], [112.9055, 27.11]]}
SPLIT = {"kind": "split", "grids": [WEST], "shape": BETWEEN, "at": [112.91, 27.09]}


def moving(workshop: Workshop, *acts: dict, group: str, to: str | None) -> dict:
    """Return the act that moves a group after some acts."""
    return groups.moving(workshop.head, workshop.drawing, VILLAGE, acts, group=group, to=to)


def told(workshop: Workshop, *acts: dict) -> list[Group]:
    """Return the groups as they lie after some acts."""
    return groups.groups(workshop.head, workshop.drawing, VILLAGE, acts)


def test_groups_are_told_by_their_numbers_with_who_lives_where(any_workshop: Workshop):
    assert told(any_workshop) == [
        Group("3", houses=2, households=1, people=2, grids={WEST: 1}),
        Group("8", houses=1, households=1, people=1, grids={EAST: 1}),
        Group("11", houses=1, households=0, people=0, grids={EAST: 0}),
        Group("23", houses=1, households=0, people=0, grids={EAST: 0}),
    ]


def test_a_group_that_was_parted_is_told_in_both_grids(workshop: Workshop):
    third, *_ = told(workshop, SPLIT)
    assert third.grids == {WEST: 0, THIRD: 1}


def test_a_moved_group_is_in_its_grid_with_all_houses_and_no_other(any_workshop: Workshop):
    done = any_workshop.redraw(moving(any_workshop, group="8", to=WEST))
    (moved,) = done.houses
    assert (moved.door, moved.before, moved.after) == ("8组5号", EAST, WEST)
    assert any_workshop.town.house("新屋村11组4号")["grid"] == EAST
    with pytest.raises(ActRefused, match="All of group 8 is in grid"):
        moving(any_workshop, group="8", to=WEST)


def test_a_group_that_was_parted_comes_together(workshop: Workshop):
    done = workshop.redraw(SPLIT, moving(workshop, SPLIT, group="3", to=THIRD))
    assert {one.after for one in done.houses} == {THIRD}
    assert {one.door for one in done.houses} == {"3组20号", "3组21号"}


def test_a_group_becomes_a_grid_of_its_own(workshop: Workshop):
    act = moving(workshop, group="11", to=None)
    assert (act["kind"], act["grids"]) == ("cut-out", [EAST])
    workshop.redraw(act)
    town = workshop.town
    assert town.house("新屋村11组4号")["grid"] == THIRD
    assert town.house("新屋村8组5号")["grid"] == town.house("新屋村23组7号")["grid"] == EAST


@pytest.mark.parametrize("group", ["9", "", "组"])
def test_a_group_that_has_no_house_there_is_refused(workshop: Workshop, group: str):
    with pytest.raises(ActRefused, match="No house of group"):
        moving(workshop, group=group, to=WEST)


def test_a_group_whose_houses_stand_where_those_of_another_do_has_no_land(workshop: Workshop):
    values = {"address": "新屋村9组1号", "address_key": "9-1", "door": "9组1号", "group": "9"}
    at = shapely.Point(DOORS["新屋村8组5号"])
    with workshop.town.context.write() as session:
        writing.add(session, "house", [Record(new_id(), at, VILLAGE, values)])
    assert [one.name for one in told(workshop)] == ["3", "8", "9", "11", "23"]
    assert moving(workshop, group="8", to=WEST)["kind"] == "transfer"
    with pytest.raises(ActRefused, match="where houses of another group are") as refused:
        moving(workshop, group="9", to=WEST)
    assert "分不出9组的地方" in refused.value.zh


def test_a_grid_that_is_not_there_is_refused_when_the_act_is_done(workshop: Workshop):
    act = moving(workshop, group="8", to=f"{VILLAGE}009")
    replay = workshop.drawing.done_on(workshop.ground(), [act])
    assert "has no grid" in replay.refused.en


def test_who_draws_elsewhere_or_may_not_read_all_is_told_nothing(workshop: Workshop):
    for role, area in ((Role.GRID_HEAD, COMMUNITY), (Role.SUPERVISOR, VILLAGE)):
        with pytest.raises((NotAllowed, Conflict)):
            groups.groups(workshop.as_(role, area), workshop.drawing, VILLAGE, [])
