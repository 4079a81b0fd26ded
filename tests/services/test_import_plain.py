"""Registers without rules of their own: rows, villages, grids and the records they find."""

from typing import Any

import pytest

from mapserver.errors import InvalidRequest
from mapserver.services.imports.batch import Given, import_file
from mapserver.services.imports.job import Job
from mapserver.store import writing
from tests.services.registers import book
from tests.services.small_town import COMMUNITY, EAST, VILLAGE, WEST, Town, codes, row

SCHOOL = {"学校名称": "青禾小学", "办学类型": "小学"}
IN_WEST, IN_EAST = {"经度": 112.905, "纬度": 27.09}, {"经度": 112.925, "纬度": 27.09}
NOWHERE = "表"


def sheet(*rows: dict[str, Any], name: str = "新屋村") -> bytes:
    """Return an .xlsx of `rows`, told by heading."""
    headings = list(dict.fromkeys(heading for one in rows for heading in one))
    return book({name: [headings, *([one.get(key) for key in headings] for one in rows)]})


def ready(
    town: Town, layer: str, data: bytes, village: str | None = None, datum: Any = "cgcs2000"
) -> Job:
    """Send a file of a layer and wait until it is read."""
    job = town.imports.start(town.context, layer, "表.xlsx", data, village, datum)
    town.imports.wait(60)
    assert job.state == "ready", job.problem and job.problem.zh
    return job


def take(
    town: Town, layer: str, data: bytes, village: str | None = None, datum: Any = "cgcs2000"
) -> Job:
    """Send a file of a layer and commit it."""
    job = town.commit(ready(town, layer, data, village, datum))
    assert job.state == "committed", job.problem and job.problem.zh
    return job


def outcomes(job: Job) -> list[str]:
    """Return the outcome of every row."""
    return [one.outcome for one in job.planned()[0].rows]


# ---------------------------------------------------------------- the file's village


@pytest.mark.parametrize("written", [VILLAGE, "新屋村", "新屋"])
def test_the_village_of_a_file_is_given_by_code_or_by_name(town, written):
    take(town, "school", sheet(SCHOOL, name=NOWHERE), written)
    (school,) = town.kept("school")
    assert school["village"] == VILLAGE


@pytest.mark.parametrize("written", ["430424100999", "新桥头村"])
def test_a_village_that_the_town_has_not_is_refused_before_anything_is_read(town, written):
    with pytest.raises(InvalidRequest) as refused:
        town.imports.start(town.context, "school", "表.xlsx", b"no spreadsheet", written)
    assert written in refused.value.zh
    assert written in refused.value.en
    given = Given("school", "表.xlsx", b"no spreadsheet", written)
    with pytest.raises(InvalidRequest):
        import_file(town.context, given, "zh", lambda *_: None, every_row=False)
    assert town.imports.held(town.context) == []


# ---------------------------------------------------------------- grids and groups


HOUSE = {"地址": "新屋村8组9号"}


@pytest.mark.parametrize("written", ["第2网格", "新屋村第2网格", "2", EAST])
def test_the_grid_column_is_kept_as_the_grid_s_code(town, written):
    job = take(town, "house", sheet({**HOUSE, "所属网格": written, **IN_EAST}))
    assert codes(row(job, 2)) == []
    assert town.house("新屋村8组9号")["grid_claimed"] == EAST


def test_a_grid_that_nobody_knows_is_kept_with_a_note(town):
    job = take(town, "house", sheet({**HOUSE, "所属网格": "第99网格"}))
    assert codes(row(job, 2)) == ["grid-unknown"]
    assert town.house("新屋村8组9号")["grid_claimed"] == "第99网格"


def test_a_grid_that_the_point_denies_is_noted_and_both_are_kept(town):
    job = take(town, "house", sheet({**HOUSE, "所属网格": "第1网格", **IN_EAST}))
    assert codes(row(job, 2)) == ["grid-contradicts-point"]
    assert job.summary["contradictions"] == 1
    house = town.house("新屋村8组9号")
    assert (house["grid_claimed"], house["grid"]) == (WEST, EAST)


def test_a_grid_is_held_against_the_point_that_the_register_has(town):
    job = take(town, "house", sheet({"地址": "新屋村8组5号", "所属网格": "第1网格"}))
    assert (outcomes(job), codes(row(job, 2))) == (["updated"], ["grid-contradicts-point"])


@pytest.mark.parametrize(
    ("written", "kept"), [("3组", "3"), ("第八组", "8"), ("8", "8"), ("新屋组", "新屋")]
)
def test_a_group_is_kept_by_its_label_in_every_layer(town, written, kept):
    counted = {"组别": written, "人数": 120, "户数": 40}
    take(town, "control_total", sheet(counted))
    take(town, "house", sheet({"地址": "新屋村老屋湾", "组别": written}))
    (total,) = town.kept("control_total")
    assert total["group"] == town.house("新屋村老屋湾")["group"] == kept


# ---------------------------------------------------------------- villages


@pytest.mark.parametrize("layer", ["school", "control_total"])
def test_a_row_of_no_village_waits_for_one(town, layer):
    data = sheet({**SCHOOL, "组别": "3组", "人数": 120, "户数": 40}, name=NOWHERE)
    job = ready(town, layer, data)
    assert (outcomes(job), codes(row(job, 2))) == (["decision"], ["village-missing"])
    (shown,) = town.shown(job)
    assert {option.id for option in shown.decision.options} == {VILLAGE, COMMUNITY}
    town.commit(town.decide(job, "village-missing", COMMUNITY))
    assert [one["village"] for one in town.kept(layer)] == [COMMUNITY]


def test_a_point_in_a_grid_names_the_village(town):
    job = take(town, "school", sheet({**SCHOOL, **IN_EAST}, name=NOWHERE))
    assert (outcomes(job), codes(row(job, 2))) == (["added"], [])
    (school,) = town.kept("school")
    assert (school["village"], school["grid"]) == (VILLAGE, EAST)


def test_a_point_in_a_village_without_grids_names_the_village(town):
    with town.context.write() as session:
        writing.remove(session, "grid", [one["id"] for one in town.kept("grid")])
    take(town, "school", sheet({**SCHOOL, **IN_EAST}, name=NOWHERE))
    (school,) = town.kept("school")
    assert (school["village"], school["grid"]) == (VILLAGE, None)


def test_a_record_that_has_its_village_need_not_be_told_it_again(town):
    facility = {"名称": "井", "编号": "A1", "类型": "其他"}
    take(town, "facility", sheet(facility))
    job = ready(town, "facility", sheet({**facility, "名称": "古井"}, name=NOWHERE))
    assert (outcomes(job), codes(row(job, 2))) == (["updated"], [])
    assert set(row(job, 2).changes) == {"name"}


def test_a_row_that_names_another_village_moves_its_record_and_the_sheet_does_not(town):
    facility = {"名称": "井", "编号": "A1", "类型": "其他"}
    take(town, "facility", sheet(facility))
    assert outcomes(ready(town, "facility", sheet(facility, name="迎宾社区"))) == ["unchanged"]
    job = take(town, "facility", sheet({**facility, "所属村": "迎宾社区"}))
    assert (outcomes(job), dict(row(job, 2).changes)) == (["updated"], {"village": COMMUNITY})
    assert [one["village"] for one in town.kept("facility")] == [COMMUNITY]
    town.undo(job)
    assert [one["village"] for one in town.kept("facility")] == [VILLAGE]


def test_the_address_goes_before_the_column_for_the_village(town):
    take(town, "school", sheet({**SCHOOL, "地址": "迎宾社区12号", "所属村": "新屋村"}))
    assert [one["village"] for one in town.kept("school")] == [COMMUNITY]


@pytest.mark.parametrize("address", ["湖南省衡阳市衡南县新屋村3组20号", "石湾镇新屋村3组20号"])
@pytest.mark.parametrize(("layer", "one"), [("school", SCHOOL), ("house", {"组别": "3组"})])
def test_an_address_in_another_county_or_town_waits_for_a_person(town, layer, one, address):
    job = ready(town, layer, sheet({**one, "地址": address}))
    assert (outcomes(job), codes(row(job, 2))) == (["decision"], ["village-unknown"])


# ---------------------------------------------------------------- which record a row means


@pytest.mark.parametrize(
    ("layer", "one"),
    [
        ("school", SCHOOL),
        ("dispute", {"名称": "界址", "发生日期": "2026-03-04", "类别": "邻里"}),
        ("premises", {"场所名称": "便民店", "类型": "商店", "地址": "老街1号"}),
    ],
)
def test_things_of_one_name_in_two_villages_are_two(town, layer, one):
    there = {**one, "所属村": "迎宾社区"}
    job = take(town, layer, sheet({**one, "所属村": "新屋村"}, there))
    assert outcomes(job) == ["added", "added"]
    assert {kept["village"] for kept in town.kept(layer)} == {VILLAGE, COMMUNITY}
    assert outcomes(ready(town, layer, sheet(there))) == ["unchanged"]


SHOP = {"场所名称": "便民店", "类型": "商店"}


def test_things_of_one_name_at_two_points_are_two(town):
    data = sheet({**SHOP, **IN_WEST}, {**SHOP, **IN_EAST})
    assert outcomes(take(town, "premises", data)) == ["added", "added"]
    assert [one["grid"] for one in town.kept("premises")] == [WEST, EAST]
    assert outcomes(ready(town, "premises", data)) == ["unchanged", "unchanged"]


def test_a_name_finds_the_only_record_that_has_it_whether_or_not_it_has_a_point(town):
    take(town, "premises", sheet(SHOP))
    assert outcomes(take(town, "premises", sheet({**SHOP, **IN_WEST}))) == ["updated"]
    assert outcomes(ready(town, "premises", sheet(SHOP))) == ["unchanged"]
    assert [one["grid"] for one in town.kept("premises")] == [WEST]


def test_two_rows_of_one_name_never_mean_one_record(town):
    take(town, "premises", sheet(SHOP))
    data = sheet({**SHOP, **IN_WEST}, {**SHOP, **IN_EAST})
    assert outcomes(take(town, "premises", data)) == ["updated", "added"]
    assert outcomes(ready(town, "premises", data)) == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("layer", "rows"),
    [
        ("school", [SCHOOL, {**SCHOOL, "学校名称": "白鹭小学", **IN_EAST}]),
        ("dispute", [{"名称": "界址", "发生日期": "2026-03-04", "类别": "邻里", "涉及人数": 3}]),
        ("premises", [SHOP, {**SHOP, **IN_EAST}, {**SHOP, "地址": "老街1号"}]),
        ("organization", [{"单位名称": "农机社", "类型": "其他"}]),
        ("facility", [{"名称": "井", "类型": "其他"}, {"名称": "井", "类型": "其他", **IN_EAST}]),
        ("house", [HOUSE, {"地址": "新屋村8组"}, {"地址": "新屋村老屋湾", "所属网格": "2"}]),
        (
            "control_total",
            [{"组别": None, "人数": 900, "户数": 300}, {"组别": "3组", "人数": 120, "户数": 40}],
        ),
    ],
)
def test_the_same_file_twice_changes_nothing(town, layer, rows):
    data = sheet(*rows)
    assert outcomes(take(town, layer, data)) == ["added"] * len(rows)
    before, sequence = town.content(), town.sequence
    assert outcomes(take(town, layer, data)) == ["unchanged"] * len(rows)
    assert (town.content(), town.sequence) == (before, sequence)


# ---------------------------------------------------------------- the datum


def test_a_datum_is_asked_for_until_it_is_stated(town):
    data = sheet({**SCHOOL, **IN_EAST})
    job = ready(town, "school", data, datum=None)
    assert (outcomes(job), codes(row(job, 2))) == (["decision"], ["datum-missing"])
    town.decide(job, "datum-missing", "cgcs2000")
    assert (outcomes(job), codes(row(job, 2))) == (["added"], [])
    assert codes(row(ready(town, "school", data), 2)) == []
