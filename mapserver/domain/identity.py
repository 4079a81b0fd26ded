"""ID numbers of people (GB 11643-1999) and credit codes of organizations (GB 32100-2015).

Nothing here judges a region code: people move, and divisions are renamed. Nothing here
knows the age of anybody without being told the day.
"""

import datetime
import re
from dataclasses import dataclass
from operator import mul

from stdnum.cn import uscc

from mapserver.domain.dates import FIRST, LAST
from mapserver.domain.problems import Problem
from mapserver.domain.text import clean_text

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"

SAFE_NUMBER = 10**15
"""Spreadsheets keep 15 digits of a number; one above this has lost some."""

_ID = re.compile(r"[0-9]{17}[0-9X]")
_OLD_ID = re.compile(r"[0-9]{15}")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
_SEPARATORS = re.compile(r"[\s\-_.·'`\u2019\"]+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?1[4-7]")
_MASK = re.compile(r"[0-9]{2,}[*#●•·]{2,}[0-9X]*")
_LIKE_X = str.maketrans({"×": "X", "✕": "X", "Х": "X", "Χ": "X"})
_LIKE_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9})(?![0-9])")
_ZEROES = 48 * sum(ID_WEIGHTS)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID number that holds: 18 characters, a date that exists, the right check digit.

    `sex` is the code of GB/T 2261.1, "1" male or "2" female. `old` tells that it was
    written in the 15-digit form.
    """

    number: str
    born: datetime.date
    sex: str
    old: bool = False


def normalise_id(text: str) -> IdNumber | Problem:
    """Return the ID number that `text` holds, else the problem with it.

    Full-width digits and Ｘ, lower-case x, signs that look like X at the end, spaces,
    line breaks, hyphens and apostrophes are mended; the 15-digit form of before 1999 is
    written with 18.
    """
    found = _checked(text)
    if found is not None:
        return found
    squeezed = _SEPARATORS.sub("", clean_text(text)).upper()
    squeezed = squeezed[:-1] + squeezed[-1:].translate(_LIKE_X)
    found = _checked(squeezed)
    if found is not None:
        return found
    if _OLD_ID.fullmatch(squeezed):
        return _upgraded(squeezed)
    return Problem(*_fault(squeezed, clean_text(text).upper()))


def is_id_number(number: str) -> bool:
    """Tell whether `number` is an ID number in its one right form: 18 characters, no more."""
    if not _ID.fullmatch(number) or number[17] != id_check_digit(number[:17]):
        return False
    try:
        return FIRST <= datetime.date.fromisoformat(number[6:14]) <= LAST
    except ValueError:
        return False


def id_check_digit(first: str) -> str:
    """Return the eighteenth character of the ID number that begins with `first` (17 digits)."""
    return ID_CHECKS[(sum(map(mul, ID_WEIGHTS, first.encode())) - _ZEROES) % 11]


def digits_lost(number: float) -> bool:
    """Tell whether a number cell has lost digits of the ID number typed into it.

    A whole 18-digit int comes from files that keep text as it is. But one that ends in
    000, or is the float nearest to such a one, went through a spreadsheet, whatever its
    check digit says by chance.
    """
    if isinstance(number, float):
        return number >= SAFE_NUMBER
    if not SAFE_NUMBER <= number < 10**18:
        return False
    nearest = round(number, -3)
    return number in (nearest, int(float(nearest)))


def born_and_sex(number: str) -> tuple[datetime.date, str]:
    """Return what a whole ID number says: the date of birth and the code of the sex."""
    return datetime.date.fromisoformat(number[6:14]), "1" if number[16] in "13579" else "2"


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Return the full years from `born` to `day`; a year is full on the birthday itself."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def mask_id(number: str) -> str:
    """Return an ID number with its date of birth hidden: "430499********8717".

    What has not 18 characters is hidden whole.
    """
    if len(number) != 18:
        return "*" * len(number)
    return f"{number[:6]}********{number[-4:]}"


def cover_numbers(text: str) -> str:
    """Return `text` with what looks like a whole ID number or mobile as asterisks.

    For names of files and what stands in the wrong column: the code of a grid stays.
    """
    return _LIKE_NUMBER.sub(lambda found: "*" * len(found[0]), text)


def mask_phone(phone: str) -> str:
    """Return a phone with its middle hidden: "138****2617"."""
    if len(phone) < 9:
        return "*" * max(len(phone) - 3, 0) + phone[-3:]
    return f"{phone[:3]}{'*' * max(len(phone) - 7, 4)}{phone[-4:]}"


def credit_code(text: str) -> str | None:
    """Return the unified social credit code that `text` holds, None where it holds none.

    Not `stdnum.cn.uscc.validate`: it asks for eight leading digits, and so refuses the
    village collectives (N2, N3) and every other authority that has a letter.
    """
    code = _SEPARATORS.sub("", clean_text(text)).upper()
    if not _CREDIT_CODE.fullmatch(code) or credit_code_check(code[:17]) != code[17]:
        return None
    return code


def credit_code_check(first: str) -> str:
    """Return the eighteenth character of the credit code that begins with `first` (17)."""
    return str(uscc.calc_check_digit(first))


def _checked(number: str) -> IdNumber | None:
    return IdNumber(number, *born_and_sex(number)) if is_id_number(number) else None


def _upgraded(old: str) -> IdNumber | Problem:
    first = f"{old[:6]}19{old[6:]}"
    found = _checked(first + id_check_digit(first))
    if found is None:
        return Problem("id-bad-date")
    return IdNumber(found.number, found.born, found.sex, old=True)


def _fault(number: str, text: str) -> tuple[str, str | None, dict[str, str]]:
    """Return code and details of what keeps `number` from being an ID number."""
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return "id-digits-lost", None, {}
    if _MASK.fullmatch(text.replace(" ", "")):
        return "id-masked", None, {}
    strange = sorted(set(re.findall(r"[^0-9]", number[:17] + number[17:].replace("X", "", 1))))
    if strange:
        return "id-bad-character", None, {"text": "".join(strange)[:10]}
    if len(number) != 18:
        return "id-bad-length", None, {"length": str(len(number))}
    if number[17] == id_check_digit(number[:17]):
        return "id-bad-date", None, {}
    lost = number.isdigit() and digits_lost(int(number))
    return ("id-digits-lost" if lost else "id-bad-check-digit"), None, {}
