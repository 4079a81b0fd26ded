"""Builds real files of every kind that the import must read or refuse.

Each function returns the bytes of a file as the program named in it writes it; the few
that no program writes (bombs, encrypted shells) are put together from the format's parts.
"""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

HEADINGS = [
    "组别",
    "户号",
    "户主姓名",
    "姓名",
    "与户主关系",
    "公民身份号码",
    "出生日期",
    "现居住地址",
]
# 430499 is no county's number; the last character is the right check digit
ID_A, ID_B, ID_C = "43049919900503001X", "430499199207110026", "430499201503090031"


def register(*rows: Sequence[Any]) -> list[list[Any]]:
    """Return a small register: headings, then `rows` or a household of two."""
    household = [
        ["3组", "0031", "张三", "张三", "户主", ID_A, "1990-05-03", "新屋村3组20号"],
        ["3组", "0031", "张三", "李四", "妻", ID_B, "1992-07-11", "新屋村3组20号"],
    ]
    return [HEADINGS, *(map(list, rows) if rows else household)]


def by_openpyxl(
    rows: Iterable[Sequence[Any]] = (), prepare: Callable[[Any], None] | None = None
) -> bytes:
    """Return an .xlsx by openpyxl; `prepare` may change the workbook before it is saved."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "新屋村"
    for row in rows:
        sheet.append(list(row))
    if prepare:
        prepare(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def by_xlsxwriter(write: Callable[[Any, Any], None], **options: Any) -> bytes:
    """Return an .xlsx by XlsxWriter; `write` gets the workbook and its first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as workbook:
        write(workbook, workbook.add_worksheet("新屋村"))
    return out.getvalue()


def by_xlwt(
    rows: Iterable[Sequence[Any]] = (), prepare: Callable[[Any, Any], None] | None = None
) -> bytes:
    """Return an .xls by xlwt; `prepare` may change the workbook and its first sheet."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("新屋村")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value)
    if prepare:
        prepare(workbook, sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def as_csv(rows: Iterable[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a .csv in `encoding`, by the standard library."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return the archive `data` with every part passed through `change`; None leaves it out."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = change(name, source.read(name))
            if part is not None:
                target.writestr(name, part)
    return out.getvalue()


def with_sheet_xml(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook `data` with the XML of its first sheet changed."""
    return repacked(data, lambda name, part: change(part) if name.endswith("sheet1.xml") else part)


def in_other_spelling(data: bytes) -> bytes:
    """Return `data` spelled as some exporters do: style before place, a prefix."""

    def change(xml: bytes) -> bytes:
        xml = re.sub(rb'<c r="([A-Z]+\d+)"([^>]*)>', rb'<c\2 r="\1">', xml)
        xml = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml)
        return xml.replace(b"xmlns=", b"xmlns:x=")

    return with_sheet_xml(data, change)


def archive(**parts: str) -> bytes:
    """Return a .zip with `parts`, "__" in a name standing for "/" and "_dot_" for "."."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, text in parts.items():
            target.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return out.getvalue()


def bomb(megabytes: int, *, honest: bool) -> bytes:
    """Return an .xlsx whose sheet unpacks to `megabytes` of blanks; or says it is tiny."""
    workbook = by_openpyxl(register())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
    packed, check, size = _deflated_blanks(megabytes)
    name = b"xl/worksheets/sheet1.xml"
    return _appended(out.getvalue(), name, packed, check, size if honest else 1000)


@cache
def _deflated_blanks(megabytes: int) -> tuple[bytes, int, int]:
    engine = zlib.compressobj(6, zlib.DEFLATED, -15)
    blanks, check = b" " * 2**20, 0
    # what is flushed in full refers to nothing before it, so it may be repeated
    piece = engine.compress(blanks) + engine.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        check = zlib.crc32(blanks, check)
    return piece * megabytes + engine.flush(), check, megabytes * 2**20


def _appended(data: bytes, name: bytes, packed: bytes, check: int, size: int) -> bytes:
    """Return the archive `data` with one entry more, its directory written by hand."""
    end = data.rindex(b"PK\5\6")
    count, _, length, start = struct.unpack_from("<HHII", data, end + 8)[0:4]
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(packed), size, len(name), 0)
    local = b"PK\3\4" + fields + name + packed
    central = data[start : start + length]
    central += b"PK\1\2" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, start)
    central += name
    tail = struct.pack("<HHHHIIH", 0, 0, count + 1, count + 1, len(central), start + len(local), 0)
    return data[:start] + local + central + b"PK\5\6" + tail


def encrypted_xlsx() -> bytes:
    """Return what Excel writes for a password: a compound file with EncryptedPackage in it."""
    return compound(EncryptionInfo=b"\4\0\4\0" + b"\0" * 60, EncryptedPackage=b"\x8f" * 5000)


def encrypted_xls() -> bytes:
    """Return an .xls whose stream begins with a FilePass record, as Excel 97 writes it."""
    bof = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0x0DBB, 0x07CC, 0, 6)
    filepass = struct.pack("<HHHHH", 0x002F, 54, 1, 1, 1) + b"\x5a" * 48
    return compound(Workbook=bof + filepass + b"\x77" * 6000)


def old_word() -> bytes:
    """Return a compound file with the stream of an old Word document."""
    return compound(WordDocument=b"\xec\xa5" + b"\0" * 5000)


def compound(**streams: bytes) -> bytes:
    """Return a compound file (version 3) with `streams`, each of 4096 bytes or more."""
    padded = {name: data.ljust(4096, b"\0") for name, data in streams.items()}
    sectors: list[bytes] = []
    fat: list[int] = []

    def add(data: bytes) -> int:
        start = len(sectors)
        parts = [data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512)]
        sectors.extend(parts)
        fat.extend([*range(start + 1, start + len(parts)), 0xFFFFFFFE])
        return start

    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    entries += [_entry(name, 2, add(data), len(data)) for name, data in padded.items()]
    directory = add(b"".join(entries))
    table_at = len(sectors)
    fat.append(0xFFFFFFFD)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    assert len(table) == 512
    sectors.append(table)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack(
        "<IIIIIIIIII", 0, 1, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, table_at
    )
    return header.ljust(512, b"\xff") + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\5\xfe\2\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)
HTML = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="gb2312"></head>'
    "<body><table><tr><td>姓名</td></tr></table></body></html>"
).encode("gb18030")
XML_2003 = (
    b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)
