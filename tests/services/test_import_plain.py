"""Registers without rules of their own: rows, villages, grids and the records they find."""

from typing import Any

import pytest

from mapserver.errors import InvalidRequest
from mapserver.services.imports.batch import Given, import_file
from mapserver.services.imports.job import Job
from tests.services.registers import book
from tests.services.small_town import COMMUNITY, EAST, VILLAGE, WEST, Town, codes, row

SCHOOL = {"学校名称": "青禾小学", "办学类型": "小学"}
IN_WEST, IN_EAST = {"经度": 112.905, "纬度": 27.09}, {"经度": 112.925, "纬度": 27.09}
NOWHERE = "表"


def sheet(*rows: dict[str, Any], name: str = "新屋村") -> bytes:
    """Return an .xlsx of `rows`, told by heading."""
    headings = list(dict.fromkeys(heading for one in rows for heading in one))
    return book({name: [headings, *([one.get(key) for key in headings] for one in rows)]})


def ready(
    town: Town, layer: str, data: bytes, village: str | None = None, datum: Any = "cgcs2000"
) -> Job:
    """Send a file of a layer and wait until it is read."""
    job = town.imports.start(town.context, layer, "表.xlsx", data, village, datum)
    town.imports.wait(60)
    assert job.state == "ready", job.problem and job.problem.zh
    return job


def take(
    town: Town, layer: str, data: bytes, village: str | None = None, datum: Any = "cgcs2000"
) -> Job:
    """Send a file of a layer and commit it."""
    job = town.commit(ready(town, layer, data, village, datum))
    assert job.state == "committed", job.problem and job.problem.zh
    return job


def outcomes(job: Job) -> list[str]:
    """Return the outcome of every row."""
    return [one.outcome for one in job.planned()[0].rows]


# ---------------------------------------------------------------- the file's village


@pytest.mark.parametrize("written", [VILLAGE, "新屋村", "新屋"])
def test_the_village_of_a_file_is_given_by_code_or_by_name(town, written):
    take(town, "school", sheet(SCHOOL, name=NOWHERE), written)
    (school,) = town.kept("school")
    assert school["village"] == VILLAGE


@pytest.mark.parametrize("written", ["430424100999", "新桥头村"])
def test_a_village_that_the_town_has_not_is_refused_before_anything_is_read(town, written):
    with pytest.raises(InvalidRequest) as refused:
        town.imports.start(town.context, "school", "表.xlsx", b"no spreadsheet", written)
    assert written in refused.value.zh
    assert written in refused.value.en
    given = Given("school", "表.xlsx", b"no spreadsheet", written)
    with pytest.raises(InvalidRequest):
        import_file(town.context, given, "zh", lambda *_: None, every_row=False)
    assert town.imports.held() == []
