"""ID numbers as they stand in real registers: mended where that is sure, else refused."""

import pytest
from shapely import box

from mapserver.domain.records import Record
from mapserver.services.identifiers import new_id
from mapserver.store import writing
from tests.services.registers import register
from tests.services.small_town import COMMUNITY, VILLAGE, codes, id_of, problem, row

ENDS_IN_X = "43049919900503001X"


def wide(text: str) -> str:
    """Return digits and X in full width."""
    return text.translate({ord("0") + n: ord("０") + n for n in range(10)} | {ord("X"): "Ｘ"})


@pytest.mark.parametrize(
    "written",
    [
        ENDS_IN_X.lower(),
        wide(ENDS_IN_X),
        f"'{ENDS_IN_X}",
        f"\u00a0{ENDS_IN_X[:6]}\u00a0{ENDS_IN_X[6:]}",
        f"{ENDS_IN_X[:6]}\n{ENDS_IN_X[6:]}\n",
        f"{ENDS_IN_X[:6]}\u200b{ENDS_IN_X[6:14]} {ENDS_IN_X[14:]}",
    ],
    ids=["lower-case x", "full width", "apostrophe", "no-break space", "line breaks", "invisible"],
)
def test_a_spelling_that_is_sure_is_mended(town, written):
    town.take(register({"name": "陈新来", "id_number": written, "address": "新屋村11组4号"}))
    assert town.person("陈新来")["id_number"] == ENDS_IN_X


def test_an_id_kept_as_a_number_is_refused_with_its_cell(town):
    """Spreadsheets keep 15 digits: 430499199005030018 comes back as 430499199005030000."""
    job = town.ready(register({"name": "陈新来", "id_number": 430499199005030018}))
    assert (row(job, 2).outcome, codes(row(job, 2))[0]) == ("refused", "id-digits-lost")
    (shown,) = town.shown(job)
    assert shown.problems[0].cell == "B2"
    assert "B 列" in shown.problems[0].mend
    town.commit(job)
    assert len(town.kept("person")) == 3


def test_an_old_id_of_15_digits_is_written_with_18_and_finds_its_person(town):
    number = id_of("19650303", 3)
    old = number[:6] + number[8:17]
    job = town.ready(register({"name": "郑老五", "id_number": old}))
    assert row(job, 2).outcome == "unchanged"
    assert codes(row(job, 2)) == ["id-old-15"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("4304991990050300", "id-bad-length"),
        ("430499199005030011", "id-bad-check-digit"),
        ("430499********0018", "id-masked"),
        ("4304991990O503001X", "id-bad-character"),
    ],
)
def test_an_id_that_cannot_be_right_refuses_its_row_alone(town, written, code):
    fine = {"name": "陈新来", "id_number": ENDS_IN_X}
    job = town.take(register({"name": "李坏号", "id_number": written}, fine))
    assert [row(job, number).outcome for number in (2, 3)] == ["refused", "added"]
    assert code in codes(row(job, 2))


def test_another_county_s_prefix_is_no_error(town):
    """All numbers here begin with 430499, which is not 430424."""
    job = town.ready(
        register({"name": "陈新来", "id_number": ENDS_IN_X, "address": "新屋村11组4号"})
    )
    assert (row(job, 2).outcome, codes(row(job, 2))) == ("added", [])


@pytest.mark.parametrize(("choice", "born"), [("id", "1990-05-03"), ("cell", "1990-05-04")])
def test_a_birthday_that_contradicts_the_id_waits_for_a_choice(town, choice, born):
    person = {"name": "陈新来", "id_number": ENDS_IN_X, "born": "1990-05-04"}
    job = town.ready(register(person))
    assert row(job, 2).outcome == "decision"
    assert problem(row(job, 2), "born-contradicts-id").params["id_value"] == "1990-05-03"
    town.decide(job, "born-contradicts-id:born", choice)
    town.commit(job)
    assert town.person("陈新来")["born"].isoformat() == born
    again = town.ready(register(person))
    assert row(again, 2).outcome == ("unchanged" if choice == "cell" else "decision")


@pytest.mark.parametrize(("choice", "sex"), [("id", "1"), ("cell", "2")])
def test_a_sex_that_contradicts_the_id_waits_for_a_choice(town, choice, sex):
    job = town.ready(register({"name": "陈新来", "id_number": ENDS_IN_X, "sex": "女"}))
    (shown,) = town.shown(job)
    assert shown.decision is not None
    assert [option.id for option in shown.decision.options] == ["id", "cell"]
    town.decide(job, shown.decision.key, choice)
    town.commit(job)
    assert town.person("陈新来")["sex"] == sex


def test_a_number_of_two_villages_in_a_third_waits_for_who_is_meant(town):
    third = "430424100202"
    shared = {"name": "孙一", "id_number": id_of("19800101", 7)}
    named = {"code": third, "name": "石桥村", "kind": "village"}
    area = Record(new_id(), box(112.96, 27.08, 112.98, 27.1), third, named)
    with town.context.write() as session:
        writing.add(session, "village", [area])
        homes = (VILLAGE, COMMUNITY)
        writing.add(session, "person", [Record(new_id(), None, one, shared) for one in homes])
    job = town.ready(register({**shared, "phone": "14000000003", "address": "石桥村1组1号"}))
    assert [one.key for one in row(job, 2).pending] == ["id-in-several-villages"]
    offered = town.shown(job)[0].decision.options
    assert [(one.id, one.title) for one in offered] == [
        (COMMUNITY, "迎宾社区"),
        (VILLAGE, "新屋村"),
    ]
    town.decide(job, "id-in-several-villages", COMMUNITY)
    assert row(job, 2).person["village"] == COMMUNITY
    town.commit(job)
    assert job.state == "committed"
