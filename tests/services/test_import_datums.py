"""Coordinates in registers: of a stated datum, or not taken."""

import prcoords
import pytest
import shapely

from mapserver.errors import InvalidRequest
from mapserver.services.imports import report
from mapserver.services.imports.batch import Given, import_file
from tests.services.registers import book
from tests.services.small_town import Town, codes, id_of, row

PLACE = (112.925, 27.09)
HEADINGS = ["学校名称", "办学类型", "经度", "纬度"]
AS_GIVEN = {
    "cgcs2000": lambda at: at,
    "wgs84": lambda at: at,
    "gcj02": prcoords.wgs_gcj,
    "bd09": prcoords.wgs_bd,
}
"""What a phone or a web map of each datum gives, latitude first, by a library not our own."""


def schools(lon: object, lat: object) -> bytes:
    """Return a register of one school."""
    return book({"新屋村": [HEADINGS, ["青禾小学", "小学", lon, lat]]})


@pytest.mark.parametrize("datum", AS_GIVEN)
def test_a_place_is_the_same_whatever_datum_it_is_stated_in(town: Town, datum: str):
    lat, lon = AS_GIVEN[datum]((PLACE[1], PLACE[0]))
    job = town.imports.start(town.context, "school", "表.xlsx", schools(lon, lat), None, datum)
    town.imports.wait(60)
    assert town.commit(job).state == "committed"
    (school,) = town.kept("school")
    assert school["datum"] == datum
    assert shapely.get_coordinates(school["geom"])[0] == pytest.approx(PLACE, abs=1e-7)


def test_rows_of_a_file_without_a_datum_are_held_back(town: Town):
    given = Given("school", "表.xlsx", schools(*PLACE))
    result = import_file(town.context, given, "zh", lambda *_: None, every_row=True)
    assert result.held_back
    assert town.kept("school") == []


def test_a_datum_that_is_none_is_no_answer(town: Town):
    job = town.imports.start(town.context, "school", "表.xlsx", schools(*PLACE))
    town.imports.wait(60)
    with pytest.raises(InvalidRequest, match="mars"):
        town.decide(job, "datum-missing", "mars")
    assert codes(row(job, 2)) == ["datum-missing"]


def test_coordinates_that_place_nobody_are_told_as_not_used(town: Town):
    """A person lives where the address says; no datum is asked for what is not taken."""
    headings = ["姓名", "与户主关系", "身份证号码", "家庭住址", "经度", "纬度"]
    person = ["陈新来", "户主", id_of("19900503", 1), "新屋村11组4号", *PLACE]
    job = town.ready(book({"新屋村": [headings, person]}))
    told = report.columns(job.read)
    assert [one["heading"] for one in told["unknown_columns"]] == ["经度", "纬度"]
    assert "经度" not in [one["heading"] for one in told["columns"]]
    assert codes(row(job, 2)) == []


def test_a_longitude_without_a_latitude_is_told_as_not_used(town: Town):
    data = book({"新屋村": [HEADINGS[:3], ["青禾小学", "小学", PLACE[0]]]})
    job = town.imports.start(town.context, "school", "表.xlsx", data)
    town.imports.wait(60)
    told = report.columns(job.read)
    assert [(one["column"], one["heading"]) for one in told["unknown_columns"]] == [("C", "经度")]


def test_records_that_were_made_here_state_their_datum_too(town: Town):
    kept = [one for layer in ("house", "grid", "village") for one in town.kept(layer)]
    assert kept
    assert {one["datum"] for one in kept if one["geom"] is not None} == {"cgcs2000"}
