"""Birthday and sex against the ID number 430499 19900503 013 (a man)."""

import datetime

import pytest

from mapserver.domain.cells import Reading, reader
from mapserver.domain.cross_check import CrossChecked, cross_check
from mapserver.domain.identity import id_check_digit
from mapserver.domain.problems import Problem, explain
from mapserver.layers import LayerField, Title

FIRST = "43049919900503013"
ID = Reading(FIRST + id_check_digit(FIRST))
DAY = datetime.date(1990, 5, 3)
MAN, WOMAN, NOTHING = Reading("1"), Reading("2"), Reading()
born = reader(LayerField(name="born", title=Title(zh="出生日期", en="Date of birth"), type="date"))


def test_what_agrees_with_the_id_passes():
    assert cross_check(ID, Reading(DAY), MAN) == CrossChecked(DAY, "1")


def test_empty_cells_are_completed_from_the_id():
    assert cross_check(ID, NOTHING, NOTHING) == CrossChecked(DAY, "1")


def test_without_an_id_the_cells_stand():
    assert cross_check(NOTHING, NOTHING, WOMAN) == CrossChecked(None, "2")


@pytest.mark.parametrize("unknown", ["0", "9"])
def test_a_sex_that_nobody_stated_contradicts_nothing(unknown: str):
    assert cross_check(ID, Reading(DAY), Reading(unknown)) == CrossChecked(DAY, "1")


@pytest.mark.parametrize("cell", ["1990.5", "90年5月", "1990", 1990.1])
def test_a_date_that_agrees_as_far_as_it_goes_is_completed(cell: str | float):
    assert cross_check(ID, born(cell), MAN) == CrossChecked(DAY, "1")


@pytest.mark.parametrize("cell", ["1990.6", "1991", 1991.1, "1990-05-01", "1990-05-04"])
def test_a_date_that_disagrees_asks_which_counts(cell: str | float):
    reading = born(cell)
    checked = cross_check(ID, reading, MAN)
    (problem,) = checked.problems
    assert checked.born == reading.value
    assert problem.code == "born-contradicts-id"
    assert problem.params == {"id_value": "1990-05-03", "cell_value": str(reading.value)}


def test_a_sex_that_disagrees_asks_which_counts():
    checked = cross_check(ID, Reading(DAY), WOMAN)
    (problem,) = checked.problems
    assert checked.sex == "2"
    assert problem == Problem("sex-contradicts-id", "sex", problem.params)
    assert (problem.params["id_value"], problem.params["cell_value"]) == ("1", "2")
    assert explain(problem).reason == "照身份证号是男，表中不是"
