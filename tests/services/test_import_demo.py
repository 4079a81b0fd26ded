"""The demo's registers against the demo's town: every planned irregularity is told as planned."""

from collections.abc import Iterator

import pytest

from mapserver.demo.records import Township
from mapserver.demo.registers import (
    CLEAN_NAME,
    IRREGULAR_NAME,
    SMALL_NAME,
    planned,
    registers,
)
from mapserver.services.imports.job import Job
from mapserver.services.imports.plan import PlannedRow
from mapserver.services.seeding import seed
from tests.services.small_town import Town, codes, open_town
from tests.support.township import shared_township

SEEDED = ("金峨村", "大甸村", "迎宾社区")
IN_REGISTER = ("updated", "unchanged")


@pytest.fixture(scope="module")
def township() -> Township:
    return shared_township()


@pytest.fixture(scope="module")
def demo(township: Township, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Yield the demo's areas, with the houses and people of the villages that registers name."""
    town = open_town(str(tmp_path_factory.mktemp("demo")))
    records = {layer: township.records[layer] for layer in ("town", "village", "grid")}
    codes = {
        village.values["code"]
        for village in township.records["village"]
        if village.values["name"] in SEEDED
    }
    for layer in ("house", "person", "control_total"):
        own = [record for record in township.records[layer] if record.village in codes]
        records = {**records, layer: own}
    seed(town.context, records, synthetic=True, progress=lambda *_: None)
    yield town
    town.store.close()


@pytest.fixture(scope="module")
def files(township: Township) -> dict[str, bytes]:
    return dict(registers(township))


@pytest.fixture(scope="module")
def irregular(demo: Town, files: dict[str, bytes]) -> Job:
    return demo.ready(files[IRREGULAR_NAME], IRREGULAR_NAME)


def by_place(job: Job) -> dict[tuple[str, int], PlannedRow]:
    """Return the rows of a job by sheet and number."""
    plan, read = job.planned()
    return {(read.sheets[one.row.sheet].name, one.row.number): one for one in plan.rows}


def needs_no_remark(code: str, found: PlannedRow) -> bool:
    """Return whether the row says what the register has, or its ID completes its date."""
    if code == "date-imprecise":
        number = found.values["id_number"]
        return f"{found.values['born']:%Y%m%d}" == number[6:14]
    return code == "duplicate-in-register" and found.outcome in IN_REGISTER


def test_every_planned_irregularity_is_told(irregular, township):
    rows = by_place(irregular)
    missed = []
    for one in planned(township):
        found = rows[one.sheet, one.row]
        if one.code not in codes(found) and not needs_no_remark(one.code, found):
            missed.append((one, codes(found), found.outcome))
    assert missed == []


def test_nothing_is_told_that_was_not_planned(irregular, township):
    expected = {(one.sheet, one.row, one.code) for one in planned(township)}
    # of rows that speak of one person each is told
    pairs = ("duplicate-in-file",)
    extra = [
        (*place, code)
        for place, found in by_place(irregular).items()
        for code in codes(found)
        if (*place, code) not in expected and code not in pairs
    ]
    assert extra == []


def test_rows_without_an_irregularity_are_taken(irregular, township):
    marked = {(one.sheet, one.row) for one in planned(township)}
    others = [found for place, found in by_place(irregular).items() if place not in marked]
    held = [
        (found.row.sheet, found.row.number, codes(found))
        for found in others
        if found.outcome != "added" and "duplicate-in-file" not in codes(found)
    ]
    assert held == []


def test_every_house_of_the_irregular_register_that_is_spelled_out_is_found(irregular):
    made = {
        found.place.house_key
        for found in by_place(irregular).values()
        if found.outcome == "added" and not irregular.plan.houses[found.place.house_key].id
    }
    placed_by_hand = [key for key in made if "|户" not in key]
    assert placed_by_hand == []


def test_the_clean_register_asks_nothing_and_changes_nobody_known(demo, files):
    job = demo.ready(files[CLEAN_NAME], CLEAN_NAME)
    counts = job.summary["counts"]
    assert (counts["decision"], counts["refused"], counts["updated"]) == (0, 0, 0)
    assert counts["added"] > 100 and counts["unchanged"] > 8
    assert {code for found in job.plan.rows for code in codes(found)} == set()


def test_the_small_register_in_gbk_is_read(demo, files):
    job = demo.ready(files[SMALL_NAME], SMALL_NAME)
    told = {code for found in job.plan.rows for code in codes(found)}
    assert told == {"id-bad-length", "total-row"}
    assert job.summary["counts"]["refused"] == 2


def test_what_came_in_is_unchanged_when_it_comes_again_and_goes_as_it_came(demo, files):
    before = demo.content()
    job = demo.take(files[IRREGULAR_NAME], IRREGULAR_NAME)
    again = demo.ready(files[IRREGULAR_NAME], IRREGULAR_NAME)
    first, second = job.summary["counts"], again.summary["counts"]
    assert second == first | {
        "added": 0,
        "updated": 0,
        "unchanged": first["unchanged"] + first["added"] + first["updated"],
    }
    demo.undo(job)
    assert demo.content() == before
    assert demo.verify() == demo.sequence
