"""Tables as people make them: titles, remarks, merged cells, totals, sheets, and file kinds."""

import io

import xlsxwriter

from tests.formats.builders import by_xlwt
from tests.services.registers import as_csv, book, cells, fields_of
from tests.services.small_town import VILLAGE, codes, id_of, row

MAN = {
    "group": "11组",
    "household_no": "201000009",
    "head_name": "陈新来",
    "name": "陈新来",
    "relation": "户主",
    "id_number": id_of("19900503", 1),
    "address": "新屋村11组4号",
}
WOMAN = {**MAN, "name": "何新来", "relation": "妻", "id_number": id_of("19910604", 2)}
CHILD = {**MAN, "name": "陈小来", "relation": "子", "id_number": id_of("20150705", 3)}
FIELDS = fields_of(MAN)
OF_HOUSEHOLD = ("group", "household_no", "head_name", "address")


def bare(person: dict[str, str]) -> dict[str, str]:
    """Return a person's cells where those of the household stand only above."""
    return {field: cell for field, cell in person.items() if field not in OF_HOUSEHOLD}


def test_title_and_comment_rows_are_told_from_people(town):
    table = cells(FIELDS, MAN)
    rows = [
        ["新屋村户籍人口登记表"],
        table[0],
        ["填表说明：身份证号码请用文本格式"],
        table[1],
        ["注：本表一式两份"],
    ]
    job = town.take(book({"Sheet1": rows}, merged=["A1:G1", "A3:G3", "A5:G5"]))
    assert [one.row.number for one in job.plan.rows] == [3, 4, 5]
    assert [one.outcome for one in job.plan.rows] == ["refused", "added", "refused"]
    assert codes(row(job, 3)) == codes(row(job, 5)) == ["comment-row"]
    assert town.person("陈新来")["village"] == VILLAGE


def test_the_title_above_names_the_village_of_addresses_that_do_not(town):
    table = cells(FIELDS, {**MAN, "address": "11组4号"})
    job = town.ready(book({"Sheet1": [["洣水镇新屋村户籍人口登记表"], *table]}))
    assert row(job, 3).place.house_key == f"{VILLAGE}|组11|号4"


def test_a_header_of_two_lines_and_merged_household_cells_are_read(town):
    """家庭成员情况 stands over three columns, the other headings over two rows."""
    rows = [
        ["组别", "户号", "户主姓名", "家庭成员情况", None, None, "现居住地址"],
        [None, None, None, "姓名", "与户主关系", "公民身份号码", None],
        *cells(FIELDS, MAN, bare(WOMAN), bare(CHILD))[1:],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:G2"]
    merged += [f"{letter}3:{letter}5" for letter in "ABCG"]
    job = town.take(book({"新屋村": rows}, merged))
    assert job.summary["counts"]["added"] == 3
    homes = {(one["house"], one["household"]) for one in town.kept("person")[3:]}
    assert homes == {(town.house("新屋村11组4号")["id"], f"{VILLAGE}-201000009")}


def test_blanks_below_a_household_s_first_row_are_filled(town):
    job = town.take(book({"新屋村": cells(FIELDS, MAN, bare(WOMAN), bare(CHILD))}))
    assert job.summary["counts"]["added"] == 3
    assert {one["household_no"] for one in town.kept("person")[3:]} == {"201000009"}


def test_totals_are_refused_and_named(town):
    rows = [*cells(FIELDS, MAN), ["小计", None, None, "1人"], ["合计", None, None, "1人"]]
    job = town.ready(book({"新屋村": rows}))
    assert [one.outcome for one in job.plan.rows] == ["added", "refused", "refused"]
    assert codes(row(job, 4)) == ["total-row"]


def test_a_header_repeated_half_way_is_refused_in_both_its_lines(town):
    upper = ["组别", "户号", "户主姓名", "家庭成员情况", None, None, "现居住地址"]
    lower = [None, None, None, "姓名", "与户主关系", "公民身份号码", None]
    people = cells(FIELDS, MAN, WOMAN)[1:]
    rows = [upper, lower, people[0], upper, lower, people[1]]
    job = town.ready(book({"新屋村": rows}, merged=["D1:F1", "D4:F4"]))
    assert codes(row(job, 4)) == codes(row(job, 5)) == ["repeated-header-row"]
    assert job.summary["counts"] | {"added": 2, "refused": 2} == job.summary["counts"]


def test_every_sheet_is_a_village_of_its_own(town):
    flat = {**CHILD, "address": "书香小区3栋2单元402", "group": None}
    sheets = {
        "新屋村": cells(FIELDS, {**MAN, "address": "11组4号"}),
        "迎宾社区": cells(FIELDS, flat),
        "说明": [["怎么填这张表"]],
    }
    job = town.take(book(sheets))
    assert town.person("陈新来")["house"] == town.house("新屋村11组4号")["id"]
    assert town.person("陈小来")["house"] == town.house("迎宾社区书香小区3栋2单元402")["id"]
    assert [(one.sheet, one.reason) for one in job.read.skipped] == [("说明", "no-header")]


def test_every_row_of_every_sheet_is_counted(town):
    rows = [*cells(FIELDS, MAN, WOMAN), ["合计", None, None, "2人"]]
    job = town.ready(book({"新屋村": rows, "迎宾社区": [*cells(FIELDS, CHILD), ["注：无"]]}))
    assert sum(job.summary["counts"].values()) == len(job.plan.rows) == 5
    assert [sheet.rows for sheet in job.read.sheets] == [3, 2]


def test_an_old_xls_is_read(town):
    data = by_xlwt(cells(FIELDS, MAN, WOMAN))
    town.take(data, "户口.xls")
    assert town.person("何新来")["id_number"] == WOMAN["id_number"]


def test_a_wps_file_is_read_by_its_content(town):
    """WPS writes .et as an old or as a new workbook, whichever it was told."""
    town.take(by_xlwt(cells(FIELDS, MAN)), "户口.et")
    town.take(book({"新屋村": cells(FIELDS, WOMAN)}), "户口二.et")
    assert town.person("陈新来")["house"] == town.person("何新来")["house"]


def test_a_workbook_as_wps_writes_it_is_read(town):
    """WPS writes ID columns as text with an apostrophe style, and fills cells with formats."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        page, text = workbook.add_worksheet("新屋村"), workbook.add_format({"num_format": "@"})
        for number, line in enumerate(cells(FIELDS, MAN)):
            for column in range(60):
                page.write_blank(number, column, None, text)
            page.write_row(number, 0, line, text)
    job = town.take(out.getvalue())
    assert job.summary["counts"]["added"] == 1


def test_csv_is_read_in_utf_8_and_gbk(town):
    for encoding, person in (("utf-8", MAN), ("utf-8-sig", WOMAN), ("gbk", CHILD)):
        job = town.take(as_csv(cells(FIELDS, person), encoding), "户口.csv", VILLAGE)
        assert job.summary["counts"]["added"] == 1, encoding
    assert {one["name"] for one in town.kept("person")[3:]} == {"陈新来", "何新来", "陈小来"}


def test_an_id_with_a_tab_before_it_in_a_csv_is_read(town):
    person = {**MAN, "id_number": f"\t{MAN['id_number']}"}
    town.take(as_csv(cells(FIELDS, person), "gbk"), "户口.csv", VILLAGE)
    assert town.person("陈新来")["id_number"] == MAN["id_number"]


def test_a_file_without_the_headings_fails_with_the_nearest_and_writes_nothing(town):
    job = town.preview(book({"新屋村": [["甲", "乙"], ["1", "2"], ["性名", "身份"]]}))
    assert (job.state, job.problem.code) == ("failed", "header-not-found")
    assert "姓名" in job.problem.zh and "性名" in job.problem.zh


def test_a_formula_without_a_result_refuses_its_row_alone(town):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet("新屋村")
        for number, line in enumerate(cells(FIELDS, MAN, WOMAN)):
            page.write_row(number, 0, line)
        page.write_formula("D2", '="陈"&"新来"', None, "")
    job = town.ready(out.getvalue())
    assert [one.outcome for one in job.plan.rows] == ["refused", "added"]
    assert codes(row(job, 2)) == ["formula-without-value"]
