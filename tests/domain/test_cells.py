"""A cell of every kind, read for a field of every type."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.cells import (
    CellError,
    CellValue,
    Option,
    Reader,
    Reading,
    choices,
    read,
    reader,
)
from mapserver.domain.identity import credit_code_check, id_check_digit
from mapserver.domain.problems import CODES, explain
from mapserver.layers import LayerField, Title, load_layers

LAYERS = load_layers(Path(__file__).parents[2] / "layers")
PERSON = LAYERS["person"]
FIRST = "43049919900503013"
ID = FIRST + id_check_digit(FIRST)
EMPTY_CELLS = (None, "")


def field(kind: str, **more: Any) -> LayerField:
    return LayerField(name="it", title=Title(zh="它", en="It"), type=kind, **more)


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


@pytest.mark.parametrize("one", [f for layer in LAYERS.values() for f in layer.fields], ids=str)
def test_an_empty_cell_is_empty_unless_it_must_be_filled(one: LayerField):
    expected = ["name-missing" if one.name == "name" else "required-missing"] * one.required
    for value in EMPTY_CELLS:
        assert read(one, value).value is None
        assert codes(read(one, value)) == expected
    assert codes(read(one, " \u00a0\n")) == expected


def test_a_dash_is_no_name_but_it_is_a_remark():
    assert codes(read(PERSON.get("name"), "—")) == ["name-missing"]
    assert read(PERSON.get("note"), "—") == Reading("—")


@pytest.mark.parametrize("kind", ["text", "integer", "date", "id_number", "credit_code", "phone"])
@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_of_the_spreadsheet_is_shown_as_such(kind: str, shown: str):
    """A marked cell, or the same error as text, as CSV files carry it."""
    for value in (CellError(shown), shown):
        (problem,) = read(field(kind), value).problems
        assert (problem.code, problem.column, problem.params) == (
            "cell-error",
            "it",
            {"text": shown},
        )


@pytest.mark.parametrize("kind", ["text", "number", "boolean", "phone"])
def test_a_formula_without_a_result_is_refused(kind: str):
    assert codes(read(field(kind), CellError(""))) == ["formula-without-value"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("李小红", "李小红"),
        (" 李\u00a0小红\n", "李 小红"),
        ("'007", "007"),
        ("外出务工，年底回（深圳）", "外出务工，年底回（深圳）"),
        (8, "8"),
        (8.0, "8"),
        (True, "是"),
        (datetime.datetime(2024, 8, 20), "2024-08-20"),
    ],
)
def test_text_is_kept_as_written_without_the_dirt(value: CellValue, kept: str):
    assert read(field("text"), value) == Reading(kept)


def test_text_longer_than_the_field_is_refused_not_cut():
    reading = read(field("text", length=3), "一二三四")
    assert reading.value is None
    assert codes(reading) == ["too-long"]
    assert reading.problems[0].params == {"length": "4", "limit": "3"}
    assert read(field("text", length=3), "一二三 ") == Reading("一二三")


@pytest.mark.parametrize(
    ("kind", "value", "number"),
    [
        ("integer", "1,234 人", 1234),
        ("integer", 3.0, 3),
        ("number", 3, 3.0),
        ("number", "98.5㎡", 98.5),
    ],
)
def test_numbers_have_the_type_of_their_field(kind: str, value: CellValue, number: float):
    reading = read(field(kind), value)
    assert reading == Reading(number)
    assert type(reading.value) is type(number)


def test_numbers_that_the_field_does_not_allow_are_told_apart():
    whole = field("integer", minimum=0, maximum=200)
    assert codes(read(whole, "三四")) == ["not-a-number"]
    assert codes(read(whole, 3.5)) == ["not-whole"]
    assert codes(read(whole, 201)) == codes(read(whole, -1)) == ["out-of-range"]
    assert read(whole, "无") == Reading()
    said = explain(read(whole, 201).problems[0], "zh", title="层数")
    assert said.reason == "层数填 201，应为 0–200"
    open_ended = read(field("integer", minimum=1), 0).problems[0]
    assert explain(open_ended, "en", title="Storeys").reason == "Storeys is 0; it must be ≥ 1."


MOVED = PERSON.get("moved_out")


@pytest.mark.parametrize(
    "value", ["是", "√", "有", "1", 1, 1.0, "Y", "yes", "Ｙ", True, "已迁出", "迁出"]
)
def test_yes_is_written_in_many_ways(value: CellValue):
    assert read(MOVED, value) == Reading(True)


@pytest.mark.parametrize("value", ["否", "×", "无", "0", 0, 0.0, "n", "No", "Ｎ", False, "未迁出"])
def test_no_is_written_in_many_ways(value: CellValue):
    assert read(MOVED, value) == Reading(False)


def test_neither_yes_nor_no_is_for_a_person_to_decide():
    assert codes(read(MOVED, "大概")) == ["unknown-code"]
    assert choices(MOVED, "en") == (Option("true", "Yes"), Option("false", "No"))
    assert read(MOVED, "-") == Reading()


def test_a_date_is_a_date_and_an_imprecise_one_says_so():
    born = PERSON.get("born")
    assert read(born, "1990年5月3日") == Reading(datetime.date(1990, 5, 3))
    assert read(born, datetime.datetime(1990, 5, 3)) == Reading(datetime.date(1990, 5, 3))
    month = read(born, 1990.5)
    assert month.value == datetime.date(1990, 5, 1)
    assert month.problems[0].params == {"text": "1990.5", "span": "month", "stored": "1990-05-01"}
    assert month.problems[0].severity == "note"
    assert read(born, 1990.1).problems[0].params["span"] == "year-of-tenth"
    assert codes(read(born, "1990-02-30")) == ["bad-date"]
    assert read(born, "不详") == read(born, 0) == Reading()


SEX = PERSON.get("sex")


@pytest.mark.parametrize(
    "value", ["1", 1, 1.0, "男", " 男 ", "男性", "male", "Male", "M", "m", "Ｍ", "男\n"]
)
def test_a_code_answers_to_key_titles_and_words(value: CellValue):
    assert read(SEX, value) == Reading("1")


def test_a_code_whose_zero_a_spreadsheet_dropped_is_still_known():
    match = PERSON.get("residence_match")
    assert [read(match, value).value for value in ("01", "1", 2, 2.0, "是")] == [
        "01",
        "01",
        "02",
        "02",
        "01",
    ]


@pytest.mark.parametrize(
    "one", [f for layer in LAYERS.values() for f in layer.fields if f.codes], ids=str
)
def test_every_code_of_every_layer_is_read_by_key_and_title(one: LayerField):
    read_one = reader(one)
    for key, title in one.codes.items():
        assert [read_one(key), read_one(title.zh), read_one(title.en)] == [Reading(key)] * 3
    for word, key in one.words.items():
        assert read_one(word) == Reading(key)


def test_a_word_that_is_no_code_waits_for_a_decision():
    relation = PERSON.get("relation")
    reading = read(relation, "干儿子")
    assert (reading.value, codes(reading)) == (None, ["unknown-code"])
    assert reading.problems[0].severity == "decide"
    assert (
        explain(reading.problems[0], "zh", "F7", "与户主关系").reason
        == "与户主关系「干儿子」不在选项里"
    )
    assert choices(relation)[0] == Option("02", "户主")
    assert read(relation, "/") == Reading()


def test_none_may_be_a_code_of_its_own():
    assert read(LAYERS["house"].get("hazard"), "无") == Reading("none")


id_number = reader(PERSON.get("id_number"))


def test_an_id_number_is_kept_in_its_one_form():
    assert id_number(ID) == id_number(f"'{ID}\u00a0") == Reading(ID)


def test_an_id_number_stored_as_a_number_has_lost_digits():
    for cell in (float(ID), 430499199005030000, int(float(430499199005030000)), "4.30499E+17"):
        reading = id_number(cell)
        assert reading.value is None
        assert codes(reading) == ["id-digits-lost"]
    assert reading.problems[0].severity == "refuse"


def test_an_id_number_that_survived_as_a_number_is_taken():
    assert ID.isdigit()
    assert id_number(int(ID)) == Reading(ID)


@pytest.mark.parametrize("cell", [430499900503013, 430499900503013.0, "430499900503013"])
def test_an_old_id_number_is_taken_with_a_note(cell: CellValue):
    reading = id_number(cell)
    assert reading.value == ID
    assert codes(reading) == ["id-old-15"]


@pytest.mark.parametrize("cell", ["无", "-", "无证", "未上户", "/"])
def test_a_person_without_an_id_number_is_no_problem(cell: str):
    assert id_number(cell) == Reading()


def test_a_wrong_id_number_names_its_column_and_keeps_itself_to_itself():
    reading = id_number(ID[:-1] + ("0" if ID[-1] != "0" else "1"))
    (problem,) = reading.problems
    assert (problem.code, problem.column) == ("id-bad-check-digit", "id_number")
    assert ID[:10] not in str(problem)


def test_a_credit_code_is_checked():
    first = "91430424MA4L00000"
    code = first + credit_code_check(first)
    of = LAYERS["organization"].get("credit_code")
    assert read(of, f" {code.lower()}") == Reading(code)
    assert codes(read(of, first + "I")) == ["bad-credit-code"]
    assert codes(read(of, 9.1430424e17)) == ["bad-credit-code"]
    assert read(of, "无") == Reading()


phone = reader(PERSON.get("phone"))


@pytest.mark.parametrize("cell", ["10012342617", 10012342617, 10012342617.0, "100-1234-2617"])
def test_a_phone_is_kept_as_digits(cell: CellValue):
    assert phone(cell) == Reading("10012342617")


def test_what_of_a_phone_cell_is_not_taken_is_noted():
    both = phone("10012342617/10012342618（儿子）")
    assert both.value == "10012342617"
    assert codes(both) == ["phone-several", "phone-words"]
    assert {problem.severity for problem in both.problems} == {"note"}
    bad = phone("12345")
    assert (bad.value, codes(bad), bad.problems[0].severity) == (None, ["bad-phone"], "note")
    assert phone("无电话") == Reading()


def test_a_masked_phone_waits_for_a_decision():
    masked = phone("100****2617")
    assert (masked.value, codes(masked)) == (None, ["phone-masked"])
    assert masked.problems[0].params == {"text": "100****2617"}


CELLS = st.one_of(
    st.none(),
    st.text(),
    st.text(alphabet="0123456789Xx*.E+-/年月日万，, #"),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.text().map(CellError),
)
READERS = {
    f"{layer.id}.{one.name}": (reader(one), one)
    for layer in LAYERS.values()
    for one in layer.fields
}
TYPES = {"integer": int, "number": float, "boolean": bool, "date": datetime.date}


@given(st.sampled_from(sorted(READERS)), CELLS)
def test_no_cell_makes_a_reader_fail_and_every_value_has_its_type(name: str, cell: CellValue):
    read_one, one = READERS[name]
    reading = read_one(cell)
    if reading.value is not None:
        assert type(reading.value) is TYPES.get(one.type, str)
    assert all(problem.code in CODES for problem in reading.problems)
    assert all(problem.column == one.name for problem in reading.problems)


@given(st.sampled_from(sorted(READERS)), CELLS)
def test_what_was_stored_reads_as_itself(name: str, cell: CellValue):
    """A register that is written out and imported again changes nothing."""
    read_one: Reader = READERS[name][0]
    stored = read_one(cell).value
    if stored is not None:
        assert read_one(stored) == Reading(stored)
