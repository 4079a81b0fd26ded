"""Proposals to begin with, which follow 组 and lines where that is asked.

112.90      112.92      112.94
+-----------+-----------+ 27.10
| WEST      | EAST      |
| 3组 20, 21 | 8组 11组 23组     all doors at 27.09; people live in 3组20号 and 8组5号
+-----------+-----------+ 27.08
"""

import pytest
import shapely

from mapserver.domain.records import Record
from mapserver.errors import ActRefused, NotAllowed
from mapserver.roles import Role
from mapserver.services.boundaries.proposals import Proposal, Wanted, propose
from mapserver.services.identifiers import new_id
from mapserver.store import writing
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, EAST, VILLAGE

DITCH = shapely.LineString([(112.907, 27.07), (112.907, 27.11)])
LINE = shapely.geometry.mapping(DITCH)


def proposed(workshop: Workshop, grids: int, **more: object) -> Proposal:
    """Return what is proposed to the grid head."""
    return propose(workshop.head, workshop.drawing, VILLAGE, Wanted(grids, **more))


def crossed(found: Proposal) -> list[str]:
    """Return the grids that lie on both sides of the ditch."""
    shapes = {code: shapely.geometry.shape(one) for code, one in found.act["parts"].items()}
    return [code for code, one in shapes.items() if one.buffer(-1e-7).intersects(DITCH)]


def test_a_proposal_is_drawn_as_any_other_act_and_fills_the_village(workshop: Workshop):
    found = proposed(workshop, 2)
    assert sum(found.households.values()) == 2
    replay = workshop.drawing.done_on(workshop.ground(), [found.act])
    assert replay.refused is None
    assert set(replay.version.grids) == set(found.households) == {f"{VILLAGE}003", f"{VILLAGE}004"}
    workshop.redraw(found.act)
    assert {one["grid"] for one in workshop.town.kept("house") if one["village"] == VILLAGE} == (
        set(found.households)
    )


def test_a_proposal_needs_as_many_places_with_people_as_grids(workshop: Workshop):
    with pytest.raises(ActRefused):
        proposed(workshop, 3)


def test_a_proposal_is_for_those_who_draw_there_and_read_it_all(workshop: Workshop):
    with pytest.raises(NotAllowed):
        propose(workshop.as_(Role.GRID_HEAD, COMMUNITY), workshop.drawing, VILLAGE, Wanted(1))


def test_a_proposal_that_is_drawn_on_a_later_version_takes_the_codes_that_are_free_then(
    workshop: Workshop,
):
    found = proposed(workshop, 2)
    line = {"type": "LineString", "coordinates": [[112.9265, 27.07], [112.9265, 27.11]]}
    one = workshop.draft(found.act, {"kind": "merge", "grids": [f"{VILLAGE}004", f"{VILLAGE}003"]})
    workshop.redraw({"kind": "split", "grids": [EAST], "shape": line})
    replay = workshop.drawing.done_on(workshop.ground(), one.acts)
    assert replay.refused is None
    assert replay.done[0].codes == (f"{VILLAGE}004", f"{VILLAGE}005")
    assert replay.done[1].grids == (f"{VILLAGE}005", f"{VILLAGE}004")
    assert set(replay.version.grids) == {f"{VILLAGE}005"}, "003 is another grid's"


def test_a_line_that_is_sent_along_is_followed(workshop: Workshop):
    assert crossed(proposed(workshop, 2))
    assert not crossed(proposed(workshop, 2, lines=[LINE]))


def test_lines_on_the_map_are_followed_where_that_is_asked(any_workshop: Workshop):
    ditch = Record(new_id(), DITCH, VILLAGE, {"name": "新屋沟", "kind": "ditch"})
    well = Record(new_id(), shapely.Point(112.91, 27.09), VILLAGE, {"name": "井", "kind": "well"})
    with any_workshop.town.context.write() as session:
        writing.add(session, "facility", [ditch, well])
    assert crossed(proposed(any_workshop, 2))
    assert not crossed(proposed(any_workshop, 2, drawn_lines=True))


def test_groups_stay_whole_where_that_is_asked(workshop: Workshop):
    found = proposed(workshop, 2, whole_groups=True)
    assert found.parted == ()
    workshop.redraw(found.act)
    by_group: dict[str, set[str]] = {}
    for one in workshop.town.kept("house"):
        if one["village"] == VILLAGE:
            by_group.setdefault(one["group"], set()).add(one["grid"])
    assert {name: len(grids) for name, grids in by_group.items()} == {
        "3": 1,
        "8": 1,
        "11": 1,
        "23": 1,
    }


def test_groups_that_a_line_parts_are_named(workshop: Workshop):
    between = {"type": "LineString", "coordinates": [[112.9055, 27.07], [112.9055, 27.11]]}
    found = proposed(workshop, 2, whole_groups=True, lines=[between])
    assert found.parted == ("3",)


def test_more_grids_than_groups_with_people_are_refused(workshop: Workshop):
    with pytest.raises(ActRefused, match="people live in 2 places"):
        proposed(workshop, 3, whole_groups=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            {
                "type": "Polygon",
                "coordinates": [[[112.9, 27], [112.91, 27], [112.9, 27.01], [112.9, 27]]],
            },
            "no line",
        ),
        ({"type": "LineString", "coordinates": [[27.09, 112.9], [27.1, 112.9]]}, "wrong way round"),
        ({"type": "LineString", "coordinates": [[112.9, 27.09]]}, "cannot be read"),
    ],
)
def test_what_is_no_line_is_refused_and_said(workshop: Workshop, line: dict, said: str):
    with pytest.raises(ActRefused, match=said):
        proposed(workshop, 2, lines=[line])


def test_a_line_that_does_not_reach_across_parts_nothing(workshop: Workshop):
    short = {"type": "LineString", "coordinates": [[112.907, 27.085], [112.907, 27.087]]}
    plain, followed = proposed(workshop, 2), proposed(workshop, 2, lines=[short])
    assert followed.households == plain.households
