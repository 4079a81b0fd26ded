"""Numbers as people write them in spreadsheets: with commas, units and 万."""

import math
import re

from mapserver.domain.text import clean_text

UNITS = (
    "平方米|平方|平米|㎡|m2|m²|米|m|人|名|位|户|家|层|楼|个|间|栋|幢|套|所|处|单元|岁|年|元|件|起"
)
"""Units that a cell may repeat; none that would change the figure (亩 is not 平方米)."""

_NUMBER = re.compile(
    rf"([+-]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]*)?|[+-]?\.[0-9]+)"
    rf" ?(万)? ?(?:{UNITS})?"
)


def read_number(value: object) -> int | float | None:
    """Return the number that a cell holds, None where it holds none.

    A whole number is an int. "1,234", "１２０㎡", "120.5 平方米", "1.2万" are read;
    "约120", "3-4" and "亩" are not: they say something else than the figure.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _whole(value) if math.isfinite(value) else None
    found = _NUMBER.fullmatch(clean_text(value))
    if found is None:
        return None
    figures = found[1].replace(",", "")
    if found[2]:
        return _whole(round(float(figures) * 10_000, 6))
    return int(figures) if figures.lstrip("+-").isdigit() else _whole(float(figures))


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number
