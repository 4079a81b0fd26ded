"""What a town's code says of where it lies: province, city and county (GB/T 2260)."""

import re

from stdnum import numdb

_HEADINGS = frozenset({"市辖区", "县"})
_PERIOD = re.compile(r"\[[0-9]*-[0-9]*\]")


def home(code: str, name: str) -> tuple[str, str, str, str] | None:
    """Return province, city, county and town of the town with the 9-digit `code`.

    None for a county that the table does not have, or whose city is only a heading (the
    districts of a municipality).
    """
    city, county = _division(f"{code[:4]}00"), _division(code[:6])
    if city is None or county is None or city[1] in _HEADINGS:
        return None
    return county[0], city[1], county[1], name


def _division(code: str) -> tuple[str, str] | None:
    """Return the province, and the name that the division has now."""
    found: dict[str, str] = {}
    for _, told in numdb.get("cn/loc").info(code):
        found |= told
    if "province" not in found or "county" not in found:
        return None
    return found["province"], _PERIOD.sub("", found["county"].split(",")[-1])
