"""Dates and phones as they stand in real registers."""

import datetime

import pytest

from tests.services.registers import book, register
from tests.services.small_town import HEAD, WIFE, codes, id_of, row

PERSON = {"name": "陈新来", "address": "新屋村11组4号"}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (32996, "1990-05-03"),
        (datetime.date(1990, 5, 3), "1990-05-03"),
        ("1990.5", "1990-05-01"),
        (1990.5, "1990-05-01"),
        ("90年5月", "1990-05-01"),
        ("1990年5月3日", "1990-05-03"),
        ("１９９０－０５－０３", "1990-05-03"),
        ("19900503", "1990-05-03"),
    ],
)
def test_a_birthday_is_understood_as_it_is_written(town, written, stored):
    job = town.take(register({**PERSON, "born": written}))
    assert town.person("陈新来")["born"].isoformat() == stored
    assert ("date-imprecise" in codes(row(job, 2))) == stored.endswith("01")


@pytest.mark.parametrize("written", ["1990.5", 1990.5, "90年5月"])
def test_what_a_birthday_lacks_is_taken_from_the_id(town, written):
    job = town.take(register({**PERSON, "born": written, "id_number": id_of("19900503", 1)}))
    assert town.person("陈新来")["born"] == datetime.date(1990, 5, 3)
    assert codes(row(job, 2)) == []


def test_a_month_alone_neither_moves_a_known_birthday_nor_makes_somebody_new(town):
    town.take(register({**PERSON, "born": "1990-05-03"}))
    job = town.take(register({**PERSON, "born": "1990.5"}))
    assert row(job, 2).outcome == "unchanged"
    assert town.person("陈新来")["born"] == datetime.date(1990, 5, 3)


def test_another_month_is_another_person(town):
    town.take(register({**PERSON, "born": "1990-05-03"}))
    job = town.ready(register({**PERSON, "born": "1990.6"}))
    assert row(job, 2).outcome == "added"


def test_a_date_that_does_not_exist_refuses_the_row(town):
    job = town.ready(register({**PERSON, "born": "1990-02-30"}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("refused", ["bad-date"])


@pytest.mark.parametrize("written", ["无电话", "无", "没有", "—"])
def test_no_phone_is_no_problem_and_erases_none(town, written):
    job = town.take(register({"name": "周大山", "id_number": HEAD, "phone": written}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("unchanged", [])
    assert town.person("周大山")["phone"] == "14012345678"


@pytest.mark.parametrize("written", ["140****5678", "140****56 78", "140XXXX5678"])
def test_a_masked_phone_that_is_the_register_s_asks_nothing(town, written):
    job = town.take(register({"name": "周大山", "id_number": HEAD, "phone": written}))
    assert row(job, 2).outcome == "unchanged"
    assert town.person("周大山")["phone"] == "14012345678"


@pytest.mark.parametrize(("choice", "phone"), [("keep", "14012345678"), ("drop", None)])
def test_another_masked_phone_waits_for_a_choice(town, choice, phone):
    job = town.ready(register({"name": "周大山", "id_number": HEAD, "phone": "140****9999"}))
    assert row(job, 2).outcome == "decision"
    town.decide(job, "phone-masked:phone", choice)
    town.commit(job)
    assert town.person("周大山")["phone"] == phone


def test_a_phone_that_is_none_is_left_out_with_a_remark(town):
    job = town.take(register({**PERSON, "phone": "140123"}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("added", ["bad-phone"])
    assert town.person("陈新来")["phone"] is None


def test_a_blank_cell_never_erases(town):
    before = town.person("吴小兰")
    cells = {"name": "吴小兰", "id_number": WIFE, "education": None, "relation": None}
    job = town.take(register({**cells, "phone": "14000000007", "note": ""}))
    assert row(job, 2).changes == {"phone": "14000000007"}
    assert town.person("吴小兰") | {"phone": None, "revision": 1} == before | {
        "updated_at": town.person("吴小兰")["updated_at"]
    }


def test_a_word_that_is_on_no_list_waits_for_a_choice_among_the_list(town):
    job = town.ready(register({**PERSON, "relation": "干亲"}))
    (shown,) = town.shown(job)
    assert shown.decision is not None
    offered = [option.id for option in shown.decision.options]
    assert (offered[0], offered[-1]) == ("02", "drop")
    town.decide(job, shown.decision.key, "90")
    town.commit(job)
    person = town.person("陈新来")
    assert (person["relation"], person["relation_text"]) == ("90", "干亲")
    again = town.ready(register({**PERSON, "relation": "干亲"}))
    assert row(again, 2).outcome == "unchanged"


@pytest.mark.parametrize(("choice", "stored"), [("true", True), ("false", False), ("drop", None)])
def test_neither_yes_nor_no_waits_for_a_choice(town, choice, stored):
    rows = [["姓名", "现居住地址", "是否已迁出"], ["陈新来", "新屋村11组4号", "不好说"]]
    job = town.ready(book({"新屋村": rows}))
    (shown,) = town.shown(job)
    assert [option.id for option in shown.decision.options] == ["true", "false", "drop"]
    town.decide(job, shown.decision.key, choice)
    town.commit(job)
    assert town.person("陈新来")["moved_out"] is stored
