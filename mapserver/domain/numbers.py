"""Numbers as people write them in spreadsheets: with commas, units and 万."""

import math
import re

from mapserver.domain.text import clean_text

UNITS = (
    "平方米|平方|平米|㎡|m2|m²|米|m|人|名|位|户|家|层|楼|个|间|栋|幢|套|所|处|单元|岁|年|元|件|起"
)
"""Units that a cell may repeat; none that would change the figure (亩 is not 平方米)."""

LARGEST = 2**53
"""Beyond it a float no longer counts by one; no register holds such a number."""

_NUMBER = re.compile(
    rf"([+-]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)"
    rf" ?(万)? ?(?:{UNITS})?"
)


def read_number(value: object) -> int | float | None:
    """Return the number that a cell holds, None where it holds none.

    A whole number is an int. "1,234", "１２０㎡", "120.5 平方米", "1.2万" are read;
    "约120", "3-4" and "亩" are not: they say something else than the figure.
    """
    number = _figures(value)
    return None if number is None or abs(number) > LARGEST else _whole(number)


def _figures(value: object) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    found = _NUMBER.fullmatch(clean_text(value))
    if found is None:
        return None
    return float(found[1].replace(",", "")) * (10_000 if found[2] else 1)


def _whole(number: int | float) -> int | float:
    if isinstance(number, float) and abs(number - round(number)) < 1e-9:
        return round(number)
    return number
