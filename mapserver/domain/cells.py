"""Raw spreadsheet cells become typed values, or problems that say how to mend them."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that holds no value: `text` is "#REF!" and the like.

    An empty `text` is a formula whose result the file does not hold.
    """

    text: str


CellValue = str | int | float | bool | datetime.date | datetime.datetime | CellError | None
"""What a cell of a spreadsheet may hold."""
