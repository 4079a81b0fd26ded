"""What a file is, by its content: its name may say anything.

A WPS .et is an .xls or an .xlsx inside, and is read as what it is.
"""

import re
from typing import Literal

from mapserver.errors import SpreadsheetError
from mapserver.formats import compound_file, refusals

Container = Literal["zip", "compound", "text"]

_TEXT_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHERS = (
    (b"%PDF", "PDF 文件", "a PDF"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"BM", "图片", "a picture"),
    (b"II*\0", "图片", "a picture"),
    (b"Rar!", "压缩包（请先解压）", "an archive (unpack it first)"),
    (b"7z\xbc\xaf", "压缩包（请先解压）", "an archive (unpack it first)"),
    (b"\x1f\x8b", "压缩包（请先解压）", "an archive (unpack it first)"),
    (b"SQLite format 3", "数据库", "a database"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<\?mso[^>]*>\s*|<!--.*?-->\s*)*<(\w+:)?(!doctype|html|head|body|table"
    rb"|meta|style|workbook|\w+)",
    re.IGNORECASE | re.DOTALL,
)


def container(data: bytes, name: str) -> Container:
    """Return how `data` is packed; "text" if it may be a .csv.

    Raises
    ------
    SpreadsheetError
        NotASpreadsheet, with what the file is, for every other kind.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise refusals.damaged(name, "文件是空的", "the file is empty")
    if data.startswith(b"PK\3\4"):
        return "zip"
    if data.startswith(compound_file.MAGIC):
        return "compound"
    for magic, zh, en in _OTHERS:
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64] or magic[0] < 32):
            raise refusals.other_kind(name, zh, en)
    markup = _markup(data, name)
    if markup is not None:
        raise markup
    if b"\0" in data and not data.startswith(_TEXT_MARKS):
        raise refusals.other_kind(name, "无法识别的文件", "a file of an unknown kind")
    return "text"


def _markup(data: bytes, name: str) -> SpreadsheetError | None:
    """Return the refusal for a web page or an XML table: such files often end in .xls."""
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(_TEXT_MARKS):
        start = start[2:].replace(b"\0", b"")
    if start.lstrip().lower().startswith(b"mime-version:"):
        return refusals.to_be_saved_as_xlsx(name, "网页（单个文件）", "a web page (single file)")
    found = _MARKUP.match(start)
    if found is None:
        return None
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return refusals.to_be_saved_as_xlsx(
            name, "XML 表格（2003 版）", "an XML spreadsheet (of 2003)"
        )
    return refusals.to_be_saved_as_xlsx(name, "网页（HTML）", "a web page (HTML)")
