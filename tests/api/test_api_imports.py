"""An import by HTTP: send, poll, look at rows, decide, commit, undo, take the outcomes away."""

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from time import monotonic, sleep
from typing import Any

import openpyxl
import pytest

from mapserver.domain.records import Change
from mapserver.store import writing
from tests.api import town as small
from tests.api.conftest import Town, opened
from tests.formats import builders
from tests.support import accounts

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS = ["姓名", "与户主关系", "公民身份号码", "联系电话", "现居住地址", "民族"]
NEW_PHONE = "19900004444"


def with_check_digit(first: str) -> str:
    """Return an ID number with its check digit (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(first))
    return first + "10X98765432"[total % 11]


NEW_ID = with_check_digit("43049919850101001")
OTHER_ID = with_check_digit("43049919600302002")
WRONG_ID = NEW_ID[:-1] + ("1" if NEW_ID[-1] != "1" else "2")


def book(*rows: list[Any], headings: list[str] = HEADINGS, sheet: str = "新屋村") -> bytes:
    """Return an .xlsx."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = sheet
    for row in (headings, *rows):
        page.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


NEWCOMER = ["赵六", "户主", NEW_ID, NEW_PHONE, "新屋村3组20号", "汉族"]
TO_DECIDE = ["钱七", "户主甲", OTHER_ID, None, "新屋村3组77号", "汉族"]
REFUSED = ["孙八", "户主", WRONG_ID, None, "新屋村3组21号", None]


def send(town: Town, data: bytes, name: str = "登记表.xlsx", **form: str) -> dict:
    """Send a file and return the import as it is at first."""
    answer = town.client.post("/imports", files={"file": (name, data)}, data=form)
    assert answer.status_code == 202, answer.text
    body: dict = answer.json()
    assert answer.headers["location"] == f"/imports/{body['id']}"
    return body


def poll(town: Town, identifier: str, **query: str) -> dict:
    """Return the import once it is no longer at work."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        answer = town.client.get(f"/imports/{identifier}", params=query)
        assert answer.status_code == 200, answer.text
        body: dict = answer.json()
        if body["state"] not in ("reading", "committing", "undoing"):
            return body
        assert set(body) >= {"stage", "done", "total"}
        sleep(0.01)
    raise AssertionError(f"still {body['state']}")


def post(town: Town, path: str, status: int, json: object = None) -> dict:
    """Post to `path` and hold the answer to `status`."""
    answer = town.client.post(path, json=json)
    assert answer.status_code == status, answer.text
    body: dict = answer.json()
    return body


def rows(town: Town, identifier: str, **query: str) -> list[dict]:
    """Return the rows of an import."""
    answer = town.client.get(f"/imports/{identifier}/rows", params={"show": "all", **query})
    assert answer.status_code == 200, answer.text
    found: list[dict] = answer.json()["rows"]
    return found


@pytest.fixture
def sent(own_town: Town) -> Iterator[tuple[Town, str]]:
    """Yield a town and the id of an import of three rows that is ready."""
    identifier = send(own_town, book(NEWCOMER, TO_DECIDE, REFUSED))["id"]
    body = poll(own_town, identifier)
    assert body["state"] == "ready", body
    yield own_town, identifier
    own_town.client.app.state.desk.imports.wait()


# ---------------------------------------------------------------- from the file to the map


def test_import_tells_what_would_come_of_the_file(sent: tuple[Town, str]):
    town, identifier = sent
    body = town.get(f"/imports/{identifier}").json()
    assert (body["layer"], body["file"], body["problem"]) == ("person", "登记表.xlsx", None)
    assert body["counts"] == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "decision": 1,
        "refused": 1,
    }
    assert body["sheets"] == [{"name": "新屋村", "rows": 3, "header_rows": [1]}]
    taken = {one["heading"]: (one["column"], one["field"]) for one in body["columns"]}
    assert taken["公民身份号码"] == ("C", "id_number")
    # 民族 may not be kept: it is told as refused, with how many cells stood there
    assert [(one["heading"], one["cells"]) for one in body["refused_columns"]] == [("民族", 2)]
    assert body["undoable"] is False


def test_rows_say_where_the_fault_is_and_how_to_mend_it(sent: tuple[Town, str]):
    town, identifier = sent
    every = {row["row"]: row for row in rows(town, identifier)}
    assert [every[n]["outcome"] for n in (2, 3, 4)] == ["added", "decision", "refused"]
    (fault,) = [one for one in every[4]["problems"] if one["severity"] == "refuse"]
    assert (fault["cell"], fault["column"], fault["code"]) == ("C4", "C", "id-bad-check-digit")
    assert fault["reason"] and fault["mend"]
    assert every[2]["point"] == pytest.approx([112.905, 27.005], abs=1e-6)
    english = {row["row"]: row for row in rows(town, identifier, lang="en")}
    assert english[4]["problems"][0]["reason"] != every[4]["problems"][0]["reason"]
    attention = town.get(f"/imports/{identifier}/rows").json()
    assert (attention["total"], [row["row"] for row in attention["rows"]]) == (2, [3, 4])
    page = town.get(f"/imports/{identifier}/rows?show=all&offset=1&limit=1").json()
    assert (page["total"], [row["row"] for row in page["rows"]]) == (3, [3])


def test_points_of_new_rows_are_shown_before_they_are_written(sent: tuple[Town, str]):
    town, identifier = sent
    body = town.get(f"/imports/{identifier}/points").json()
    assert [[round(x, 5), round(y, 5), what] for x, y, what in body["points"]] == [
        [112.905, 27.005, "added"]
    ]
    assert len(body["bounds"]) == 4


def test_decided_committed_and_undone(sent: tuple[Town, str]):
    town, identifier = sent
    before = town.get("/town").json()["counts"]["people"]
    (waiting,) = [row for row in rows(town, identifier) if row["outcome"] == "decision"]
    choice = waiting["decision"]["options"][0]["id"]
    decision = {
        "code": waiting["decision"]["key"],
        "choice": choice,
        "rows": [[waiting["sheet_index"], waiting["row"]]],
    }
    decided = post(town, f"/imports/{identifier}/decisions", 200, decision)
    assert decided["counts"]["decision"] == 0
    assert decided["counts"]["added"] == 2

    assert post(town, f"/imports/{identifier}/commit", 202)["state"] in ("committing", "committed")
    body = poll(town, identifier)
    assert (body["state"], body["undoable"], body["by"]) == ("committed", True, accounts.NAME)
    assert town.get("/town").json()["counts"]["people"] == before + 2
    found = town.get("/collections/person/items?name=赵六").json()["features"]
    assert found[0]["geometry"]["coordinates"] == [112.905, 27.005]
    assert found[0]["properties"]["grid"] == small.SOUTH

    assert post(town, f"/imports/{identifier}/undo", 202)["state"] in ("undoing", "undone")
    assert poll(town, identifier)["state"] == "undone"
    assert town.get("/town").json()["counts"]["people"] == before
    assert town.get("/collections/person/items?name=赵六").json()["numberMatched"] == 0


def test_same_file_twice_changes_nothing(own_town: Town):
    data = book(NEWCOMER)
    first = poll(own_town, send(own_town, data)["id"])["id"]
    post(own_town, f"/imports/{first}/commit", 202)
    poll(own_town, first)
    again = poll(own_town, send(own_town, data)["id"])
    assert (again["counts"]["unchanged"], again["counts"]["added"]) == (1, 0)


def test_village_of_the_form_counts_for_rows_that_name_none(own_town: Town):
    data = book(["赵六", "户主", NEW_ID, None, "3组21号", None], sheet="Sheet1")
    without = poll(own_town, send(own_town, data)["id"])
    assert without["counts"]["decision"] == 1
    within = poll(own_town, send(own_town, data, village=small.XINWU)["id"])
    assert within["counts"]["added"] == 1


def test_list_of_imports_is_newest_first_and_survives_a_restart(own_folder):
    with opened(own_folder) as town:
        first = poll(town, send(town, book(NEWCOMER), "一.xlsx")["id"])["id"]
        post(town, f"/imports/{first}/commit", 202)
        poll(town, first)
        second = poll(town, send(town, book(REFUSED), "二.xlsx")["id"])["id"]
        listed = town.get("/imports").json()["imports"]
        assert [one["id"] for one in listed] == [second, first]
    with opened(own_folder) as town:
        (kept,) = town.get("/imports").json()["imports"]
        assert (kept["id"], kept["file"], kept["state"]) == (first, "一.xlsx", "committed")
        assert kept["counts"]["added"] == 1
        assert set(kept) >= {"layer", "problem", "by", "undoable", "committed_at", "columns"}
        town.get(f"/imports/{second}", 404)
        town.get(f"/imports/{first}/rows", 404)
        outcomes = town.get(f"/imports/{first}/outcomes.xlsx")
        assert openpyxl.load_workbook(io.BytesIO(outcomes.content)).sheetnames == ["新屋村"]
        post(town, f"/imports/{first}/undo", 202)
        assert poll(town, first)["state"] == "undone"


# ---------------------------------------------------------------- spreadsheets out


def test_outcomes_are_a_spreadsheet_with_the_reason_beside_the_row(sent: tuple[Town, str]):
    town, identifier = sent
    answer = town.get(f"/imports/{identifier}/outcomes.xlsx")
    assert answer.headers["content-type"] == SPREADSHEET
    assert "attachment" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    table = [[cell.value for cell in row] for row in sheet.iter_rows()]
    wrong = next(row for row in table if "孙八" in row)
    assert WRONG_ID in wrong
    assert any("校验" in str(cell) for cell in wrong)
    # the column that may not be kept is not given back either
    assert not any("汉族" in row for row in table)


@pytest.mark.parametrize("collection", ["person", "house", "school", "control_total"])
@pytest.mark.parametrize(("language", "heading"), [("zh", "姓名"), ("en", "Name")])
def test_template_is_a_spreadsheet_in_the_readers_language(
    town: Town, collection: str, language: str, heading: str
):
    answer = town.get(f"/collections/{collection}/template.xlsx?lang={language}")
    assert answer.headers["content-type"] == SPREADSHEET
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    headings = [cell.value for cell in sheet[1]]
    assert len(headings) == len(set(headings)) > 1
    if collection == "person":
        assert heading in headings


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", builders.archive(word__document_dot_xml="<w/>"), "not-a-spreadsheet"),
        ("a.xlsx", b"%PDF-1.7 not a spreadsheet", "not-a-spreadsheet"),
        ("a.doc", builders.old_word(), "not-a-spreadsheet"),
        ("a.xlsx", b"", "not-a-spreadsheet|spreadsheet-damaged"),
        ("a.xlsx", builders.encrypted_xlsx(), "spreadsheet-encrypted"),
        ("a.xls", builders.encrypted_xls(), "spreadsheet-encrypted"),
        ("a.xlsx", book(NEWCOMER)[:2000], "spreadsheet-damaged"),
        ("a.xlsx", partial(builders.bomb, 700, honest=True), "spreadsheet-too-large"),
        (
            "a.xlsx",
            partial(builders.bomb, 700, honest=False),
            "spreadsheet-too-large|spreadsheet-damaged",
        ),
        ("a.xlsx", book(["1", "2"], headings=["型号", "单价"]), "header-not-found"),
    ],
)
def test_file_that_cannot_be_imported_says_why_in_both_languages(
    town: Town, name: str, data: bytes | Callable[[], bytes], code: str
):
    before = town.get("/town").json()
    identifier = send(town, data if isinstance(data, bytes) else data(), name)["id"]
    told = poll(town, identifier, lang="zh")
    assert told["state"] == "failed"
    assert told["problem"]["code"] in code.split("|")
    english = poll(town, identifier, lang="en")["problem"]
    assert english["code"] == told["problem"]["code"]
    assert english["detail"] != told["problem"]["detail"]
    if code != "header-not-found":  # which quotes the headings
        assert not re.search("[\u4e00-\u9fff]", english["detail"])
    assert "Traceback" not in str(told)
    # nothing can be done with it, and nothing was done
    post(town, f"/imports/{identifier}/commit", 409)
    town.get(f"/imports/{identifier}/rows", 409)
    assert town.get("/town").json() == before


def test_header_that_is_not_found_names_what_was_looked_for_and_what_is_near(own_town: Town):
    data = book(["1", "2"], headings=["性名", "身份正号"])
    told = poll(own_town, send(own_town, data)["id"])["problem"]
    assert told["code"] == "header-not-found"
    assert "姓名" in told["detail"]
    assert "性名" in told["detail"]


@pytest.mark.parametrize("announced", [True, False])
def test_file_over_the_limit_is_refused_before_it_is_stored(own_folder, announced: bool):
    with opened(own_folder, max_upload_mb=1) as town:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
            + b"0" * (2 * 2**20)
            + b"\r\n--x--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept-Language": "en"}
        content = body if announced else iter([body[:1000], body[1000:]])
        answer = town.client.post("/imports", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "spreadsheet-too-large"
        assert "1 MB" in answer.json()["detail"]
        assert "content-security-policy" in answer.headers
        assert town.get("/imports").json()["imports"] == []


def test_file_just_over_the_limit_is_refused_and_one_just_under_is_read(own_folder):
    with opened(own_folder, max_upload_mb=1) as town:
        over = {"file": ("a.csv", b"0" * (2**20 + 1))}
        assert town.client.post("/imports", files=over).status_code == 413
        under = {"file": ("a.csv", b"0" * 2**20)}
        assert town.client.post("/imports", files=under).status_code == 202


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"layer": "pond"}, 404, "not-found"),
        ({"layer": "town"}, 409, "conflict"),
        ({"village": "43042410020"}, 400, "invalid-request"),
        ({"village": "x430424100201x"}, 400, "invalid-request"),
        ({"datum": "mars"}, 400, "invalid-request"),
    ],
)
def test_form_that_cannot_be_read_is_refused(
    town: Town, form: dict[str, str], status: int, code: str
):
    answer = town.client.post("/imports", files={"file": ("a.xlsx", b"")}, data=form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_form_without_a_file_is_refused_in_the_readers_language(town: Town):
    answer = town.client.post("/imports", data={"layer": "person"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, "file")
    assert answer.json()["detail"] == "参数 file 没有填。"
    assert "required" in town.client.post("/imports?lang=en").json()["detail"].lower()


def test_form_that_is_no_form_is_refused(town: Town):
    answer = town.client.post(
        "/imports", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


def test_name_of_any_length_is_shortened(own_town: Town):
    body = send(own_town, book(NEWCOMER), "长" * 400 + ".xlsx")
    assert len(body["file"]) == 255
    assert body["file"].endswith(".xlsx")


@pytest.mark.parametrize(
    "decision",
    [{}, {"code": "x"}, {"code": "x", "choice": "y", "more": 1}, {"code": 1, "choice": 2}, [], "x"],
)
def test_decision_that_cannot_be_read_is_refused(town: Town, decision: object):
    identifier = small.ADULT
    assert (
        post(town, f"/imports/{identifier}/decisions", 400, decision)["code"] == "invalid-request"
    )


def test_dropped_import_is_gone_and_cannot_be_committed(sent: tuple[Town, str]):
    town, identifier = sent
    assert town.client.delete(f"/imports/{identifier}").status_code == 204
    town.get(f"/imports/{identifier}", 404)
    post(town, f"/imports/{identifier}/commit", 404)
    assert town.get("/imports").json()["imports"] == []


def test_committed_import_cannot_be_committed_again(sent: tuple[Town, str]):
    town, identifier = sent
    post(town, f"/imports/{identifier}/commit", 202)
    poll(town, identifier)
    assert post(town, f"/imports/{identifier}/commit", 409)["code"] == "conflict"


def test_undo_is_refused_whole_where_somebody_wrote_since(sent: tuple[Town, str]):
    town, identifier = sent
    post(town, f"/imports/{identifier}/commit", 202)
    poll(town, identifier)
    found = town.get("/collections/person/items?name=赵六").json()["features"][0]
    with town.context.write() as session:
        writing.change(session, "person", [Change(found["id"], {"note": "改过"})])
    post(town, f"/imports/{identifier}/undo", 202)
    body = poll(town, identifier)
    assert (body["state"], body["problem"]["code"]) == ("committed", "conflict")
    assert town.get("/collections/person/items?name=赵六").json()["numberMatched"] == 1
    assert post(town, f"/imports/{small.ADULT}/undo", 404)["code"] == "not-found"


def test_no_answer_about_an_import_holds_a_secret_value_in_full(sent: tuple[Town, str]):
    """The outcomes' file gives back the cells that were sent; no answer to a page does."""
    town, identifier = sent
    post(town, f"/imports/{identifier}/commit", 202)
    poll(town, identifier)
    paths = ("", "/rows?show=all", "/points")
    for path in [f"/imports/{identifier}{one}" for one in paths] + ["/imports"]:
        body = town.get(path).text
        for secret in (NEW_ID, OTHER_ID, WRONG_ID, NEW_PHONE):
            assert secret not in body, path
