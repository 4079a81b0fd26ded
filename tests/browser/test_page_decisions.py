"""Decisions, progress, outcomes and refused files, through the page."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import python_calamine
from playwright.sync_api import expect

from mapserver.demo.registers import SMALL_NAME
from tests.browser.import_sheet import ImportSheet
from tests.browser.map_page import MapPage
from tests.formats.builders import by_openpyxl, encrypted_xlsx

ROWS_OF_PROGRESS = 20_000
NOTE_PROGRESS = """addEventListener("DOMContentLoaded", () => {
    window.told = [];
    new MutationObserver(() => {
        const bar = document.querySelector("[role=progressbar]");
        if (bar) window.told.push([bar.ariaLabel, Number(bar.ariaValueNow)]);
    }).observe(document.body, {subtree: true, childList: true});
})"""


def test_rows_are_decided_one_by_one_and_then_written(
    own_town: MapPage, irregular_register: Path
) -> None:
    own_town.open("import")
    people = own_town.people()
    sheet = ImportSheet(own_town)
    sheet.drop(irregular_register)
    sheet.until_ready()
    expect(sheet.sheet).to_contain_text("「民族」「政治面貌」2 列不收")
    counts = sheet.counts()

    twice = sheet.rows_saying("是同一个人，内容不同")
    duplicates = twice.count()
    assert duplicates > 1
    twice.first.get_by_role("button", name="用前面那行").click()
    expect(twice).to_have_count(0)
    expect(sheet.button("同类都这样")).to_have_count(0)
    one = sheet.rows_saying("照身份证号是")
    one.get_by_role("button", name="照身份证号").click()
    expect(one).to_have_count(0)
    chosen = sheet.rows_saying("「干亲」不在选项里")
    chosen.get_by_role("combobox").select_option("其他")
    expect(chosen).to_have_count(0)

    decided = sheet.counts()
    assert decided["待你定"] == counts["待你定"] - duplicates - 1 - 1
    assert sum(decided.values()) == sum(counts.values()), "every row keeps an outcome"
    sheet.commit()
    assert own_town.people() == people + decided["新增"]


def test_one_decision_is_made_the_same_for_all_rows_of_its_kind(
    town: MapPage, clean_register: Path, tmp_path: Path
) -> None:
    file = tmp_path / "性别抄反.xlsx"
    file.write_bytes(by_openpyxl(with_wrong_sexes(clean_register, people=4)))
    town.open("import")
    sheet = ImportSheet(town)
    sheet.drop(file)
    sheet.until_ready()
    wrong = sheet.rows_saying("照身份证号是")
    expect(wrong).to_have_count(4)
    wrong.first.get_by_role("button", name="照身份证号").click()
    expect(wrong).to_have_count(3)
    expect(sheet.sheet.locator(".same")).to_contain_text("定为：照身份证号")
    sheet.button("同类都这样").click()
    expect(sheet.sheet).to_contain_text("没有要处理的行")
    assert sheet.counts()["待你定"] == 0
    sheet.button("放弃").click()
    expect(sheet.sheet).to_contain_text("把表格拖到这里")


def with_wrong_sexes(register: Path, people: int) -> list[list[object]]:
    """Return the rows of a register, the sex of its first people turned round."""
    headings, *rows = python_calamine.load_workbook(register).get_sheet_by_index(0).to_python()
    sex = headings.index("性别")
    for row in rows[:people]:
        row[sex] = "女" if row[sex] == "男" else "男"
    return [headings, *rows]


def test_outcomes_come_as_a_workbook_with_the_reason_beside_each_refused_row(
    town: MapPage, irregular_register: Path
) -> None:
    town.open("import")
    sheet = ImportSheet(town)
    sheet.drop(irregular_register)
    sheet.until_ready()
    with town.page.expect_download() as download:
        sheet.sheet.get_by_role("link", name="改好再传").click()
    content = Path(download.value.path()).read_bytes()
    workbook = python_calamine.load_workbook(BytesIO(content))
    rows = workbook.get_sheet_by_index(0).to_python()
    text = "\n".join(str(cell) for row in rows for cell in row)
    assert "身份证号存成数字，末三位已丢失\n把 H 列设为文本，重填 H16" in text
    sheet.button("放弃").click()


def test_progress_is_told_while_a_long_register_is_read_and_written(
    own_town: MapPage, demo_files: Path, tmp_path: Path
) -> None:
    long = tmp_path / "长表.csv"
    long.write_text(lengthened(demo_files / SMALL_NAME, ROWS_OF_PROGRESS), "utf-8")
    own_town.page.add_init_script(NOTE_PROGRESS)
    own_town.open("import")
    sheet = ImportSheet(own_town)
    sheet.drop(long)
    expect(sheet.sheet.get_by_role("progressbar")).to_be_visible()
    assert own_town.page.request.get(f"{own_town.url}/town").ok, "others are answered meanwhile"
    sheet.until_ready()
    told = own_town.page.evaluate("window.told")
    assert any(0 < percent < 100 for _, percent in told), told
    assert any(word in str(told) for word in ("逐行核对", "拆地址", "和登记册比对")), told


def lengthened(register: Path, rows: int) -> str:
    """Return a register with its people again and again, under other names."""
    _, headings, *rest = csv.reader(StringIO(register.read_bytes().decode("gbk")))
    people = [row for row in rest if len(row) == len(headings) and row[4]]
    name, number = headings.index("姓名"), headings.index("公民身份号码")
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    for i in range(rows):
        person = list(people[i % len(people)])
        person[name], person[number] = f"{person[name]}{i}", ""
        writer.writerow(person)
    return out.getvalue()


BAD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "照片.xlsx": (lambda: b"\xff\xd8\xff\xe0 a photograph", "不是表格"),
    "加密.xlsx": (encrypted_xlsx, "密码"),
    "名单.xlsx": (lambda: by_openpyxl([["甲", "乙"], [1, 2], [3, 4]]), "表头"),
}


def test_file_that_cannot_be_read_is_refused_with_what_to_do(town: MapPage, tmp_path: Path) -> None:
    town.open("import")
    before = town.api("/town")["counts"]
    sheet = ImportSheet(town)
    for name, (build, said) in BAD_FILES.items():
        (tmp_path / name).write_bytes(build())
        sheet.drop(tmp_path / name)
        expect(sheet.sheet).to_contain_text(name)
        expect(sheet.sheet.get_by_role("alert")).to_contain_text(said)
        sheet.sheet.get_by_role("link", name="换一个文件").click()
        expect(sheet.sheet).to_contain_text("把表格拖到这里")
    assert town.api("/town")["counts"] == before
