"""What is written is read again by independent readers, cell for cell and byte for byte."""

import datetime
import io
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain.cells import CellError, read
from mapserver.domain.table import body, column_index, filled_in, find_header, find_tables
from mapserver.formats.sheet_stream import MAX_TEXT
from mapserver.formats.spreadsheet import read_spreadsheet
from mapserver.formats.template import template
from mapserver.formats.workbook_out import OUTCOME_TITLES, OutcomeRow, OutcomeSheet, outcomes
from mapserver.layers import load_layers
from tests.formats.builders import ID_A, register

LAYERS = load_layers(Path(__file__).parents[2] / "layers")
HEADINGS = register()[0]


def opened(data):
    """Return the workbook as openpyxl sees it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def one_sheet(*rows, name="新屋村", headings=("a", "b"), line=1):
    return [OutcomeSheet(name, headings, line, rows)]


def rows_of(data):
    return [[cell.value for cell in row] for row in opened(data).worksheets[0].iter_rows()]


def test_the_outcome_stands_beside_the_row_with_reason_and_mending():
    row = OutcomeRow(2, ["张三", "123"], "refused", ["证号太短", "没有地址"], ["重填 B2"])
    assert rows_of(outcomes(one_sheet(row), "zh")) == [
        ["a", "b", "结果", "原因", "怎么改", "原表行号"],
        ["张三", "123", "拒收", "证号太短\n没有地址", "重填 B2", 2],
    ]
    assert rows_of(outcomes(one_sheet(row), "en"))[0][2:] == [
        "Outcome",
        "Reason",
        "How to mend",
        "Row in the file",
    ]


def test_cells_stand_where_they_stood_so_that_their_names_stay_true():
    rows = [OutcomeRow(5, ["张三"], "added"), OutcomeRow(9, ["李四"], "refused")]
    page = opened(outcomes(one_sheet(*rows, line=3), "zh")).worksheets[0]
    assert (page["A3"].value, page["A5"].value, page["A9"].value) == ("a", "张三", "李四")
    assert page.auto_filter.ref.startswith("A3:")
    assert page.freeze_panes == "A4"


def test_only_what_was_held_back_can_be_asked_for_in_the_order_given():
    rows = [
        OutcomeRow(9, ["丙"], "refused"),
        OutcomeRow(4, ["甲"], "added"),
        OutcomeRow(5, ["乙"], "decision"),
    ]
    data = outcomes(one_sheet(*rows, line=3), "zh", held_back_only=True)
    assert [row[0] for row in rows_of(data)] == ["a", "丙", "乙"]
    assert [row[5] for row in rows_of(data)] == ["原表行号", 9, 5]


def test_values_keep_their_kind():
    day, moment = datetime.date(1990, 5, 3), datetime.datetime(1990, 5, 3, 8, 30, 1)
    values = [12, 1.5, True, "0031", day, moment, CellError("#REF!"), datetime.date(1899, 1, 2)]
    data = outcomes(one_sheet(OutcomeRow(2, values, "added"), headings="abcdefgh"), "zh")
    expected = [12, 1.5, True, "0031", day, moment, "#REF!", "1899-01-02"]
    assert read_spreadsheet(data, "a").sheets[0].rows[1][:8] == expected
    (_, row) = rows_of(data)
    at_midnight = datetime.datetime(1990, 5, 3)
    assert row[:8] == [12, 1.5, True, "0031", at_midnight, moment, "#REF!", "1899-01-02"]


@pytest.mark.parametrize("text", ["=1+1", "+86 138", "-无-", "@SUM(A1)", "http://a.cn", "{=1}"])
def test_a_text_never_becomes_a_formula_or_a_link(text):
    row = OutcomeRow(2, [text, None], "refused", [text], [text])
    page = opened(outcomes(one_sheet(row, headings=[text, "b"]), "zh")).worksheets[0]
    for cell in (page["A1"], page["A2"], page["D2"]):
        assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=40))
def test_any_text_comes_back_as_it_was(text):
    data = outcomes(one_sheet(OutcomeRow(2, [text, "尾"], "added")), "zh")
    kept = "".join(c for c in text if (c >= " " and c not in "\ufffe\uffff") or c in "\t\n\r")
    kept = kept.replace("\r\n", "\n").replace("\r", "\n")
    assert (rows_of(data)[1][0] or "") == kept


def test_what_looks_like_an_escape_of_the_format_stays_text():
    data = outcomes(one_sheet(OutcomeRow(2, ["_x0041_", "&<>"], "added")), "zh")
    assert read_spreadsheet(data, "a").sheets[0].rows[1][:2] == ["_x0041_", "&<>"]


def test_a_text_longer_than_a_cell_is_cut():
    data = outcomes(one_sheet(OutcomeRow(2, ["甲" * 40_000], "added")), "zh")
    assert rows_of(data)[1][0] == "甲" * MAX_TEXT


def test_sheets_get_names_that_the_format_allows():
    names = ["一/二:[三]", "新屋村", "新屋村", "长" * 40, "", "History"]
    sheets = [OutcomeSheet(name, ["a"], 1, []) for name in names]
    made = opened(outcomes(sheets, "zh")).sheetnames
    assert made[:2] == ["一 二  三", "新屋村"]
    assert len({name.lower() for name in made}) == 6
    assert all(0 < len(name) <= 31 for name in made)


def test_equal_content_is_equal_in_bytes():
    def made():
        return outcomes(one_sheet(OutcomeRow(2, ["张三", 1], "added")), "zh")

    first = made()
    time.sleep(2.1)  # an archive keeps time in steps of two seconds
    assert made() == first
    assert template(LAYERS["person"], "zh") == template(LAYERS["person"], "zh")


def test_nothing_at_all_is_still_a_workbook():
    assert len(opened(outcomes([], "zh")).sheetnames) == 1


def test_outcomes_can_be_mended_and_imported_again():
    rows = [OutcomeRow(2, register()[1], "refused", ["x"], ["y"])]
    data = outcomes(one_sheet(*rows, headings=HEADINGS), "zh")
    (table,) = find_tables(read_spreadsheet(data, "a").sheets, LAYERS["person"]).found
    assert [row.cells["id_number"] for row in body(table.sheet, table.header)] == [ID_A]


def test_every_outcome_has_a_title_in_both_languages():
    assert set(OUTCOME_TITLES) == {"added", "updated", "unchanged", "decision", "refused"}
    assert all(zh and en for zh, en in OUTCOME_TITLES.values())


# the template


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_a_template_is_recognised_and_its_remarks_are_no_data(layer, language):
    if not filled_in(layer):
        pytest.skip("nobody fills this layer in")
    (page,) = read_spreadsheet(template(layer, language), "a").sheets
    header = find_header(page, layer)
    assert {field.name for field in filled_in(layer)} <= set(header.columns)
    assert header.unknown == ()
    assert [row.kind for row in body(page, header)] == ["comment", "comment"]


def test_a_filled_template_is_imported():
    workbook = opened(template(LAYERS["person"], "zh"))
    page = workbook.worksheets[0]
    for cell in page[1]:
        values = {"姓名": "张三", "公民身份号码": ID_A, "村": "新屋村"}
        page.cell(4, cell.column, values.get(cell.value))
    out = io.BytesIO()
    workbook.save(out)
    (table,) = find_tables(read_spreadsheet(out.getvalue(), "a").sheets, LAYERS["person"]).found
    *_, row = body(table.sheet, table.header)
    assert (row.number, row.kind, row.cells["name"], row.cells["village"]) == (
        4,
        "data",
        "张三",
        "新屋村",
    )


def test_numbers_that_are_names_are_columns_of_text_and_codes_are_lists():
    page = opened(template(LAYERS["person"], "zh")).worksheets[0]
    letters = {cell.value: cell.column_letter for cell in page[1]}
    formats = {
        column: one.number_format
        for one in page.column_dimensions.values()
        for column in range(one.min, one.max + 1)
    }
    for heading in ("公民身份号码", "联系电话", "户号"):
        assert formats[column_index(letters[heading]) + 1] == "@"
    assert formats[column_index(letters["出生日期"]) + 1] == "yyyy-mm-dd"
    lists = {
        str(one.sqref).rstrip("0123456789").split(":")[0][:-1]: one.formula1
        for one in page.data_validations.dataValidation
    }
    assert lists[letters["性别"]] == '"未知,男,女,未说明"'
    assert letters["姓名"] not in lists


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_the_examples_of_a_template_are_what_the_fields_accept(layer):
    (page,) = read_spreadsheet(template(layer, "zh"), "a").sheets
    if not filled_in(layer):
        return
    header = find_header(page, layer)
    *_, example = body(page, header)
    for field in filled_in(layer):
        value = example.cells[field.name]
        if value is not None:
            assert read(field, value).problems == ()
