"""Dates as people write them in spreadsheets.

A date is accepted only in the order year, month, day. Two-digit years follow the
spreadsheets' own rule: 00 to 29 are 2000 to 2029, 30 to 99 are 1930 to 1999. Years
outside 1880 to 2100 are refused. Nothing here knows what day it is today.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mapserver.domain.text import clean_text

Precision = Literal["day", "month", "year"]

FIRST, LAST = datetime.date(1880, 1, 1), datetime.date(2100, 12, 31)
EPOCH = datetime.date(1899, 12, 30)
"""Day 0 of the 1900 system, shifted for the leap day 1900-02-29 that never was."""
FIRST_SERIAL, LAST_SERIAL = 10_000, 80_000
"""1927-05-18 and 2119-01-10; below, four digits are a year."""

_USUAL = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_DAY = re.compile(
    r"([0-9]{4}|[0-9]{2}(?=[年/.、–—\-][0-9]{1,2}[月/.、–—\-][0-9]))"
    r"(?: ?[年/.、–—\-] ?)([0-9]{1,2})(?: ?[月/.、–—\-] ?)([0-9]{1,2}) ?[日号.]?"
    r"(?:(?: |T)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?| ?生| ?出生)?"
)
_MONTH = re.compile(
    r"([0-9]{4}|[0-9]{2}(?=年))(?: ?[年/.、–—\-] ?)([0-9]{1,2}) ?(?:月份?|\.)?(?: ?生)?"
)
_YEAR = re.compile(r"([0-9]{4}|[0-9]{2}(?=年))年?(?: ?生)?")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_NUMBER = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date and how much of it was written: the rest is the first of month or year."""

    day: datetime.date
    precision: Precision = "day"


def read_date(value: object) -> PartialDate | None:
    """Return the date that a cell holds, None where it holds none that exists.

    Parameters
    ----------
    value : datetime, date, str, int or float
        Text as "1990-05-03", "1990/5/3", "1990.05.03", "1990年5月3日", "19900503",
        "90.5.3", "1990.5", "90年5月", "199005", "1990"; numbers as the serial days of the
        1900 system, or 19900503, 1990.5, 1990. What follows the day (a time) is dropped.

    Notes
    -----
    "1990.1" is what a spreadsheet leaves of 1990.10, so that only its year is believed.
    """
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return PartialDate(value) if FIRST <= value <= LAST else None
    if isinstance(value, bool):
        return None
    return _from_text(value if isinstance(value, str) else clean_text(value))


def expand_year(year: int) -> int:
    """Return the four-digit year of a two-digit one, by the rule of this module."""
    if year >= 100:
        return year
    return year + (2000 if year < 30 else 1900)


def serial_date(days: float) -> datetime.date | None:
    """Return the date of a serial number of the 1900 system, None outside its range here."""
    if not FIRST_SERIAL <= days < LAST_SERIAL:
        return None
    day = EPOCH + datetime.timedelta(days=int(days))
    return day if day <= LAST else None


def _from_text(text: str) -> PartialDate | None:
    found = _USUAL.fullmatch(text)
    if found is None:
        return _from_cleaned(clean_text(text))
    return _date(*found.groups())


def _from_cleaned(text: str) -> PartialDate | None:
    for pattern in (_DAY, _MONTH, _DIGITS, _YEAR):
        found = pattern.fullmatch(text)
        if found is not None:
            return _date(*_believed(text, found.groups()))
    if _NUMBER.fullmatch(text):
        day = serial_date(float(text))
        return None if day is None else PartialDate(day)
    return None


def _believed(text: str, parts: Sequence[str]) -> Sequence[str]:
    """Drop the month of "1990.1", which may have been 1990.10."""
    return parts[:1] if re.fullmatch(r"[0-9]{4}\.1", text) else parts


def _date(year: str, month: str | None = None, day: str | None = None) -> PartialDate | None:
    precision: Precision = "day" if day else "month" if month else "year"
    try:
        found = datetime.date(expand_year(int(year)), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return PartialDate(found, precision) if FIRST <= found <= LAST else None
