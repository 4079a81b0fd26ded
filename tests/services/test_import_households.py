"""People named twice, households with two heads or none."""

import pytest

from mapserver.errors import InvalidRequest
from tests.services.registers import book, cells, fields_of, register
from tests.services.small_town import HEAD, VILLAGE, codes, id_of, problem, row

HOME = {"household_no": "201000009", "address": "新屋村11组4号"}
MAN = {**HOME, "name": "陈新来", "relation": "户主", "id_number": id_of("19900503", 1)}
WOMAN = {**HOME, "name": "何新来", "relation": "妻", "id_number": id_of("19910604", 2)}


def test_the_same_row_twice_is_taken_once(town):
    job = town.take(register(MAN, MAN))
    assert [row(job, number).outcome for number in (2, 3)] == ["added", "unchanged"]
    assert codes(row(job, 3)) == ["duplicate-identical"]
    town.person("陈新来")


@pytest.mark.parametrize(("choice", "phone"), [("first", "14000000001"), ("last", "14000000002")])
def test_two_rows_that_differ_wait_for_a_choice(town, choice, phone):
    job = town.ready(register({**MAN, "phone": "14000000001"}, {**MAN, "phone": "14000000002"}))
    assert [row(job, number).outcome for number in (2, 3)] == ["decision", "decision"]
    town.decide(job, "duplicate-in-file", choice)
    outcomes = [row(job, number).outcome for number in (2, 3)]
    assert sorted(outcomes) == ["added", "unchanged"]
    town.commit(job)
    assert town.person("陈新来")["phone"] == phone


def test_of_three_rows_the_repeated_one_is_set_aside_and_two_are_asked_about(town):
    job = town.ready(register(MAN, MAN, {**MAN, "phone": "14000000001"}))
    assert [codes(row(job, number)) for number in (2, 3, 4)] == [
        ["duplicate-in-file"],
        ["duplicate-identical"],
        ["duplicate-in-file"],
    ]
    town.decide(job, "duplicate-in-file", "last")
    assert [one.outcome for one in job.plan.rows] == ["unchanged", "unchanged", "added"]


def test_a_row_on_another_sheet_is_named_with_its_sheet(town):
    table = cells(fields_of(MAN), MAN)
    job = town.ready(book({"新屋村": table, "新屋村二": table}))
    assert problem(row(job, 2, sheet=1), "duplicate-identical").params["row"] == "2 (新屋村)"


def test_a_choice_for_one_row_leaves_the_others_waiting(town):
    twice = [{**one, "phone": f"1400000000{n}"} for one in (MAN, WOMAN) for n in (1, 2)]
    job = town.ready(register(*twice))
    town.decide(job, "duplicate-in-file", "last", [(0, 3)])
    assert [row(job, number).outcome for number in (2, 3, 4, 5)] == [
        "unchanged",
        "added",
        "decision",
        "decision",
    ]


def test_one_person_with_and_without_a_number_is_one(town):
    nameless = {key: value for key, value in MAN.items() if key != "id_number"}
    job = town.ready(register(MAN, {**nameless, "born": "1990-05-03", "phone": "14000000001"}))
    assert [codes(row(job, number)) for number in (2, 3)] == [["duplicate-in-file"]] * 2


def test_namesakes_of_other_birthdays_are_two(town):
    other = {**HOME, "name": "陈新来", "relation": "子", "born": "2012-05-03"}
    job = town.ready(register(MAN, other))
    assert [row(job, number).outcome for number in (2, 3)] == ["added", "added"]


def test_a_person_of_the_register_is_updated_and_says_so(town):
    job = town.take(register({"name": "周大山", "id_number": HEAD, "phone": "14000000001"}))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("updated", ["duplicate-in-register"])


def test_two_heads_wait_until_one_is_chosen(town):
    job = town.ready(register(MAN, {**WOMAN, "relation": "户主"}))
    first, second = town.shown(job)
    assert (first.outcome, second.outcome) == ("decision", "decision")
    assert second.decision is not None
    assert [option.title for option in second.decision.options] == ["陈新来", "何新来"]
    town.decide(job, "two-heads:relation", second.decision.options[1].id)
    town.commit(job)
    assert town.person("陈新来")["relation"] == "90"
    assert town.person("何新来")["relation"] == "02"
    again = town.ready(register(MAN, {**WOMAN, "relation": "户主"}))
    assert again.summary["counts"]["unchanged"] == 2


def test_the_head_of_one_household_is_no_answer_for_another(town):
    heads = [{**one, "relation": "户主"} for one in (MAN, WOMAN)]
    others = [
        {**one, "household_no": "201000010", "name": f"另{n}", "id_number": id_of("19800101", n)}
        for n, one in enumerate(heads)
    ]
    job = town.ready(register(*heads, *others))
    town.decide(job, "two-heads:relation", "0")
    assert [row(job, number).outcome for number in (2, 3, 4, 5)] == [
        "added",
        "added",
        "decision",
        "decision",
    ]


@pytest.mark.parametrize("choice", ["9", "绿色", "keep"])
def test_an_answer_that_was_not_offered_is_refused(town, choice):
    job = town.ready(register(MAN, {**WOMAN, "relation": "户主"}))
    with pytest.raises(InvalidRequest):
        town.decide(job, "two-heads:relation", choice)
    assert row(job, 2).outcome == "decision"


def test_rows_said_twice_count_as_one_head(town):
    job = town.ready(register(MAN, {**MAN, "phone": "14000000001"}, WOMAN))
    assert "two-heads" not in codes(row(job, 2))
    assert row(job, 4).outcome == "added"


def test_a_household_without_a_head_is_taken_with_a_remark(town):
    job = town.ready(register(WOMAN))
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("added", ["head-missing"])


def test_who_joins_a_household_of_the_register_is_one_of_it(town):
    child = {"name": "周小孩", "relation": "子", "head_name": "周大山", "address": "新屋村3组20号"}
    known = {"name": "周大山", "relation": "户主", "id_number": HEAD, "address": "新屋村3组20号"}
    job = town.take(register(known, child))
    assert codes(row(job, 3)) == []
    assert town.person("周小孩")["household"] == f"{VILLAGE}-201000001"


def test_a_newcomer_alone_is_told_by_number_to_join_a_household_with_a_head(town):
    child = {"name": "周小孩", "relation": "子", "household_no": "201000001"}
    job = town.ready(register({**child, "address": "新屋村3组20号"}))
    assert codes(row(job, 2)) == []


def test_two_namesakes_without_doors_keep_two_houses(town):
    short = {"group": "3组", "address": "新屋村3组"}
    families = [
        {**short, "name": "陈同名", "relation": "户主", "id_number": id_of("19600101", 1)},
        {**short, "name": "陈甲", "relation": "子", "head_name": "陈同名"},
        {**short, "name": "陈同名", "relation": "户主", "id_number": id_of("19700101", 3)},
        {**short, "name": "陈乙", "relation": "子", "head_name": "陈同名"},
    ]
    job = town.take(register(*families))
    assert job.summary["counts"]["added"] == 4
    lives = {name: town.person(name)["house"] for name in ("陈甲", "陈乙")}
    assert lives["陈甲"] != lives["陈乙"]
    people = town.kept("person")
    assert sum(one["house"] == lives["陈甲"] for one in people) == 2


def test_a_house_that_is_only_a_household_s_tells_nobody_s_name(town):
    job = town.take(register({"name": "陈新来", "group": "3组", "relation": "户主"}))
    assert job.summary["counts"]["added"] == 1
    (house,) = (one for one in town.kept("house") if one["geom"] is None)
    assert house["address"] == "新屋村3组"
    assert "陈新来" not in str(house)
