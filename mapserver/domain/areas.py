"""Areas of a town: their codes, and the names that people write for them.

Codes nest by prefix (GB/T 2260 and the statistical division codes): city 4, county 6,
town 9, village 12, grid 15 digits.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

TOWN, VILLAGE, GRID = 9, 12, 15

_OFFICE = re.compile(r"(村民委员会|居民委员会|村委会|居委会|村|社区|居委)$")
_GRID_NUMBER = re.compile(r"(?:第)?([0-9]{1,3})(?:号)?(?:网格)?$")


@dataclass(frozen=True, slots=True)
class Named:
    """An area by code and full name, such as 430424100201, 金峨村."""

    code: str
    name: str


class Gazetteer:
    """The villages and grids of one town, by what people call them."""

    def __init__(self, villages: Iterable[Named], grids: Iterable[Named]) -> None:
        self.villages = {village.code: village.name for village in villages}
        self.grids = {grid.code: grid.name for grid in grids}
        self._by_name = {name: code for code, name in self.villages.items()}
        self._by_short: dict[str, str | None] = {}
        for code, name in self.villages.items():
            short = _OFFICE.sub("", name)
            # two places of one short name: the short name alone says neither
            self._by_short[short] = None if short in self._by_short else code

    @property
    def names(self) -> tuple[str, ...]:
        """The full names of the villages."""
        return tuple(self._by_name)

    def village(self, text: str) -> str | None:
        """Return the code of the village called `text`, with or without 村 or 社区."""
        if text in self._by_name:
            return self._by_name[text]
        if text in self.villages:
            return text
        return self._by_short.get(_OFFICE.sub("", text))

    def village_within(self, text: str) -> str | None:
        """Return the village whose full name, or else short name, stands inside `text`.

        None where there is none or more than one: a title such as 金峨村户籍人口登记表 names
        its village, 金峨村和仙林村 names none.
        """
        full = {code for name, code in self._by_name.items() if name in text}
        if len(full) == 1:
            return full.pop()
        short = {code for name, code in self._by_short.items() if name and code and name in text}
        return short.pop() if len(short) == 1 and not full else None

    def grid(self, text: str, village: str | None) -> str | None:
        """Return the code of the grid that `text` names within `village`.

        Understands the 15-digit code, the name, and 3, 第3网格, 金峨村第3网格.
        """
        if text in self.grids:
            return text
        if village is None:
            return None
        own = [code for code in self.grids if code.startswith(village)]
        named = [code for code in own if text.endswith(self.grids[code])]
        if len(named) == 1:
            return named[0]
        number = _GRID_NUMBER.search(text)
        code = f"{village}{int(number[1]):03d}" if number else ""
        return code if code in self.grids else None
