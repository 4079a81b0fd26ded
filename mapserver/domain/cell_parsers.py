"""How each type of field reads a cell: one function a type, made once for a field.

A parser gives `EMPTY` where nothing is written or a word says that nothing is; whether
that may be is for `cells.reader` to say.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from mapserver.domain.cell_values import EMPTY, CellValue, Reader, Reading
from mapserver.domain.dates import PartialDate, read_date
from mapserver.domain.identity import (
    SAFE_NUMBER,
    credit_code,
    digits_lost,
    is_id_number,
    normalise_id,
)
from mapserver.domain.numbers import read_number
from mapserver.domain.phones import Phones, read_phones
from mapserver.domain.problems import Problem
from mapserver.domain.text import BLANK_WORDS, ERROR_WORDS, clean_text, plain_text
from mapserver.layers import LayerField

TRUE, FALSE = Reading(True), Reading(False)
YES = frozenset(["是", "有", "对", "√", "✓", "✔", "☑", "1", "Y", "YES", "T", "TRUE"])
NO = frozenset(["否", "无", "不是", "没有", "×", "✗", "✘", "☒", "X", "0", "N", "NO", "F", "FALSE"])
NO_NUMBER = BLANK_WORDS | {"无证", "无身份证", "没有身份证", "未办", "未办理", "未上户", "无代码"}
"""What says that a person or a workshop has no number."""
NO_DATE = BLANK_WORDS | {"0"}
"""A formula that looks at an empty cell leaves 0."""
SHOWN = 40
"""Characters of a cell that a message quotes."""
_NUMBERS = re.compile(r"\d{7,}[xX]?")


def quoted(text: str) -> str:
    """Return what a message says of a cell: its beginning, long numbers hidden.

    In a sheet whose columns are shifted an ID number stands where a date should.
    """
    return _NUMBERS.sub(lambda found: "*" * len(found[0]), text)[:SHOWN]


def broken(field: LayerField, error: str) -> Reading:
    """Return the reading of a cell that holds an error, or a formula without a result."""
    if not error:
        return _faulty(field, "formula-without-value")
    return _faulty(field, "cell-error", text=quoted(error))


def _faulty(field: LayerField, code: str, **params: str) -> Reading:
    return Reading(None, (Problem(code, field.name, params),))


def _absent(field: LayerField, text: str, blank: frozenset[str] = BLANK_WORDS) -> Reading | None:
    """Return the reading of a text that stands for nothing, or for an error."""
    if text in blank:
        return EMPTY
    return broken(field, text.upper()) if text.upper() in ERROR_WORDS else None


def _text(field: LayerField) -> Reader:
    limit = field.length or 4096
    # a dash is no name, but it is a remark
    blank = BLANK_WORDS if field.required else frozenset([""])

    def parse(value: CellValue) -> Reading:
        text = plain_text(value)
        if len(text) > limit:
            return _faulty(field, "too-long", length=str(len(text)), limit=str(limit))
        if text[:1] == "#" and text.upper() in ERROR_WORDS:
            return broken(field, text.upper())
        return EMPTY if text in blank else Reading(text)

    return parse


def _number(field: LayerField) -> Reader:
    low = float("-inf") if field.minimum is None else field.minimum
    high = float("inf") if field.maximum is None else field.maximum
    whole = field.type == "integer"

    def parse(value: CellValue) -> Reading:
        number = read_number(value)
        if number is None:
            text = clean_text(value)
            return _absent(field, text) or _faulty(field, "not-a-number", text=quoted(text))
        if whole and isinstance(number, float):
            return _faulty(field, "not-whole", text=f"{number:.12g}")
        if not low <= number <= high:
            return _faulty(field, "out-of-range", text=f"{number:,}", range=_range(field))
        return Reading(number if whole else float(number))

    return parse


def _range(field: LayerField) -> str:
    """Return the allowed range in signs that need no translation."""
    low = "" if field.minimum is None else f"{field.minimum:,.12g}"
    high = "" if field.maximum is None else f"{field.maximum:,.12g}"
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}"


def _boolean(field: LayerField) -> Reader:
    states = _states(field)

    def parse(value: CellValue) -> Reading:
        if isinstance(value, bool):
            return TRUE if value else FALSE
        text = clean_text(value)
        found = states.get(text.upper()) or _absent(field, text)
        return found or _faulty(field, "unknown-code", text=quoted(text))

    return parse


def _states(field: LayerField) -> Mapping[str, Reading]:
    """Return the words for yes and no, the title's own among them: 已迁出, 未迁出."""
    bare = clean_text(field.title.zh).removeprefix("是否").lstrip("已")
    yes = {f"{how}{bare}" for how in ("", "已", "是")}
    no = {f"{how}{bare}" for how in ("未", "没", "没有", "不")}
    return dict.fromkeys(NO | no, FALSE) | dict.fromkeys(YES | yes, TRUE)


def _date(field: LayerField) -> Reader:
    def parse(value: CellValue) -> Reading:
        found = read_date(value)
        if found is not None and found.precision == "day":
            return Reading(found.day)
        text = clean_text(value)
        if found is None:
            return _absent(field, text, NO_DATE) or _faulty(field, "bad-date", text=quoted(text))
        params = {"text": text, "span": _span(text, found), "stored": found.day.isoformat()}
        return Reading(found.day, (Problem("date-imprecise", field.name, params),))

    return parse


def _span(text: str, found: PartialDate) -> str:
    return "year-of-tenth" if found.precision == "year" and "." in text else found.precision


def _code(field: LayerField) -> Reader:
    table = _codes(field)

    def parse(value: CellValue) -> Reading:
        if isinstance(value, str) and value in table:
            return table[value]
        text = clean_text(value)
        found = table.get(text) or table.get(text.casefold()) or _absent(field, text)
        return found or _faulty(field, "unknown-code", text=quoted(text))

    return parse


def _codes(field: LayerField) -> Mapping[str, Reading]:
    """Return a reading for every spelling of every code.

    Where two codes share a spelling, the key wins over the titles, these over the
    further words, and "1" for "01" comes last.
    """
    readings = {key: Reading(key) for key in field.codes}
    spellings = [(key, key) for key in field.codes]
    spellings += [(title.zh, key) for key, title in field.codes.items()]
    spellings += [(title.en.casefold(), key) for key, title in field.codes.items()]
    spellings += [(word, key) for word, key in field.words.items()]
    spellings += [(word.casefold(), key) for word, key in field.words.items()]
    spellings += [(str(int(key)), key) for key in field.codes if key.isdecimal()]
    table: dict[str, Reading] = {}
    for word, key in spellings:
        table.setdefault(clean_text(word), readings[key])
    return table


def _id_number(field: LayerField) -> Reader:
    lost = _faulty(field, "id-digits-lost")
    old = (Problem("id-old-15", field.name),)

    def parse(value: CellValue) -> Reading:
        if isinstance(value, str):
            if is_id_number(value):
                return Reading(value)
        elif isinstance(value, int | float) and digits_lost(value):
            return lost
        found = normalise_id(value if isinstance(value, str) else clean_text(value))
        if not isinstance(found, Problem):
            return Reading(found.number, old if found.old else ())
        fault = Reading(None, (replace(found, column=field.name),))
        return _absent(field, clean_text(value), NO_NUMBER) or fault

    return parse


def _credit_code(field: LayerField) -> Reader:
    def parse(value: CellValue) -> Reading:
        lost = isinstance(value, float) and value >= SAFE_NUMBER
        text = clean_text(value)
        found = None if lost else credit_code(text)
        if found is not None:
            return Reading(found)
        return _absent(field, text, NO_NUMBER) or _faulty(field, "bad-credit-code")

    return parse


def _phone(field: LayerField) -> Reader:
    def parse(value: CellValue) -> Reading:
        phones = read_phones(value if isinstance(value, str) else clean_text(value))
        if phones is None:
            return _absent(field, clean_text(value)) or _faulty(field, "bad-phone")
        if phones.count == 1 and not phones.words:
            return Reading(phones.first)
        if phones.masked:
            return _faulty(field, "phone-masked", text=quoted(phones.masked))
        return Reading(phones.first, _remarks(field, phones)) if phones.first else EMPTY

    return parse


def _remarks(field: LayerField, phones: Phones) -> tuple[Problem, ...]:
    """Return the notes on what of a phone cell was not taken."""
    several = Problem("phone-several", field.name, {"count": str(phones.count)})
    words = Problem("phone-words", field.name, {"text": quoted(phones.words)})
    return (*((several,) if phones.count > 1 else ()), *((words,) if phones.words else ()))


PARSERS: Mapping[str, Callable[[LayerField], Reader]] = {
    "text": _text,
    "ref": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "code": _code,
    "id_number": _id_number,
    "credit_code": _credit_code,
    "phone": _phone,
}
"""For each type of field, what makes its parser."""
