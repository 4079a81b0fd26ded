"""Every problem can be explained to the person who has to mend it."""

import re

import pytest

from mapserver.domain.problem_kinds import KINDS, OPTION_TITLES
from mapserver.domain.problems import CODES, Explained, Option, Problem, explain, options

EVERY_CODE = sorted(CODES)
GIVEN = {"text", "length", "limit", "range", "sex", "span", "stored", "row", "count"}
GIVEN |= {"id_value", "cell_value", "village", "sheet", "claimed", "found", "register"}


def test_the_sentence_of_the_copy_table_is_said_as_it_stands_there():
    lost = Problem("id-digits-lost", "id_number")
    assert explain(lost, "zh", cell="D412") == Explained(
        "身份证号存成数字，末三位已丢失", "把 D 列设为文本，重填 D412"
    )
    assert explain(lost, "en", cell="D412") == Explained(
        "The ID was stored as a number and lost 3 digits.",
        "Set column D to text and retype D412.",
    )


def test_without_a_cell_the_sentence_points_at_this_one():
    lost = Problem("id-digits-lost", "id_number")
    assert explain(lost, "zh").mend == "把这一列设为文本，重填这一格"
    assert explain(lost, "en").mend == "Set this column to text and retype this cell."


def test_the_cell_may_come_with_the_problem():
    problem = Problem("total-row", None, {"cell": "A9"})
    broken = Problem("cell-error", "name", {"cell": "A9", "text": "#REF!"})
    assert explain(problem).reason == "这是合计行，不是人"
    assert explain(broken).reason == "A9 是错误值 #REF!"


def test_the_heading_is_named_as_the_sheet_names_it():
    missing = Problem("required-missing", "address")
    assert explain(missing, title="现住址").reason == "现住址没有填"
    assert explain(missing, "en", title="Actual residence").reason == "Actual residence is empty."
    assert explain(missing, "en").reason == "address is empty."


def test_sex_and_precision_are_said_in_the_language_of_the_reader():
    sex = Problem("sex-contradicts-id", "sex", {"sex": "2"})
    span = Problem("date-imprecise", "born", {"text": "1990.5", "span": "month", "stored": "x"})
    assert "女" in explain(sex, "zh").reason
    assert "female" in explain(sex, "en").reason
    assert explain(span, "zh").reason.startswith("「1990.5」只到月")
    assert "only the month" in explain(span, "en").reason


def test_braces_in_a_cell_are_only_text():
    odd = Problem("bad-date", "born", {"text": "{cell} {0} {"})
    assert explain(odd, "zh", cell="E5").reason == "「{cell} {0} {」不是日期"


@pytest.mark.parametrize("code", EVERY_CODE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_says_what_happened_and_how_to_mend_it(code: str, language: str):
    said = explain(Problem(code, "name", dict.fromkeys(GIVEN, "7")), language, "D412", "姓名")
    for sentence in (said.reason, said.mend):
        assert sentence
        assert "…" not in sentence
        assert not re.search(r"[{}!！“”]" if language == "zh" else r"[{}!！，。]", sentence)
        assert (sentence[-1] == ".") == (language == "en")
    assert len(said.reason) <= (40 if language == "zh" else 90)


@pytest.mark.parametrize("code", EVERY_CODE)
def test_only_a_decision_has_options(code: str):
    given = (Option("30", "女"),)
    answers = options(Problem(code), "zh", given)
    if KINDS[code].severity == "decide":
        assert answers[0] == given[0]
        assert [one.id for one in answers[1:]] == list(KINDS[code].options)
    else:
        assert answers == ()


def test_every_option_has_a_title_in_both_languages():
    used = {name for kind in KINDS.values() for name in kind.options}
    assert used == set(OPTION_TITLES)
    assert all(title.zh and title.en for title in OPTION_TITLES.values())


def test_a_person_decides_where_the_sheet_and_the_id_disagree():
    for code in ("born-contradicts-id", "sex-contradicts-id"):
        assert Problem(code).severity == "decide"
        assert [one.id for one in options(Problem(code))] == ["id", "cell"]


def test_equal_problems_are_one_in_a_set():
    assert (
        len(
            {Problem("bad-date", "born", {"text": "x"}), Problem("bad-date", "born", {"text": "x"})}
        )
        == 1
    )
