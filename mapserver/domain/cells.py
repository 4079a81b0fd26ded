"""Raw spreadsheet cells become typed values, or problems that say how to mend them.

`reader(field)` compiles what a field of a layer asks for into one function that never
raises. A person's birthday and sex are held against the ID number by `cross_check`.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mapserver.domain.dates import PartialDate, read_date
from mapserver.domain.identity import born_and_sex, credit_code, normalise_id
from mapserver.domain.numbers import read_number
from mapserver.domain.phones import read_phones
from mapserver.domain.problems import Option, Problem
from mapserver.domain.text import BLANK_WORDS, ERROR_WORDS, clean_text, plain_text
from mapserver.layers import LayerField

__all__ = [
    "CellError",
    "CellValue",
    "CrossChecked",
    "Reader",
    "Reading",
    "choices",
    "clean_text",
    "cross_check",
    "read",
    "reader",
]


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value: `text` is "#REF!" and the like.

    An empty `text` is a formula whose result the file does not hold.
    """

    text: str


CellValue = str | int | float | bool | datetime.date | datetime.datetime | CellError | None
"""What a cell of a spreadsheet may hold."""

Value = str | int | float | bool | datetime.date | None
"""What the store takes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says, ready for the store, and everything that is wrong with it.

    `value` is None for an empty cell and where a problem leaves nothing to store.
    """

    value: Value = None
    problems: tuple[Problem, ...] = ()


Reader = Callable[[CellValue], Reading]

EMPTY = Reading()
TRUE, FALSE = Reading(True), Reading(False)
YES = frozenset(["是", "有", "对", "√", "✓", "✔", "☑", "1", "Y", "YES", "T", "TRUE"])
NO = frozenset(["否", "无", "不是", "没有", "×", "✗", "✘", "☒", "X", "0", "N", "NO", "F", "FALSE"])
NO_ID = frozenset(
    ["无证", "无身份证", "没有身份证", "未办", "未办理", "未上户", "无代码", "未登记"]
)
SHOWN = 40
"""Characters of a cell that a message quotes."""
FLOAT_DIGITS = 10**15
"""Spreadsheets keep 15 digits of a number; what lies above has lost some."""


def read(field: LayerField, value: CellValue) -> Reading:
    """Return what `value` means for `field`; for many cells keep the `reader`."""
    return reader(field)(value)


def reader(field: LayerField) -> Reader:
    """Return the function that reads the cells of `field`; it never raises.

    It gives str for text, ref, id_number, credit_code and phone, the key for code, and
    int, float, bool or date for the types so called.
    """
    parse = _PARSERS[field.type](field)
    name = "name-missing" if field.name == "name" else "required-missing"
    empty = Reading(None, (Problem(name, field.name),)) if field.required else EMPTY

    def read_cell(value: CellValue) -> Reading:
        if value is None or value == "":
            return empty
        if isinstance(value, CellError):
            return _broken(field, value)
        reading = parse(value)
        if reading is not EMPTY:
            return reading
        if isinstance(value, str) and clean_text(value).upper() in ERROR_WORDS:
            return _broken(field, CellError(clean_text(value).upper()))
        return empty

    return read_cell


def choices(field: LayerField, language: str = "zh") -> tuple[Option, ...]:
    """Return the answers to "unknown-code": the codes of `field`, or yes and no."""
    if field.type == "boolean":
        yes, no = ("Yes", "No") if language == "en" else ("是", "否")
        return Option("true", yes), Option("false", no)
    return tuple(
        Option(key, title.en if language == "en" else title.zh)
        for key, title in field.codes.items()
    )


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """A person's birthday and sex after looking at the ID number.

    An empty cell, or a date of which only the month or year is written and which agrees
    so far, is completed from the ID; where they contradict, the cell's value stays and
    a problem asks.
    """

    born: datetime.date | None
    sex: str | None
    problems: tuple[Problem, ...] = ()


def cross_check(id_number: Reading, born: Reading, sex: Reading) -> CrossChecked:
    """Hold the readings of born and sex against that of the ID number.

    Parameters
    ----------
    id_number, born, sex : Reading
        As the readers of the types id_number, date and code (GB/T 2261.1) gave them.

    Returns
    -------
    CrossChecked
        Its `problems` are new ones ("born-contradicts-id", "sex-contradicts-id"), whose
        params `id_value` and `cell_value` are the two answers as they would be stored;
        those of the readings are not repeated.
    """
    day = born.value if isinstance(born.value, datetime.date) else None
    code = sex.value if isinstance(sex.value, str) else None
    if not isinstance(id_number.value, str):
        return CrossChecked(day, code)
    id_day, id_code = born_and_sex(id_number.value)
    problems: list[Problem] = []
    if day is None or _agrees(born, day, id_day):
        day = id_day
    elif day != id_day:
        params = {"id_value": id_day.isoformat(), "cell_value": day.isoformat()}
        problems.append(Problem("born-contradicts-id", "born", params))
    if code not in ("1", "2"):
        code = id_code
    elif code != id_code:
        params = {"id_value": id_code, "cell_value": code, "sex": id_code}
        problems.append(Problem("sex-contradicts-id", "sex", params))
    return CrossChecked(day, code, tuple(problems))


def _agrees(born: Reading, day: datetime.date, id_day: datetime.date) -> bool:
    """Tell whether `day` was written only as far as it agrees with `id_day`."""
    for problem in born.problems:
        if problem.code == "date-imprecise":
            same_month = problem.params["span"] != "month" or day.month == id_day.month
            return day.year == id_day.year and same_month
    return False


def _broken(field: LayerField, error: CellError) -> Reading:
    if not error.text:
        return Reading(None, (Problem("formula-without-value", field.name),))
    return Reading(None, (Problem("cell-error", field.name, {"text": error.text[:SHOWN]}),))


def _faulty(field: LayerField, code: str, **params: str) -> Reading:
    return Reading(None, (Problem(code, field.name, params),))


def _text(field: LayerField) -> Reader:
    limit = field.length or 4096

    def parse(value: CellValue) -> Reading:
        text = plain_text(value)
        if not text or text in ERROR_WORDS:
            return EMPTY
        if len(text) > limit:
            return _faulty(field, "too-long", length=str(len(text)), limit=str(limit))
        return Reading(text)

    return parse


def _number(field: LayerField) -> Reader:
    low = float("-inf") if field.minimum is None else field.minimum
    high = float("inf") if field.maximum is None else field.maximum
    whole = field.type == "integer"

    def parse(value: CellValue) -> Reading:
        number = read_number(value)
        if number is None:
            text = clean_text(value)
            blank = text in BLANK_WORDS or text.upper() in ERROR_WORDS
            return EMPTY if blank else _faulty(field, "not-a-number", text=text[:SHOWN])
        if whole and isinstance(number, float):
            return _faulty(field, "not-whole", text=f"{number:g}")
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
        text = clean_text(value).upper()
        found = states.get(text)
        if found is not None:
            return found
        if text in BLANK_WORDS or text in ERROR_WORDS:
            return EMPTY
        return _faulty(field, "unknown-code", text=text[:SHOWN])

    return parse


def _states(field: LayerField) -> Mapping[str, Reading]:
    """Return the words for yes and no, the title's own among them: 已迁出, 未迁出."""
    bare = clean_text(field.title.zh).removeprefix("是否").lstrip("已")
    yes, no = (
        {bare, f"已{bare}", f"是{bare}"},
        {f"{how}{bare}" for how in ("未", "没", "没有", "不")},
    )
    return dict.fromkeys(NO | no, FALSE) | dict.fromkeys(YES | yes, TRUE)


def _date(field: LayerField) -> Reader:
    def parse(value: CellValue) -> Reading:
        found = read_date(value)
        if found is not None and found.precision == "day":
            return Reading(found.day)
        text = clean_text(value)
        if found is not None:
            params = {"text": text, "span": _span(text, found), "stored": found.day.isoformat()}
            return Reading(found.day, (Problem("date-imprecise", field.name, params),))
        # a formula that looks at an empty cell leaves 0
        if text in BLANK_WORDS or text == "0" or text.upper() in ERROR_WORDS:
            return EMPTY
        return _faulty(field, "bad-date", text=text[:SHOWN])

    return parse


def _span(text: str, found: PartialDate) -> str:
    return "year-of-tenth" if found.precision == "year" and "." in text else found.precision


def _code(field: LayerField) -> Reader:
    table = _codes(field)

    def parse(value: CellValue) -> Reading:
        if isinstance(value, str):
            found = table.get(value)
            if found is not None:
                return found
        text = clean_text(value)
        found = table.get(text) or table.get(text.casefold())
        if found is not None:
            return found
        if text in BLANK_WORDS or text.upper() in ERROR_WORDS:
            return EMPTY
        return _faulty(field, "unknown-code", text=text[:SHOWN])

    return parse


def _codes(field: LayerField) -> Mapping[str, Reading]:
    """Return a reading for every spelling of every code.

    Where two codes share a spelling, the key wins over the titles, these over the
    further words, and "1" for "01" comes last.
    """
    readings = {key: Reading(key) for key in field.codes}
    spellings: list[tuple[str, str]] = [(key, key) for key in field.codes]
    spellings += [(title.zh, key) for key, title in field.codes.items()]
    spellings += [(title.en.casefold(), key) for key, title in field.codes.items()]
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
        if isinstance(value, int | float) and _digits_lost(value):
            return lost
        text = value if isinstance(value, str) else clean_text(value)
        found = normalise_id(text)
        if not isinstance(found, Problem):
            return Reading(found.number, old if found.old else ())
        text = clean_text(text)
        if text in BLANK_WORDS or text in NO_ID or text.upper() in ERROR_WORDS:
            return EMPTY
        return Reading(None, (replace(found, column=field.name),))

    return parse


def _digits_lost(value: float) -> bool:
    """Tell whether a number cell has lost digits of the ID number typed into it.

    A whole 18-digit int comes from files that keep text as it is; but one that ends in
    000 went through a spreadsheet, whatever its check digit says by chance.
    """
    if isinstance(value, float):
        return value >= FLOAT_DIGITS
    return value >= FLOAT_DIGITS and value % 1000 == 0


def _credit_code(field: LayerField) -> Reader:
    def parse(value: CellValue) -> Reading:
        if isinstance(value, float) and value >= FLOAT_DIGITS:
            return _faulty(field, "bad-credit-code")
        text = clean_text(value)
        found = credit_code(text)
        if found is not None:
            return Reading(found)
        if text in BLANK_WORDS or text in NO_ID or text.upper() in ERROR_WORDS:
            return EMPTY
        return _faulty(field, "bad-credit-code")

    return parse


def _phone(field: LayerField) -> Reader:
    bad = _faulty(field, "bad-phone")

    def parse(value: CellValue) -> Reading:
        text = value if isinstance(value, str) else clean_text(value)
        phones = read_phones(text)
        if phones is None:
            return EMPTY if clean_text(text).upper() in ERROR_WORDS else bad
        if phones.masked:
            return _faulty(field, "phone-masked", text=phones.masked[:SHOWN])
        if phones.count == 1 and not phones.words:
            return Reading(phones.first)
        if not phones.first:
            return EMPTY
        problems = []
        if phones.count > 1:
            problems.append(Problem("phone-several", field.name, {"count": str(phones.count)}))
        if phones.words:
            problems.append(Problem("phone-words", field.name, {"text": phones.words[:SHOWN]}))
        return Reading(phones.first, tuple(problems))

    return parse


_PARSERS: Mapping[str, Callable[[LayerField], Reader]] = {
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
