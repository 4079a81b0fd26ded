"""Villages, groups, houses and grids that rows speak of."""

import pytest

from mapserver.services import waiting
from tests.services.registers import book, register
from tests.services.small_town import (
    COMMUNITY,
    EAST,
    HEAD,
    NEIGHBOUR,
    VILLAGE,
    WEST,
    codes,
    id_of,
    problem,
    row,
)

MAN = {"name": "陈新来", "id_number": id_of("19900503", 1)}
FLAT = "迎宾社区书香小区3栋2单元402"


@pytest.mark.parametrize(
    ("written", "door"),
    [
        ("新屋村3组20号", "新屋村3组20号"),
        ("湖南省衡阳市衡东县洣水镇新屋村第三村民小组20号", "新屋村3组20号"),
        ("新屋村三组二十号", "新屋村3组20号"),
        ("新屋 村３组２０号", "新屋村3组20号"),
        ("洣水镇新屋村3组20号\n", "新屋村3组20号"),
        ("3组20#", "新屋村3组20号"),
        ("新屋村十一组4号", "新屋村11组4号"),
        ("新屋村第十一村民小组四号", "新屋村11组4号"),
        ("新屋村廿三组7号", "新屋村23组7号"),
        ("新屋村二十三组7号", "新屋村23组7号"),
        ("迎宾社区书香小区3号楼2单元402室", FLAT),
        ("迎宾社区书香小区三幢二单元4楼2室", FLAT),
    ],
)
def test_a_house_is_found_by_every_spelling_of_its_address(town, written, door):
    job = town.take(register({**MAN, "address": written}))
    assert job.summary["houses"]["added"] == 0
    assert town.person("陈新来")["house"] == town.house(door)["id"]


@pytest.mark.parametrize("group", ["十一组", "第十一村民小组", "11", 11, "１１组", "11组"])
def test_the_group_s_own_column_counts_beyond_ten(town, group):
    town.take(register({**MAN, "address": "新屋村4号", "group": group}))
    assert town.person("陈新来")["house"] == town.house("新屋村11组4号")["id"]


def test_a_house_nobody_knew_is_made_once_and_waits_to_be_placed(town):
    spellings = ["新屋村8组77号", "洣水镇新屋村八组77号", "新屋村第八村民小组七十七号"]
    people = [
        {"name": f"新{n}", "id_number": id_of("19900503", n), "address": address}
        for n, address in enumerate(spellings)
    ]
    job = town.take(register(*people))
    assert job.summary["houses"] == {"added": 1, "found": 0, "unplaced": 1}
    house = town.house("新屋村8组77号")
    assert (house["geom"], house["door"], house["grid"]) == (None, "8组77号", None)
    total, (task,) = waiting.listed(
        town.context, "unplaced", "zh", village=VILLAGE, offset=0, limit=10
    )
    assert (total, task.id, task.people) == (1, house["id"], 3)


def test_an_address_that_stops_short_of_the_door_is_taken_and_listed(town):
    job = town.take(register({**MAN, "address": "新屋村3组", "household_no": "201000009"}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("added", ["address-short"])
    house = town.house("新屋村3组")
    assert (house["geom"], house["door"], house["group"]) == (None, None, "3")
    _, (task,) = waiting.listed(town.context, "unplaced", "zh", village=None, offset=0, limit=10)
    assert task.reason == "地址没有写到栋或号"


def test_one_household_without_a_door_has_one_house(town):
    short = {"address": "老屋场对门", "household_no": "201000009"}
    people = [{"name": f"新{n}", "id_number": id_of("19900503", n), **short} for n in range(3)]
    job = town.take(register(*people))
    assert codes(row(job, 2))[0] == "address-unreadable"
    assert len({one["house"] for one in town.kept("person")[3:]}) == 1


def test_a_person_moves_with_a_new_address(town):
    job = town.take(
        register({"name": "郑老五", "id_number": NEIGHBOUR, "address": FLAT}, sheet="迎宾社区")
    )
    assert row(job, 2).outcome == "updated"
    person = town.person("郑老五")
    assert (person["house"], person["village"]) == (town.house(FLAT)["id"], COMMUNITY)
    # the group and the grid of the old place do not follow
    assert (person["group"], person["grid_claimed"], person["address"]) == (None, None, FLAT)


def test_another_spelling_of_the_own_door_is_no_change(town):
    address = "衡东县洣水镇新屋村第八村民小组五号"
    job = town.ready(register({"name": "郑老五", "id_number": NEIGHBOUR, "address": address}))
    assert row(job, 2).outcome == "unchanged"


def test_an_address_without_a_door_moves_nobody(town):
    job = town.ready(register({"name": "郑老五", "id_number": NEIGHBOUR, "address": "新屋村3组"}))
    assert row(job, 2).outcome == "unchanged"
    assert job.summary["houses"]["added"] == 0


def test_a_row_without_an_address_leaves_its_person_at_home(town):
    job = town.ready(register({"name": "郑老五", "id_number": NEIGHBOUR}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("unchanged", [])
    assert job.summary["houses"] == {"added": 0, "found": 0, "unplaced": 0}


def test_a_grid_that_the_point_denies_is_reported_and_both_are_kept(town):
    where = {"address": "新屋村8组5号", "grid": "第1网格"}
    job = town.take(register({**MAN, **where}))
    assert codes(row(job, 2)) == ["grid-contradicts-point"]
    assert job.summary["contradictions"] == 1
    assert town.person("陈新来")["grid_claimed"] == WEST
    house = town.house("新屋村8组5号")
    assert house["grid"] == EAST
    _, (task,) = waiting.listed(
        town.context, "contradictions", "zh", village=None, offset=0, limit=9
    )
    assert task.id == house["id"]


def test_a_grid_nobody_knows_is_kept_as_written(town):
    job = town.take(register({**MAN, "address": "新屋村8组5号", "grid": "第99网格"}))
    assert codes(row(job, 2)) == ["grid-unknown"]
    assert town.person("陈新来")["grid_claimed"] == "第99网格"


def test_an_unknown_village_waits_and_goes_where_it_is_sent(town):
    job = town.ready(register({**MAN, "address": "新桥头村3组20号"}))
    (shown,) = town.shown(job)
    assert shown.outcome == "decision"
    assert {option.id for option in shown.decision.options} == {VILLAGE, COMMUNITY}
    town.decide(job, "village-unknown:address", VILLAGE)
    town.commit(job)
    assert town.person("陈新来")["house"] == town.house("新屋村3组20号")["id"]


@pytest.mark.parametrize(
    "address",
    [
        "湖南省衡阳市衡南县新屋村3组20号",
        "石湾镇新屋村3组20号",
        "广东省深圳市宝安区创业路12号",
    ],
)
def test_an_address_in_another_county_or_town_is_no_door_of_this_one(town, address):
    job = town.ready(register({**MAN, "address": address}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("decision", ["village-unknown"])
    assert job.summary["houses"]["found"] == 0


def test_a_row_of_no_village_waits_unless_the_file_s_is_given(town):
    data = register({**MAN, "address": "3组20号"}, sheet="Sheet1")
    job = town.ready(data)
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("decision", ["village-missing"])
    town.decide(job, "village-missing:address", VILLAGE)
    assert row(job, 2).outcome == "added"
    assert row(town.ready(data, village=VILLAGE), 2).outcome == "added"


def test_an_address_in_another_village_than_the_sheet_s_is_followed_with_a_remark(town):
    job = town.ready(register({**MAN, "address": FLAT}, sheet="新屋村"))
    assert row(job, 2).place.village == COMMUNITY
    assert problem(row(job, 2), "village-of-sheet-differs").params["sheet"] == "新屋村"


@pytest.mark.parametrize(
    ("choice", "group", "door"), [("add", "58", "58组3号"), ("drop", None, None)]
)
def test_an_unknown_group_waits_to_be_added_or_dropped(town, choice, group, door):
    job = town.ready(register({**MAN, "address": "新屋村3号", "group": "58组"}))
    assert codes(row(job, 2)) == ["group-unknown"]
    town.decide(job, "group-unknown:group", choice)
    town.commit(job)
    person = town.person("陈新来")
    (house,) = (one for one in town.kept("house") if one["id"] == person["house"])
    assert (person["group"], house["group"]) == (group, group)
    assert house["door"] == (door or "3号")


def test_dropping_an_unknown_group_drops_it_from_the_address_s_key_too(town):
    job = town.ready(register({**MAN, "address": "新屋村58组3号"}))
    town.decide(job, "group-unknown:group", "drop")
    town.commit(job)
    (house,) = (one for one in town.kept("house") if one["geom"] is None)
    assert (house["address_key"], house["group"], house["door"]) == (f"{VILLAGE}|号3", None, "3号")


def test_one_choice_serves_every_row_that_waits_for_it(town):
    people = [
        {"name": f"新{n}", "id_number": id_of("19900503", n), "address": f"新桥头村3组{n}号"}
        for n in range(1, 4)
    ]
    job = town.ready(register(*people))
    town.decide(job, "village-unknown:address", VILLAGE, [(0, 3)])
    assert [one.outcome for one in job.plan.rows] == ["decision", "added", "decision"]
    town.decide(job, "village-unknown:address", COMMUNITY)
    assert [one.place.village for one in job.plan.rows] == [COMMUNITY, VILLAGE, COMMUNITY]


def test_what_one_wrong_name_means_says_nothing_of_another(town):
    written = ["新桥头村3组1号", "书香村3组2号", "新桥头村3组3号"]
    people = [
        {"name": f"新{n}", "id_number": id_of("19900503", n), "address": address}
        for n, address in enumerate(written, 1)
    ]
    job = town.ready(register(*people))
    assert [one.decision.text for one in town.shown(job)] == ["新桥头村", "书香村", "新桥头村"]
    town.decide(job, "village-unknown:address", VILLAGE, text="新桥头村")
    assert [one.place.village for one in job.plan.rows] == [VILLAGE, None, VILLAGE]


def test_a_registered_address_serves_only_those_who_live_where_they_are_registered(town):
    head = ["姓名", "公民身份号码", "户籍地址", "人户是否一致"]
    rows = [
        head,
        ["陈新来", id_of("19900503", 1), "新屋村11组4号", "是"],
        ["何新来", id_of("19910604", 2), "新屋村11组4号", "否"],
    ]
    town.take(book({"新屋村": rows}))
    house = town.house("新屋村11组4号")["id"]
    assert town.person("陈新来")["house"] == house
    assert town.person("何新来")["house"] != house


@pytest.mark.parametrize(("choice", "name"), [("cell", "周大珊"), ("keep", "周大山")])
def test_a_known_number_under_another_name_waits_for_a_person(town, choice, name):
    """Else the number of a neighbour, typed by mistake, would make him somebody else."""
    job = town.ready(register({"name": "周大珊", "id_number": HEAD, "address": "新屋村3组20号"}))
    assert [problem.key for problem in row(job, 2).pending] == ["name-differs:name"]
    town.decide(job, "name-differs:name", choice)
    town.commit(job)
    assert job.state == "committed"
    assert town.person(name)["id_number"] == HEAD
