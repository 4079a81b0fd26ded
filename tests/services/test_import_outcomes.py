"""Every row with its outcome and the reason beside it, as a spreadsheet."""

import io

import openpyxl
import pytest

from mapserver.formats.workbook_out import outcomes
from mapserver.services.imports import report
from mapserver.store import batches
from tests.services.registers import book, cells, fields_of, register
from tests.services.small_town import HEAD, id_of

FINE = {"name": "陈新来", "relation": "户主", "id_number": id_of("19900503", 1)}
KNOWN = {"name": "周大山", "relation": "户主", "id_number": HEAD}
WRONG = {"name": "李坏号", "relation": "户主", "id_number": "430499199005030011"}
ASKS = {**FINE, "name": "何新来", "id_number": id_of("19910604", 2), "born": "1991-06-05"}
PEOPLE = ({**FINE, "address": "新屋村11组4号"}, KNOWN, WRONG, ASKS)


def sheet_of(data: bytes) -> list[list[object]]:
    """Return the rows of a workbook's first sheet, from its first row on."""
    return [list(line) for line in openpyxl.load_workbook(io.BytesIO(data)).active.values]


def told(town, job, language="zh") -> list[list[object]]:
    """Return the outcomes of a job that is held, as their workbook is read back."""
    with town.context.unmasked().read() as session:
        sheets = report.Teller(session, job.plan, job.read, language).sheets()
    return sheet_of(outcomes(sheets, language))


def kept(town, job, language="zh") -> list[list[object]]:
    """Return the outcomes of a job that nobody holds any more."""
    with town.context.read() as session:
        layer = session.layer("person")
        sheets = report.kept_sheets(batches.outcomes(session, job.id), layer, language)
    return sheet_of(outcomes(sheets, language))


def test_every_row_stands_where_it_stood_with_outcome_reason_and_mend(town):
    header, *rows = told(town, town.ready(register(*PEOPLE)))
    fields = fields_of(*PEOPLE)
    width = len(fields)
    assert header[width:] == ["结果", "原因", "怎么改", "原表行号"]
    assert [line[0] for line in rows] == [person["name"] for person in PEOPLE]
    assert [line[width] for line in rows] == ["新增", "没变", "拒收", "待你定"]
    assert rows[2][width + 1] == "身份证号校验不符，有一位抄错"
    assert rows[2][width + 2] == "照证件逐位核对 C4"
    assert [line[width + 3] for line in rows] == [2, 3, 4, 5]
    assert rows[2][fields.index("id_number")] == WRONG["id_number"]


def test_the_outcomes_are_told_in_english_too(town):
    header, *rows = told(town, town.ready(register(*PEOPLE)), "en")
    width = len(fields_of(*PEOPLE))
    assert header[width] == "Outcome"
    assert rows[2][width + 1] == "The ID’s check digit is wrong: a digit was miscopied."


def test_totals_and_remarks_have_their_row_too(town):
    rows = [["新屋村登记表"], *cells(["name", "relation", "id_number"], FINE), ["合计", "1人"]]
    sheet = told(town, town.ready(book({"新屋村": rows})))
    assert sheet[3][:2] == ["合计", "1人"]
    assert sheet[3][3:5] == ["拒收", "这是合计行，不是人"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_outcomes_outlive_the_job_without_anybody_s_cells(town, language):
    twice = {**PEOPLE[0], "phone": "14000000001"}
    job = town.take(register(*PEOPLE, twice))
    _, *rows = kept(town, job, language)
    assert len(rows) == 5
    assert [line[0] for line in rows] == [
        line[len(fields_of(*PEOPLE, twice))] for line in told(town, job, language)[1:]
    ]
    text = str(rows)
    assert ("第 6 行" in text) == (language == "zh")
    for person in (*PEOPLE, twice):
        assert person["name"] not in text and person["id_number"] not in text


def test_a_mended_outcomes_file_is_imported_again(town):
    job = town.take(register(*PEOPLE))
    rows = told(town, job)
    rows[3][2] = id_of("19900503", 5)
    again = town.take(book({"新屋村": rows}))
    assert [one.outcome for one in again.plan.rows] == [
        "unchanged",
        "unchanged",
        "added",
        "decision",
    ]
