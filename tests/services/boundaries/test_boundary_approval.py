"""From a draft to the boundaries in force, on both engines.

112.90      112.92      112.94      112.96
+-----------+-----------+-----------+ 27.10
| WEST      | EAST      | URBAN     |
| 3组 20, 21 | 8组 11组 23组 | 3栋       |      all doors at 27.09
+-----------+-----------+-----------+ 27.08
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import shapely

from mapserver.domain.coverage import audit
from mapserver.domain.records import Change
from mapserver.errors import ActRefused, Conflict, InvalidRequest, NotAllowed, NotFound
from mapserver.roles import Role
from mapserver.services import waiting
from mapserver.services.boundaries import approval, drafts, history
from mapserver.services.boundaries.answer import answer
from mapserver.store import boundaries, writing
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, DOORS, EAST, VILLAGE, WEST, Town, moved

THIRD = f"{VILLAGE}003"
# the houses of 8组 and 11组 lie west of it, that of 23组 east
ACROSS = {
    "type": "LineString",
    "coordinates": [[112.9265, 27.07], [112.9265, 27.11]],
}
SPLIT = {"kind": "split", "grids": [EAST], "shape": ACROSS}
EAST_STRIP = {
    "type": "Polygon",
    "coordinates": [
        [[112.92, 27.08], [112.9255, 27.08], [112.9255, 27.10], [112.92, 27.10], [112.92, 27.08]]
    ],
}
TO_WEST = {"kind": "transfer", "grids": [WEST], "shape": EAST_STRIP, "reach_m": 1.0}


def test_a_version_in_force_moves_the_houses_and_tells_which(any_workshop: Workshop):
    town = any_workshop.town
    done = any_workshop.redraw(TO_WEST)
    (moved,) = done.houses
    assert (moved.before, moved.after, moved.people) == (EAST, WEST, 1)
    assert town.house("新屋村8组5号")["grid"] == WEST
    assert town.house("新屋村11组4号")["grid"] == EAST
    assert done.version.number == 2
    grids = any_workshop.grids()
    assert grids[WEST]["boundary_version"] == grids[EAST]["boundary_version"] == 2
    assert town.house("新屋村8组5号")["boundary_version"] == 2
    assert town.verify() > 0


def test_what_a_register_said_rightly_of_a_house_is_right_where_it_moves(any_workshop: Workshop):
    town = any_workshop.town
    with town.context.write() as session:
        there = [Change(town.house(door)["id"], {"grid_claimed": EAST}) for door in DOORS]
        writing.change(session, "house", there)
    assert contradicted(town) == {door for door in DOORS if town.house(door)["grid"] != EAST}
    before = contradicted(town)
    any_workshop.redraw(TO_WEST)
    assert contradicted(town) == before, "郑老五 and his house moved, and nobody else's is mended"
    assert town.person("郑老五")["grid_claimed"] == WEST
    assert town.house("新屋村8组5号")["grid_claimed"] == WEST
    any_workshop.redraw(history.as_act(any_workshop.head, VILLAGE, 1))
    assert contradicted(town) == before
    assert town.person("郑老五")["grid_claimed"] == EAST


def contradicted(town: Town) -> set[str]:
    """Return the doors of the houses that a register puts into another grid than their point."""
    _, tasks = waiting.listed(
        town.context, "contradictions", "zh", village=None, offset=0, limit=99
    )
    doors = {one["id"]: one["address"] for one in town.kept("house")}
    return {doors[one.id] for one in tasks}


def test_a_split_makes_a_grid_with_the_next_code_and_its_lineage(any_workshop: Workshop):
    done = any_workshop.redraw(SPLIT)
    (act,) = done.version.acts
    assert act["codes"] == [THIRD]
    grids = any_workshop.grids()
    assert set(grids) == {WEST, EAST, THIRD, f"{COMMUNITY}001"}
    assert grids[THIRD]["village"] == VILLAGE
    assert grids[THIRD]["name"] == "第3网格"
    homes = {one["address"]: one["grid"] for one in any_workshop.town.kept("house")}
    assert homes["新屋村23组7号"] != homes["新屋村11组4号"]
    assert {homes["新屋村23组7号"], homes["新屋村11组4号"]} == {EAST, THIRD}


def test_grids_of_both_villages_meet_at_every_new_vertex(any_workshop: Workshop):
    """A line from west to east reaches the community's edge, which gets the vertex too."""
    line = {"type": "LineString", "coordinates": [[112.91, 27.091], [112.95, 27.092]]}
    any_workshop.redraw({"kind": "split", "grids": [EAST], "shape": line})
    grids = any_workshop.grids()
    villages = {one["code"]: one["geom"] for one in any_workshop.town.kept("village")}
    found = audit(
        [one["geom"] for one in grids.values()],
        list(grids),
        list(villages.values()),
        list(villages),
        [list(villages).index(one["village"]) for one in grids.values()],
    )
    assert found.defects == ()
    community = shapely.get_coordinates(grids[f"{COMMUNITY}001"]["geom"])
    own = shapely.get_coordinates(grids[EAST]["geom"])
    shared = {tuple(at) for at in own} & {tuple(at) for at in community}
    assert any(27.08 < lat < 27.10 for _, lat in shared)


def test_a_merge_takes_a_grid_away_and_its_houses_along(any_workshop: Workshop):
    done = any_workshop.redraw({"kind": "merge", "grids": [WEST, EAST]})
    assert set(any_workshop.grids()) == {WEST, f"{COMMUNITY}001"}
    assert {one.after for one in done.houses} == {WEST}
    later = any_workshop.redraw({"kind": "cut-out", "shape": EAST_STRIP, "reach_m": 1.0})
    assert later.version.acts[0]["codes"] == [THIRD], "a code is not given a second time"


def test_what_became_of_each_grid_is_told_from_version_to_version(any_workshop: Workshop):
    today = any_workshop.town.context.today()
    any_workshop.redraw(SPLIT)
    any_workshop.redraw({"kind": "merge", "grids": [EAST, THIRD]})
    waits = any_workshop.submit(any_workshop.draft({"kind": "merge", "grids": [WEST, EAST]}))
    any_workshop.approve(waits, effective=today + timedelta(days=3))
    third, second = history.lineage(any_workshop.head, VILLAGE)
    assert (third.number, second.number) == (3, 2), "what waits for its day may go back"
    assert {(one.before, one.after) for one in second.bequests} == {(EAST, EAST), (EAST, THIRD)}
    assert sum(one.share for one in second.bequests) == pytest.approx(1, abs=1e-5)
    assert [(one.before, one.after, one.share) for one in third.bequests] == [(THIRD, EAST, 1.0)]


def test_a_dedicated_grid_is_one_by_its_kind(any_workshop: Workshop):
    enclave = {"kind": "cut-out", "shape": EAST_STRIP, "reach_m": 1.0}
    any_workshop.redraw({**enclave, "codes": [THIRD], "kinds": {THIRD: "dedicated"}})
    assert any_workshop.grids()[THIRD]["kind"] == "dedicated"
    any_workshop.redraw({"kind": "merge", "grids": [WEST, EAST, THIRD]})
    any_workshop.redraw(history.as_act(any_workshop.head, VILLAGE, 2))
    assert any_workshop.grids()[THIRD]["kind"] == "dedicated"


def test_a_grid_is_ordinary_again_in_a_version_that_says_so(any_workshop: Workshop):
    enclave = {"kind": "cut-out", "shape": EAST_STRIP, "reach_m": 1.0}
    any_workshop.redraw({**enclave, "codes": [THIRD], "kinds": {THIRD: "dedicated"}})
    before = history.as_act(any_workshop.head, VILLAGE, 2)
    bend = {"kind": "bend", "at": [112.92, 27.085], "to": [112.919, 27.085], "reach_m": 5.0}
    any_workshop.redraw({**before, "kinds": {**before["kinds"], THIRD: "ordinary"}}, bend)
    assert any_workshop.grids()[THIRD]["kind"] == "ordinary"
    any_workshop.redraw(before)
    assert any_workshop.grids()[THIRD]["kind"] == "dedicated"


def test_grids_that_would_touch_themselves_where_they_are_kept_are_not_handed_in(
    workshop: Workshop,
):
    """A corner of the strip is on a long edge in degrees, and in metres a hand's breadth off it."""
    one = workshop.draft({"kind": "cut-out", "shape": EAST_STRIP})
    with pytest.raises(Conflict, match="touches itself") as refused:
        workshop.submit(one)
    assert refused.value.details["grid"] == EAST
    assert refused.value.details["at"] == pytest.approx((112.9255, 27.1))


def test_an_earlier_version_comes_back_to_the_last_digit(any_workshop: Workshop):
    any_workshop.redraw(SPLIT)
    before = any_workshop.grids()
    homes = {one["id"]: one["grid"] for one in any_workshop.town.kept("house")}
    any_workshop.redraw({"kind": "merge", "grids": [WEST, EAST, THIRD]})
    any_workshop.redraw(history.as_act(any_workshop.head, VILLAGE, 2))
    after = any_workshop.grids()
    assert set(after) == set(before)
    for code, one in after.items():
        assert shapely.equals_identical(one["geom"], before[code]["geom"])
        assert one["name"] == before[code]["name"]
    assert {one["id"]: one["grid"] for one in any_workshop.town.kept("house")} == homes


def test_what_was_there_before_anybody_drew_comes_back_too(any_workshop: Workshop):
    before = {code: one["geom"] for code, one in any_workshop.grids().items()}
    any_workshop.redraw(SPLIT)
    any_workshop.redraw(history.as_act(any_workshop.head, VILLAGE, 1))
    after = any_workshop.grids()
    assert set(after) == set(before)
    # the line has kept the vertices that the split put on it, and not moved by them
    for code, one in before.items():
        assert one.symmetric_difference(after[code]["geom"]).area < 1e-15


def test_what_nobody_drew_on_stays_as_it_was_and_has_no_event(workshop: Workshop):
    community = workshop.grids()[f"{COMMUNITY}001"]
    workshop.redraw(TO_WEST)
    assert workshop.grids()[f"{COMMUNITY}001"] == community


def test_any_day_tells_the_grids_of_that_day(workshop: Workshop):
    today = workshop.town.context.today()
    before = {code: one["geom"] for code, one in workshop.grids().items()}
    workshop.redraw(SPLIT)
    then = {one.code: one for one in history.grids_on(workshop.head, today - timedelta(days=1))}
    now = {one.code: one for one in history.grids_on(workshop.head, today)}
    assert set(then) == set(before)
    assert all(shapely.equals_identical(one.geometry, before[code]) for code, one in then.items())
    assert set(now) == {*before, THIRD}
    assert (then[EAST].number, now[EAST].number) == (1, 2)


def test_a_day_to_come_tells_what_was_approved_for_it(workshop: Workshop):
    today = workshop.town.context.today()
    (week, month) = (today + timedelta(days=7), today + timedelta(days=30))
    one = workshop.submit(workshop.draft(SPLIT))
    workshop.approve(one, effective=week)

    def on(day):
        return {one.code: one.number for one in history.grids_on(workshop.head, day)}

    assert THIRD not in on(week - timedelta(days=1))
    assert (on(week)[THIRD], on(week)[EAST]) == (2, 2)
    # this one will go back when its day comes: another is in force then
    late = workshop.submit(workshop.draft(TO_WEST))
    workshop.approve(late, effective=month)
    assert on(month) == on(week)


def test_a_version_of_a_later_day_tells_who_will_move_and_moves_nobody_before_it_comes(
    workshop: Workshop,
):
    today = workshop.town.context.today()
    one = workshop.submit(workshop.draft(TO_WEST))
    done = workshop.approve(one, effective=today + timedelta(days=3))
    (will,) = done.houses
    assert (will.door, will.before, will.after, will.people) == ("8组5号", EAST, WEST, 1)
    assert workshop.town.house("新屋村8组5号")["grid"] == EAST
    system = workshop.town.context
    approval.put_due_in_force(system, workshop.drawing)
    assert workshop.town.house("新屋村8组5号")["grid"] == EAST
    later = replace(system, clock=lambda: system.clock() + timedelta(days=3))
    approval.put_due_in_force(later, workshop.drawing)
    assert workshop.town.house("新屋村8组5号")["grid"] == WEST


def test_a_version_of_the_day_counts_in_the_first_hours_of_it(workshop: Workshop):
    town = workshop.town
    early = datetime(2026, 11, 24, 6, 30, tzinfo=timezone(timedelta(hours=8)))
    early_town = moved(town, lambda: early.astimezone(UTC))
    morning = replace(workshop, town=early_town)
    done = morning.approve(morning.submit(morning.draft(TO_WEST)), effective=early.date())
    assert [one.door for one in done.houses] == ["8组5号"]
    assert town.house("新屋村8组5号")["grid"] == WEST
    now = {one.code: one.number for one in history.grids_on(morning.head, early.date())}
    assert now[WEST] == 2


def test_a_version_whose_day_comes_after_another_was_approved_goes_back(workshop: Workshop):
    today = workshop.town.context.today()
    one = workshop.submit(workshop.draft(TO_WEST))
    workshop.approve(one, effective=today + timedelta(days=3))
    workshop.redraw(SPLIT)
    system = workshop.town.context
    later = replace(system, clock=lambda: system.clock() + timedelta(days=3))
    approval.put_due_in_force(later, workshop.drawing)
    back = drafts.read(workshop.head, VILLAGE, one.id)
    assert back.state == "returned"
    assert "第 1 版" in (back.remark or "")
    assert workshop.town.house("新屋村8组5号")["grid"] != WEST


def test_a_version_that_was_put_in_force_meanwhile_is_left_alone(workshop: Workshop):
    today = workshop.town.context.today()
    one = workshop.submit(workshop.draft(TO_WEST))
    told = workshop.approve(one, effective=today + timedelta(days=1)).version
    system = workshop.town.context
    later = replace(system, clock=lambda: system.clock() + timedelta(days=1))
    approval.put_due_in_force(later, workshop.drawing)
    # another process that read what is due before that
    approval._due(later, workshop.drawing, told)
    approval._give_back(later, told, Conflict("迟了", "late"))
    (now, _) = history.versions(workshop.head, VILLAGE)
    assert (now.state, now.number, now.applied_at is not None) == ("approved", 2, True)


def test_a_village_that_is_gone_does_not_keep_others_from_their_day(workshop: Workshop):
    today = workshop.town.context.today()
    one = workshop.submit(workshop.draft(TO_WEST))
    workshop.approve(one, effective=today + timedelta(days=1))
    (village,) = (one for one in workshop.town.kept("village") if one["code"] == VILLAGE)
    with workshop.town.context.write() as session:
        writing.remove(session, "village", [village["id"]])
    system = workshop.town.context
    later = replace(system, clock=lambda: system.clock() + timedelta(days=1))
    approval.put_due_in_force(later, workshop.drawing)
    with system.read() as session:
        assert boundaries.get(session, VILLAGE, one.id).state == "returned"


def test_the_latest_version_counts_although_it_counts_from_an_earlier_day(workshop: Workshop):
    today = workshop.town.context.today()
    workshop.redraw(SPLIT)
    one = workshop.submit(workshop.draft({"kind": "merge", "grids": [EAST, THIRD]}))
    workshop.approve(one, effective=today - timedelta(days=5))
    assert THIRD not in {one.code for one in history.grids_on(workshop.head, today)}


def test_a_draft_that_comes_to_what_is_in_force_is_not_handed_in(workshop: Workshop):
    back = [
        {"kind": "bend", "at": [112.92, 27.09], "to": [112.921, 27.09], "reach_m": 1.0},
        {"kind": "drop", "at": [112.921, 27.09], "reach_m": 1.0},
    ]
    with pytest.raises(Conflict, match="nothing to approve"):
        workshop.submit(workshop.draft(*back))


def test_a_code_of_a_version_that_is_to_come_is_not_given_again(workshop: Workshop):
    today = workshop.town.context.today()
    workshop.ground()
    workshop.approve(workshop.submit(workshop.draft(SPLIT)), effective=today + timedelta(days=9))
    replay = workshop.drawing.done_on(workshop.ground(), [SPLIT])
    assert replay.done[0].codes == (f"{VILLAGE}004",)


def test_who_approves_and_may_not_read_people_is_told_no_count_of_them(workshop: Workshop):
    one = workshop.submit(workshop.draft(TO_WEST))
    leader = workshop.as_(Role.LEADER, VILLAGE[:9])
    done = approval.approve(leader, workshop.drawing, VILLAGE, one.id, one.revision)
    assert [house.people for house in done.houses] in ([None], [])


def test_a_day_more_than_a_year_away_is_refused(workshop: Workshop):
    one = workshop.submit(workshop.draft(TO_WEST))
    with pytest.raises(InvalidRequest):
        workshop.approve(one, effective=workshop.town.context.today() + timedelta(days=400))


def test_a_faulty_draft_is_kept_and_not_submitted(workshop: Workshop):
    half: dict = {"kind": "load", "parts": {WEST: EAST_STRIP}}
    one = workshop.draft(half)
    with pytest.raises(Conflict, match="not right yet") as refused:
        workshop.submit(one)
    assert "gap" in refused.value.details["faults"]
    assert drafts.read(workshop.head, VILLAGE, one.id).acts == one.acts


def test_the_second_of_two_drafts_is_drawn_again_on_top_of_the_first(workshop: Workshop):
    first, second = workshop.draft(TO_WEST), workshop.draft(SPLIT)
    workshop.approve(workshop.submit(first))
    with pytest.raises(Conflict) as refused:
        workshop.submit(second)
    assert refused.value.details == {"base": 1, "number": 2}
    on_top = drafts.keep(workshop.head, workshop.ground(), second.id, second.revision, second.acts)
    workshop.approve(workshop.submit(on_top))
    assert workshop.town.house("新屋村8组5号")["grid"] == WEST, "the first is still there"
    assert THIRD in workshop.grids()


def test_one_that_was_submitted_before_another_was_approved_is_not_approved(workshop: Workshop):
    first, second = workshop.submit(workshop.draft(TO_WEST)), workshop.submit(workshop.draft(SPLIT))
    workshop.approve(first)
    with pytest.raises(Conflict, match="version 1"):
        workshop.approve(second)


def test_a_draft_that_is_kept_again_since_the_answer_was_lost_is_one(any_workshop: Workshop):
    first = any_workshop.draft(TO_WEST)
    assert any_workshop.draft(dict(reversed(TO_WEST.items()))).id == first.id
    assert any_workshop.draft(SPLIT).id != first.id
    other = any_workshop.as_(Role.GRID_HEAD, actor="别人")
    assert drafts.begin(other, any_workshop.ground(), [TO_WEST]).id != first.id
    drafts.keep(any_workshop.head, any_workshop.ground(), first.id, 1, [TO_WEST])
    assert any_workshop.draft(TO_WEST).id != first.id, "somebody went on with it"


def test_two_who_keep_one_draft_do_not_overwrite_each_other(workshop: Workshop):
    one = workshop.draft(SPLIT)
    drafts.keep(workshop.head, workshop.ground(), one.id, one.revision, [TO_WEST])
    with pytest.raises(Conflict) as refused:
        drafts.keep(workshop.head, workshop.ground(), one.id, one.revision, [])
    assert refused.value.details == {"revision": 2}


def test_what_was_drawn_on_a_version_seen_before_is_not_kept_on_another_unseen(workshop: Workshop):
    drawn = workshop.draft(SPLIT)
    workshop.approve(workshop.submit(workshop.draft(TO_WEST)))
    on = workshop.ground()
    for keep in (
        lambda: drafts.begin(workshop.head, on, [SPLIT], seen=1),
        lambda: drafts.keep(workshop.head, on, drawn.id, drawn.revision, [SPLIT], seen=1),
    ):
        with pytest.raises(Conflict) as refused:
            keep()
        assert refused.value.details == {"base": 1, "number": 2}
    kept = drafts.keep(workshop.head, on, drawn.id, drawn.revision, [SPLIT], seen=2)
    assert kept.base == 2


def test_what_is_sent_back_says_why_and_where_and_is_submitted_again(workshop: Workshop):
    one = workshop.submit(workshop.draft(SPLIT))
    with pytest.raises(InvalidRequest):
        drafts.send_back(workshop.supervisor, VILLAGE, one.id, one.revision, " ", None)
    back = drafts.send_back(
        workshop.supervisor, VILLAGE, one.id, one.revision, "这条线穿过了房子", (112.9265, 27.09)
    )
    read = drafts.read(workshop.head, VILLAGE, one.id)
    assert (read.state, read.remark, read.place) == (
        "returned",
        "这条线穿过了房子",
        (112.9265, 27.09),
    )
    workshop.approve(workshop.submit(back))
    assert THIRD in workshop.grids()


def test_what_is_submitted_is_taken_back_or_waits(workshop: Workshop):
    one = workshop.submit(workshop.draft(SPLIT))
    with pytest.raises(Conflict):
        drafts.keep(workshop.head, workshop.ground(), one.id, one.revision, [])
    back = drafts.withdraw(workshop.head, VILLAGE, one.id, one.revision)
    drafts.drop(workshop.head, VILLAGE, back.id, back.revision)
    with pytest.raises(NotFound):
        drafts.read(workshop.head, VILLAGE, one.id)


@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.GRID_HEAD, COMMUNITY),
        (Role.GRID_HEAD, WEST),
        (Role.GRID_MEMBER, VILLAGE),
        (Role.SUPERVISOR, COMMUNITY),
    ],
)
def test_only_the_villages_own_draw_and_approve(workshop: Workshop, role: Role, area: str):
    stranger = workshop.as_(role, area)
    one = workshop.submit(workshop.draft(SPLIT))
    with pytest.raises(NotAllowed):
        drafts.begin(stranger, workshop.ground(), [SPLIT])
    with pytest.raises(NotAllowed):
        drafts.read(stranger, VILLAGE, one.id)
    with pytest.raises(NotAllowed):
        approval.approve(stranger, workshop.drawing, VILLAGE, one.id, one.revision)
    assert drafts.waiting(stranger) == []


def test_a_grid_head_does_not_approve_and_a_supervisor_does_not_draw(workshop: Workshop):
    one = workshop.submit(workshop.draft(SPLIT))
    with pytest.raises(NotAllowed):
        approval.approve(workshop.head, workshop.drawing, VILLAGE, one.id, one.revision)
    with pytest.raises(NotAllowed):
        drafts.withdraw(workshop.supervisor, VILLAGE, one.id, one.revision)


def test_the_answer_tells_who_would_move_before_anything_is_kept(workshop: Workshop):
    on = workshop.ground()
    replay = workshop.drawing.done_on(on, [TO_WEST])
    found = answer(on, replay.version, workshop.drawing.standing(workshop.head, VILLAGE))
    by_code = {one.code: one for one in found.grids}
    assert by_code[WEST].was and by_code[WEST].counts
    assert (by_code[WEST].was.houses, by_code[WEST].counts.houses) == (2, 3)
    (moved,) = found.moved
    assert (moved.before, moved.after, moved.houses, moved.people) == (EAST, WEST, 1, 1)
    assert found.faults == ()
    assert by_code[WEST].measures.area_m2 > 0


def test_who_may_not_read_the_village_is_told_no_count_of_it(workshop: Workshop):
    on = workshop.ground()
    neighbour = workshop.as_(Role.GRID_HEAD, COMMUNITY)
    found = answer(on, on.version, workshop.drawing.standing(neighbour, VILLAGE))
    assert [one.counts for one in found.grids] == [None, None]


def test_gaps_are_told_with_who_lives_inside(workshop: Workshop):
    on = workshop.ground()
    replay = workshop.drawing.done_on(on, [{"kind": "load", "parts": {WEST: EAST_STRIP}}])
    found = answer(on, replay.version, workshop.drawing.standing(workshop.head, VILLAGE))
    assert found.gone == (EAST,)
    assert sum(one.houses for one in found.faults) == 4
    assert {one.kind for one in found.faults} == {"gap"}


BAD = {
    "crosses itself": (
        {
            "kind": "cut-out",
            "shape": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [112.91, 27.08],
                        [112.92, 27.09],
                        [112.92, 27.08],
                        [112.91, 27.09],
                        [112.91, 27.08],
                    ]
                ],
            },
        },
        "crosses itself",
    ),
    "two points": (
        {
            "kind": "cut-out",
            "shape": {"type": "Polygon", "coordinates": [[[112.91, 27.08], [112.92, 27.09]]]},
        },
        "three corners",
    ),
    "a hole outside its shell": (
        {
            "kind": "cut-out",
            "shape": {
                "type": "Polygon",
                "coordinates": [
                    EAST_STRIP["coordinates"][0],
                    [[112.93, 27.085], [112.935, 27.085], [112.935, 27.09], [112.93, 27.085]],
                ],
            },
        },
        "hole",
    ),
    "latitude first": (
        {
            "kind": "cut-out",
            "shape": {
                "type": "Polygon",
                "coordinates": [[lonlat[::-1] for lonlat in EAST_STRIP["coordinates"][0]]],
            },
        },
        "wrong way round",
    ),
    "a part that is a line": (
        {"kind": "load", "parts": {WEST: ACROSS}},
        "no area",
    ),
    "an empty shape": (
        {"kind": "split", "grids": [EAST], "shape": {"type": "Polygon", "coordinates": []}},
        "empty|cannot be read",
    ),
    "too many corners": (
        {
            "kind": "cut-out",
            "shape": {
                "type": "Polygon",
                "coordinates": [
                    [[112.90 + 1e-8 * k, 27.08] for k in range(200_000)] + [[112.90, 27.08]]
                ],
            },
        },
        "200,001 corners",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_shape_that_cannot_be_is_refused_with_the_position_of_its_act(
    workshop: Workshop, name: str
):
    act, why = BAD[name]
    with pytest.raises(ActRefused, match=why) as refused:
        workshop.drawing.done_on(workshop.ground(), [TO_WEST, act])
    assert refused.value.details["act"] == 1


def test_an_act_that_cannot_be_done_is_told_with_its_place_in_degrees(workshop: Workshop):
    beside = {"type": "LineString", "coordinates": [[112.925, 27.085], [112.926, 27.085]]}
    replay = workshop.drawing.done_on(
        workshop.ground(), [TO_WEST, {"kind": "split", "grids": [EAST], "shape": beside}]
    )
    assert len(replay.done) == 1
    assert replay.refused is not None
    assert replay.refused.details["act"] == 1
    assert replay.refused.details["at"] == pytest.approx([112.926, 27.085], abs=1e-9)


def test_a_merge_with_a_grid_of_another_village_is_refused(workshop: Workshop):
    replay = workshop.drawing.done_on(
        workshop.ground(), [{"kind": "merge", "grids": [EAST, f"{COMMUNITY}001"]}]
    )
    assert replay.refused is not None
    assert replay.refused.details["grid"] == f"{COMMUNITY}001"


@pytest.mark.parametrize("code", [f"{VILLAGE}777", f"{COMMUNITY}001", "北片", f"{VILLAGE}01²"])
def test_grids_are_not_loaded_under_codes_that_were_never_given(workshop: Workshop, code: str):
    replay = workshop.drawing.done_on(
        workshop.ground(), [{"kind": "load", "parts": {code: EAST_STRIP}}]
    )
    assert replay.refused is not None
    assert code in replay.refused.en


def test_versions_are_not_there_for_who_may_not_see_the_village(workshop: Workshop):
    workshop.redraw(TO_WEST)
    stranger = workshop.as_(Role.GRID_HEAD, "430424101")
    assert history.versions(stranger, VILLAGE) == []
    assert history.lineage(stranger, VILLAGE) == []
    assert not [
        one
        for one in history.grids_on(stranger, workshop.town.context.today())
        if one.village == VILLAGE
    ]
    with pytest.raises(NotFound):
        history.as_act(stranger, VILLAGE, 1)
