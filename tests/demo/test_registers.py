"""The spreadsheets to import: the same bytes every time, and all they promise to hold."""

import csv
import datetime
import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
import xlwt
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from mapserver.cli import app
from mapserver.demo.homes import empty_homes
from mapserver.demo.irregular import Planned, small_table
from mapserver.demo.records import Township
from mapserver.demo.register_columns import CLEAN, LARGE
from mapserver.demo.register_rows import WORDS
from mapserver.demo.registers import (
    CLEAN_NAME,
    IRREGULAR_NAME,
    SMALL_NAME,
    large_register,
    planned,
    registers,
)
from mapserver.domain.address import group_label, reader
from mapserver.layers import load_layers

PERSON = load_layers(Path(__file__).parents[2] / "layers")["person"]


def pages(data: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {name: book[name] for name in book.sheetnames}


def rows_of(page: Worksheet) -> list[dict[str, object]]:
    """Return the rows under a one-line header, by heading."""
    header, *rows = page.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def files(township: Township) -> dict[str, bytes]:
    return dict(registers(township))


@pytest.fixture(scope="module")
def clean(files) -> list[dict[str, object]]:
    return rows_of(pages(files[CLEAN_NAME])["金峨村"])


@pytest.fixture(scope="module")
def plan(township) -> list[Planned]:
    return list(planned(township))


def test_the_same_bytes_every_time(township, files):
    assert list(files) == [CLEAN_NAME, IRREGULAR_NAME, SMALL_NAME]
    assert dict(registers(township)) == files


# the clean one


def test_headings_of_the_clean_register_are_headings_of_the_layer(clean):
    known = {heading: field.name for field in PERSON.fields for heading in field.headings}
    for heading, field in CLEAN[1:]:
        expected = "relation" if field == "relation_text" else field
        assert known[heading] == expected
    assert tuple(clean[0]) == tuple(heading for heading, _ in CLEAN)


@pytest.mark.parametrize(("field", "words"), WORDS.items())
def test_every_word_means_its_code(field, words):
    layer_field = PERSON.get(field)
    for code, word in words.items():
        titles = {title.zh: key for key, title in layer_field.codes.items()}
        assert {**titles, **layer_field.words}[word] == code


def test_about_three_hundred_people_stand_in_it(clean):
    assert 280 <= len(clean) <= 340


def test_its_people_belong_behind_the_doors_that_are_empty(township, clean):
    homes = {home.address for home in empty_homes(township)}
    registered = {person.values["id_number"] for person in township.records["person"]}
    new = [row for row in clean if row["公民身份号码"] not in registered]
    assert {row["现居住地址"] for row in new} == homes
    assert len(new) > 260


def test_a_few_are_in_the_register_already_with_the_very_same_values(township, clean):
    registered = {p.values["id_number"]: p.values for p in township.records["person"]}
    known = [row for row in clean if row["公民身份号码"] in registered]
    assert 10 <= len(known) <= 40
    for row in known:
        values = registered[row["公民身份号码"]]
        for heading, field in CLEAN[1:]:
            cell = row[heading]
            if isinstance(cell, datetime.datetime):
                cell = cell.date()
            value = values.get(field)
            if field == "group":
                cell = group_label(cell)
            if field in WORDS:
                value = WORDS[field][value]
            assert cell == value, heading


def test_a_new_household_has_one_head_and_a_number_nobody_else_has(township, clean):
    numbers = {person.values["household_no"] for person in township.records["person"]}
    new = [row for row in clean if row["户号"] not in numbers]
    heads = Counter(row["户号"] for row in new if row["与户主关系"] == "户主")
    assert set(heads.values()) == {1}
    assert heads.keys() == {row["户号"] for row in new}


# the irregular one


def test_every_kind_of_irregularity_is_there(plan):
    """Every one that a household register can have, by the codes of the import."""
    assert {one.code for one in plan} == {
        *("id-digits-lost", "id-bad-length", "id-bad-character", "id-masked"),
        *("id-bad-check-digit", "id-bad-date", "id-old-15"),
        *("born-contradicts-id", "sex-contradicts-id", "bad-date", "date-imprecise"),
        *("bad-phone", "phone-masked", "phone-several", "phone-words"),
        *("name-missing", "too-long", "unknown-code", "cell-error", "formula-without-value"),
        *("duplicate-in-file", "duplicate-identical", "duplicate-in-register"),
        *("two-heads", "head-missing", "moved-out", "deceased"),
        *("village-unknown", "village-of-sheet-differs", "group-unknown"),
        *("address-short", "address-unreadable", "grid-contradicts-point", "grid-unknown"),
        *("total-row", "comment-row", "repeated-header-row"),
    }


def test_planned_rows_are_rows_of_the_file(files, plan):
    sheets = pages(files[IRREGULAR_NAME])
    assert list(sheets) == ["金峨村", "大甸村", "迎宾社区"]
    for one in plan:
        assert 1 <= one.row <= sheets[one.sheet].max_row


def cells(files: dict[str, bytes], plan: list[Planned], code: str) -> list[list[object]]:
    """Return the rows that are planned to be irregular in this way."""
    sheets = pages(files[IRREGULAR_NAME])
    return [[cell.value for cell in sheets[one.sheet][one.row]] for one in plan if one.code == code]


def test_a_number_that_lost_its_digits_is_stored_as_a_number(files, plan):
    (row,) = cells(files, plan, "id-digits-lost")
    (number,) = [cell for cell in row if isinstance(cell, int | float) and cell > 1e16]
    assert float(f"{number:.15g}") == number


def test_an_error_and_a_formula_without_result_are_in_the_file(files, plan):
    (row,) = cells(files, plan, "cell-error")
    assert "#REF!" in row
    (place,) = [one for one in plan if one.code == "formula-without-value"]
    book = openpyxl.load_workbook(io.BytesIO(files[IRREGULAR_NAME]))
    assert any(str(cell.value).startswith("=DATE") for cell in book[place.sheet][place.row])


def test_totals_and_remarks_stand_where_they_are_planned(files, plan):
    assert [row[0] for row in cells(files, plan, "total-row")] == ["小计", "合计", "总计"]
    assert [str(row[0])[:2] for row in cells(files, plan, "comment-row")] == ["填表", "注："]


def test_the_header_has_two_lines_of_merged_cells_and_comes_back(files, plan):
    page = pages(files[IRREGULAR_NAME])["金峨村"]
    first, second = ([cell.value for cell in page[row]] for row in (3, 4))
    assert first[4] == "家庭成员情况"
    assert second[4:6] == ["姓名", "与户主关系"]
    merged = {str(one) for one in page.merged_cells.ranges}
    assert {"A1:Q1", "E3:J3", "A3:A4", "L3:M3"} <= merged
    assert cells(files, plan, "repeated-header-row") == [first, second]


def test_households_are_merged_in_one_sheet_and_blank_below_in_another(files):
    sheets = pages(files[IRREGULAR_NAME])
    upright = [
        one
        for one in sheets["金峨村"].merged_cells.ranges
        if one.min_row > 5 and one.size["rows"] > 1
    ]
    assert {"B", "C", "D", "L"} <= {one.coord[0] for one in upright}
    rows = list(sheets["大甸村"].iter_rows(min_row=3, max_row=12, values_only=True))
    assert any(row[1] is None and row[3] is not None for row in rows)


def test_columns_that_nobody_may_keep_are_there_to_be_refused(files):
    header = [cell.value for cell in pages(files[IRREGULAR_NAME])["大甸村"][2]]
    assert {"民族", "政治面貌", "微信号"} <= set(header)


def test_spellings_mean_doors_that_exist(township, files):
    """Whatever the manner, an address of the last sheet leads to a house of the demo."""
    read = reader([str(v.values["name"]) for v in township.records["village"]])
    keys = {house.values.get("address_key") for house in township.records["house"]} - {None}
    rows = rows_of(pages(files[IRREGULAR_NAME])["迎宾社区"])
    found = [read(str(row["现住址"])).key("430424100001") in keys for row in rows]
    assert found == [True] * (len(rows) - 1) + [False]
    page = pages(files[IRREGULAR_NAME])["大甸村"]
    written = [str(row[11]) for row in page.iter_rows(min_row=3, values_only=True) if row[11]]
    assert len(written) > 15
    assert all(read(address).key("430424100206") in keys for address in written)


def test_new_people_are_not_in_the_register(township, files):
    registered = {person.values["id_number"] for person in township.records["person"]}
    rows = list(pages(files[IRREGULAR_NAME])["大甸村"].iter_rows(min_row=3, values_only=True))
    assert not registered & {row[6] for row in rows}


# the small one, and the large one


def test_the_small_table_is_in_the_old_encoding(files):
    with pytest.raises(UnicodeDecodeError):
        files[SMALL_NAME].decode("utf-8")
    rows = list(csv.reader(io.StringIO(files[SMALL_NAME].decode("gbk"))))
    assert rows[1][4] == "姓名"
    assert rows[-1][0] == "合计"
    assert len(rows) > 12


def test_the_small_table_can_be_an_old_workbook(township):
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("大甸村")
    for r, row in enumerate(small_table(township)):
        for c, cell in enumerate(row):
            if cell is not None:
                page.write(r, c, cell)
    stream = io.BytesIO()
    book.save(stream)
    read = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue()))
    rows = read.get_sheet_by_name("大甸村").to_python()
    assert [cell or None for cell in rows[2]] == small_table(township)[2]


def test_a_large_register_has_as_many_rows_as_asked_and_fourteen_columns(township):
    rows = rows_of(pages(large_register(3000))["户籍人口"])
    assert len(rows) == 3000
    assert tuple(rows[0]) == tuple(heading for heading, _ in LARGE)
    assert len(LARGE) == 14
    numbers = {row["公民身份号码"] for row in rows}
    assert len(numbers) == 3000
    assert not numbers & {person.values["id_number"] for person in township.records["person"]}
    addresses = {house.values["address"] for house in township.records["house"]}
    assert len({row["现居住地址"] for row in rows} - addresses) < 20


def test_a_large_register_is_the_same_every_time():
    assert large_register(50) == large_register(50)


def test_the_command_writes_the_spreadsheets_into_a_folder(township, tmp_path, monkeypatch):
    monkeypatch.setattr("mapserver.demo.township.build", lambda: township)
    done = CliRunner().invoke(app, ["demo-files", str(tmp_path / "new")])
    assert done.exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert written == registers(township)
