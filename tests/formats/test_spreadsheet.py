"""Real files of every kind are read as what they are, or refused with what to do."""

import datetime
import io
import resource
import struct
import threading
import time
import zipfile
from functools import cache

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from mapserver.domain.cells import CellError
from mapserver.domain.sheets import Range
from mapserver.errors import (
    MapserverError,
    NotASpreadsheet,
    SpreadsheetDamaged,
    SpreadsheetEncrypted,
    SpreadsheetError,
    SpreadsheetTooLarge,
)
from mapserver.formats.limits import LIMITS, Limits
from mapserver.formats.spreadsheet import read_spreadsheet
from tests.formats import builders
from tests.formats.builders import as_csv, by_openpyxl, by_xlsxwriter, by_xlwt, register


def rows_of(data, name="人口.xlsx"):
    return read_spreadsheet(data, name).sheets[0].rows


def refused(kind, data, name="人口.xlsx", limits=None):
    """Return the error, after looking that both languages name the file and say what to do."""
    with pytest.raises(kind) as caught:
        read_spreadsheet(data, name, limits or Limits())
    error = caught.value
    assert name in error.zh and name in error.en
    assert any(word in error.zh for word in ("请", "重新"))
    assert error.en != error.zh
    return error


# what is read


@pytest.mark.parametrize(
    ("build", "kind"),
    [(by_openpyxl, "xlsx"), (by_xlwt, "xls"), (as_csv, "csv")],
)
def test_a_register_reads_the_same_from_every_kind_of_file(build, kind):
    read = read_spreadsheet(build(register()), "人口.dat")
    assert read.kind == kind
    assert [sheet.rows for sheet in read.sheets] == [register()]


@pytest.mark.parametrize("build", [by_openpyxl, by_xlwt])
def test_a_wps_file_is_told_by_its_content_and_never_by_its_name(build):
    read = read_spreadsheet(build(register()), "人口.et")
    assert read.sheets[0].rows == register()
    assert read.kind == ("xlsx" if build is by_openpyxl else "xls")


def test_numbers_keep_their_kind_and_whole_ones_are_whole():
    (row,) = rows_of(by_openpyxl([[12.0, 12.5, True, "012", 0]]))
    assert row == [12, 12.5, True, "012", 0]
    assert [type(cell) for cell in row] == [int, float, bool, str, int]


def test_an_id_stored_as_a_number_stays_a_number_for_the_next_floor_to_refuse():
    """Excel keeps 15 digits and shows zeros for the rest; so must we, not 016."""
    assert rows_of(by_openpyxl([[430499199005030000]])) == [[430499199005030000]]


def test_date_cells_are_dates_also_in_the_calendar_of_old_macs():
    day, moment = datetime.date(1990, 5, 3), datetime.datetime(1990, 5, 3, 8, 30)
    assert rows_of(by_openpyxl([[day, moment]])) == [[day, moment]]

    def since_1904(workbook):
        workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    assert rows_of(by_openpyxl([[day]], since_1904)) == [[day]]
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    assert rows_of(by_xlwt(prepare=lambda _, sheet: sheet.write(0, 0, day, style))) == [[day]]


def test_times_and_durations_are_texts_because_no_field_holds_them():
    cells = [[datetime.time(8, 30), datetime.timedelta(hours=30)]]
    assert rows_of(by_openpyxl(cells)) == [["08:30:00", "1 day, 6:00:00"]]


def test_a_table_that_does_not_begin_in_a1_keeps_its_place():
    def put(workbook):
        workbook.active["C3"] = "姓名"

    assert rows_of(by_openpyxl(prepare=put)) == [[], [], [None, None, "姓名"]]


def test_merged_cells_are_told_with_the_value_in_the_first():
    def merge(workbook):
        workbook.active.merge_cells("A2:A3")

    sheet = read_spreadsheet(by_openpyxl(register(), merge), "a").sheets[0]
    assert sheet.merged == (Range(1, 0, 2, 0),)
    assert (sheet.rows[1][0], sheet.rows[2][0]) == ("3组", None)

    xls = by_xlwt(prepare=lambda _, page: page.write_merge(1, 2, 0, 0, "3组"))
    assert read_spreadsheet(xls, "a").sheets[0].merged == (Range(1, 0, 2, 0),)


def test_every_sheet_is_read_in_order_and_hidden_ones_are_marked():
    def more(workbook):
        workbook.create_sheet("龙潭村").append(["姓名"])
        workbook.create_sheet("代码表").sheet_state = "hidden"
        workbook.create_sheet("旧表").sheet_state = "veryHidden"
        workbook.create_sheet("空表")
        workbook.create_chartsheet("图表")

    read = read_spreadsheet(by_openpyxl(register(), more), "a")
    assert [(sheet.name, sheet.hidden) for sheet in read.sheets] == [
        ("新屋村", False),
        ("龙潭村", False),
        ("代码表", True),
        ("旧表", True),
        ("空表", False),
    ]
    assert read.sheets[-1].rows == []


def test_a_formula_with_a_saved_result_is_its_result():
    def write(_, sheet):
        sheet.write_formula("A1", "=1+1", None, 2)
        sheet.write_formula("B1", '="户"&"主"', None, "户主")
        sheet.write_formula("C1", '=IF(FALSE,1,"")', None, "空")
        sheet.write("D1", "尾")

    # Excel's own form of an empty result
    data = builders.with_sheet_xml(
        by_xlsxwriter(write), lambda xml: xml.replace("空".encode(), b"")
    )
    assert rows_of(data) == [[2, "户主", None, "尾"]]


def test_a_formula_without_a_saved_result_is_told_and_never_an_empty_cell():
    def put(workbook):
        workbook.active["B2"] = "=YEAR(TODAY())-1990"
        workbook.active["D5"] = "=B2"

    rows = rows_of(by_openpyxl([["a", "b"]], put))
    assert rows == [["a", "b"], [None, CellError("")], [], [], [None, None, None, CellError("")]]


def test_error_cells_are_told_in_both_formats():
    def put(workbook):
        workbook.active["B1"] = "#REF!"
        workbook.active["B1"].data_type = "e"

    assert rows_of(by_openpyxl([["a"]], put)) == [["a", CellError("#REF!")]]

    def put_xls(_, sheet):
        sheet.write(0, 0, "a")
        sheet.row(0).set_cell_error(1, "#REF!")
        sheet.row(0).set_cell_error(2, 0x2A)

    errors = [["a", CellError("#REF!"), CellError("#N/A")]]
    assert rows_of(by_xlwt(prepare=put_xls)) == errors


def test_a_formula_that_ends_in_an_error_is_an_error():
    def write(_, sheet):
        sheet.write_formula("A1", "=B9", None, "#REF!")

    assert rows_of(by_xlsxwriter(write)) == [[CellError("#REF!")]]


def test_other_spellings_of_the_xml_read_the_same():
    """Style before place, a namespace prefix, and cells that name no place at all."""
    data = by_openpyxl(register())
    assert rows_of(builders.in_other_spelling(data)) == register()
    without_places = builders.with_sheet_xml(
        data, lambda xml: builders.re.sub(rb' r="[A-Z]*\d+"', b"", xml)
    )
    assert rows_of(without_places) == register()


# text files


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_csv_is_read_in_the_encoding_it_has(encoding, told):
    read = read_spreadsheet(as_csv(register(), encoding), "人口.csv")
    assert (read.kind, read.encoding) == ("csv", told)
    assert read.sheets[0].rows == register()
    assert read.sheets[0].name == "人口"


def test_utf16_with_the_other_byte_order_is_read_too():
    data = b"\xfe\xff" + as_csv(register(), "utf-16-be")
    assert rows_of(data) == register()


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found(separator):
    assert rows_of(as_csv(register(), delimiter=separator)) == register()


def test_a_quoted_line_break_stays_in_its_cell_and_an_empty_line_is_a_row():
    data = '姓名,地址\n张三,"新屋村\n3组"\n\n李四,龙潭村\n'.encode()
    assert rows_of(data) == [["姓名", "地址"], ["张三", "新屋村\n3组"], [], ["李四", "龙潭村"]]


def test_ragged_rows_are_kept_as_they_are():
    assert rows_of("姓名,性别,电话\n张三\n李四,女,1,2\n".encode()) == [
        ["姓名", "性别", "电话"],
        ["张三"],
        ["李四", "女", "1", "2"],
    ]


def test_a_quotation_mark_without_partner_is_told_with_its_row():
    error = refused(SpreadsheetDamaged, '姓名,备注\n张三,"好\n李四,无\n'.encode())
    assert "第 2 行" in error.zh
    assert error.details == {"row": 2}


def test_a_text_in_no_known_encoding_is_refused():
    refused(NotASpreadsheet, "姓名,地址\n".encode() + b"\xff\xff\x00\x81")
    refused(NotASpreadsheet, "姓名".encode() + b"\xff")


# what is refused


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (builders.PDF, "PDF"),
        (builders.PNG, "图片"),
        (builders.HTML, "网页"),
        (builders.XML_2003, "XML"),
        (builders.archive(readme_dot_txt="a"), "压缩包"),
        (builders.archive(word__document_dot_xml="<a/>"), "Word"),
        (builders.archive(ppt__presentation_dot_xml="<a/>"), "演示文稿"),
        (builders.archive(mimetype="a", content_dot_xml="<a/>"), "ods"),
        (builders.archive(xl__workbook_dot_bin="a"), "xlsb"),
        (builders.old_word(), "Office"),
        (b"\x7fELF\2\1\1\0\0\0\0\0\0", "无法识别"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_what_it_is(data, word):
    assert word in refused(NotASpreadsheet, data, "人口.xls").zh


@pytest.mark.parametrize("data", [b"", b"\0" * 3000, b"\n\n"])
def test_an_empty_file_is_refused(data):
    assert "空" in refused(SpreadsheetDamaged, data).zh


def test_passwords_are_told_in_both_formats():
    refused(SpreadsheetEncrypted, builders.encrypted_xlsx())
    refused(SpreadsheetEncrypted, builders.encrypted_xls(), "人口.xls")


@pytest.mark.parametrize("build", [by_openpyxl, by_xlwt])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_is_cut_short_is_damaged(build, share):
    data = build(register())
    refused(SpreadsheetDamaged, data[: int(len(data) * share)])


def test_a_workbook_with_a_missing_or_broken_part_is_damaged():
    data = by_openpyxl(register())
    refused(
        SpreadsheetDamaged,
        builders.repacked(data, lambda name, part: None if name.endswith(".rels") else part),
    )
    refused(SpreadsheetDamaged, builders.with_sheet_xml(data, lambda xml: xml[: len(xml) // 2]))


def test_an_external_entity_is_refused_and_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")

    def inject(xml):
        entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
        return entity + xml.replace(b"<t>" + "张三".encode(), b"<t>&x;")

    data = builders.with_sheet_xml(by_openpyxl(register()), inject)
    error = refused(SpreadsheetDamaged, data)
    assert "DOCTYPE" in error.zh
    assert "机密" not in error.zh + error.en


@pytest.mark.parametrize("honest", [True, False])
def test_a_bomb_is_refused_before_it_fills_the_memory(honest):
    """A gigabyte in one megabyte, by the declared size and by a lying one."""
    data = builders.bomb(1024, honest=honest)
    assert len(data) < 1_200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(SpreadsheetTooLarge, data)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100 * 1024


def test_archive_of_very_many_parts_is_refused_before_its_directory_is_read():
    """Each part costs memory when the directory is read, before anything is unpacked."""
    out = io.BytesIO(by_openpyxl(register()))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(LIMITS.max_parts):
            archive.writestr(f"xl/{number}.xml", "")
    refused(SpreadsheetTooLarge, out.getvalue())


@pytest.mark.parametrize("part", ["../../a.xml", "/etc/passwd", "xl/../../a.xml", "C:\\a.xml"])
def test_part_whose_name_leads_elsewhere_is_never_unpacked_to_a_file(part, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO(by_openpyxl(register()))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(part, "x")
    (sheet,) = read_spreadsheet(out.getvalue(), "a.xlsx").sheets
    assert sheet.rows[1][3] == "张三"
    assert not any(tmp_path.iterdir())
    assert not (tmp_path.parent.parent / "a.xml").exists()


@pytest.mark.parametrize("place", ["XFD1048576", "AD1048576", "XFD1", "ZZZZZZ999999999"])
@pytest.mark.parametrize("spelling", [b'r="%s"', b"s='0'  r = '%s'", b's=">" r="%s"'])
def test_one_value_far_out_is_told_with_its_cell_and_does_not_end_the_process(place, spelling):
    """The reader would ask for 512 GB and abort."""

    def move(xml):
        return xml.replace(b'r="H3"', spelling % place.encode())

    data = builders.with_sheet_xml(by_openpyxl(register()), move)
    assert place[:3] in refused(SpreadsheetTooLarge, data).zh


def test_formats_to_the_last_row_and_column_are_no_values():
    def paint(workbook):
        workbook.active["XFD1048576"].font = Font(bold=True)

    assert rows_of(by_openpyxl(register(), paint)) == register()


# what would make the reader ask for more memory than there is, and abort


def overwritten(data, at, form, value):
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


@pytest.mark.parametrize(("at", "value"), [(8, 2**31 - 1), (4, 50_000), (14, 30_000)])
def test_an_xls_whose_sheet_claims_an_impossible_size_is_damaged(at, value):
    data = by_xlwt(register())
    dimensions = data.index(b"\x00\x02\x0e\x00")
    refused(SpreadsheetDamaged, overwritten(data, dimensions + at, "<I", value))


def test_an_xls_that_claims_more_texts_than_it_holds_is_damaged():
    data = by_xlwt(register())
    texts = data.index(b"\xfc\x00")
    refused(SpreadsheetDamaged, overwritten(data, texts + 8, "<I", 2**31 - 1))


def test_an_xls_whose_rows_are_out_of_order_is_damaged():
    data = by_xlwt([[1.5], [2.5], [3.5]])
    first = data.index(b"\x7e\x02\x0a\x00")
    refused(SpreadsheetDamaged, overwritten(data, first + 4, "<H", 9))


@pytest.mark.parametrize("at", [40, 44, 64, 72])
def test_a_compound_file_that_counts_more_sectors_than_it_has_is_damaged(at):
    refused(SpreadsheetDamaged, overwritten(by_xlwt(register()), at, "<I", 2**30))


def test_a_compound_file_whose_sectors_go_in_a_ring_is_damaged():
    data = by_xlwt(register())
    fat = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    refused(SpreadsheetDamaged, overwritten(data, fat + 4, "<I", 0))


def test_an_xlsx_that_claims_more_texts_than_it_holds_is_damaged():
    def claim(_, part):
        return part.replace(b'uniqueCount="', b'uniqueCount="99999999')

    data = by_xlsxwriter(lambda _, sheet: sheet.write_row(0, 0, ["甲", "乙"]))
    refused(SpreadsheetDamaged, builders.repacked(data, claim))


@pytest.mark.parametrize("spelling", [b'<c r="%s"', b'<c  r="%s"'])
def test_an_xlsx_whose_rows_are_out_of_order_is_damaged(spelling):
    data = by_openpyxl([[1], [2], [3]])

    def swap(xml):
        return xml.replace(b'<c r="A1"', spelling % b"A9")

    refused(SpreadsheetDamaged, builders.with_sheet_xml(data, swap))


def test_an_xlsx_with_places_on_some_cells_only_is_damaged():
    data = by_openpyxl([[1], [2], [3]])
    strip = lambda xml: xml.replace(b'<c r="A2"', b"<c")  # noqa: E731
    refused(SpreadsheetDamaged, builders.with_sheet_xml(data, strip))


def test_limits_on_bytes_rows_and_columns_are_told():
    data = by_openpyxl(register())
    assert "MB" in refused(SpreadsheetTooLarge, data, limits=Limits(max_bytes=100)).zh
    for build in (by_openpyxl, by_xlwt, as_csv):
        error = refused(SpreadsheetTooLarge, build(register()), limits=Limits(max_rows=2))
        assert "拆成" in error.zh
    wide = [[None] * 4 + ["x"]]
    for build in (by_xlwt, as_csv):
        refused(SpreadsheetTooLarge, build(wide), limits=Limits(max_columns=4))
    wide = [[None] * 200 + ["x"]]
    assert "GS1" in refused(SpreadsheetTooLarge, by_openpyxl(wide)).zh


def test_a_million_empty_formatted_rows_are_quick_and_small():
    """Bounds are wide of what is measured (1.2 s, 20 MB) and far from what is feared."""

    def write(workbook, sheet):
        style = workbook.add_format({"bold": True})
        sheet.write_row(0, 0, register()[0])
        sheet.write_row(1, 0, register()[1])
        for row in range(2, 1_000_002):
            sheet.set_row(row, 15, style)

    data = by_xlsxwriter(write, constant_memory=True, in_memory=False)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    rows = rows_of(data)
    assert time.process_time() - started < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert rows == register()[:2]


def test_other_threads_go_on_while_a_large_file_is_read():
    def write(_, sheet):
        for row in range(20_000):
            sheet.write_row(row, 0, [f"第{row}行", row, "新屋村3组20号", "户主"])

    data = by_xlsxwriter(write)
    ticks, done = [0], threading.Event()

    def tick():
        while not done.wait(0.001):
            ticks[0] += 1

    thread = threading.Thread(target=tick)
    thread.start()
    before = ticks[0]
    read_spreadsheet(data, "a")
    after = ticks[0]
    done.set()
    thread.join()
    assert after - before > 10


@cache
def built(build):
    return build(register())


@settings(deadline=None, max_examples=100)
@given(build=st.sampled_from([by_openpyxl, by_xlwt, as_csv]), data=st.data())
def test_flipped_bytes_end_in_a_sheet_or_in_an_error_of_ours(build, data):
    file = bytearray(built(build))
    places = st.lists(st.integers(0, len(file) - 1), min_size=1, max_size=4)
    for place in data.draw(places):
        file[place] = data.draw(st.integers(0, 255))
    try:
        read = read_spreadsheet(bytes(file), "a")
    except MapserverError as error:
        assert isinstance(error, SpreadsheetError)
    else:
        assert all(isinstance(sheet.rows, list) for sheet in read.sheets)
