"""Text as people type it into spreadsheets, brought to one form.

Cells carry full-width letters and digits, no-break and zero-width spaces, line breaks
and the apostrophe that tells a spreadsheet "this is text". Pure functions on `str`.
"""

import datetime
import re
import unicodedata
from typing import Literal

APOSTROPHES = "'`\u2019"
"""What may stand before a number to keep it text; an opening ‘ belongs to the words."""

BLANK_WORDS = frozenset(["", "无", "没有", "暂无", "空", "不详", "未知", "未填"])
BLANK_WORDS |= {"/", "//", "\\", "-", "--", "---", "—", "——", "–", ".", "、", "?", "*"}
BLANK_WORDS |= {"N/A", "n/a", "NA", "none", "None", "null", "NULL"}
"""What people write into a cell that they leave empty (after `clean_text`)."""

ERROR_WORDS = frozenset(
    ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"]
)
"""The errors a spreadsheet writes into a text file in place of a value."""

# the last are halves of characters, which no file can hold in UTF-8
INVISIBLE = (
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\x00-\x08\x0e-\x1f\x7f\ud800-\udfff"
)

_WIDE = {
    code: code - 0xFEE0
    for code in range(0xFF0B, 0xFF5B)
    if chr(code - 0xFEE0).isalnum() or chr(code - 0xFEE0) in "+-/"
} | {0x3000: 0x20}
_ODD = re.compile(rf"[\uff0b-\uff5a\u00a0\u2000-\u200a\u3000\uf900-\ufaff{INVISIBLE}\s#='`\u2019]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_BREAK = re.compile(r"[^\S\r\n]*[\r\n\v\f\u2028\u2029\x85]\s*")
_JOINED = re.compile(r"(?<=[^\x00-\x7f])\n|\n(?=[^\x00-\x7f])")
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")
"""Texts that are in their one form already: letters, digits and the common characters."""
_QUOTED = re.compile(r'="(.*)"', re.DOTALL)


def clean_text(value: object) -> str:
    """Return `value` as text in one form, for comparing and parsing.

    NFKC (so full-width becomes half-width, Chinese punctuation too); no zero-width
    characters, line breaks, leading apostrophes or the ="..." that keeps a CSV cell text;
    runs of space become one. A line break between Chinese characters joins them. "" for
    None; a whole float loses its ".0".
    """
    if not isinstance(value, str):
        return _spelled(value)
    if _PLAIN.fullmatch(value):
        return value
    return _tidied(value, "NFKC")


def plain_text(value: object) -> str:
    """Return `value` as text to keep and show: like `clean_text`, but "，（）" stay.

    Only letters, digits and + - / lose their full width.
    """
    if not isinstance(value, str):
        return _spelled(value)
    if _ODD.search(value) is None:
        return value
    return _tidied(value.translate(_WIDE), "NFC")


def _tidied(text: str, form: Literal["NFC", "NFKC"]) -> str:
    text = unicodedata.normalize(form, _INVISIBLE.sub("", text)).strip()
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        text = quoted[1].replace('""', '"')
    text = " ".join(_JOINED.sub("", _BREAK.sub("\n", text.strip())).split())
    # joining lines can bring a letter and its accent together
    return unicodedata.normalize(form, text.lstrip(APOSTROPHES).strip())


def _spelled(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return str(value)
