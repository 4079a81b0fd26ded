"""A register goes in and comes out: previewed, committed, seen; the same on both engines."""

import pytest

from tests.services.registers import register
from tests.services.small_town import EAST, VILLAGE, Town, id_of, row

NEW = {
    "name": "陈新来",
    "sex": "男",
    "id_number": id_of("19900503", 5),
    "born": "1990-05-03",
    "relation": "户主",
    "household_no": "201000009",
    "phone": "14000000001",
    "address": "新屋村11组4号",
}
AGAIN = {"name": "周大山", "id_number": "430499197001010018", "phone": "14000000002"}


@pytest.fixture(params=["geopackage", "postgresql"])
def any_town(request: pytest.FixtureRequest) -> Town:
    name = "town" if request.param == "geopackage" else "postgres_town"
    return request.getfixturevalue(name)


def test_a_preview_changes_nothing_in_the_store(any_town):
    before, sequence = any_town.content(), any_town.sequence
    job = any_town.ready(register(NEW))
    assert job.summary["counts"]["added"] == 1
    assert (any_town.content(), any_town.sequence) == (before, sequence)


def test_a_new_person_lives_in_the_known_house_in_its_grid(town):
    town.take(register(NEW))
    person, house = town.person("陈新来"), town.house("新屋村11组4号")
    assert (person["house"], person["village"], person["group"]) == (house["id"], VILLAGE, "11")
    assert house["grid"] == EAST
    assert person["household"] == f"{VILLAGE}-201000009"
    assert town.verify() == town.sequence


def test_the_same_file_twice_changes_nothing_the_second_time(any_town):
    data = register(NEW, {**NEW, "name": "陈没号", "id_number": "", "relation": "子"})
    any_town.take(data)
    before, sequence = any_town.content(), any_town.sequence
    job = any_town.take(data)
    assert job.summary["counts"] == {
        "added": 0,
        "updated": 0,
        "unchanged": 2,
        "decision": 0,
        "refused": 0,
    }
    assert (any_town.content(), any_town.sequence) == (before, sequence)


def test_undo_restores_everything_exactly(any_town):
    before = any_town.content()
    moves = {**NEW, "name": "周大山", "id_number": id_of("19700101", 1), "born": None}
    fills_in = {"name": "吴小兰", "id_number": id_of("19720202", 2), "phone": "14000000003"}
    stranger = {**NEW, "address": "新屋村3组99号", "household_no": "201000010"}
    job = any_town.take(register(moves, fills_in, stranger))
    assert job.summary["counts"]["updated"] == 2
    assert any_town.content() != before
    any_town.undo(job)
    assert job.state == "undone"
    assert any_town.content() == before
    assert any_town.verify() == any_town.sequence


def test_after_an_undo_the_same_file_adds_again(town):
    data = register(NEW)
    town.undo(town.take(data))
    job = town.take(data)
    assert job.summary["counts"]["added"] == 1
    assert town.person("陈新来")["id_number"] == NEW["id_number"]


def test_undo_is_refused_whole_where_somebody_changed_a_record_since(town):
    job = town.take(register(NEW))
    town.take(register({**NEW, "phone": "14000000009"}))
    before = town.content()
    town.undo(job)
    assert job.state == "committed"
    assert job.problem is not None and job.problem.code == "conflict"
    assert job.problem.details == {"changed": 1}
    assert town.content() == before


def test_undo_is_refused_where_others_moved_into_a_house_it_made(town):
    job = town.take(register({**NEW, "address": "新屋村3组99号"}))
    other = {"name": "陈后来", "id_number": id_of("19910101", 7), "address": "新屋村3组99号"}
    later = town.take(register(other))
    town.undo(job)
    assert (job.state, job.problem and job.problem.code) == ("committed", "conflict")
    town.undo(later)
    town.undo(job)
    assert job.state == "undone"


def test_every_row_is_counted(town):
    same = {"name": "郑老五", "relation": "户主", "id_number": id_of("19650303", 3)}
    bad = {"name": "李坏号", "id_number": "430499199005030011"}
    asks = {"name": "李另日", "id_number": id_of("19920101", 9), "born": "1992-01-02"}
    job = town.ready(register(NEW, same, bad, asks))
    assert job.summary["counts"] == {
        "added": 1,
        "updated": 0,
        "unchanged": 1,
        "decision": 1,
        "refused": 1,
    }
    assert row(job, 4).outcome == "refused"
