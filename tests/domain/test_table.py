"""A table is found in a sheet as people make it, and every row of it is told for what it is."""

from pathlib import Path

import pytest

from mapserver.domain.headings import PLACE_HEADINGS, answers, is_refused, normalise
from mapserver.domain.sheets import Range, Sheet, cell_name, column_index, column_letters
from mapserver.domain.table import body, find_header, find_tables, without_refused
from mapserver.errors import HeaderNotFound
from mapserver.layers import Layer, load_layers

LAYERS = load_layers(Path(__file__).parents[2] / "layers")
PERSON = LAYERS["person"]
ID_A, ID_B, ID_C = "43049919900503001X", "430499199207110026", "430499201503090031"


def grid(text: str) -> list[list[str | None]]:
    """Return the rows of a drawing: one line a row, cells between bars, blanks empty."""
    lines = text.strip("\n").splitlines()
    return [[cell.strip() or None for cell in line.split("|")] for line in lines if line.strip()]


def sheet(text: str, *merged: Range) -> Sheet:
    return Sheet("新屋村", grid(text), merged)


def kinds(page: Sheet) -> list[str]:
    return [row.kind for row in body(page, find_header(page, PERSON))]


def column(page: Sheet, field: str) -> list[object]:
    return [row.cells[field] for row in body(page, find_header(page, PERSON))]


# names of cells


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_columns_are_called_as_spreadsheets_call_them(index, letters):
    assert column_letters(index) == letters
    assert column_index(letters) == index


def test_a_cell_is_called_by_column_and_row():
    assert cell_name(412, 3) == "D412"


# the header


def test_a_header_in_the_first_row_leads_from_fields_to_columns():
    header = find_header(sheet("姓名 | 公民身份号码 | 现居住地址"), PERSON)
    assert header.columns == {"name": 0, "id_number": 1, "address": 2}
    assert header.lines == (1,)
    assert header.text("id_number") == "公民身份号码"


def test_a_header_may_stand_under_titles_and_above_a_comment():
    page = sheet(
        f"""
        洣水镇新屋村户籍人口登记表 | | |
        填表人：李四 | | 2026年1月 |
        组别 | 姓名 | 身份证号 | 现住址
        填写说明：组别写数字 | 必填 | 18位 | 写到号
        3 | 张三 | {ID_A} | 3组20号
        """,
        Range(0, 0, 0, 3),
    )
    assert find_header(page, PERSON).lines == (3,)
    assert kinds(page) == ["comment", "data"]


@pytest.mark.parametrize(
    "heading",
    ["姓名", " 姓 名 ", "姓名：", "*姓名", "姓名（必填）", "姓\n名", "1.姓名", "Name", "　姓名　"],
)
def test_headings_are_known_in_every_dress(heading):
    page = Sheet("a", [[heading, "公民身份号码"]])
    assert find_header(page, PERSON).columns["name"] == 0


def test_two_lines_of_headings_are_read_together():
    """户主's own 姓名 is the head's name, the 姓名 under 成员 the person's."""
    page = sheet(
        f"""
        组别 | 户主信息 | | 家庭成员 | | 现住址
             | 姓名 | 手机号 | 姓名 | 身份证号 |
        3 | 张三 | 13800000000 | 李四 | {ID_B} | 3组20号
        """,
        Range(0, 0, 1, 0),
        Range(0, 1, 0, 2),
        Range(0, 3, 0, 4),
        Range(0, 5, 1, 5),
    )
    header = find_header(page, PERSON)
    assert header.lines == (1, 2)
    assert header.columns == {
        "group": 0,
        "head_name": 1,
        "phone": 2,
        "name": 3,
        "id_number": 4,
        "address": 5,
    }
    assert kinds(page) == ["data"]


def test_two_lines_without_merging_are_read_too():
    page = sheet(
        """
        组别 | 人员 | | 住址
             | 姓名 | 身份证号 |
        """
    )
    assert find_header(page, PERSON).lines == (1, 2)


def test_a_first_row_of_data_is_never_taken_for_a_second_line_of_headings():
    page = sheet(
        f"""
        户主 | 姓名 | 与户主关系 | 身份证号
        张三 | 张三 | 户主 | {ID_A}
        """
    )
    assert find_header(page, PERSON).lines == (1,)


def test_of_two_columns_for_one_field_the_first_counts_and_the_other_is_listed():
    header = find_header(sheet("姓名 | 联系电话 | 手机号 | 身份证号"), PERSON)
    assert header.columns["phone"] == 1
    assert [(one.index, one.text) for one in header.unknown] == [(2, "手机号")]


def test_unknown_columns_are_listed_and_running_numbers_are_not():
    page = sheet(
        f"""
        序号 | 姓名 | 身份证号 | 家庭成员数 | |
        1 | 张三 | {ID_A} | 4 | | 悬空
        """
    )
    unknown = find_header(page, PERSON).unknown
    assert [(one.index, one.text) for one in unknown] == [(3, "家庭成员数"), (5, "")]


def test_every_table_may_name_the_village_and_the_place():
    header = find_header(sheet("所属村（社区） | 姓名 | 身份证号 | 经度 | 纬度"), PERSON)
    assert {name: header.columns[name] for name in PLACE_HEADINGS} == {
        "village": 0,
        "lon": 3,
        "lat": 4,
    }


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_every_heading_of_every_layer_is_answered_and_none_is_refused(layer):
    known = answers(layer)
    for field in layer.fields:
        assert not any(map(is_refused, (*field.headings, field.title.zh, field.title.en)))
        if field.type != "ref":
            assert normalise(field.title.zh) in known


def test_a_layer_without_headings_answers_to_its_titles():
    pond = Layer.model_validate(
        {
            "id": "pond",
            "title": {"zh": "水塘", "en": "Ponds"},
            "geometry": "point",
            "field": [{"name": "name", "title": {"zh": "塘名", "en": "Pond"}, "required": True}],
        }
    )
    assert find_header(sheet("塘名 | 经度 | 纬度"), pond).columns == {"name": 0, "lon": 1, "lat": 2}


# no header


def test_a_sheet_without_header_is_told_what_was_looked_for_and_what_comes_nearest():
    page = sheet(
        """
        单位 | 姓名全称 | 身份证件号
        甲 | 乙 | 丙
        """
    )
    with pytest.raises(HeaderNotFound) as caught:
        find_header(page, PERSON)
    error = caught.value
    assert "姓名" in error.zh and "实有人口" in error.zh and "模板" in error.zh
    assert "“身份证件号”像“" in error.zh
    assert "People" in error.en
    assert "公民身份号码" in error.details["looked_for"]
    assert {"row": 1, "text": "姓名全称", "like": "姓名"} in error.details["nearest"]


def test_one_known_heading_is_not_a_header():
    with pytest.raises(HeaderNotFound):
        find_header(sheet("姓名 | 数量 | 金额"), PERSON)


def test_a_header_without_any_required_field_is_none():
    """户主, 电话 and 地址 are known, but nobody could be imported without 姓名."""
    with pytest.raises(HeaderNotFound) as caught:
        find_header(sheet("户主 | 联系电话 | 现住址"), PERSON)
    assert "必须有：姓名" in caught.value.zh


# what must not be kept


@pytest.mark.parametrize(
    "heading",
    [
        *("民族", "民 族", "宗教信仰", "政治面貌", "血型", "指纹编号", "是否党员", "健康状况"),
        *("既往病史", "犯罪前科", "关注程度", "Religion", "DNA", "是否吸毒", "面部识别"),
        "政治 面貌（党员/群众）",
    ],
)
def test_a_column_that_must_not_be_kept_is_refused_with_a_count(heading):
    rows = [["姓名", "身份证号", heading], ["张三", ID_A, "x"], ["李四", ID_B, " "], ["王五"]]
    page = Sheet("a", rows)
    header = find_header(page, PERSON)
    assert [(one.index, one.text, one.cells) for one in header.refused] == [(2, heading, 1)]
    assert heading not in [one.text for one in header.unknown]
    cleaned = without_refused(page, header)
    assert cleaned.rows == [
        ["姓名", "身份证号", heading],
        ["张三", ID_A, None],
        ["李四", ID_B, None],
        ["王五"],
    ]
    assert rows[1][2] == "x"
    assert all("x" not in row.cells.values() for row in body(page, header))


def test_a_refused_group_of_headings_refuses_all_its_columns():
    page = sheet(
        f"""
        姓名 | 身份证号 | 宗教信仰 |
             | | 教别 | 备注
        张三 | {ID_A} | 甲 | 乙
        """,
        Range(0, 2, 0, 3),
        Range(0, 0, 1, 0),
        Range(0, 1, 1, 1),
    )
    header = find_header(page, PERSON)
    assert header.lines == (1, 2)
    assert [one.index for one in header.refused] == [2, 3]
    assert "note" not in header.columns


# rows


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    page = sheet(f"登记表\n姓名 | 身份证号\n张三 | {ID_A}\n李四 | {ID_B}")
    assert [row.number for row in body(page, find_header(page, PERSON))] == [3, 4]


def test_totals_remarks_repeated_headers_and_blanks_are_told_from_data():
    page = sheet(
        f"""
        序号 | 姓名 | 身份证号 | 备注
        1 | 张三 | {ID_A} | 小计在下
        2 | 李四 | 无 |
        3 | | |
        小计 | 2 | |
        | | |
        第四组 | | |
        姓名 | 身份证号 | |
        序号 | 姓名 | 身份证号 | 备注
        4 | 王五 | {ID_C} |
        合计： | 3人 | |
        本村总计 | | |
        备注：数据截至年底 | | |
        填表人：李四 | | 审核人：王五 |
        """
    )
    assert kinds(page) == [
        "data",
        "data",
        "blank",
        "total",
        "blank",
        "comment",
        "data",
        "header",
        "data",
        "total",
        "total",
        "comment",
        "comment",
    ]


def test_a_person_whose_remark_looks_like_a_total_stays_a_person():
    page = sheet(f"姓名 | 身份证号 | 备注\n合计 | {ID_A} | 合计\n张三 | | 说明：无证")
    assert kinds(page) == ["data", "data"]


def test_a_title_repeated_at_a_page_break_is_a_remark():
    page = sheet(
        f"姓名 | 身份证号 | 备注\n张三 | {ID_A} |\n新屋村登记表 | |\n李四 | {ID_B} |",
        Range(2, 0, 2, 2),
    )
    assert kinds(page) == ["data", "comment", "data"]


def test_a_row_that_ends_early_has_empty_cells():
    page = Sheet("a", [["姓名", "身份证号", "备注"], ["张三"]])
    (row,) = body(page, find_header(page, PERSON))
    assert dict(row.cells) == {"name": "张三", "id_number": None, "note": None}


# fill-down


def test_merged_cells_hold_for_every_row_they_cover():
    page = sheet(
        f"""
        组别 | 户主 | 姓名 | 身份证号
        3组 | 张三 | 张三 | {ID_A}
        | | 李四 | {ID_B}
        | | 王五 | {ID_C}
        """,
        Range(1, 0, 3, 0),
        Range(1, 1, 2, 1),
    )
    assert column(page, "group") == ["3组", "3组", "3组"]
    assert column(page, "head_name") == ["张三", "张三", None]


def test_a_name_or_an_id_merged_over_two_rows_is_not_given_to_two_persons():
    page = sheet(f"姓名 | 身份证号\n张三 | {ID_A}\n | {ID_B}", Range(1, 0, 2, 0))
    assert column(page, "name") == ["张三", None]


def test_what_is_written_once_for_a_household_is_filled_down_without_merging():
    page = sheet(
        f"""
        组别 | 户号 | 户主 | 姓名 | 与户主关系 | 身份证号 | 现住址
        3组 | 31 | 张三 | 张三 | 户主 | {ID_A} | 3组20号
        | | | 李四 | 妻 | {ID_B} |
        | | | 王五 | 长子 | {ID_C} |
        3组 | 32 | 赵六 | 赵六 | 户主 | {ID_A} | 3组21号
        | | | 钱七 | 妻 | {ID_B} |
        """
    )
    assert column(page, "group") == ["3组"] * 5
    assert column(page, "household_no") == ["31", "31", "31", "32", "32"]
    assert column(page, "head_name") == ["张三", "张三", "张三", "赵六", "赵六"]
    assert column(page, "address") == ["3组20号"] * 3 + ["3组21号"] * 2


def test_a_group_written_once_at_its_start_is_filled_down_over_heads():
    page = sheet(
        f"""
        组别 | 姓名 | 与户主关系 | 身份证号
        1组 | 张三 | 户主 | {ID_A}
        | 李四 | 户主 | {ID_B}
        | 王五 | 妻 | {ID_C}
        2组 | 赵六 | 户主 | {ID_A}
        """
    )
    assert column(page, "group") == ["1组", "1组", "1组", "2组"]


def test_a_household_s_values_are_not_carried_into_the_next_household():
    page = sheet(
        f"""
        户号 | 姓名 | 与户主关系 | 身份证号 | 现住址
        31 | 张三 | 户主 | {ID_A} | 3组20号
        | 李四 | 妻 | {ID_B} |
        | 赵六 | 户主 | {ID_C} |
        | 钱七 | 妻 | {ID_B} |
        """
    )
    assert column(page, "address") == ["3组20号", "3组20号", None, None]
    assert column(page, "household_no") == ["31", "31", None, None]


def test_a_list_of_single_persons_with_missing_addresses_keeps_them_missing():
    page = sheet(
        f"""
        姓名 | 身份证号 | 现住址
        张三 | {ID_A} | 3组20号
        李四 | {ID_B} |
        王五 | {ID_C} | 5组1号
        赵六 | {ID_A} |
        """
    )
    assert column(page, "address") == ["3组20号", None, "5组1号", None]


def test_a_column_that_repeats_its_values_is_not_filled_where_some_are_missing():
    page = sheet(
        f"""
        组别 | 姓名 | 身份证号
        3组 | 张三 | {ID_A}
        3组 | 李四 | {ID_B}
        | 王五 | {ID_C}
        | 赵六 | {ID_A}
        """
    )
    assert column(page, "group") == ["3组", "3组", None, None]


def test_totals_do_not_lend_their_words_to_the_rows_below():
    page = sheet(
        f"""
        组别 | 姓名 | 身份证号
        1组 | 张三 | {ID_A}
        | 李四 | {ID_B}
        小计 | 2 |
        | 王五 | {ID_C}
        """
    )
    assert column(page, "group")[-1] == "1组"
    assert column(page, "group")[2] == "小计"


# several sheets


def test_every_sheet_with_a_header_is_a_table_and_the_others_are_listed():
    good = Sheet("新屋村", grid(f"姓名 | 身份证号 | 民族\n张三 | {ID_A} | x"))
    other = Sheet("龙潭村", grid(f"身份证号 | 姓名\n{ID_B} | 李四"))
    hidden = Sheet("旧表", good.rows, hidden=True)
    notes = Sheet("说明", [["如何填写"]])
    tables = find_tables([notes, good, other, hidden, Sheet("空", [])], PERSON)
    assert [table.sheet.name for table in tables.found] == ["新屋村", "龙潭村"]
    assert tables.found[0].sheet.rows[1] == ["张三", ID_A, None]
    assert [(one.sheet, one.reason, one.rows) for one in tables.skipped] == [
        ("说明", "no-header", 1),
        ("旧表", "hidden", 2),
        ("空", "empty", 0),
    ]


def test_without_any_table_the_largest_sheet_is_told_about():
    with pytest.raises(HeaderNotFound) as caught:
        find_tables([Sheet("a", [["x"]]), Sheet("b", [["x"], ["y"]])], PERSON)
    assert "“b”" in caught.value.zh


def test_a_file_whose_content_is_all_hidden_or_that_has_none_says_so():
    with pytest.raises(HeaderNotFound, match="hidden: 旧表"):
        find_tables([Sheet("旧表", [["姓名", "身份证号"]], hidden=True)], PERSON)
    with pytest.raises(HeaderNotFound, match="nothing"):
        find_tables([Sheet("空", [[], [None]])], PERSON)
