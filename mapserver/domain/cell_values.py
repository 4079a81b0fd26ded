"""The two ends of reading a spreadsheet: what a cell holds, and what it says."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from mapserver.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value: `text` is "#REF!" and the like.

    An empty `text` is a formula whose result the file does not hold.
    """

    text: str

    def __str__(self) -> str:
        """Return what the spreadsheet shows."""
        return self.text


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


EMPTY = Reading()
"""What an empty cell says."""

Reader = Callable[[CellValue], Reading]
"""Reads the cells of one column; never raises."""
